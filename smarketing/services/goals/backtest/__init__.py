"""The backtest: what would have been promised in each past month, and what happened."""
