"""Periods by their names: a year, a quarter or a month, as the months that they are made of."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from smarketing.domain.errors import NotFoundError

_PERIOD: Final = re.compile(r"(\d{4})(?:-(?:Q([1-4])|(0[1-9]|1[0-2])))?")
_YEARS: Final = range(1970, 9999)


def months_of(name: str) -> tuple[date, ...]:
    """Return the first days of the months of a period such as `2026`, `2026-Q1` or `2026-11`.

    Raises:
        NotFoundError: That is no such period.
    """
    match = _PERIOD.fullmatch(name.strip())
    if match is None or int(match[1]) not in _YEARS:
        raise NotFoundError(
            f"“{name}” is no month, quarter or year; write 2026-11, 2026-Q4 or 2026", name
        )
    year, quarter, month = int(match[1]), match[2], match[3]
    if month:
        return (date(year, int(month), 1),)
    first, count = (3 * int(quarter) - 2, 3) if quarter else (1, 12)
    return tuple(date(year, first + n, 1) for n in range(count))


def month_before(month: date) -> date:
    """Return the first day of the month before the one of a day."""
    if month.month == 1:
        return date(month.year - 1, 12, 1)
    return date(month.year, month.month - 1, 1)
