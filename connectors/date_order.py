"""Which of day and month comes first in a file, as its own values show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterable

    from connectors.instants import DateOrder

_NUMBERS: Final = r"^\s*(?<first>\d{1,2})(?<sign>[-/.])(?<second>\d{1,2})[-/.]\d{2,4}(?:\D|$)"
_MONTHS: Final = 12


def order_of(columns: Iterable[pl.Series]) -> DateOrder:
    """Return the order of dates in columns of text that hold dates.

    A number above 12 decides. Where there is none, points mean day first, as everywhere that
    points are used; otherwise the order is unknown, and "ymd" refuses to guess.
    """
    parts = [text.str.extract_groups(_NUMBERS).struct.unnest() for text in columns]
    if not parts:
        return "ymd"
    found = pl.concat(parts).drop_nulls()
    day_first = found["first"].cast(pl.Int64).gt(_MONTHS).any()
    month_first = found["second"].cast(pl.Int64).gt(_MONTHS).any()
    if day_first and not month_first:
        return "dmy"
    if month_first and not day_first:
        return "mdy"
    pointed = found.height > 0 and found["sign"].eq(".").all()
    return "dmy" if pointed and not month_first else "ymd"
