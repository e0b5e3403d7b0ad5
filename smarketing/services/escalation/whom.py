"""Whom a step tells, and who gets a lead that it takes from its holder."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from smarketing.domain.acts import ASSIGNED, OWNER
from smarketing.domain.ladders import CONTACT, Tell
from smarketing.services.people.address import address_from, address_of
from smarketing.services.people.people import Role

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import date
    from email.headerregistry import Address

    from smarketing.domain.holders import Absence, Holders
    from smarketing.domain.ladders import Step
    from smarketing.services.conclusions.book import Laddered
    from smarketing.services.people.people import Person

_ROLES: Final[Mapping[str, Role]] = {
    Tell.TEAM: Role.REP,
    Tell.SALES_MANAGER: Role.SALES_MANAGER,
    Tell.MARKETING_MANAGER: Role.MARKETING_MANAGER,
    Tell.ADMINISTRATOR: Role.ADMINISTRATOR,
}


@dataclass(frozen=True)
class Crew:
    """The people of an installation, as a step finds them.

    Attributes:
        people: All of them, active or not.
        absences: Who is on leave when.
        loads: How many leads that owe something each one has; grows with each lead given.
    """

    people: Sequence[Person]
    absences: Sequence[Absence] = ()
    loads: Counter[int] = field(default_factory=Counter)

    @cached_property
    def _addressed(self) -> tuple[tuple[Person, Address], ...]:
        """Return those who are told by mail, and where: worked out once, not for each lead."""
        told = ((one, address_of(one)) for one in self.people if one.active and one.alerts)
        return tuple((one, address) for one, address in told if address)

    def name(self, person_id: int | None) -> str | None:
        """Return the name of a person; None: it is nobody."""
        return next((one.name for one in self.people if one.id == person_id), None)

    def told(self, step: Step, holder_id: int | None, laddered: Laddered) -> tuple[Address, ...]:
        """Return the addresses that a step tells, each once.

        Somebody who may not sign in, or wants no mails about leads, is not told; nobody else is
        told instead. A contact always is.

        Args:
            step: Of the ladder.
            holder_id: Who has the lead; None: the team.
            laddered: The commitment of the step: contacts are those of who owes it.
        """
        found = {
            address.addr_spec.casefold(): address
            for name in step.tell
            for address in self._addresses(name, holder_id, laddered)
        }
        return tuple(found.values())

    def reached(self, address: str, laddered: Laddered) -> Address | None:
        """Return where mails to an address go, with its name; None: nobody is reached by it now."""
        contacts = laddered.agreement.parties[laddered.commitment.by].contacts
        those = [found for _, found in self._addressed]
        those += [found for c in contacts if (found := address_from(c.name, c.email))]
        same = address.casefold()
        return next((found for found in those if found.addr_spec.casefold() == same), None)

    def reader(self, address: str) -> Person | None:
        """Return whose account an address is; None: a contact's, who cannot sign in."""
        same = address.casefold()
        return next((one for one in self.people if one.active and one.email == same), None)

    def is_away(self, address: str, on: date) -> bool:
        """Return whether who reads an address is on leave on a day; of a contact nobody knows."""
        reader = self.reader(address)
        return reader is not None and reader.id in self._away(on)

    def successor(self, had: Collection[int], on: date) -> int | None:
        """Return the rep who gets a lead: the one with the fewest; None: there is nobody left.

        Args:
            had: The numbers of those who had it ever: it never goes back to one of them.
            on: The day; who is on leave then is skipped.
        """
        away = self._away(on)
        free = [
            one.id
            for one in self.people
            if one.active and one.role is Role.REP and one.id not in had and one.id not in away
        ]
        found = min(free, key=lambda number: (self.loads[number], number), default=None)
        if found is not None:
            self.loads[found] += 1
        return found

    def _away(self, on: date) -> frozenset[int]:
        those = (one for one in self.absences if one.starts_on <= on < one.ends_on)
        return frozenset(one.person_id for one in those)

    def _addresses(self, name: str, holder_id: int | None, laddered: Laddered) -> Iterator[Address]:
        if name.startswith(CONTACT):
            party = laddered.agreement.parties[laddered.commitment.by]
            yield from _contacts(name.removeprefix(CONTACT), party.contacts)
            return
        holder = name == Tell.HOLDER and holder_id is not None
        role = Role.REP if name == Tell.HOLDER else _ROLES[name]
        for one, address in self._addressed:
            if one.id == holder_id if holder else one.role is role:
                yield address


def _contacts(name: str, contacts: Iterable[Any]) -> Iterator[Address]:
    for contact in contacts:
        address = address_from(contact.name, contact.email) if contact.name == name else None
        if address:
            yield address


def ever_held(
    words: Iterable[Mapping[str, Any]], owner: str | None, holder_id: int | None, holders: Holders
) -> frozenset[int]:
    """Return the numbers of those who had a lead ever.

    Args:
        words: What was told about who holds it: `kind, detail`.
        owner: What its record says; None: nothing.
        holder_id: Who has it now; None: the team.
        holders: What CRMs call people.
    """
    had = {holder_id} if holder_id is not None else set()
    owners = [owner or ""]
    for word in words:
        if word["kind"] == ASSIGNED:
            had.add(int(word["detail"]))
        elif word["kind"] == OWNER:
            owners.append(word["detail"] or "")
    named = (holders.names.get(n, holders.names.get(n.lower())) for n in owners)
    return frozenset(had | {number for number in named if number is not None})
