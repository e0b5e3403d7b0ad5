"""A lead's page: who it is, why it counts as what it counts, what is owed, what happened.

What somebody may not see is not in the page at all. A supplier sees the lead it delivered, its
stage, and whether Sales accepted or rejected it, with the reason: no other person's name, no
amount of money, no clock, and not the rules of an agreement that it did not sign.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Final, Protocol

from smarketing.domain.calendar import instant, seconds
from smarketing.domain.days import local_date
from smarketing.domain.errors import NotFoundError
from smarketing.domain.facts import BY_DEFAULT
from smarketing.domain.scope import Reach
from smarketing.services.leads.acts import UNDO_WITHIN
from smarketing.services.leads.evidence import evidence
from smarketing.services.leads.explain import explained
from smarketing.services.leads.queue import cell_titles, lead_name
from smarketing.services.leads.recycle import is_recycled
from smarketing.services.leads.stage import Stage, stage_of
from smarketing.services.leads.timeline import answer_by_link, pauses, timeline
from smarketing.services.people.leave import back_on
from smarketing.services.people.policy import Action, may, scope_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from smarketing.domain.holders import Absence
    from smarketing.services.conclusions.book import Book
    from smarketing.services.leads.evidence import Evidence
    from smarketing.services.leads.explain import Explained, Row
    from smarketing.services.leads.timeline import Entry, Event
    from smarketing.services.people.people import Person

_FOR_SUPPLIERS: Final = frozenset(
    {"created", "handed_off", "accepted", "rejected", "qualified", "closed"}
)
_MONEY: Final = 10_000
_RECORD: Final = (
    "email", "phone", "company", "job_title", "seniority", "employees", "industry", "country",
    "region", "lead_source", "campaign", "provider", "source_key",
)  # fmt: skip


class LeadStore(Protocol):
    """Where single leads are read."""

    def whole(self, lead_id: int) -> tuple[Row, list[Row], list[Event], list[Row]]:
        """Return the stored lead, its clocks with their `commitment`, its events and its deals."""
        ...

    def leave_of(self, person_id: int) -> Sequence[Absence]:
        """Return when a person is or was on leave, the first one first."""
        ...


@dataclass(frozen=True)
class Deal:
    """What a source says of a deal.

    Attributes:
        amount: In whole and part units of `currency`; None: not told.
        is_before_lead: It is dated before its lead: it counts all the same.
    """

    source_key: str
    source: str
    stage: str | None
    outcome: str | None
    amount: Decimal | None
    currency: str | None
    opened_at: datetime | None
    closed_at: datetime | None
    is_before_lead: bool


@dataclass(frozen=True)
class Held:
    """Who answers a lead.

    Attributes:
        holder: By name; None: the team.
        since: None: the team has it.
        away_until: The first day back of the holder; None: they are not on leave today.
        owner: What the CRM calls its owner; None: it names none.
        is_acknowledged: Somebody has said "I have it".
        may_answer: Whether who looks may answer it; may_assign: may hand it on; may_hand_off: may
            hand it off again once it was recycled.
        undo: What takes back what who looks answered by the link of a mail; empty: nothing does.
    """

    holder_id: int | None
    holder: str | None
    since: datetime | None
    away_until: date | None
    owner: str | None
    is_acknowledged: bool
    paused_until: datetime | None
    may_answer: bool
    may_assign: bool
    may_hand_off: bool
    undo: str


@dataclass(frozen=True)
class LeadPage:
    """What one person sees of one lead.

    Attributes:
        record: The columns of its own record that people read, by name, and `seniority`.
        zone: In which times are shown.
        label: What the file it came with is called; None: no import.
        held: None: not for who looks; the same for `evidence`, `value`, `deals`. `clocks` are
            empty then.
        evidence: Of segment and tier; None also where the lead has no agreement.
        value: Of the lead at its hand-off, in the agreement's `currency`.
        accepted_by_default_at: When nobody had rejected it in time; None: it was not so.
        entries: The oldest first.
    """

    lead_id: int
    name: str
    record: Row
    zone: str
    segment: str
    tier: str
    stage: Stage
    source: str
    label: str | None
    handed_at: datetime
    version_id: int
    agreement: str | None
    accepted_by_default_at: datetime | None
    entries: tuple[Entry, ...]
    held: Held | None = None
    evidence: tuple[Evidence, Evidence] | None = None
    value: Decimal | None = None
    currency: str | None = None
    clocks: tuple[Explained, ...] = ()
    deals: tuple[Deal, ...] | None = None


def lead_page(
    store: LeadStore, book: Book, person: Person, lead_id: int, now: datetime
) -> LeadPage:
    """Return what somebody sees of a lead.

    Raises:
        NotFoundError: There is no such lead, or it is not theirs to see.
    """
    scope = scope_of(person, Action.SEE_LEADS)
    lead, clocks, events, deals = store.whole(lead_id)
    if not scope.has(lead):
        raise NotFoundError(f"there is no lead {lead_id}", str(lead_id))
    page = _page(lead, timeline(events), book)
    if scope.reach is Reach.DELIVERED:
        return replace(page, entries=_for_suppliers(page.entries))
    version = book.version(lead["version_id"])
    stood, holder_id = pauses(events), lead["holder_id"]
    away = store.leave_of(holder_id) if holder_id is not None else ()
    today = local_date(now, book.pages_timezone)
    return replace(
        page,
        held=_held(lead, events, person, back_on(away, today), now),
        evidence=evidence(lead, book),
        value=Decimal(lead["value"]) / _MONEY if version else None,
        currency=version.agreement.currency if version else None,
        clocks=tuple(explained(lead, clocks, stood, book, seconds(now), away=away)),
        deals=tuple(_deal(row) for row in deals),
    )


def _page(lead: Row, entries: tuple[Entry, ...], book: Book) -> LeadPage:
    segment, tier = cell_titles(lead, book)
    version = book.version(lead["version_id"])
    return LeadPage(
        lead_id=lead["id"],
        name=lead_name(lead),
        record={name: lead[name] for name in _RECORD},
        zone=book.timezone_of(lead["version_id"]),
        segment=segment,
        tier=tier,
        stage=stage_of(lead, is_recycled=_is_recycled(entries)),
        source=lead["source"],
        label=lead["label"],
        handed_at=instant(lead["handed_at"]),
        version_id=lead["version_id"],
        agreement=version.agreement.title if version else None,
        accepted_by_default_at=_by_default(lead),
        entries=entries,
    )


def _is_recycled(entries: tuple[Entry, ...]) -> bool:
    return is_recycled(one.kind for one in entries if one.gone is None)


def _by_default(lead: Row) -> datetime | None:
    return instant(lead["accept_due_at"]) if lead["accepted"] == BY_DEFAULT else None


def _for_suppliers(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """Return what counts of what a supplier may know, without names of people or files."""
    shown = (e for e in entries if e.kind in _FOR_SUPPLIERS and e.gone is None)
    return tuple(replace(entry, by=None, given=None, label=None, source="") for entry in shown)


def _held(
    lead: Row, events: list[Event], person: Person, away_until: date | None, now: datetime
) -> Held:
    paused = lead["paused_until"]
    return Held(
        holder_id=lead["holder_id"],
        holder=lead["holder"],
        since=None if lead["held_since"] is None else instant(lead["held_since"]),
        away_until=away_until,
        owner=lead["owner"] or None,
        is_acknowledged=bool(lead["acknowledged"]),
        paused_until=None if paused is None or paused <= seconds(now) else instant(paused),
        may_answer=_may(person, Action.ANSWER_LEADS, lead),
        may_assign=_may(person, Action.ASSIGN_LEADS, lead),
        may_hand_off=_may(person, Action.ADD_LEADS, lead),
        undo=answer_by_link(events, person.email, seconds(now - UNDO_WITHIN)),
    )


def _may(person: Person, action: Action, lead: Row) -> bool:
    return may(person, action) and scope_of(person, action).has(lead)


def _deal(row: Row) -> Deal:
    return Deal(
        source_key=row["source_key"],
        source=row["source"],
        stage=row["stage"],
        outcome=row["outcome"],
        amount=None if row["amount"] is None else Decimal(row["amount"]) / _MONEY,
        currency=row["currency"],
        opened_at=None if row["created_at"] is None else instant(row["created_at"]),
        closed_at=None if row["closed_at"] is None else instant(row["closed_at"]),
        is_before_lead=bool(row["before_lead"]),
    )
