"""Working time, for one instant or a million.

Instants are int64 seconds of UTC; hours are local wall time of the calendar's zone; every
span is half-open. A local time resolves as PEP 495 does with fold=0: one that the clocks
jump over moves forward by the jump, one that comes twice is its first occurrence. A day on
which the clocks change has the 23 or 25 hours that it has.

`calendar_spec.calendar_from` reads a calendar from a configuration.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from smarketing.domain.days import starts_at
from smarketing.domain.edges import edges_of
from smarketing.domain.errors import NeverOpenError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from smarketing.domain.edges import Edges

Span = tuple[int, int]
"""From and to, half-open: seconds of a local day (0 to 86,400), or seconds of UTC."""

_LAST_YEAR: Final = 9997
_QUARTER_S: Final = 90 * 86_400
_NO_DATES: Final[Mapping[date, tuple[Span, ...]]] = {}


@dataclass(frozen=True, eq=False)
class Calendar:
    """When a party works.

    Attributes:
        timezone: IANA name of the zone of the hours and of every date below.
        hours: Weekday (0 is Monday) to its spans; a weekday that is missing is free.
        holidays: Free days; they win over `date_hours`.
        date_hours: Spans that replace the weekday's on that date.
        breaks: Spans cut out of what is left on that date.
    """

    timezone: str
    hours: Mapping[int, tuple[Span, ...]]
    holidays: frozenset[date] = frozenset()
    date_hours: Mapping[date, tuple[Span, ...]] = field(default_factory=lambda: _NO_DATES)
    breaks: Mapping[date, tuple[Span, ...]] = field(default_factory=lambda: _NO_DATES)

    def spans_on(self, day: date) -> tuple[Span, ...]:
        """Return the agreed spans of a local day, its breaks not yet cut out."""
        if day in self.holidays:
            return ()
        if day in self.date_hours:
            return self.date_hours[day]
        return self.hours.get(day.weekday(), ())

    @property
    def has_working_time(self) -> bool:
        """Return whether there is any time to spend: without it, no clock could ever run."""
        return any(self.hours.values()) or any(
            spans for day, spans in self.date_hours.items() if day not in self.holidays
        )


@lru_cache(maxsize=128)
def without_leave(calendar: Calendar, away: frozenset[date]) -> Calendar:
    """Return the calendar of somebody who is away on some local dates of its zone.

    Leave wins over holidays, over `date_hours` and over the weekday. The same calendar with the
    same dates is the same object, so that its edges are built once.
    """
    return replace(calendar, holidays=calendar.holidays | away) if away else calendar


def seconds(at: datetime) -> int:
    """Return an aware instant as whole seconds of UTC, fractions cut off."""
    return int(at.timestamp() // 1)


def instant(at_s: int) -> datetime:
    """Return seconds of UTC as an aware instant."""
    return datetime.fromtimestamp(at_s, tz=UTC)


def due_at(
    started_at: datetime,
    allowance: timedelta,
    calendar: Calendar,
    pauses: tuple[Span, ...] = (),
) -> datetime:
    """Return the instant at which an answer becomes late.

    An allowance that is used up exactly at closing time is due at closing time, not at the
    next opening. A start outside the hours counts from the next opening.

    Args:
        started_at: The hand-off, timezone-aware.
        allowance: Working time, not wall-clock time; whole seconds. Zero: due at the start, or
            at the next opening.
        calendar: The hours of the party that owes the answer.
        pauses: Spans of seconds of UTC that do not count.

    Raises:
        NeverOpenError: The calendar has no working time left to spend.
    """
    started = np.array([seconds(started_at)], dtype=np.int64)
    return instant(int(due_s(started, int(allowance.total_seconds()), calendar, pauses)[0]))


def working_time_between(
    start: datetime, end: datetime, calendar: Calendar, pauses: tuple[Span, ...] = ()
) -> timedelta:
    """Return the working time in `[start, end)`; zero when the range is reversed."""
    starts, ends = (np.array([seconds(at)], dtype=np.int64) for at in (start, end))
    return timedelta(seconds=int(working_s(starts, ends, calendar, pauses)[0]))


def due_s(
    started: NDArray[np.int64],
    allowance: NDArray[np.int64] | int,
    calendar: Calendar,
    pauses: tuple[Span, ...] = (),
) -> NDArray[np.int64]:
    """Return `due_at` for arrays.

    Args:
        started: Seconds of UTC.
        allowance: Seconds of working time, one for all or one each; never negative.
        calendar: The hours that count.
        pauses: Spans of seconds of UTC that count for none of them.

    Raises:
        NeverOpenError: The calendar has no working time left to spend.
    """
    if not started.size:
        return started
    allowed = np.broadcast_to(np.asarray(allowance, dtype=np.int64), started.shape)
    edges, spent = _edges_to_spend(started, allowed, calendar, pauses)
    due: NDArray[np.int64] = edges.reached(np.maximum(spent, 1))
    at_once = allowed == 0
    if at_once.any():
        due[at_once] = edges.next_open(started[at_once])
    return due


def working_s(
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    calendar: Calendar,
    pauses: tuple[Span, ...] = (),
) -> NDArray[np.int64]:
    """Return the working seconds in each `[start, end)`; 0 where a range is reversed."""
    if not starts.size:
        return starts
    first = _year(min(int(starts.min()), int(ends.min()))) - 1
    last = _year(max(int(starts.max()), int(ends.max()))) + 1
    edges = edges_of(calendar, first, last).without(pauses)
    worked: NDArray[np.int64] = np.maximum(edges.worked(ends) - edges.worked(starts), 0)
    return worked


def intervals(
    start_s: int, end_s: int, calendar: Calendar, pauses: tuple[Span, ...] = ()
) -> list[Span]:
    """Return the working intervals inside `[start, end)`, in seconds of UTC: what was counted.

    Pauses are left out of them.
    """
    edges = edges_of(calendar, _year(start_s) - 1, _year(end_s) + 1)
    return edges.without(pauses).between(start_s, end_s)


def working_days(first: date, last: date, calendar: Calendar) -> tuple[date, ...]:
    """Return the local dates in `[first, last)` that have working time, ascending."""
    return tuple(
        day
        for day in (first + timedelta(days=n) for n in range((last - first).days))
        if _is_worked(day, calendar)
    )


def _is_worked(day: date, calendar: Calendar) -> bool:
    if not calendar.spans_on(day):
        return False
    start, end = (
        seconds(starts_at(at, calendar.timezone)) for at in (day, day + timedelta(days=1))
    )
    return bool(intervals(start, end, calendar))


def _edges_to_spend(
    started: NDArray[np.int64],
    allowed: NDArray[np.int64],
    calendar: Calendar,
    pauses: tuple[Span, ...],
) -> tuple[Edges, NDArray[np.int64]]:
    """Return edges with more working time after every start than is allowed.

    With them comes how much of their working time is over when each allowance is used up.
    """
    if not calendar.has_working_time:
        raise NeverOpenError("the calendar has no working time to spend; give it opening hours")
    first = _year(int(started.min())) - 1
    last = _year(int(started.max())) + 2 + int(allowed.max()) // _QUARTER_S
    while True:
        edges = edges_of(calendar, first, min(last, _LAST_YEAR)).without(pauses)
        spent = edges.worked(started) + allowed
        if int(spent.max()) < int(edges.before[-1]):
            return edges, spent
        if last >= _LAST_YEAR or not any(calendar.hours.values()):
            raise NeverOpenError("the calendar has no working time left; give it opening hours")
        last += 2 * (last - first)


def _year(at_s: int) -> int:
    return instant(at_s).year
