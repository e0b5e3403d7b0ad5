"""Auditors: they look for what should be there and is not."""
