"""How far the leads of one month close better or worse than those of others, for all cells.

A plan is made for the leads of one month, so months are told apart by the day of the lead. By the
day of the win a good month would be smeared over as many months as wins take, and look smaller the
longer they take.

A dozen months with some wins each do not tell the spread well, and the estimate of moments is zero
for half of the companies whose months do differ. So every spread of a grid is weighed by how well
it explains the months (a Poisson whose mean has a gamma factor is a negative binomial), by a weak
prior (half-normal: Gelman, Bayesian Analysis 2006;1:515-534), and what is told is the root of the
mean square: a forecast is as wide as all of them together.
"""

from __future__ import annotations

from math import lgamma, log, log1p, sqrt
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from smarketing.domain.lag import Days, Development

_EPOCH: Final = 719_163  # date(1970, 1, 1).toordinal()
_GRID: Final = (0.0, 0.025, 0.05, 0.075, 0.1, 0.125, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.7, 1.0)
USUAL: Final = 0.2
"""Scale of the prior, and what is said of months where nothing is known of them: those that differ
by more than twice that are rare."""


def month_spread(curve: Development, lead_days: Days, win_days: Days) -> float:
    """Return how far months of leads close better or worse: standard deviation of the factor.

    What is new of a further month is in it, too: the rate is that of the months seen, on average.

    Args:
        curve: How wins come with age.
        lead_days: Day of each lead, as `date.toordinal`.
        win_days: Day of its first win, or `lag.NEVER`.
    """
    expected, came = _by_month(curve, lead_days, win_days)
    weights = np.array([_likely(spread, expected, came) for spread in _GRID])
    # The trapezes of the grid: it is finer where spreads are small.
    weights = np.exp(weights - weights.max()) * np.gradient(np.array(_GRID))
    square = float(weights @ np.square(_GRID) / weights.sum())
    return sqrt(square * (1 + 1 / max(1, expected.size)))


def _likely(spread: float, expected: NDArray[np.float64], came: NDArray[np.int64]) -> float:
    """Return the logarithm of how likely the months are, the level of all of them left open.

    It is put at what came over what was expected; that it was read from the months themselves
    costs a degree of freedom (the last line, as in restricted maximum likelihood).
    """
    means = expected * came.sum() / expected.sum()
    likely = -((spread / USUAL) ** 2) / 2
    for mean, wins in zip(means.tolist(), came.tolist(), strict=True):
        if spread:
            k = spread**-2
            likely += lgamma(k + wins) - lgamma(k) - (k + wins) * log1p(mean / k) - wins * log(k)
        else:
            likely -= mean
        likely += wins * log(mean)
    return likely - log(float((means / (1 + means * spread**2)).sum())) / 2


def _by_month(
    curve: Development, lead_days: Days, win_days: Days
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the wins that the curve expects of the leads of each month, and those seen."""
    known = np.sort(lead_days[lead_days < curve.window.ends])
    days, ages = curve.window.wins_seen(lead_days, win_days)
    covered = ages < curve.covers
    month, won = _month(known), _month((days - ages)[covered])
    firsts = np.unique(month)
    came = np.array([np.count_nonzero(won == on) for on in firsts])
    expected = np.array(
        [curve.window.leads_by_age(known[month == on], curve.covers) @ curve.rates for on in firsts]
    )
    return expected[expected > 0], came[expected > 0]


def _month(days: Days) -> NDArray[np.int64]:
    months: NDArray[np.int64] = (
        (days - _EPOCH).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    )
    return months
