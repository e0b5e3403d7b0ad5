"""How likely a promised share of a month still is, from what fell due so far and what is to come.

What is kept of the rest follows a beta-binomial: the share is not known but is told by this month
and by the months before, which together count as one (teams change), and days differ more than
chance lets them, for one person's absence makes a whole day late. Both doubts are of one variance,
n p q (F + n / (S + 1)) for n still to come, a day's Fano factor F and S that tell the share; it is
written as the beta-binomial that has it (quasi-likelihood, as in `forecast`).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Final

from smarketing.domain.confidence import chance_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

_FEWEST: Final = 10  # due: fewer tell no share
_BORROWED: Final = 10
_USUAL: Final = 1.5
_WEAKEST: Final = 1.0  # a Beta that tells less parts into all and nothing


@dataclass(frozen=True)
class ShareLeft:
    """Where a share may end.

    Attributes:
        chance: P(the promised share is kept at the end).
        expected: The share at the end, on the mean.
    """

    chance: float
    expected: float


def share_left(
    promised: Fraction, now: Sequence[tuple[int, int]], before: Sequence[tuple[int, int]], left: int
) -> ShareLeft | None:
    """Return how likely a share is kept; None: too early to tell.

    Args:
        promised: The least share.
        now: Kept and due of each day of the period so far.
        before: The same of earlier periods, one of them in length or more.
        left: What is still to fall due, as expected; 0: the period is over.
    """
    kept, due = _sum(now)
    if not left:
        if not due:
            return None
        return ShareLeft(float(kept >= promised * due), kept / due)
    old_kept, old_due = _sum(before)
    if due + old_due < _FEWEST:
        return None
    weight = min(1.0, (due + left) / old_due) if old_due else 0.0
    factor = _factor((*before, *now))
    told = (due + weight * old_due) / factor
    rate = (0.5 + (kept + weight * old_kept) / factor) / (1 + told)
    sure = _strength(left, factor, 1 + told)
    needed = ceil(promised * (due + left)) - kept
    chance = chance_of(needed, left, rate * sure, (1 - rate) * sure)
    return ShareLeft(chance, (kept + rate * left) / (due + left))


def _strength(left: int, factor: float, told: float) -> float:
    """Return a + b of the beta-binomial whose variance is that of both doubts."""
    wide = factor + left / (told + 1)
    return max(_WEAKEST, (left - wide) / (wide - 1)) if left > 1 else max(_WEAKEST, told)


def _factor(days: Sequence[tuple[int, int]]) -> float:
    """Return how much more days differ than chance lets them, drawn to the usual; 1 and more."""
    kept, due = _sum(days)
    told = [(k, n) for k, n in days if n]
    if not 0 < kept < due:
        return _USUAL
    rate = kept / due
    squares = sum((k - n * rate) ** 2 / (n * rate * (1 - rate)) for k, n in told)
    return max(1.0, (_BORROWED * _USUAL + squares) / (_BORROWED + len(told) - 1))


def _sum(days: Sequence[tuple[int, int]]) -> tuple[int, int]:
    return sum(kept for kept, _ in days), sum(due for _, due in days)
