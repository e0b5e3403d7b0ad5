"""Leads that came before their agreement: asked anew when one is signed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from smarketing.domain.calendar import seconds
from smarketing.domain.days import starts_at
from smarketing.services.conclusions.judged import Knowledge
from smarketing.services.conclusions.settle import settle_again
from smarketing.services.conclusions.watch import mark_due
from smarketing.services.ports import Watched

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    import polars as pl

    from smarketing.services.conclusions.book import Book, InForce


class Unclassified(Watched, Protocol):
    """A transaction that also finds leads without an agreement."""

    def without_agreement(self, from_s: int, to_s: int | None, after_id: int) -> pl.Series:
        """Return ids of leads without an agreement, handed off in `[from_s, to_s)`.

        Args:
            from_s: Seconds of UTC.
            to_s: Seconds of UTC; None: without end.
            after_id: Only greater ids; they come ascending, some ten thousand at once.
        """
        ...


class Ledgers(Protocol):
    """Where transactions are begun."""

    def ledger(self) -> AbstractContextManager[Unclassified]:
        """Begin a transaction; it ends with the block, or is taken back by an error."""
        ...


def reclassify(ledgers: Ledgers, book: Book, version: InForce, now: int) -> int:
    """Let a newly signed version have the leads of its span that belong to none.

    All in one transaction: the progress page never shows half of them.

    Returns:
        How many leads were asked.
    """
    agreement = version.agreement
    first = seconds(starts_at(agreement.starts_on, agreement.timezone))
    ends_on = agreement.ends_on
    after = None if ends_on is None else seconds(starts_at(ends_on, agreement.timezone))
    asked, last = 0, 0
    with ledgers.ledger() as ledger:
        knowledge = Knowledge(now, ledger.known_until())
        while not (ids := ledger.without_agreement(first, after, last)).is_empty():
            settle_again(ledger, book, knowledge, ids)
            asked, last = asked + len(ids), int(ids[-1])
        mark_due(ledger, book, now)
    return asked
