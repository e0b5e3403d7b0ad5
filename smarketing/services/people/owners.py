"""Owners: what CRMs call the people who hold leads, and who that is.

A name that is tied to nobody keeps its leads in the team's queue. An e-mail of somebody who
may hold leads needs no tie.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from smarketing.domain.errors import InvalidError, NotFoundError
from smarketing.services.conclusions.holding import HoldingLedger, hold_again
from smarketing.services.people.people import everyone, person_named
from smarketing.services.people.policy import HOLDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from contextlib import AbstractContextManager
    from datetime import datetime

    import polars as pl

    from smarketing.services.people.people import Directory, Person


@dataclass(frozen=True)
class Owner:
    """A name that CRMs use for an owner.

    Attributes:
        person_id: Who it is; None: nobody was tied to it.
        by_email: Whether nobody had to tie it: it is the person's own e-mail.
        delivered: Leads that carry the name; waiting: those of them that owe an answer.
        suggested: A person whose name or e-mail fits, while nobody is tied to it.
    """

    name: str
    person_id: int | None
    by_email: bool
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
        """Return ids of the leads that a person holds, or was handed in the portal at some time."""
        ...


class OwnerDesk(Protocol):
    """Where the names of owners are kept."""

    def names(self) -> Sequence[tuple[str, int | None, int, int]]:
        """Return each name in the data, who it is, and how many leads it has: all and waiting."""
        ...

    def ties(self) -> Sequence[tuple[str, int]]:
        """Return each name that is tied, and to whom, by name."""
        ...

    def tying(self) -> AbstractContextManager[Tying]:
        """Begin a transaction that alone may change leads."""
        ...


def owners(desk: OwnerDesk, directory: Directory) -> tuple[Owner, ...]:
    """Return every owner in the data, those without a person first, then by name."""
    people = [person for person in everyone(directory) if may_hold(person)]
    emails = {person.email: person.id for person in people}
    found = [_owner(named, emails, people) for named in desk.names()]
    return tuple(sorted(found, key=lambda o: (o.person_id is not None, o.name.casefold())))


def may_hold(person: Person) -> bool:
    """Return whether leads may be somebody's now."""
    return person.active and person.role in HOLDS


def tie(
    desk: OwnerDesk,
    directory: Directory,
    names: Mapping[str, int | None],
    *,
    by: str,
    now: datetime,
) -> int:
    """Tie names to people (None: to nobody); return how many leads changed hands.

    Args:
        desk: Where names are kept.
        directory: Where people are kept.
        names: What CRMs say, to the person's number.
        by: The e-mail of who ties; empty: from the command line.
        now: When.

    Raises:
        NotFoundError: There is no such person, or they may hold no lead. Nothing was tied.
        InvalidError: A name is empty.
    """
    people = {person.id for person in everyone(directory) if may_hold(person)}
    for person_id in names.values():
        if person_id is not None and person_id not in people:
            raise NotFoundError("nobody who may hold leads has that number", str(person_id))
    if not all(name.strip() for name in names):
        raise InvalidError("Enter the name that the CRM uses for the owner.", "name")
    with desk.tying() as ledger:
        for name, person_id in names.items():
            ledger.tie(name, person_id, by, now)
        return sum(hold_again(ledger, ledger.of_owner(name)) for name in names)


def hand_over(desk: OwnerDesk, directory: Directory, email: str) -> int:
    """Say anew who holds the leads that concern somebody: after they came, went or changed role.

    Returns:
        How many leads changed hands.

    Raises:
        NotFoundError: Nobody has that e-mail.
    """
    person = person_named(directory, email)
    names = [name for name, person_id in desk.ties() if person_id == person.id]
    with desk.tying() as ledger:
        moved = hold_again(ledger, ledger.held_by(person.id))
        for name in (person.email, *names):
            moved += hold_again(ledger, ledger.of_owner(name))
    return moved


def _owner(
    named: tuple[str, int | None, int, int], emails: Mapping[str, int], people: Iterable[Person]
) -> Owner:
    name, tied, delivered, waiting = named
    person_id = emails.get(name.lower()) if tied is None else tied
    suggested = _suggested(name, people) if person_id is None else None
    return Owner(name, person_id, tied is None and bool(person_id), delivered, waiting, suggested)


def _suggested(name: str, people: Iterable[Person]) -> int | None:
    """Return the one person whom a name fits: by the whole name, or by the e-mail's first part."""
    wanted = _plain(name)
    fits = [p.id for p in people if wanted in (_plain(p.name), _plain(p.email.split("@")[0]))]
    return fits[0] if len(fits) == 1 else None


def _plain(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())
