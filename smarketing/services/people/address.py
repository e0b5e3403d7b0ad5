"""Where people are written to."""

from __future__ import annotations

from email.errors import MessageError
from email.headerregistry import Address
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from smarketing.services.people.people import Person


def address_of(person: Person) -> Address | None:
    """Return where a person is written to; None: no mail can go to what is kept of them."""
    return address_from(person.name, person.email)


def address_from(name: str, email: str) -> Address | None:
    """Return the address of a name and an e-mail; None: no mail can go there."""
    printable = "".join(character for character in name if character.isprintable())
    try:
        address = Address(display_name=printable.strip(), addr_spec=email)
    except (ValueError, IndexError, MessageError):
        return None
    return address if address.username and address.domain else None
