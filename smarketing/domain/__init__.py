"""The rules: pure functions and values over the standard library and numpy."""
