"""How many customers the leads of a month were expected to bring, before the month began.

It is the model of the plan (`domain.mixture`): in each of many worlds every cell has a rate from
its Beta, all rates are better or worse by one factor, and customers are binomial. The leads are
those that really came: how many there would be is another promise (`pacing`). The seed is fixed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from smarketing.domain.mixture import WORLDS, customers_of, shared_factor
from smarketing.services.goals.plan import SEED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from smarketing.services.conclusions.book import Cell
    from smarketing.services.goals.backtest.known import Known

    Ints = NDArray[np.int64]

RANGE: Final = (0.1, 0.9)
LEVELS: Final = (0.95, 0.9, 0.8, 0.6, 0.4, 0.2)
"""Confidences at which a number of customers is promised."""


@dataclass(frozen=True)
class Level:
    """One promise: that many customers or more.

    Attributes:
        stated: How likely it was, by the forecast: the confidence asked for or a little above it,
            for customers are whole.
        customers: The highest number that is so likely.
    """

    stated: float
    customers: int


@dataclass(frozen=True)
class Promise:
    """What was expected of a number of leads.

    Attributes:
        expected: Customers, the mean.
        low: Nine in ten worlds bring so many or more.
        high: Nine in ten bring so many or fewer.
        stated: How likely the range was to hold: 80 %, or above where numbers are small.
        levels: In the order of LEVELS.
    """

    expected: float
    low: int
    high: int
    stated: float
    levels: tuple[Level, ...]

    def holds(self, customers: int) -> bool:
        """Return whether the range holds that number."""
        return self.low <= customers <= self.high


def worlds_of(known: Known, leads: Mapping[Cell, int]) -> dict[Cell, Ints]:
    """Return the customers that the leads of each cell bring, one number a world."""
    day, count = known.history.ends, WORLDS
    month = shared_factor(np.random.default_rng([SEED, day]), count, known.spread)
    found = {}
    for place, (cell, number) in enumerate(leads.items()):
        random, rate = np.random.default_rng([SEED, day, place]), known.rates[cell]
        rates = random.beta(rate.alpha, rate.beta, count)
        found[cell] = customers_of(random, number, rates, month)
    return found


def textbook_worlds(known: Known, leads: int) -> Ints:
    """Return what the plain rate says: wins / leads as if known, and nothing but chance."""
    together = known.history.together
    random = np.random.default_rng([SEED, known.history.ends])
    found: Ints = random.binomial(leads, together.customers / together.leads, WORLDS)
    return found


def thinned(worlds: Ints, share: float, place: int) -> Ints:
    """Return the customers that have come by a day on which a share of them should have.

    Args:
        worlds: Customers in the end.
        share: 0 to 1.
        place: Of the forecast among others, so that none shares its chance with another.
    """
    found: Ints = np.random.default_rng([SEED, place]).binomial(worlds, share)
    return found


def summed(worlds: Sequence[Ints]) -> Ints:
    """Return the customers of all cells together, world by world."""
    return np.sum(worlds, axis=0, dtype=np.int64) if worlds else np.zeros(WORLDS, dtype=np.int64)


def promise_of(worlds: Ints) -> Promise:
    """Return what many worlds promise."""
    ordered = np.sort(worlds)
    low, high = (int(each) for each in np.quantile(ordered, RANGE, method="inverted_cdf"))
    return Promise(
        expected=float(ordered.mean()),
        low=low,
        high=high,
        stated=float(((ordered >= low) & (ordered <= high)).mean()),
        levels=tuple(_level(ordered, confidence) for confidence in LEVELS),
    )


def _level(ordered: Ints, confidence: float) -> Level:
    customers = int(ordered[int(ordered.size * (1 - confidence))])
    return Level(float((ordered >= customers).mean()), customers)
