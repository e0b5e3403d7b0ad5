"""Whether a time zone is known, to Python as well as to polars."""

from __future__ import annotations

from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import polars as pl


@cache
def is_zone(name: str) -> bool:
    """Return whether a name is an IANA time zone, as `Europe/Berlin` is."""
    try:
        ZoneInfo(name)
        pl.Series([], dtype=pl.Datetime("ms")).dt.replace_time_zone(name)
    except (ZoneInfoNotFoundError, ValueError, OSError, pl.exceptions.ComputeError):
        return False
    return True
