"""What earlier periods say of the rate at which leads come in this one.

The rate of a period is a level that wanders from one period to the next, and a better or worse
period around it: a local level model (Harvey, Forecasting, Structural Time Series Models and the
Kalman Filter, 1989, chapter 2). A company that grows has its next month near its last ones, not
near the mean of all; one that only goes up and down has it near the mean. How far each of the two
goes, six months hardly tell: so every pair of a grid is weighed by how well it foretold each month
from those before it, and what all of them expect is put together.
"""

from __future__ import annotations

from itertools import product
from math import exp, log
from typing import TYPE_CHECKING, Final

from smarketing.domain.remaining import Prior

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

_FEWEST: Final = 3
_STEPS: Final = (0.05, 0.1, 0.2)
"""How far the level may wander from one period to the next, as a part of the mean rate."""
_APART: Final = (0.0, 0.05, 0.1, 0.2, 0.4)
"""How far a period may lie from its level."""
_LEAST: Final = 0.1
"""No rate is known better than that from other periods: 10 %."""


def prior_of(periods: Sequence[tuple[int, Fraction | int]], factor: float = 1.0) -> Prior | None:
    """Return what other periods say of the rate before the next one; None with fewer than three.

    Args:
        periods: Leads and average working days of each, oldest first; those without days are left
            out.
        factor: How much more days differ than chance lets them, 1 and more: it explains a part of
            how periods differ.
    """
    known = [(leads, float(days)) for leads, days in periods if days > 0]
    leads, days = sum(n for n, _ in known), sum(d for _, d in known)
    if len(known) < _FEWEST or not leads:
        return None
    rate = leads / days
    seen = [(n / d / rate, factor / (rate * d)) for n, d in known]
    told = [_next(seen, step**2, apart**2) for step, apart in product(_STEPS, _APART)]
    best = max(likely for _, _, likely in told)
    weights = [exp(likely - best) for _, _, likely in told]
    whole = sum(weights)
    mean = sum(w * m for w, (m, _, _) in zip(weights, told, strict=True)) / whole
    spread = (
        sum(w * (v + (m - mean) ** 2) for w, (m, v, _) in zip(weights, told, strict=True)) / whole
    )
    a = mean**2 / max(spread, (_LEAST * mean) ** 2)
    return Prior(a, a / (mean * rate))


def _next(
    seen: Sequence[tuple[float, float]], step: float, apart: float
) -> tuple[float, float, float]:
    """Return mean and variance of the next period, and how likely those seen were (a logarithm).

    Args:
        seen: Rate of each period over the mean rate, and the variance that chance gives it.
        step: Variance of the level from one period to the next.
        apart: Variance of a period around its level.
    """
    level, chance = seen[0]
    doubt, likely = apart + chance, 0.0
    for found, chance in seen[1:]:
        doubt += step
        whole = doubt + apart + chance
        likely -= (log(whole) + (found - level) ** 2 / whole) / 2
        level += doubt / whole * (found - level)
        doubt *= 1 - doubt / whole
    return level, doubt + step + apart, likely
