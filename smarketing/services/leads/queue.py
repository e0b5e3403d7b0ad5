"""The queue: leads that owe an answer, the one that is due first on top.

A rep has a part of their own and sees the team's, of which they may take; the managers and an
administrator see all of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

from smarketing.domain.calendar import instant, seconds
from smarketing.domain.clocks import ClockState
from smarketing.domain.scope import QueuePart, Reach
from smarketing.services.people.policy import Action, scope_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    import polars as pl

    from smarketing.domain.agreement import Rule
    from smarketing.services.conclusions.book import Book
    from smarketing.services.people.people import Person

PAGE: Final = 50
"""Leads on one page."""


@dataclass(frozen=True)
class QueueItem:
    """One lead that owes an answer.

    Attributes:
        name: What there is to call it by: name, e-mail, company or the source's key.
        segment: Title of the segment; tier: of the tier.
        holder: Who holds it; None: the team.
        owner: What the CRM calls its owner; None: it names none.
        zone: Of the agreement: in which times are shown.
        is_acknowledged: What is owed next is an attempt, else that somebody has it.
        is_accepted: By hand or by default.
        due_at: When the next answer is late.
        is_at_risk: The first warning has passed, due_at has not.
        is_breached: due_at has passed.
        paused_until: The clocks stand until then; None: they run.
        attempt_due_at: When the first attempt is late; None: no such promise.
        attempt: Where that clock stands; None: no such promise.
        version_id: Of its agreement; 0 for none.
    """

    lead_id: int
    name: str
    company: str | None
    job_title: str | None
    email: str | None
    phone: str | None
    segment: str
    tier: str
    holder_id: int | None
    holder: str | None
    owner: str | None
    zone: str
    handed_at: datetime
    is_acknowledged: bool
    is_accepted: bool
    due_at: datetime
    is_at_risk: bool
    is_breached: bool
    paused_until: datetime | None
    attempt_due_at: datetime | None
    attempt: ClockState | None
    version_id: int

    @property
    def is_untried(self) -> bool:
        """Return whether a first attempt is owed and was not made."""
        return self.attempt is ClockState.RUNNING


@dataclass(frozen=True)
class QueuePage:
    """One page of a part of the queue.

    Attributes:
        total: Leads in the whole part; breached: those of them that are late.
        number: Of the page, from 1.
    """

    part: QueuePart
    items: tuple[QueueItem, ...]
    total: int
    breached: int
    number: int

    @property
    def pages(self) -> int:
        """Return how many pages there are, at least 1."""
        return max(1, -(-self.total // PAGE))


class QueueStore(Protocol):
    """Where the queue is read."""

    def waiting(self, part: QueuePart, person_id: int, limit: int, offset: int) -> pl.DataFrame:
        """Return leads with a running clock, by when the first of theirs is due.

        Columns: those of the lead, `version_id, segment, tier, holder` (a name),
        `attempt_due_at, attempt`; instants in seconds of UTC, `attempt` a ClockState.
        """
        ...

    def counts(self, part: QueuePart, person_id: int, now: int) -> tuple[int, int]:
        """Return how many leads owe an answer, and how many of them since before now."""
        ...


def parts_of(person: Person) -> tuple[QueuePart, ...]:
    """Return the parts of the queue that somebody sees; the first one is theirs to open with."""
    if scope_of(person, Action.SEE_QUEUE).reach is Reach.ALL:
        return (QueuePart.ALL, QueuePart.MINE, QueuePart.TEAM)
    return (QueuePart.MINE, QueuePart.TEAM)


def queue_of(
    store: QueueStore,
    book: Book,
    person: Person,
    part: QueuePart,
    *,
    now: datetime,
    number: int = 1,
) -> QueuePage:
    """Return one page of a part of a person's queue, the lead due first on top.

    Args:
        store: The leads.
        book: The agreements in force: titles and zones.
        person: Whose queue.
        part: One of `parts_of`.
        now: The instant that decides what is at risk or late.
        number: Of the page, from 1; one past the end has no items.
    """
    total, breached = store.counts(part, person.id, seconds(now))
    rows = store.waiting(part, person.id, PAGE, (number - 1) * PAGE)
    return QueuePage(part, _items(rows, book, now), total, breached, number)


def first_waiting(
    store: QueueStore, book: Book, most: int, *, now: datetime
) -> tuple[QueueItem, ...]:
    """Return the leads of everybody that are due first, or late longest; at most so many."""
    return _items(store.waiting(QueuePart.ALL, 0, most, 0), book, now)


def _items(rows: pl.DataFrame, book: Book, now: datetime) -> tuple[QueueItem, ...]:
    return tuple(_item(row, book, seconds(now)) for row in rows.iter_rows(named=True))


def _item(row: dict[str, Any], book: Book, now: int) -> QueueItem:
    segment, tier = cell_titles(row, book)
    due, warned, paused = row["next_due_at"], row["next_risk_at"], row["paused_until"]
    return QueueItem(
        lead_id=row["id"],
        name=lead_name(row),
        company=row["company"],
        job_title=row["job_title"],
        email=row["email"],
        phone=row["phone"],
        segment=segment,
        tier=tier,
        holder_id=row["holder_id"],
        holder=row["holder"],
        owner=row["owner"] or None,
        zone=book.timezone_of(row["version_id"]),
        handed_at=instant(row["handed_at"]),
        is_acknowledged=bool(row["acknowledged"]),
        is_accepted=bool(row["accepted"]),
        due_at=instant(due),
        # An answer at due_at itself is in time.
        is_at_risk=warned is not None and warned <= now <= due,
        is_breached=due < now,
        paused_until=instant(paused) if paused is not None and now < paused else None,
        attempt_due_at=None if row["attempt_due_at"] is None else instant(row["attempt_due_at"]),
        attempt=None if row["attempt"] is None else ClockState(row["attempt"]),
        version_id=row["version_id"],
    )


def lead_name(row: Mapping[str, Any]) -> str:
    """Return what there is to call a lead by: the best of what its source told."""
    parts = " ".join(filter(None, (row["first_name"], row["last_name"])))
    others = (row["email"], row["company"], row["source_key"])
    return str(next(filter(None, (row["full_name"], parts, *others))))


def cell_titles(row: Mapping[str, Any], book: Book) -> tuple[str, str]:
    """Return what people call a lead's segment and tier."""
    version = book.version(row["version_id"])
    segments, tiers = (version.agreement.segments, version.agreement.tiers) if version else ((), ())
    return _title(segments, row["segment"]), _title(tiers, row["tier"])


def _title(rules: tuple[Rule, ...], name: str) -> str:
    """Return the title of a rule's name; one without a rule, as `other`, is its own title."""
    titles = {rule.name: rule.title for rule in rules}
    return titles.get(name, name.replace("_", " ").capitalize())
