"""The clock of who has a lead: it starts when they got it, and stands while they are away.

It is for coaching. The agreement is judged by the lead's own clock, which runs on from the
hand-off whoever has the lead: nobody is blamed for lateness that they inherited, and no
lateness is hidden. It is computed when it is shown, and kept nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from smarketing.domain.calendar import due_at, instant, without_leave
from smarketing.domain.clocks import ClockState
from smarketing.domain.days import local_date
from smarketing.domain.errors import NeverOpenError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date, datetime

    from smarketing.domain.calendar import Calendar, Span
    from smarketing.domain.holders import Absence
    from smarketing.services.leads.explain import Explained


class HolderState(StrEnum):
    """How the holder stands; overdue: no act is known, which does not say that there was none."""

    RUNNING = "running"
    OVERDUE = "overdue"
    IN_TIME = "done in time"
    LATE = "done late"


@dataclass(frozen=True)
class Holding:
    """Who has a lead.

    Attributes:
        name: Of the person.
        since: When they got it.
        absences: When they are or were on leave.
    """

    name: str
    since: datetime
    absences: Sequence[Absence] = ()


@dataclass(frozen=True)
class HolderClock:
    """From when, and until when, the holder owes what a clock of the lead asks for.

    Attributes:
        name: Of the holder.
        started_at: When they got the lead; the start of the lead's clock, where that is later.
        due_at: When the same allowance is used up: by the commitment's calendar less their leave.
        leave: What was left out of it: first day away and first day back.
    """

    name: str
    started_at: datetime
    due_at: datetime
    state: HolderState
    leave: tuple[tuple[date, date], ...]


def holder_clock(
    clock: Explained, holding: Holding, calendar: Calendar, pauses: tuple[Span, ...], now: datetime
) -> HolderClock | None:
    """Return the holder's clock where it differs from the lead's.

    Args:
        clock: The lead's.
        holding: Who has the lead.
        calendar: That of the commitment.
        pauses: When the clocks of the lead stand; seconds of UTC.
        now: A clock that runs is due or overdue then.

    Returns:
        None: it is the same; the act was done before they got the lead; nothing is owed any
        more; or the calendar has no working time left for them.
    """
    if clock.state in (ClockState.VOID, ClockState.NEVER_MET):
        return None
    started = max(holding.since, clock.started_at)
    if clock.stopped_at is not None and clock.stopped_at <= started:
        return None
    own = without_leave(calendar, frozenset(_days(holding.absences, started, calendar.timezone)))
    try:
        due = due_at(started, clock.allowance, own, pauses)
    except NeverOpenError:
        return None
    leave = _within(holding.absences, started, due, calendar.timezone)
    if started == clock.started_at and due == clock.due_at:
        return None
    return HolderClock(holding.name, started, due, _state(clock.stopped_at, due, now), leave)


def holding_of(lead: dict[str, object], absences: Sequence[Absence]) -> Holding | None:
    """Return who has a stored lead; None: the team."""
    name, since = lead["holder"], lead["held_since"]
    if not isinstance(name, str) or not isinstance(since, int):
        return None
    return Holding(name, instant(since), absences)


def _state(stopped_at: datetime | None, due: datetime, now: datetime) -> HolderState:
    if stopped_at is None:
        return HolderState.RUNNING if now <= due else HolderState.OVERDUE
    return HolderState.IN_TIME if stopped_at <= due else HolderState.LATE


def _days(absences: Iterable[Absence], started: datetime, timezone: str) -> Iterator[date]:
    """Yield the dates of leave from a local day on: those before it change nothing."""
    today = local_date(started, timezone)
    for _, starts_on, ends_on in absences:
        first = max(starts_on, today)
        yield from (first + timedelta(days=n) for n in range((ends_on - first).days))


def _within(
    absences: Iterable[Absence], started: datetime, due: datetime, timezone: str
) -> tuple[tuple[date, date], ...]:
    first, last = (local_date(at, timezone) for at in (started, due))
    return tuple(
        (starts_on, ends_on)
        for _, starts_on, ends_on in absences
        if starts_on <= last and first < ends_on
    )
