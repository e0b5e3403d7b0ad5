"""Acknowledging: a person says "I have it", and holds the lead from then on if nobody did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from smarketing.domain.acts import ASSIGNED
from smarketing.domain.calendar import instant
from smarketing.domain.clocks import ClockState
from smarketing.domain.errors import NotFoundError
from smarketing.services.leads.acts import UNDO_WITHIN, Told, found, record
from smarketing.services.leads.queue import lead_name
from smarketing.services.people.policy import Action, scope_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from smarketing.services.conclusions.book import Book
    from smarketing.services.leads.acts import Acting, Actor, ActStore, Event


@dataclass(frozen=True)
class Answer:
    """What came of pressing *I have it*.

    Attributes:
        is_new: False: somebody had it before, and nothing was recorded.
        is_own: The same person had said it.
        name: The lead's.
        by: E-mail of who did it; None: the CRM said so.
        at: When.
        zone: In which `at` is shown.
        attempt_due_at: When the first attempt is late; None: none is owed, or it has been made.
        ref: By which it can be taken back; "" where nothing was recorded.
        is_held: Whether it is this person who holds the lead now.
    """

    lead_id: int
    is_new: bool
    is_own: bool
    name: str
    by: str | None
    at: datetime
    zone: str
    attempt_due_at: datetime | None
    ref: str
    is_held: bool


def acknowledge(store: ActStore, lead_id: int, actor: Actor, book: Book) -> Answer:
    """Record that a person says "I have it"; of several presses only the first one counts.

    Raises:
        ForbiddenError: The person is not of sales.
        NotFoundError: There is no such lead, or it is not this person's to see.
    """
    scope = scope_of(actor.person, Action.ANSWER_LEADS)
    with store.acting(actor.at) as acting:
        try:
            leads = found(acting, [lead_id], scope)
        except NotFoundError:
            if taken := _just_taken(acting, lead_id, actor, book):
                return taken
            raise
        lead = leads.row(0, named=True)
        told = [(lead_id, one) for one in having(lead, actor)]
        if not told:
            return _answer(acting, lead, acting.answered(lead_id), actor=actor, book=book)
        done = record(acting, actor, leads, told, book)
        return _answer(
            acting, lead, (actor.at, actor.person.email), actor=actor, book=book, ref=done.ref
        )


def having(lead: Mapping[str, Any], actor: Actor) -> list[Told]:
    """Return what has to be told so that somebody has a lead: nothing where somebody does."""
    told = [] if lead["acknowledged"] else [Told("acknowledged", actor.way, "#had")]
    if lead["holder_id"] is None:
        told.append(Told(ASSIGNED, str(actor.person.id), "#held"))
    return told


def _just_taken(acting: Acting, lead_id: int, actor: Actor, book: Book) -> Answer | None:
    """Return who was faster at a lead that lay in the team's queue a moment ago; else None."""
    ids = pl.Series("id", [lead_id], dtype=pl.Int64())
    taken = [one for one in acting.kept(lead_id, ASSIGNED) if _took_it(acting, one)][-1:]
    if not taken or taken[0]["at"] < actor.at - UNDO_WITHIN.total_seconds():
        return None
    lead = acting.ledger.leads(ids).row(0, named=True)
    since = (taken[0]["at"], taken[0]["actor"])
    return _answer(acting, lead, since, actor=actor, book=book)


def _took_it(acting: Acting, event: Event) -> bool:
    """Return whether who was assigned a lead had taken it from the team's queue."""
    return acting.ledger.holders().names.get(event["actor"]) == int(event["detail"])


def _answer(
    acting: Acting,
    lead: dict[str, Any],
    since: tuple[int, str | None] | None,
    *,
    actor: Actor,
    book: Book,
    ref: str = "",
) -> Answer:
    at, by = since or (lead["handed_at"], None)
    return Answer(
        lead_id=lead["id"],
        is_new=bool(ref),
        is_own=by == actor.person.email,
        name=lead_name(lead),
        by=by,
        at=instant(at),
        zone=book.timezone_of(lead["version_id"]),
        attempt_due_at=_attempt_due(acting, lead["id"]),
        ref=ref,
        is_held=lead["holder_id"] in (None, actor.person.id),
    )


def _attempt_due(acting: Acting, lead_id: int) -> datetime | None:
    """Return when the first attempt of a lead is due; None where no such clock runs."""
    clocks = acting.ledger.clocks(pl.Series("id", [lead_id], dtype=pl.Int64()))
    running = (pl.col("metric") == "first_attempt_within") & (pl.col("state") == ClockState.RUNNING)
    due = clocks.filter(running)["due_at"].min()
    return instant(due) if isinstance(due, int) else None
