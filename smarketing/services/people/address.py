"""Where people are written to."""

from __future__ import annotations

from email.errors import MessageError
from email.headerregistry import Address
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from smarketing.services.people.people import Person


def address_of(person: Person) -> Address | None:
    """Return where a person is written to; None: no mail can go to what is kept of them."""
    name = "".join(character for character in person.name if character.isprintable())
    try:
        address = Address(display_name=name.strip(), addr_spec=person.email)
    except (ValueError, IndexError, MessageError):
        return None
    return address if address.username and address.domain else None
