"""What every step of an import needs to know about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from smarketing.services.conclusions.book import Book
    from smarketing.services.intake.merge import Seen
    from smarketing.services.intake.report import Tally


@dataclass(frozen=True)
class Running:
    """The import that is under way.

    Attributes:
        now: Seconds of UTC when it began: its acts are recorded at that instant.
        supplied: Canonical columns that the file tells of.
    """

    import_id: int
    source_id: int
    now: int
    supplied: frozenset[str]
    book: Book
    seen: Seen
    tally: Tally
