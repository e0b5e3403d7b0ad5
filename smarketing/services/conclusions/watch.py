"""What falls due by itself: clocks that run out, rejection windows that close."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from smarketing.domain.clocks import Judged
from smarketing.domain.metrics import CATALOGUE
from smarketing.services.conclusions.judged import UNKNOWN, Knowledge
from smarketing.services.conclusions.over import close_over, is_anything_over

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smarketing.services.conclusions.book import Book
    from smarketing.services.ports import Marks, Watched


@dataclass(frozen=True)
class Fallen:
    """What was marked.

    Attributes:
        breached: Clocks that ran out, as far as is known.
        accepted: Leads that nobody rejected in the window.
        recorded: Records about breaches, of whichever clocks had changed.
        ended: Leads whose clocks became void, for their agreement ended.
    """

    breached: int
    accepted: int
    recorded: int = 0
    ended: int = 0


def mark_due(marks: Watched, book: Book, now: int) -> Fallen:
    """Mark everything that fell due before now; a second call marks nothing.

    Args:
        marks: The transaction.
        book: The agreements in force.
        now: Seconds of UTC. No clock is judged past what its source has told.
    """
    ended = close_over(marks, book, now)
    breached = sum(marks.breach(judged) for judged in _judged(marks, book, now))
    accepted = sum(marks.accept_by_default(*window) for window in _windows(marks, now).items())
    return Fallen(breached, accepted, ended=ended)


def is_anything_due(marks: Marks, book: Book, now: int) -> bool:
    """Return whether `mark_due` would mark anything; only reads."""
    if is_anything_over(book, now):
        return True
    return marks.is_any_due(tuple(_judged(marks, book, now)), _windows(marks, now))


def _windows(marks: Marks, now: int) -> dict[int, int]:
    """Return until when the rejection windows of each source's leads count as over."""
    knowledge = Knowledge(now, marks.known_until())
    return {source: knowledge.accepted_until(source) for source in marks.source_ids()}


def _judged(marks: Marks, book: Book, now: int) -> Iterator[Judged]:
    """Yield which clocks are judged, and until when."""
    knowledge = Knowledge(now, marks.known_until())
    sources = marks.source_ids()
    for version in book.versions:
        for commitment in version.agreement.commitments:
            definition = CATALOGUE[commitment.metric]
            if not definition.is_clock:
                continue
            for source_id in sources:
                until = knowledge.judged(commitment, source_id)
                if until > UNKNOWN:
                    number = version.commitment_ids[commitment.name]
                    yield Judged(source_id, number, until, definition.figures)
