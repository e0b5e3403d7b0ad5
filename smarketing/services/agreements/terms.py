"""The numbers of an agreement, level by level: what holds for whom, and where it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from smarketing.domain.metrics import CATALOGUE, Measure
from smarketing.services.agreements.scopes import whom
from smarketing.services.agreements.text import volume_of
from smarketing.services.agreements.words import amount, spoken_time

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smarketing.domain.agreement import Agreement, Commitment, Term


@dataclass(frozen=True)
class TermLine:
    """One number.

    Attributes:
        commitment: Its title.
        level: corporate, customer or service.
        whom: The leads that it holds for, in words.
        number: In words, as `within 4 hours`.
        origin: Name of the agreement that it comes from; empty: this one.
    """

    commitment: str
    level: str
    whom: str
    number: str
    origin: str


def term_lines(agreement: Agreement) -> Iterator[TermLine]:
    """Yield every number of every commitment, the most general first."""
    for promise in agreement.commitments:
        for term in promise.terms:
            yield TermLine(
                promise.title,
                term.level,
                whom(term.segment, term.tier, agreement),
                number_of(term, promise, agreement),
                term.origin,
            )


def number_of(term: Term, promise: Commitment, agreement: Agreement) -> str:
    """Return what a term promises, in words."""
    if CATALOGUE[promise.metric].measure is Measure.VOLUME:
        if term.amount is not None:
            return f"{agreement.currency} {amount(term.amount)} a {promise.period}"
        many = volume_of(term, agreement)
        return f"{many} leads a {promise.period}" if many else "as the goal asks"
    within = (
        f"within {spoken_time(term.allowance)}" if term.allowance is not None else "in any time"
    )
    return f"{term.attempts} attempts {within}" if term.attempts else within
