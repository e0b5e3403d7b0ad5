"""Acknowledging: a person says "I have it".

It is recorded once, with who and when, and clocks and facts follow in the same transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

import polars as pl

from smarketing.domain.calendar import instant, seconds
from smarketing.domain.clocks import ClockState
from smarketing.domain.errors import ForbiddenError, NotFoundError
from smarketing.services.conclusions.judged import Knowledge
from smarketing.services.conclusions.settle import settle_again
from smarketing.services.leads.queue import lead_name, scope_of
from smarketing.services.people.people import Role
from smarketing.services.ports import Freshness, Ledger

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from datetime import datetime

    from smarketing.services.conclusions.book import Book
    from smarketing.services.people.people import Person

ACKNOWLEDGES: Final = frozenset({Role.ADMINISTRATOR, Role.SALES_MANAGER, Role.REP})
"""Marketing may look at who waits; only sales answers."""


@dataclass(frozen=True)
class Answer:
    """What came of pressing *I have it*.

    Attributes:
        is_new: False: the lead was answered before, and nothing was recorded.
        is_own: The same person had done it.
        name: The lead's.
        by: E-mail of who did it; None: the CRM said so.
        at: When.
        zone: In which `at` is shown.
        attempt_due_at: When the first attempt is late; None: none is owed, or it has been made.
    """

    is_new: bool
    is_own: bool
    name: str
    by: str | None
    at: datetime
    zone: str
    attempt_due_at: datetime | None


class ActLedger(Ledger, Freshness, Protocol):
    """What it takes to record an act and to conclude from it."""

    def record_events(self, events: pl.DataFrame) -> None:
        """Append events in their order; each becomes the next one of its lead."""
        ...


class Act(Protocol):
    """A transaction about one lead, which nobody else changes meanwhile."""

    @property
    def ledger(self) -> ActLedger:
        """Return the leads and what follows from them."""
        ...

    @property
    def source_id(self) -> int:
        """Return the number of the portal as a source of acts."""
        ...

    def answered(self) -> tuple[int, str | None] | None:
        """Return instant (seconds of UTC) and actor of the first answer; None: there is none."""
        ...


class ActStore(Protocol):
    """Where acts are recorded."""

    def acting(self, lead_id: int, now: int) -> AbstractContextManager[Act]:
        """Begin a transaction that alone may change a lead."""
        ...


def acknowledge(store: ActStore, lead_id: int, person: Person, now: datetime, book: Book) -> Answer:
    """Record that a person says "I have it"; of several presses only the first one counts.

    Raises:
        ForbiddenError: The person is not of sales.
        NotFoundError: There is no such lead, or it is not this person's to see.
    """
    if person.role not in ACKNOWLEDGES:
        raise ForbiddenError(
            "Only Sales says “I have it”: ask the lead's owner or a sales manager."
        )
    ids = pl.Series("id", [lead_id], dtype=pl.Int64())
    at = seconds(now)
    with store.acting(lead_id, at) as act:
        found = act.ledger.leads(ids)
        if found.is_empty() or not scope_of(person).has(found.item(0, "owner")):
            raise NotFoundError(f"no lead {lead_id} is in your queue", str(lead_id))
        lead = found.row(0, named=True)
        since: tuple[int, str | None] = (at, person.email)
        if lead["acknowledged"]:
            since = act.answered() or (lead["handed_at"], None)
        else:
            act.ledger.record_events(_acknowledged(lead_id, person, at, act.source_id))
            settle_again(act.ledger, book, Knowledge(at, act.ledger.known_until()), ids)
        clocks = act.ledger.clocks(ids)
    return Answer(
        is_new=not lead["acknowledged"],
        is_own=since[1] == person.email,
        name=lead_name(lead),
        by=since[1],
        at=instant(since[0]),
        zone=book.timezone_of(lead["version_id"]),
        attempt_due_at=_attempt_due(clocks),
    )


def _acknowledged(lead_id: int, person: Person, at: int, source_id: int) -> pl.DataFrame:
    """Return the event of one person's act."""
    return pl.DataFrame(
        {
            "lead_id": [lead_id],
            "kind": ["acknowledged"],
            "occurred_at": [at],
            "ref": [f"portal:{person.id}:acknowledged"],
            "recorded_at": [at],
            "source_id": [source_id],
            "actor": [person.email],
        }
    )


def _attempt_due(clocks: pl.DataFrame) -> datetime | None:
    """Return when the first attempt of a lead is due; None where no such clock runs."""
    running = (pl.col("metric") == "first_attempt_within") & (pl.col("state") == ClockState.RUNNING)
    due = clocks.filter(running)["due_at"].min()
    return instant(due) if isinstance(due, int) else None
