"""The agreement between Sales and Marketing, made to run."""
