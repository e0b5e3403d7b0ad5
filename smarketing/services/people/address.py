"""Where people are written to."""

from __future__ import annotations

from email.errors import MessageError
from email.headerregistry import Address
from typing import TYPE_CHECKING

from smarketing.domain.mail_domains import ascii_domain

if TYPE_CHECKING:
    from smarketing.services.people.people import Person


def address_of(person: Person) -> Address | None:
    """Return where a person is written to; None: no mail can go to what is kept of them."""
    return address_from(person.name, person.email)


def address_from(name: str, email: str) -> Address | None:
    """Return the address of a name and an e-mail; None: no mail can go there.

    A domain beyond ASCII is written as mail servers know it.
    """
    printable = "".join(character for character in name if character.isprintable())
    try:
        address = Address(display_name=printable.strip(), addr_spec=email)
    except (ValueError, IndexError, MessageError):
        return None
    domain = ascii_domain(address.domain)
    if not (address.username and domain):
        return None
    return Address(address.display_name, address.username, domain)
