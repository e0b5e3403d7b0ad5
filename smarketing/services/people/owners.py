"""Owners: what CRMs call the people who hold leads, and who that is.

A name that is tied to nobody keeps its leads in the team's queue. An e-mail of somebody who
may hold leads needs no tie.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from smarketing.domain.errors import NotFoundError
from smarketing.services.conclusions.holding import HoldingLedger, hold_again
from smarketing.services.people.people import everyone, person_named
from smarketing.services.people.policy import HOLDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from contextlib import AbstractContextManager
    from datetime import datetime

    import polars as pl

    from smarketing.services.people.people import Directory, Person


@dataclass(frozen=True)
class Owner:
    """A name that CRMs use for an owner.

    Attributes:
        person_id: Who it is; None: nobody was tied to it.
        delivered: Leads that carry the name; waiting: those of them that owe an answer.
        suggested: A person whose name or e-mail fits, while nobody is tied to it.
    """

    name: str
    person_id: int | None
    delivered: int
    waiting: int
    suggested: int | None


class Tying(HoldingLedger, Protocol):
    """A transaction in which names are tied to people."""

    def tie(self, name: str, person_id: int | None, by: str, now: datetime) -> None:
        """Tie a name to a person; None: to nobody any more."""
        ...

    def of_owner(self, name: str) -> pl.Series:
        """Return ids of the leads that carry a name, in whatever case."""
        ...

    def held_by(self, person_id: int) -> pl.Series:
        """Return ids of the leads that a person holds."""
        ...


class OwnerDesk(Protocol):
    """Where the names of owners are kept."""

    def names(self) -> Sequence[tuple[str, int | None, int, int]]:
        """Return each name in the data, who it is, and how many leads it has: all and waiting."""
        ...

    def tying(self) -> AbstractContextManager[Tying]:
        """Begin a transaction that alone may change leads."""
        ...


def owners(desk: OwnerDesk, directory: Directory) -> tuple[Owner, ...]:
    """Return every owner in the data, those without a person first, then by name."""
    people = [person for person in everyone(directory) if person.role in HOLDS and person.active]
    emails = {person.email: person.id for person in people}
    found = [
        Owner(
            name,
            number if number is not None else emails.get(name.lower()),
            delivered,
            waiting,
            None if number is not None else _suggested(name, people),
        )
        for name, number, delivered, waiting in desk.names()
    ]
    return tuple(sorted(found, key=lambda o: (o.person_id is not None, o.name.casefold())))


def tie(
    desk: OwnerDesk,
    directory: Directory,
    name: str,
    person_id: int | None,
    *,
    by: str,
    now: datetime,
) -> int:
    """Tie a name to a person (None: to nobody); return how many leads changed hands.

    Raises:
        NotFoundError: There is no such person, or they may hold no lead.
    """
    people = {p.id for p in everyone(directory) if p.role in HOLDS and p.active}
    if person_id is not None and person_id not in people:
        raise NotFoundError("nobody who may hold leads has that number", str(person_id))
    with desk.tying() as ledger:
        ledger.tie(name, person_id, by, now)
        return hold_again(ledger, ledger.of_owner(name))


def hand_over(desk: OwnerDesk, directory: Directory, email: str) -> int:
    """Say anew who holds the leads that concern somebody: after they came, went or changed role.

    Returns:
        How many leads changed hands.

    Raises:
        NotFoundError: Nobody has that e-mail.
    """
    person = person_named(directory, email)
    names = [name for name, number, *_ in desk.names() if number == person.id]
    with desk.tying() as ledger:
        moved = hold_again(ledger, ledger.held_by(person.id))
        for name in (person.email, *names):
            moved += hold_again(ledger, ledger.of_owner(name))
    return moved


def _suggested(name: str, people: Iterable[Person]) -> int | None:
    """Return the one person whom a name fits: by the whole name, or by the e-mail's first part."""
    wanted = _plain(name)
    fits = [p.id for p in people if wanted in (_plain(p.name), _plain(p.email.split("@")[0]))]
    return fits[0] if len(fits) == 1 else None


def _plain(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())
