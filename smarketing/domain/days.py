"""Local days: which day of a zone an instant belongs to, and when a day begins.

A day is counted from 1970-01-01 (day 0), the number that `date.toordinal` gives less that of
1970. A day begins at its first instant, also where the clocks jump over midnight.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_EPOCH_ORDINAL: Final = date(1970, 1, 1).toordinal()


def day_number(day: date) -> int:
    """Return the number of a date: days since 1970-01-01."""
    return day.toordinal() - _EPOCH_ORDINAL


def day_of(number: int) -> date:
    """Return the date of a day number."""
    return date.fromordinal(number + _EPOCH_ORDINAL)


def starts_at(day: date, timezone: str) -> datetime:
    """Return the first instant of a local day, in UTC."""
    wall = datetime.combine(day, datetime.min.time(), tzinfo=ZoneInfo(timezone))
    return wall.astimezone(UTC)


def local_date(at: datetime, timezone: str) -> date:
    """Return the local date of an aware instant."""
    return at.astimezone(ZoneInfo(timezone)).date()


def local_days(at_s: NDArray[np.int64], timezone: str) -> NDArray[np.int64]:
    """Return the number of the local day of each instant.

    Args:
        at_s: Seconds of UTC.
        timezone: IANA name.
    """
    if not at_s.size:
        return at_s
    first, last = (datetime.fromtimestamp(int(at), tz=UTC).year for at in (at_s.min(), at_s.max()))
    begins = _midnights(timezone, first - first % 10 - 1, last - last % 10 + 11)
    index = np.searchsorted(begins, at_s, side="right").astype(np.int64) - 1
    return index + day_number(date(first - first % 10 - 1, 1, 1))


@lru_cache(maxsize=32)
def _midnights(timezone: str, first_year: int, last_year: int) -> NDArray[np.int64]:
    """Return the first instant of every day of `[first_year, last_year)`, ascending.

    Whole decades are built and kept. A date that the zone skips begins when the next one does.
    """
    first = date(first_year, 1, 1)
    count = (date(last_year, 1, 1) - first).days
    starts = (starts_at(first + timedelta(days=n), timezone) for n in range(count))
    return np.fromiter((int(at.timestamp()) for at in starts), dtype=np.int64, count=count)
