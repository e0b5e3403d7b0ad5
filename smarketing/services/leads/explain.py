"""Why a clock of a lead stands where it stands: every term, every interval counted, every pause."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Protocol

from smarketing.domain.calendar import instant, intervals
from smarketing.domain.clocks import ClockState
from smarketing.domain.days import local_date
from smarketing.domain.errors import NotFoundError
from smarketing.services.leads.holder_clock import holder_clock, holding_of
from smarketing.services.leads.timeline import pauses, spans_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date, datetime

    import polars as pl

    from smarketing.domain.agreement import Surge, Term
    from smarketing.domain.calendar import Calendar, Span
    from smarketing.domain.holders import Absence
    from smarketing.services.conclusions.book import Book, InForce
    from smarketing.services.leads.holder_clock import HolderClock, Holding
    from smarketing.services.leads.timeline import Event, Pause

Row = dict[str, Any]
"""A stored row: instants in seconds of UTC, money in ten-thousandths."""


@dataclass(frozen=True)
class Explained:
    """One clock of one lead.

    Attributes:
        version: Its number within the agreement.
        commitment: Its name; title: what people call it.
        term: The term that sets the allowance, and so its level.
        origin: Name of the agreement that the term comes from: this one, or the one that it
            inherits from.
        allowance: Working time that it may use; more than the term's where `surge` gives relief.
        surge: The clause that gives relief, on a day with more leads than agreed; None: it does
            not.
        cycle: 1, and one more each time the lead was handed off again.
        is_excused: An excuse keeps it out of every count.
        until: Where counting ended: the stop, else the due time or now, whichever is earlier.
        counted: The working intervals from the start until then, pauses left out; half-open.
        pauses: Those that begin before the due time (or before a later stop) and end after the
            start.
        holidays: Holidays of the calendar from the local day of the start to that of the due
            time, both included.
        holder: The clock of who has the lead; None: it says no more than this one.
    """

    agreement: str
    version: int
    commitment: str
    title: str
    calendar: str
    timezone: str
    term: Term
    origin: str
    allowance: timedelta
    surge: Surge | None
    cycle: int
    is_excused: bool
    started_at: datetime
    due_at: datetime
    at_risk_at: datetime | None
    stopped_at: datetime | None
    breached_at: datetime | None
    state: ClockState
    until: datetime
    counted: tuple[tuple[datetime, datetime], ...]
    pauses: tuple[Pause, ...]
    holidays: tuple[date, ...]
    holder: HolderClock | None = None

    @property
    def used_s(self) -> int:
        """Return the working seconds that were counted."""
        return sum(int((end - start).total_seconds()) for start, end in self.counted)


class Leads(Protocol):
    """Where leads are found by what people call them."""

    def named(self, name: str) -> pl.Series:
        """Return ids by id, by `SOURCE:SOURCE_ID`, or by e-mail."""
        ...

    def whole(self, lead_id: int) -> tuple[Row, list[Row], list[Event], list[Row]]:
        """Return the stored lead, its clocks with their `commitment`, its events and its deals."""
        ...

    def leave_of(self, person_id: int) -> Sequence[Absence]:
        """Return when a person is or was on leave, the first one first."""
        ...


def lead_named(leads: Leads, name: str) -> int:
    """Return the id of the one lead of that name.

    Raises:
        NotFoundError: There is none, or more than one.
    """
    found = leads.named(name)
    if len(found) == 1:
        return int(found[0])
    if found.is_empty():
        raise NotFoundError(
            f"no lead is named {name!r}; name it by its id, by SOURCE:SOURCE_ID or by e-mail", name
        )
    ids = ", ".join(str(lead_id) for lead_id in found[:10])
    raise NotFoundError(f"{len(found)} leads are named {name!r}; name one by its id: {ids}", name)


def explain(leads: Leads, lead_id: int, book: Book, now: int) -> Iterator[Explained]:
    """Return the clocks of a lead, in the order of the agreement.

    Args:
        leads: Where the lead is stored.
        lead_id: Which one.
        book: The agreements in force.
        now: Seconds of UTC; a running clock is counted up to it.
    """
    lead, clocks, events, _ = leads.whole(lead_id)
    holder_id = lead["holder_id"]
    away = leads.leave_of(holder_id) if holder_id is not None else ()
    return explained(lead, clocks, pauses(events), book, now, away=away)


def explained(
    lead: Row,
    clocks: Iterable[Row],
    stood: Sequence[Pause],
    book: Book,
    now: int,
    *,
    away: Sequence[Absence],
) -> Iterator[Explained]:
    """Yield the clocks of a stored lead as `explain` does.

    Args:
        lead: As it is stored, with its `holder`.
        clocks: Its own, with their `commitment`.
        stood: Its pauses.
        book: The agreements in force.
        now: Seconds of UTC.
        away: When its holder is or was on leave.
    """
    version, holding = book.version(lead["version_id"]), holding_of(lead, away)
    if version is not None:
        for row in clocks:
            clock = _explained(lead, row, version, stood, now)
            yield _with_holder(clock, holding, version, stood, now) if holding else clock


def _with_holder(
    clock: Explained, holding: Holding, version: InForce, stood: Sequence[Pause], now: int
) -> Explained:
    calendar = version.agreement.calendars[clock.calendar]
    theirs = holder_clock(clock, holding, calendar, spans_of(stood), instant(now))
    return replace(clock, holder=theirs)


def _explained(
    lead: Row, clock: Row, version: InForce, stood: Sequence[Pause], now: int
) -> Explained:
    agreement = version.agreement
    commitment = next(c for c in agreement.commitments if c.name == clock["commitment"])
    term = commitment.term(lead["segment"], lead["tier"])
    if term is None:
        raise AssertionError(f"clock without a term: lead {lead['id']}, {commitment.name}")
    calendar = agreement.calendars[commitment.calendar]
    surge = commitment.surge if clock["relief"] else None
    started, due, stopped = clock["started_at"], clock["due_at"], clock["stopped_at"]
    until = stopped if stopped is not None else max(started, min(due, now))
    counted = intervals(started, until, calendar, spans_of(stood))
    return Explained(
        agreement=agreement.name,
        version=version.number,
        commitment=commitment.name,
        title=commitment.title,
        calendar=commitment.calendar,
        timezone=calendar.timezone,
        term=term,
        origin=term.origin or commitment.origin or agreement.name,
        allowance=surge.allowance if surge else term.allowance or timedelta(),
        surge=surge,
        cycle=clock["cycle"],
        is_excused=bool(clock["excused"]),
        started_at=instant(started),
        due_at=instant(due),
        at_risk_at=None if clock["at_risk_at"] is None else instant(clock["at_risk_at"]),
        stopped_at=None if stopped is None else instant(stopped),
        breached_at=None if clock["breached_at"] is None else instant(clock["breached_at"]),
        state=ClockState(clock["state"]),
        until=instant(until),
        counted=tuple(_instants(counted)),
        pauses=_within(stood, instant(started), instant(max(due, until))),
        holidays=_holidays(calendar, instant(started), instant(due)),
    )


def _within(stood: Sequence[Pause], start: datetime, end: datetime) -> tuple[Pause, ...]:
    return tuple(one for one in stood if one.starts < end and start < one.ends)


def _instants(spans: list[Span]) -> Iterator[tuple[datetime, datetime]]:
    for start, end in spans:
        yield instant(start), instant(end)


def _holidays(calendar: Calendar, start: datetime, end: datetime) -> tuple[date, ...]:
    first, last = (local_date(at, calendar.timezone) for at in (start, end))
    return tuple(sorted(day for day in calendar.holidays if first <= day <= last))
