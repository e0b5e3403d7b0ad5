"""Forecasts: where a month may end, and how likely each commitment of volume still is."""
