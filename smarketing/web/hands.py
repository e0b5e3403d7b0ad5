"""The people to whom leads may be handed, as pages offer them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smarketing.domain.days import local_date
from smarketing.services.leads.handing import choices
from smarketing.web.parts import parts

if TYPE_CHECKING:
    from smarketing.services.conclusions.book import Book
    from smarketing.services.leads.handing import Choice


def hands(book: Book) -> tuple[Choice, ...]:
    """Return them by name; those who are away today stand last."""
    portal = parts()
    return choices(portal.people, portal.leave, local_date(portal.clock(), book.pages_timezone))
