"""Whose statements somebody may read, and which one they are shown first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smarketing.domain.agreement import PartyKind
from smarketing.domain.errors import NotFoundError
from smarketing.domain.scope import Reach
from smarketing.services.breaches.speaking import speaks_for
from smarketing.services.people.people import Role
from smarketing.services.people.policy import Action, scope_of

if TYPE_CHECKING:
    from smarketing.domain.agreement import Party
    from smarketing.services.conclusions.book import Book
    from smarketing.services.people.people import Person


def may_see(person: Person, party: Party) -> bool:
    """Return whether somebody may read the statement of a party: a supplier reads its own alone."""
    if scope_of(person, Action.SEE_STATEMENTS).reach is Reach.ALL:
        return True
    return party.kind is PartyKind.SUPPLIER and speaks_for(person, party)


def parties_for(person: Person, book: Book) -> tuple[Party, ...]:
    """Return the parties whose statements somebody may read, each name once, their own first."""
    seen: dict[str, Party] = {}
    for version in book.versions:
        for party in version.agreement.parties.values():
            if may_see(person, party):
                seen.setdefault(party.name, party)
    own = person.role is not Role.ADMINISTRATOR
    return tuple(sorted(seen.values(), key=lambda party: not (own and speaks_for(person, party))))


def party_asked(name: str, person: Person, book: Book) -> Party | None:
    """Return the party of a name, of an empty one the first; None: there is no agreement.

    Raises:
        NotFoundError: There is none of that name, or its statement is not theirs to read.
    """
    parties = parties_for(person, book)
    if not name:
        return parties[0] if parties else None
    found = next((party for party in parties if party.name == name), None)
    if found is None:
        known = ", ".join(party.name for party in parties) or "none"
        raise NotFoundError(f"there is no statement of {name!r} for you; there are: {known}", name)
    return found
