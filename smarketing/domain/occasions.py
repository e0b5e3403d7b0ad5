"""Promises that have nothing to do with single leads: a source that stays fresh, a weekly report.

Instants are seconds of UTC; spans are half-open.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from smarketing.domain.calendar import due_s, working_s
from smarketing.domain.weeks import week_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date, time

    from smarketing.domain.calendar import Calendar


class Occasion(NamedTuple):
    """One thing that was due.

    Attributes:
        at: A reading, or the instant at which an allowance ran out.
        kept: Whether it came in time.
    """

    at: int
    kept: bool


def readings_due(
    readings: Sequence[int], allowance: timedelta, calendar: Calendar, now: int
) -> Iterator[Occasion]:
    """Yield what was due of a source that is to be read again within an allowance.

    A reading within the allowance of the one before is kept. Every allowance that ran out
    between two readings, or since the last one, is due and not kept, at the instant at which it
    ran out: so a long silence weighs as much after it ended as before. The first reading ever
    is measured against nothing.

    Args:
        readings: When the source was read, ascending.
        allowance: Working time, more than 0.
        calendar: The hours that count.
        now: What runs out at it or later is not due yet; no reading is later.
    """
    for before, after in pairwise((*readings, None)):
        assert before is not None  # noqa: S101  (only the last one is followed by nothing)
        until = now if after is None else after
        ended = _run_out(before, until, allowance, calendar)
        yield from (Occasion(at, kept=False) for at in ended)
        if after is not None and not ended:
            yield Occasion(after, kept=True)


def _run_out(start: int, end: int, allowance: timedelta, calendar: Calendar) -> list[int]:
    """Return when allowances, one after the other from `start` on, ran out before `end`."""
    step = int(allowance.total_seconds())
    spent = int(working_s(np.array([start]), np.array([end]), calendar)[0])
    times = np.arange(1, spent // step + 1, dtype=np.int64) * step
    due = due_s(np.full_like(times, start), times, calendar)
    return [int(at) for at in due if at < end]


def report_hours(
    starts: date, ends: date, weekday: int, at: time, timezone: str
) -> Iterator[tuple[str, int]]:
    """Yield the weeks whose report is due on the days `[starts, ends)`, and its instant.

    Args:
        starts: First local day.
        ends: First day after it.
        weekday: ISO number of the day in the week after the one that is reported on.
        at: Local time of that day; one that the clocks jump over is as far after the jump.
        timezone: Of these days.
    """
    zone = ZoneInfo(timezone)
    day = starts + timedelta(days=(weekday - starts.isoweekday()) % 7)
    while day < ends:
        due = datetime.combine(day, at, tzinfo=zone).astimezone(UTC)
        yield week_of(day - timedelta(days=7)).name, int(due.timestamp())
        day += timedelta(days=7)
