"""Recycling: Sales gives a lead back to be nurtured, and Marketing hands it off once more.

Recycling answers a lead and ends what is owed for it; it takes nothing off what was delivered.
Handing it off again begins a new cycle of its clocks.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from smarketing.domain.acts import HANDED_AGAIN, RECYCLED
from smarketing.domain.errors import ConflictError
from smarketing.services.leads.acts import Told, found, record
from smarketing.services.people.policy import Action, scope_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from smarketing.services.conclusions.book import Book
    from smarketing.services.leads.acts import Acting, Actor, ActStore, Done


class RecycleReason(StrEnum):
    """Why a lead is not for now."""

    NOT_NOW = "not_now"
    NO_BUDGET = "no_budget"
    NO_ANSWER = "no_answer"
    OTHER = "other"


RECYCLE_TITLES: Final[Mapping[RecycleReason, str]] = {
    RecycleReason.NOT_NOW: "Interested, but not now",
    RecycleReason.NO_BUDGET: "No budget yet",
    RecycleReason.NO_ANSWER: "Never answered",
    RecycleReason.OTHER: "Another reason",
}


def recycle(
    store: ActStore, lead_id: int, actor: Actor, book: Book, *, reason: RecycleReason
) -> Done:
    """Record that Sales gives a lead back to Marketing.

    Raises:
        ConflictError: It was given back already, and not handed off since.
    """
    with store.acting(actor.at) as acting:
        leads = found(acting, [lead_id], scope_of(actor.person, Action.ANSWER_LEADS))
        if _is_recycled(acting, lead_id) and not acting.told([lead_id], actor.ref):
            raise ConflictError("It is recycled already: Marketing nurtures it.")
        return record(acting, actor, leads, [(lead_id, Told(RECYCLED, str(reason)))], book)


def hand_off_again(store: ActStore, lead_id: int, actor: Actor, book: Book) -> Done:
    """Record that Marketing hands a recycled lead off once more: its clocks begin anew.

    Raises:
        ConflictError: It is not recycled, or was handed off this very second: a cycle of its
            clocks is known by when it begins.
    """
    with store.acting(actor.at) as acting:
        leads = found(acting, [lead_id], scope_of(actor.person, Action.ADD_LEADS))
        if not acting.told([lead_id], actor.ref):
            if not _is_recycled(acting, lead_id):
                raise ConflictError("Only a lead that Sales recycled is handed off again.")
            if any(event["at"] >= actor.at for event in acting.kept(lead_id, HANDED_AGAIN)):
                raise ConflictError("It was handed off this very second: look at it once more.")
        return record(acting, actor, leads, [(lead_id, Told(HANDED_AGAIN))], book)


def is_recycled(kinds: Iterable[str]) -> bool:
    """Return whether the last word is that a lead is recycled.

    Args:
        kinds: Of the events of a lead that count, in the order in which they were told.
    """
    told = [kind for kind in kinds if kind in (RECYCLED, HANDED_AGAIN)]
    return told[-1:] == [RECYCLED]


def _is_recycled(acting: Acting, lead_id: int) -> bool:
    events = [e for kind in (RECYCLED, HANDED_AGAIN) for e in acting.kept(lead_id, kind)]
    return is_recycled(e["kind"] for e in sorted(events, key=lambda event: int(event["nth"])))
