"""The part of a month's target that falls on a span of days.

Days are dates of the agreement's zone; spans are half-open. A month's target is spread evenly
over the working days of the commitment's calendar, so that spans add up: the parts of a
month sum to exactly its target, and whole months give whole numbers.
"""

from __future__ import annotations

from bisect import bisect_left
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_DECEMBER: Final = 12


def target_of(
    target: int, month_on: date, starts_on: date, ends_on: date, worked: Sequence[date]
) -> Fraction:
    """Return the part of one month's target that falls on the days of `[starts_on, ends_on)`.

    Args:
        target: Leads of the whole month.
        month_on: Any day of that month.
        starts_on: First day; days outside the month do not count.
        ends_on: First day after the span; a reversed span has no days.
        worked: As for `share_of_month`.
    """
    return target * share_of_month(month_on, starts_on, ends_on, worked)


def share_of_month(
    month_on: date, starts_on: date, ends_on: date, worked: Sequence[date]
) -> Fraction:
    """Return which part, 0..1, of a month's work falls on the days of `[starts_on, ends_on)`.

    A month without any working day is spread over all its days.

    Args:
        month_on: Any day of the month.
        starts_on: First day; days outside the month do not count.
        ends_on: First day after the span.
        worked: The working days, ascending, of at least the whole month
            (`calendar.working_days`).
    """
    first = month_on.replace(day=1)
    after = next_month(first)
    begins, ends = max(starts_on, first), min(ends_on, after)
    if begins >= ends:
        return Fraction(0)
    total = _count(worked, first, after)
    if total:
        return Fraction(_count(worked, begins, ends), total)
    return Fraction((ends - begins).days, (after - first).days)


def months(starts_on: date, ends_on: date) -> Iterator[date]:
    """Yield the first day of each month that has a day in `[starts_on, ends_on)`."""
    first = starts_on.replace(day=1)
    while first < ends_on and starts_on < ends_on:
        yield first
        first = next_month(first)


def next_month(on: date) -> date:
    """Return the first day of the month after the one of that day."""
    if on.month == _DECEMBER:
        return date(on.year + 1, 1, 1)
    return date(on.year, on.month + 1, 1)


def _count(worked: Sequence[date], starts_on: date, ends_on: date) -> int:
    return bisect_left(worked, ends_on) - bisect_left(worked, starts_on)
