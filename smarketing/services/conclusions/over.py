"""Agreements that have ended with nothing after them: what still runs then is void."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from smarketing.services.conclusions.judged import Knowledge
from smarketing.services.conclusions.settle import settle_again

if TYPE_CHECKING:
    from smarketing.services.conclusions.book import Book, InForce
    from smarketing.services.ports import Watched


SETTLES_S: Final = 3600
"""How long after its end a version is looked at again: a writer may have read the clock before."""


def is_anything_over(book: Book, now: int) -> bool:
    """Return whether a version has ended that is not closed yet."""
    return bool(_ended(book, now))


def close_over(ledger: Watched, book: Book, now: int) -> int:
    """Let the clocks of versions that have ended be void; return how many leads had any.

    An hour after the end a version is closed, once: whatever is concluded about its leads later
    knows of its end.

    Args:
        ledger: The transaction.
        book: The agreements in force.
        now: Seconds of UTC.
    """
    count = 0
    for version in _ended(book, now):
        over_at = version.over_at or 0
        knowledge, last = Knowledge(now, ledger.known_until()), 0
        is_last = now >= over_at + SETTLES_S
        numbers = list(version.commitment_ids.values())
        while not (ids := ledger.open_at(numbers, over_at if is_last else None, last)).is_empty():
            settle_again(ledger, book, knowledge, ids)
            count, last = count + len(ids), int(ids[-1])
        if is_last:
            ledger.close(version.version_id, now)
    return count


def _ended(book: Book, now: int) -> list[InForce]:
    return [version for version in book.versions if version.is_over(now) and not version.closed]
