"""Handing leads on: back to the team, or to somebody else. The clocks of a lead run on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from smarketing.domain.acts import ASSIGNED, RETURNED
from smarketing.domain.errors import ConflictError, NotFoundError
from smarketing.services.leads.acts import Told, found, record
from smarketing.services.people.leave import away_on
from smarketing.services.people.people import everyone
from smarketing.services.people.policy import HOLDS, Action, scope_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from smarketing.services.conclusions.book import Book
    from smarketing.services.leads.acts import Actor, ActStore, Done
    from smarketing.services.people.leave import Coming
    from smarketing.services.people.people import Directory, Person


@dataclass(frozen=True)
class Choice:
    """Somebody to whom a lead may be handed.

    Attributes:
        away_until: Their first day back; None: they are not on leave.
    """

    id: int
    name: str
    away_until: date | None


def holders(directory: Directory) -> tuple[Person, ...]:
    """Return the people to whom a lead may be handed, by name."""
    people = (p for p in everyone(directory) if p.active and p.role in HOLDS)
    return tuple(sorted(people, key=lambda person: person.name.casefold()))


def choices(directory: Directory, leave: Coming, today: date) -> tuple[Choice, ...]:
    """Return the people to whom a lead may be handed, by name; those who are away stand last."""
    back = away_on(leave, today)
    found = [Choice(one.id, one.name, back.get(one.id)) for one in holders(directory)]
    return tuple(sorted(found, key=lambda one: one.away_until is not None))


def hand_back(store: ActStore, lead_id: int, actor: Actor, book: Book) -> Done:
    """Record *not mine*: the lead goes back to the team's queue. It rejects nothing.

    Raises:
        ConflictError: Nobody holds it.
    """
    with store.acting(actor.at) as acting:
        leads = found(acting, [lead_id], scope_of(actor.person, Action.ANSWER_LEADS))
        if leads.item(0, "holder_id") is None and not acting.told([lead_id], actor.ref):
            raise ConflictError("It waits in the team's queue already.")
        return record(acting, actor, leads, [(lead_id, Told(RETURNED, actor.way))], book)


def assign(
    store: ActStore,
    directory: Directory,
    lead_ids: Sequence[int],
    actor: Actor,
    book: Book,
    *,
    to: int,
) -> Done:
    """Hand leads to a person.

    Raises:
        NotFoundError: One of the leads is out of reach, or nobody who holds leads has that number.
    """
    if all(person.id != to for person in holders(directory)):
        raise NotFoundError("nobody who may hold leads has that number", str(to))
    with store.acting(actor.at) as acting:
        leads = found(acting, lead_ids, scope_of(actor.person, Action.ASSIGN_LEADS))
        told = Told(ASSIGNED, str(to))
        return record(acting, actor, leads, [(lead_id, told) for lead_id in leads["id"]], book)
