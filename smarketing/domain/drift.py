"""How far the rate of leads wanders within a month: a campaign ends, a budget runs out.

Days that differ by chance even out over a month, a level that wanders does not: with it a month
of 1,300 leads ends much further from its forecast than its days would let one think. It is a local
level model of weeks (Harvey, Forecasting, Structural Time Series Models and the Kalman Filter,
1989, chapter 2): every step of a grid is weighed by how well it tells the weeks of past months from
those before them, and by how usual it is, for the few weeks of a history seldom tell it.
"""

from __future__ import annotations

from math import exp, log
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from fractions import Fraction

_WEEK: Final = 5  # working days
_STEPS: Final = ((0.0, 5.0), (0.05, 3.0), (0.1, 2.0), (0.2, 0.7), (0.4, 0.2))
"""By how much of itself a level may move in a week (standard deviation), and how usual that is."""


def drift_of(spans: Iterable[tuple[Sequence[int], Sequence[Fraction]]], factor: float) -> float:
    """Return by how much a rate moves in an average working day: variance of its relative change.

    Args:
        spans: Leads and weights of the working days of each month, as far as they are over.
        factor: How much more days differ than chance lets them, 1 and more.
    """
    told = [
        weeks for daily, weights in spans if len(weeks := [*_weeks(daily, weights, factor)]) > 1
    ]
    likely = [log(usual) + sum(_likely(weeks, step**2) for weeks in told) for step, usual in _STEPS]
    best = max(likely)
    weights = [exp(one - best) for one in likely]
    squares = sum(w * step**2 for w, (step, _) in zip(weights, _STEPS, strict=True))
    return squares / sum(weights) / _WEEK


def _weeks(
    daily: Sequence[int], weights: Sequence[Fraction], factor: float
) -> Iterator[tuple[float, float]]:
    """Yield the rate of each whole week over that of the span, and the variance chance gives it."""
    leads, days = sum(daily), float(sum(weights))
    if not leads:
        return
    for starts in range(0, len(daily) - _WEEK + 1, _WEEK):
        worth = float(sum(weights[starts : starts + _WEEK]))
        if worth:
            due = worth * leads / days
            yield sum(daily[starts : starts + _WEEK]) / due, factor / due


def _likely(weeks: Sequence[tuple[float, float]], step: float) -> float:
    """Return how likely the weeks after the first are (a logarithm)."""
    (level, doubt), likely = weeks[0], 0.0
    for found, chance in weeks[1:]:
        doubt += step
        whole = doubt + chance
        likely -= (log(whole) + (found - level) ** 2 / whole) / 2
        level += doubt / whole * (found - level)
        doubt *= 1 - doubt / whole
    return likely
