"""The facts of days of several forecasts, read at once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

import polars as pl

from smarketing.domain.days import day_number
from smarketing.domain.targets import next_month
from smarketing.services.forecast.past import first_day

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from smarketing.services.progress.progress import Facts

_CELL: Final = ("segment", "tier")
_ZONES: Final = timedelta(days=1)  # the local day may be the one before that of UTC


class ReadOnce:
    """Answers like facts of days, for some days by segment and tier: they are read once.

    Facts as of an instant are computed from events; asked for twice, they would be so twice.

    Args:
        facts: Where they are read.
        first: The first day that may be asked for.
        after: The first day after them.
    """

    def __init__(self, facts: Facts, first: date, after: date) -> None:
        self._first, self._after = day_number(first), day_number(after)
        self._read = facts.daily(self._first, self._after, _CELL)

    def daily(self, first_day: int, last_day: int, names: Sequence[str]) -> pl.DataFrame:
        """Return the facts of some of the days, by `day, version_id, segment, tier`."""
        if first_day < self._first or last_day > self._after or tuple(names) != _CELL:
            raise AssertionError("these facts were not read")
        return self._read.filter(pl.col("day").is_between(first_day, last_day, closed="left"))


def read_once(facts: Facts, months: Sequence[date], now: datetime) -> Facts:
    """Return facts that forecasts of some months, given by their first days, can be made from."""
    if not months:
        return facts
    today = now.date() - _ZONES
    return ReadOnce(facts, first_day(min(today, *months)), next_month(max(months)))
