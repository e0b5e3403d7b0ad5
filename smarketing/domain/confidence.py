"""How sure a number of leads is: one cell, a number of customers, exactly.

What is exact here: the rate of a cell is not known but follows Beta(a, b), as history left it, so
the customers of N leads follow BetaBinomial(N, a, b); its tail is summed term by term (floats, no
simulation). Several cells and revenue are simulated: see `mixture`.

Time is no part of it: leads convert after a lag, so N are the leads of the month whose revenue is
planned (`plan.goal_month`), and a and b speak of what becomes of a lead in the end.
"""

from __future__ import annotations

from fractions import Fraction
from math import exp, lgamma, log, log1p
from typing import TYPE_CHECKING, Final

import numpy as np

from smarketing.domain.errors import ImpossibleGoalError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

_WEAKEST: Final = 1.0  # weaker, a rate would be 0 or 1 and nothing between
MOST_LEADS: Final = 1_000_000_000
"""A search ends here: no marketing brings more in a month."""

MOST_CUSTOMERS: Final = 2_000_000
"""So many terms are summed, in memory, and not more."""

LEAST: Final = Fraction(1, 2)
SUREST: Final = Fraction(99, 100)
BEYOND: Final = f"is not from {100 * LEAST} % to {100 * SUREST} %"
"""What is said of a confidence that people may not ask for."""


def chance_of(customers: int, leads: int, a: float, b: float) -> float:
    """Return P(at least `customers` of `leads` become customers), the rate being Beta(a, b).

    Args:
        customers: Whole; 0 and less are certain.
        leads: Whole, 0 or more.
        a: Customers in history and in the prior, above 0.
        b: Leads that became none, above 0.

    Raises:
        ImpossibleGoalError: a or b is no part of a Beta distribution; or more than
            MOST_CUSTOMERS.
    """
    check_rate(a, b)
    if customers <= 0 or leads < customers:
        return float(customers <= 0)
    _check_customers(customers)
    none = lgamma(b + leads) + lgamma(a + b) - lgamma(b) - lgamma(a + b + leads)
    k = np.arange(customers - 1, dtype=np.float64)
    steps = np.log((leads - k) * (a + k)) - np.log((k + 1) * (b + leads - 1 - k))
    return _at_least(none, steps)


def chance_at_rate(customers: int, leads: int, rate: float) -> float:
    """Return the same for a rate that is taken as known: the binomial plug-in, too sure of itself.

    Raises:
        ImpossibleGoalError: The rate is not above 0 and at most 1; or more than MOST_CUSTOMERS.
    """
    if not 0 < rate <= 1:
        raise ImpossibleGoalError(
            f"a close rate of {rate:.1%} brings no goal about; it must be above 0 % and at most "
            "100 %"
        )
    if customers <= 0 or leads < customers:
        return float(customers <= 0)
    if rate == 1:
        return 1.0
    _check_customers(customers)
    k = np.arange(customers - 1, dtype=np.float64)
    steps = np.log((leads - k) / (k + 1)) + (log(rate) - log1p(-rate))
    return _at_least(leads * log1p(-rate), steps)


def leads_for(customers: int, a: float, b: float, confidence: float = 0.8) -> int:
    """Return the fewest leads with P(at least `customers`) >= `confidence` (E1); 0 for no customer.

    More leads never lower the chance, so that the search halves.

    Args:
        customers: Whole; round a number that is not up first, exactly (`goals.customers_needed`).
        a: As for `chance_of`.
        b: As for `chance_of`.
        confidence: Above 0 and below 1.

    Raises:
        ImpossibleGoalError: As `chance_of`; or the confidence is none; or more than MOST_LEADS.
    """
    check_confidence(confidence)
    return _fewest(customers, confidence, lambda leads: chance_of(customers, leads, a, b))


def leads_at_rate(customers: int, rate: float, confidence: float = 0.8) -> int:
    """Return the same for a rate that is taken as known, to stand beside `leads_for`.

    Raises:
        ImpossibleGoalError: As `chance_at_rate`, and as `leads_for`.
    """
    check_confidence(confidence)
    return _fewest(customers, confidence, lambda leads: chance_at_rate(customers, leads, rate))


def widened(a: float, b: float, spread: float) -> tuple[float, float]:
    """Return the Beta of the same mean that also holds a factor of mean 1 and that spread.

    Its variance is that of the product; where that would part it into 0 and 1, it counts for one
    lead.

    Args:
        a: As for `chance_of`.
        b: As for `chance_of`.
        spread: Standard deviation of the factor: `ultimate.shared_doubt`; 0: none.
    """
    mean = a / (a + b)
    alone = mean * (1 - mean) / (a + b + 1)
    variance = (alone + mean**2) * (1 + spread**2) - mean**2
    strength = max(_WEAKEST, mean * (1 - mean) / variance - 1)
    return mean * strength, (1 - mean) * strength


def is_within(confidence: Fraction) -> bool:
    """Return whether people may ask for a confidence: from 50 % to 99 %.

    Below it the goal is rather missed than reached; above it a simulation of 4,000 worlds rests on
    fewer than 40 of them, and a promise on the tail of a model.
    """
    return LEAST <= confidence <= SUREST


def check_confidence(confidence: float) -> None:
    """Refuse a confidence that is none.

    Raises:
        ImpossibleGoalError: It is not above 0 and below 1.
    """
    if not 0 < confidence < 1:
        raise ImpossibleGoalError(
            f"a confidence of {confidence:.0%} cannot be kept; choose one above 0 % and below "
            "100 %, as 80 %"
        )


def check_rate(a: float, b: float) -> None:
    """Refuse what history says of a rate when it is no distribution.

    Raises:
        ImpossibleGoalError: a or b is not above 0, or not a number.
    """
    if not (0 < a < float("inf") and 0 < b < float("inf")):
        raise ImpossibleGoalError(
            f"a rate cannot follow Beta({a:g}, {b:g}): more customers than leads in the history, "
            "or none at all without a prior; check the history of this cell"
        )


def _check_customers(customers: int) -> None:
    if customers > MOST_CUSTOMERS:
        raise ImpossibleGoalError(
            f"{customers:,} customers in one month are more than can be planned with "
            f"({MOST_CUSTOMERS:,}); check the revenue goal and the average deal"
        )


def _at_least(none: float, steps: NDArray[np.float64]) -> float:
    """Return 1 less the chances of fewer, from log P(0) and the logs of P(k + 1) / P(k)."""
    fewer = exp(none) + float(np.exp(none + np.cumsum(steps)).sum())
    return min(1.0, max(0.0, 1.0 - fewer))


def _fewest(customers: int, confidence: float, chance: Callable[[int], float]) -> int:
    if customers <= 0:
        return 0
    low, high = customers - 1, customers
    while chance(high) < confidence:
        low, high = high, 2 * high
        if high > MOST_LEADS:
            raise ImpossibleGoalError(
                f"no number of leads below {MOST_LEADS:,} brings {customers:,} customers with a "
                f"confidence of {confidence:.0%}: the close rate is too low or too little known"
            )
    while high - low > 1:
        middle = (low + high) // 2
        if chance(middle) < confidence:
            low = middle
        else:
            high = middle
    return high
