"""The queue: leads whose hand-off nobody has answered, the one that is due first on top.

A rep sees the leads of their own name in the CRM and those without an owner; the managers and
an administrator see all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

from smarketing.domain.calendar import instant, seconds
from smarketing.domain.clocks import ClockState
from smarketing.services.people.people import Role

if TYPE_CHECKING:
    from datetime import datetime

    import polars as pl

    from smarketing.domain.agreement import Rule
    from smarketing.services.conclusions.book import Book
    from smarketing.services.people.people import Person

PAGE: Final = 50
"""Leads on one page."""

SEES_ALL: Final = frozenset({Role.ADMINISTRATOR, Role.SALES_MANAGER, Role.MARKETING_MANAGER})


@dataclass(frozen=True)
class Scope:
    """Whose leads somebody may see.

    Attributes:
        everyone: All leads; else the owner's and those without one.
        owner: A name in the CRM; None: only leads without an owner.
    """

    everyone: bool
    owner: str | None

    def has(self, owner: str | None) -> bool:
        """Return whether a lead of that owner is in it."""
        return self.everyone or not owner or owner == self.owner


@dataclass(frozen=True)
class QueueItem:
    """One lead that waits.

    Attributes:
        name: What there is to call it by: name, e-mail, company or the source's key.
        segment: Title of the segment; tier: of the tier.
        owner: Who holds it; None: the team.
        zone: Of the agreement: in which times are shown.
        is_at_risk: The first warning has passed, due_at has not.
        is_breached: due_at has passed.
        attempt_due_at: When the first attempt is late; None: no such promise.
        attempt: Where that clock stands; None: no such promise.
    """

    lead_id: int
    name: str
    company: str | None
    job_title: str | None
    segment: str
    tier: str
    owner: str | None
    zone: str
    handed_at: datetime
    due_at: datetime
    is_at_risk: bool
    is_breached: bool
    attempt_due_at: datetime | None
    attempt: ClockState | None


@dataclass(frozen=True)
class QueuePage:
    """One page of a queue.

    Attributes:
        total: Leads in the whole queue; breached: those of them that are late.
        number: Of the page, from 1.
    """

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

    def waiting(self, scope: Scope, limit: int, offset: int) -> pl.DataFrame:
        """Return leads with a running acknowledge clock and no answer, by due_at.

        Columns: `id, full_name, first_name, last_name, email, company, source_key, job_title,
        owner, version_id, segment, tier, handed_at, due_at, at_risk_at, attempt_due_at,
        attempt`; instants in seconds of UTC, `attempt` a ClockState.
        """
        ...

    def counts(self, scope: Scope, now: int) -> tuple[int, int]:
        """Return how many leads wait, and how many of them were due before now."""
        ...


def scope_of(person: Person) -> Scope:
    """Return whose leads a person may see."""
    return Scope(everyone=person.role in SEES_ALL, owner=person.owner)


def queue_of(
    store: QueueStore, book: Book, person: Person, now: datetime, number: int = 1
) -> QueuePage:
    """Return one page of a person's queue, the lead due first on top.

    Args:
        store: The leads.
        book: The agreements in force: titles and zones.
        person: Whose queue.
        now: The instant that decides what is at risk or late.
        number: Of the page, from 1; one past the end has no items.
    """
    scope = scope_of(person)
    total, breached = store.counts(scope, seconds(now))
    rows = store.waiting(scope, PAGE, (number - 1) * PAGE)
    items = tuple(_item(row, book, seconds(now)) for row in rows.iter_rows(named=True))
    return QueuePage(items, total, breached, number)


def _item(row: dict[str, Any], book: Book, now: int) -> QueueItem:
    segment, tier = _titles(row, book)
    due, warned = row["due_at"], row["at_risk_at"]
    return QueueItem(
        lead_id=row["id"],
        name=lead_name(row),
        company=row["company"],
        job_title=row["job_title"],
        segment=segment,
        tier=tier,
        owner=row["owner"] or None,
        zone=book.timezone_of(row["version_id"]),
        handed_at=instant(row["handed_at"]),
        due_at=instant(due),
        # An answer at due_at itself is in time.
        is_at_risk=warned is not None and warned <= now <= due,
        is_breached=due < now,
        attempt_due_at=None if row["attempt_due_at"] is None else instant(row["attempt_due_at"]),
        attempt=None if row["attempt"] is None else ClockState(row["attempt"]),
    )


def lead_name(row: dict[str, Any]) -> str:
    """Return what there is to call a lead by: the best of what its source told."""
    parts = " ".join(filter(None, (row["first_name"], row["last_name"])))
    others = (row["email"], row["company"], row["source_key"])
    return str(next(filter(None, (row["full_name"], parts, *others))))


def _titles(row: dict[str, Any], book: Book) -> tuple[str, str]:
    """Return what people call a lead's segment and tier."""
    version = book.version(row["version_id"])
    segments, tiers = (version.agreement.segments, version.agreement.tiers) if version else ((), ())
    return _title(segments, row["segment"]), _title(tiers, row["tier"])


def _title(rules: tuple[Rule, ...], name: str) -> str:
    """Return the title of a rule's name; one without a rule, as `other`, is its own title."""
    titles = {rule.name: rule.title for rule in rules}
    return titles.get(name, name.replace("_", " ").capitalize())
