"""Levels: where every commitment stands in a month, and whether that is what was promised."""
