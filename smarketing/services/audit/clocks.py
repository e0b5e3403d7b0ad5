"""Clocks that ran out and have no verdict, though their source has told beyond it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from reports.numbers import instant
from smarketing.domain.calendar import seconds
from smarketing.domain.findings import Finding, FindingKind
from smarketing.services.conclusions.watch import is_anything_due

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from smarketing.services.conclusions.book import Book
    from smarketing.services.ports import Marks

KINDS: Final = (FindingKind.CLOCK,)
GRACE: Final = timedelta(minutes=10)
"""The tick looks every 20 seconds; an import may hold the database for a minute or two."""


def unmarked_clocks(marks: Marks, book: Book, now: datetime) -> Iterator[Finding]:
    """Yield that clocks, or windows for rejection, ended some minutes ago and are not marked.

    A clock that its source has not told beyond is none of them: nobody can know of it.
    """
    before = now - GRACE
    if is_anything_due(marks, book, seconds(before)):
        yield Finding(
            "clock",
            FindingKind.CLOCK,
            f"Clocks ran out before {instant(before, book.pages_timezone)} and have no verdict, "
            "though what their sources told reaches beyond it. See what the job tick says; if no "
            "worker runs, start one with: smarketing scheduler",
        )
