"""What a person does about a lead in the portal: recorded once, and concluded from at once.

Every act is an event (or two) of the lead with one `ref`, made from the person's number and a
word that the form brought along: a form that is sent twice is one act. Clocks, holder and
facts follow in the same transaction. Within ten minutes whoever did it may take it back.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

import polars as pl

from smarketing.domain.acts import WITHDRAWN
from smarketing.domain.calendar import seconds
from smarketing.domain.errors import ConflictError, NotFoundError
from smarketing.domain.ways import how_detail
from smarketing.services.conclusions.judged import Knowledge
from smarketing.services.conclusions.settle import settle_again
from smarketing.services.leads.queue import lead_name
from smarketing.services.people.policy import Action, scope_of
from smarketing.services.ports import Freshness, Ledger

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from contextlib import AbstractContextManager
    from datetime import datetime

    from smarketing.domain.scope import Scope
    from smarketing.domain.ways import How
    from smarketing.services.conclusions.book import Book
    from smarketing.services.people.people import Person

UNDO_WITHIN: Final = timedelta(minutes=10)
"""How long an act may be taken back by who did it."""

_WORD: Final = re.compile(r"[A-Za-z0-9_-]{8,64}")


class Told(NamedTuple):
    """One event that an act records.

    Attributes:
        part: What tells it from the others of the same act, as `#held`; "" for the main one.
        at: When it happened, in seconds of UTC; None: now.
        ref: Of an earlier act that it tells anew; None: of this one.
        by: Who did that one; None: who acts now.
    """

    kind: str
    detail: str | None = None
    part: str = ""
    at: int | None = None
    ref: str | None = None
    by: str | None = None


@dataclass(frozen=True)
class Done:
    """What came of an act.

    Attributes:
        names: Of the leads.
        zone: In which its times are shown.
        ref: By which it can be taken back.
        is_new: False: the form was sent before, and nothing was recorded.
        counts: False: a rejection that came too late, or for no agreed reason, to take the lead off
            what Marketing delivered.
    """

    lead_ids: tuple[int, ...]
    names: tuple[str, ...]
    zone: str
    ref: str
    is_new: bool = True
    counts: bool = True

    @property
    def name(self) -> str:
        """Return what the lead is called; of several, how many they are."""
        return self.names[0] if len(self.names) == 1 else f"{len(self.names)} leads"


Event = Mapping[str, Any]
"""A stored event: `lead_id, nth, kind, detail, ref, actor, at, recorded_at`."""


class ActLedger(Ledger, Freshness, Protocol):
    """What it takes to record an act and to conclude from it."""

    def record_events(self, events: pl.DataFrame) -> None:
        """Append events in their order; each becomes the next one of its lead."""
        ...


class Acting(Protocol):
    """A transaction about some leads, which nobody else changes meanwhile."""

    @property
    def ledger(self) -> ActLedger:
        """Return the leads and what follows from them."""
        ...

    @property
    def source_id(self) -> int:
        """Return the number of the portal as a source of acts."""
        ...

    def answered(self, lead_id: int) -> tuple[int, str | None] | None:
        """Return instant (seconds of UTC) and actor of the first answer; None: there is none."""
        ...

    def told(self, lead_ids: Sequence[int], ref: str) -> Sequence[Event]:
        """Return the events of an act that count."""
        ...

    def since(self, lead_id: int, nth: int) -> Sequence[Event]:
        """Return the events that count and were told after one."""
        ...

    def kept(self, lead_id: int, kind: str) -> Sequence[Event]:
        """Return the events of a kind that count, the oldest first."""
        ...


class ActStore(Protocol):
    """Where acts are recorded."""

    def acting(self, now: int) -> AbstractContextManager[Acting]:
        """Begin a transaction that alone may change leads."""
        ...


@dataclass(frozen=True)
class Actor:
    """Somebody at a form.

    Attributes:
        word: What the form brought along; the same one twice is one act.
        now: When it arrived.
        how: By which way, where that is not the portal.
    """

    person: Person
    word: str
    now: datetime
    how: How | None = None

    @property
    def mine(self) -> str:
        """Return how the references of this person's acts begin."""
        return f"portal:{self.person.id}:"

    @property
    def ref(self) -> str:
        """Return the reference of the act."""
        return f"{self.mine}{self.word}"

    @property
    def way(self) -> str | None:
        """Return what the events of the act say of how it came about."""
        return how_detail(self.how) if self.how else None

    @property
    def at(self) -> int:
        """Return `now` in seconds of UTC."""
        return seconds(self.now)


def is_word(text: str) -> bool:
    """Return whether a form's word is one of ours."""
    return _WORD.fullmatch(text) is not None


def record(
    acting: Acting,
    actor: Actor,
    leads: pl.DataFrame,
    events: Iterable[tuple[int, Told]],
    book: Book,
) -> Done:
    """Record the events of an act, and what follows; a form that was sent before records nothing.

    Args:
        acting: The transaction.
        actor: Who did it.
        leads: Stored rows of the leads, at least one.
        events: Each with the id of its lead.
        book: The agreements in force.
    """
    ids = leads["id"]
    done = Done(
        tuple(ids),
        tuple(lead_name(row) for row in leads.iter_rows(named=True)),
        book.timezone_of(leads.item(0, "version_id")),
        actor.ref,
    )
    if acting.told(ids.to_list(), actor.ref):
        return replace(done, is_new=False)
    acting.ledger.record_events(_frame(acting, actor, events))
    knowledge = Knowledge(actor.at, acting.ledger.known_until())
    settle_again(acting.ledger, book, knowledge, ids)
    return done


def found(acting: Acting, lead_ids: Sequence[int], scope: Scope) -> pl.DataFrame:
    """Return the stored rows of leads, in their order.

    Raises:
        NotFoundError: One of them is not there, or out of reach.
    """
    leads = acting.ledger.leads(pl.Series("id", lead_ids, dtype=pl.Int64()))
    there = {row["id"] for row in leads.iter_rows(named=True) if scope.has(row)}
    missing = [lead_id for lead_id in lead_ids if lead_id not in there]
    if missing or not lead_ids:
        raise NotFoundError("there is no such lead, or it is not yours to see", str(missing))
    return leads.sort("id")


def undo(store: ActStore, lead_ids: Sequence[int], ref: str, actor: Actor, book: Book) -> Done:
    """Take an act back as if it had not been.

    Raises:
        NotFoundError: There is no such act, or it is somebody else's.
        ConflictError: It is more than ten minutes old.
    """
    with store.acting(actor.at) as acting:
        return undo_within(acting, lead_ids, ref, actor, book)


def undo_within(
    acting: Acting, lead_ids: Sequence[int], ref: str, actor: Actor, book: Book
) -> Done:
    """Take an act back within a transaction that may have looked already; raises as `undo`."""
    leads = found(acting, lead_ids, scope_of(actor.person, Action.ANSWER_LEADS))
    told = acting.told(leads["id"].to_list(), ref) if ref.startswith(actor.mine) else []
    if not told or any(event["actor"] != actor.person.email for event in told):
        raise NotFoundError("there is nothing of yours to take back", ref)
    oldest = min(event["recorded_at"] for event in told)
    if oldest < actor.at - UNDO_WITHIN.total_seconds():
        raise ConflictError(
            "It is more than ten minutes ago, so it stands: record what is true now instead"
        )
    _nothing_since(acting, leads["id"].to_list(), told, actor)
    gone = [(event["lead_id"], Told(WITHDRAWN, event["kind"], ref=event["ref"])) for event in told]
    return record(acting, actor, leads, gone, book)


def _nothing_since(
    acting: Acting, lead_ids: Sequence[int], told: Sequence[Event], actor: Actor
) -> None:
    """Refuse to take back what later acts of the same person build on."""
    last = max(event["nth"] for event in told)
    refs = {event["ref"] for event in told}
    for lead_id in lead_ids:
        for event in acting.since(lead_id, last):
            if event["ref"].startswith(actor.mine) and event["ref"] not in refs:
                raise ConflictError("You did more since: take that back first.")


def _frame(acting: Acting, actor: Actor, events: Iterable[tuple[int, Told]]) -> pl.DataFrame:
    rows = [
        {
            "lead_id": lead_id,
            "kind": told.kind,
            "occurred_at": actor.at if told.at is None else told.at,
            "ref": told.ref or f"{actor.ref}{told.part}",
            "recorded_at": actor.at,
            "source_id": acting.source_id,
            "actor": told.by or actor.person.email,
            "detail": told.detail,
        }
        for lead_id, told in events
    ]
    whole = ("lead_id", "occurred_at", "recorded_at", "source_id")
    return pl.DataFrame(
        rows, schema={name: pl.Int64 if name in whole else pl.String for name in rows[0]}
    )
