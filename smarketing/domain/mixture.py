"""Several cells and revenue: how likely a mix of leads reaches a goal, by seeded simulation.

In each of many worlds every cell has a rate from its Beta, better or worse by one factor for all
cells (good and bad months), customers from a binomial of its leads, and a deal for each customer.
All figures here are simulated and carry their standard error; the same seed gives the same
figures. For one cell and a number of customers, `confidence` is exact.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, inf, sqrt
from statistics import NormalDist
from typing import TYPE_CHECKING, Final

import numpy as np

from smarketing.domain.confidence import MOST_LEADS, check_confidence, check_rate
from smarketing.domain.errors import ImpossibleGoalError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from smarketing.domain.deal_draws import DealSizes, DrawDeals

WORLDS: Final = 4_000
"""How many are simulated: a chance of 80 % is then known to 0.6 points (standard error)."""

_FEWEST_WORLDS: Final = 500
_MOST_DEALS: Final = 20_000_000  # held at once: 160 MB; more customers than that, fewer worlds
_HAIR: Final = 1e-9  # part of the goal that sums of floats may be off by


@dataclass(frozen=True)
class MixCell:
    """One segment and tier in the mix.

    Attributes:
        name: As a sentence calls it.
        leads: Of the base mix, exact (as `goals.exact_leads` gives them), 0 or more.
        a: Of its rate's Beta, as for `confidence.chance_of`.
        b: Of its rate's Beta.
        deals: Where its deals come from.
        is_known: Whether its rate was agreed or typed in, and so shares none of the doubts that
            history leaves.
        own: Leads that come whatever the scale, such as those of sales; 0 or more.
    """

    name: str
    leads: Fraction
    a: float
    b: float
    deals: DealSizes
    is_known: bool = False
    own: int = 0

    @property
    def rate(self) -> float:
        """Return the mean of its rate."""
        return self.a / (self.a + self.b)


@dataclass(frozen=True)
class Outlook:
    """What so many leads may bring.

    Attributes:
        chance: P(revenue >= goal), from the simulation.
        error: Its standard error, at least 3 / worlds; 0: it is certain, or known exactly.
        low: Revenue that nine in ten worlds bring at least.
        median: Half of the worlds do.
        high: One in ten does.
        worlds: How many were simulated.
    """

    chance: float
    error: float
    low: float
    median: float
    high: float
    worlds: int


@dataclass(frozen=True)
class MixTarget:
    """The smallest scale of a mix that is sure enough.

    Attributes:
        leads: Of each cell, whole, in the order of the cells; never fewer than its own.
        outlook: Of these leads, in the worlds that they were found in.
    """

    leads: tuple[int, ...]
    outlook: Outlook


def outlook_of(
    cells: Sequence[MixCell],
    leads: Sequence[int],
    goal: Fraction | int,
    *,
    seed: int,
    worlds: int = WORLDS,
    spread: float = 0.0,
) -> Outlook:
    """Return what `leads` of each cell may bring, and how likely it is the goal.

    Args:
        cells: Their `leads` and `own` do not matter here.
        leads: All that come, whole, 0 or more, in the order of the cells.
        goal: Revenue; 0 is certain.
        seed: Of the random numbers.
        worlds: To simulate; fewer (not below 500) where they would hold 20 million deals.
        spread: Standard deviation of the factor that all rates share: how far months of leads
            differ, and how far the curve is in doubt (`ultimate.shared_doubt`).

    Raises:
        ImpossibleGoalError: A cell's rate is none, or the spread below 0; or more than 40,000
            customers would have to be simulated.
    """
    worlds = _affordable(worlds, _customers(cells, leads))
    found = _outlook(_Worlds(cells, leads, seed, worlds, spread).revenue(), goal)
    return found if goal > 0 and any(leads) else replace(found, error=0.0)


def mix_for(
    cells: Sequence[MixCell],
    goal: Fraction | int,
    confidence: float = 0.8,
    *,
    seed: int,
    worlds: int = WORLDS,
    spread: float = 0.0,
) -> MixTarget:
    """Return the smallest scale of the base mix with P(revenue >= goal) >= `confidence`.

    A scale is the number n of leads of the whole mix; each cell gets its part of n, rounded up
    in whole numbers, or its own leads where these are more. In one world a larger scale only adds
    leads, customers and deals, so that halving finds the smallest n for these worlds; another seed
    may differ by its standard error.

    Raises:
        ImpossibleGoalError: The mix is empty or a cell's rate none; or the confidence is none; or
            no number of leads is enough, or it brings more than 40,000 customers.
    """
    check_confidence(confidence)
    whole = sum((cell.leads for cell in cells), start=Fraction(0))
    if whole <= 0 or any(cell.leads < 0 for cell in cells):
        raise ImpossibleGoalError(
            "the mix has no leads to scale; give at least one cell a share of the goal above zero"
        )
    if goal <= 0:
        leads = tuple(cell.own for cell in cells)
        return MixTarget(leads, outlook_of(cells, leads, goal, seed=seed, worlds=worlds))
    scale = _Scale(tuple(cell.leads / whole for cell in cells), tuple(cell.own for cell in cells))
    enough = ceil(1.2 * normal_scale(cells, goal, confidence)) + 1
    while True:
        if enough > MOST_LEADS:
            raise ImpossibleGoalError(
                f"no number of leads below {MOST_LEADS:,} reaches the goal of {float(goal):,.0f} "
                f"with a confidence of {confidence:.0%}: the goal is too high, or the rates are "
                "too low or too little known"
            )
        most = scale.leads(enough)
        affordable = _affordable(worlds, _customers(cells, most))
        known = _Worlds(cells, most, seed, affordable, spread)
        if _chance(known.revenue(), goal) >= confidence:
            return _smallest(known, scale, enough, goal, confidence)
        enough *= 2


def normal_scale(cells: Sequence[MixCell], goal: Fraction | int, confidence: float) -> float:
    """Return about how many leads of the whole mix are enough, were sums normal and rates known.

    N with N m - z sqrt(N) t = goal, where m and t^2 are mean and variance of what one lead
    brings (DOMAIN 4.3, E10). A starting point only: it is too low where rates are little known.
    """
    whole = sum((cell.leads for cell in cells), start=Fraction(0))
    mean = variance = 0.0
    for cell in cells:
        check_rate(cell.a, cell.b)
        part, deal = float(cell.leads / whole), cell.deals.mean
        mean += part * cell.rate * deal
        variance += part * cell.rate * (cell.deals.spread**2 + (1 - cell.rate) * deal**2)
    reach = max(0.0, NormalDist().inv_cdf(confidence)) * sqrt(variance)
    return ((reach + sqrt(reach**2 + 4 * mean * float(goal))) / (2 * mean)) ** 2


class _Worlds:
    """Many worlds with the leads of a mix in each, and the customers and deals of these leads.

    The customers of a part of the leads are drawn from those of the whole (hypergeometric), so
    that every number of leads that is asked for lies in the same worlds.
    """

    def __init__(
        self,
        cells: Sequence[MixCell],
        leads: Sequence[int],
        seed: int,
        worlds: int,
        spread: float,
    ) -> None:
        self.worlds = worlds
        check_spread(spread)
        month = shared_factor(np.random.default_rng([seed, len(cells)]), worlds, spread)
        self._random = [np.random.default_rng([seed, place]) for place in range(len(cells))]
        shared: dict[DealSizes, DrawDeals] = {}
        self._sums: list[NDArray[np.float64]] = []
        self._starts: list[NDArray[np.int64]] = []
        self.customers: list[NDArray[np.int64]] = []
        for cell, number, random in zip(cells, leads, self._random, strict=True):
            check_rate(cell.a, cell.b)
            factor = 1.0 if cell.is_known else month
            customers = customers_of(random, number, random.beta(cell.a, cell.b, worlds), factor)
            draw = shared.get(cell.deals) or cell.deals.worlds(random, worlds)
            shared[cell.deals] = draw
            self.customers.append(customers)
            self._sums.append(np.concatenate([[0.0], np.cumsum(draw(random, customers))]))
            self._starts.append(np.cumsum(customers) - customers)

    def revenue(self, customers: Sequence[NDArray[np.int64]] | None = None) -> NDArray[np.float64]:
        """Return what each world brings with that many of its first customers; None: all."""
        revenue = np.zeros(self.worlds)
        for sums, starts, number in zip(
            self._sums, self._starts, customers or self.customers, strict=True
        ):
            revenue += sums[starts + number] - sums[starts]
        return revenue

    def between(
        self,
        low: tuple[Sequence[int], list[NDArray[np.int64]]],
        high: tuple[Sequence[int], list[NDArray[np.int64]]],
        leads: Sequence[int],
    ) -> list[NDArray[np.int64]]:
        """Return the customers of `leads`, given those of fewer leads and of more."""
        found = []
        for place, random in enumerate(self._random):
            few, many = low[0][place], high[0][place]
            won = high[1][place] - low[1][place]
            added = random.hypergeometric(won, many - few - won, leads[place] - few)
            found.append(low[1][place] + added)
        return found


def shared_factor(random: np.random.Generator, worlds: int, spread: float) -> NDArray[np.float64]:
    """Return by how much each world is better or worse for everyone: gamma, of mean 1."""
    return random.gamma(spread**-2, spread**2, worlds) if spread else np.ones(worlds)


def customers_of(
    random: np.random.Generator,
    leads: int,
    rates: NDArray[np.float64],
    factor: NDArray[np.float64] | float,
) -> NDArray[np.int64]:
    """Return the customers that leads of one cell bring, one number a world.

    Args:
        random: Where chance comes from.
        leads: As many in every world.
        rates: Of each world.
        factor: By which the rates of a world are better or worse than that (`shared_factor`).
    """
    found: NDArray[np.int64] = random.binomial(leads, np.minimum(1.0, rates * factor))
    return found


def check_spread(spread: float) -> None:
    """Refuse months that differ by less than nothing, or without end.

    Raises:
        ImpossibleGoalError: They do.
    """
    if not 0 <= spread < inf:
        raise ImpossibleGoalError(
            f"months that differ by {spread:.0%} cannot be planned with; it must be 0 % or more"
        )


@dataclass(frozen=True)
class _Scale:
    """What each cell gets of a number of leads: its part of them, and no less than its own."""

    parts: tuple[Fraction, ...]
    own: tuple[int, ...]

    def leads(self, whole: int) -> list[int]:
        """Return the leads of each cell."""
        return [
            max(own, ceil(part * whole)) for part, own in zip(self.parts, self.own, strict=True)
        ]


def _smallest(
    known: _Worlds, scale: _Scale, enough: int, goal: Fraction | int, confidence: float
) -> MixTarget:
    few, many = -1, enough  # 0 may be enough, where there are own leads
    none = [0 for _ in scale.parts]
    low = (none, [np.zeros(known.worlds, dtype=np.int64) for _ in none])
    high = (scale.leads(enough), known.customers)
    while many - few > 1:
        middle = (few + many) // 2
        leads = scale.leads(middle)
        customers = known.between(low, high, leads)
        if _chance(known.revenue(customers), goal) >= confidence:
            many, high = middle, (leads, customers)
        else:
            few, low = middle, (leads, customers)
    return MixTarget(tuple(high[0]), _outlook(known.revenue(high[1]), goal))


def _customers(cells: Sequence[MixCell], leads: Sequence[int]) -> float:
    """Return about how many customers leads bring."""
    return sum(n * cell.rate for n, cell in zip(leads, cells, strict=True))


def _affordable(worlds: int, customers: float) -> int:
    if customers * _FEWEST_WORLDS > _MOST_DEALS:
        raise ImpossibleGoalError(
            f"about {customers:,.0f} customers in one month are too many to simulate; plan one "
            f"segment at a time, up to {_MOST_DEALS // _FEWEST_WORLDS:,}"
        )
    return max(_FEWEST_WORLDS, min(worlds, int(_MOST_DEALS / max(1.0, customers))))


def _chance(revenue: NDArray[np.float64], goal: Fraction | int) -> float:
    return float(np.mean(revenue >= float(goal) * (1 - _HAIR)))


def _outlook(revenue: NDArray[np.float64], goal: Fraction | int) -> Outlook:
    """Return what the revenue of many worlds says.

    Where hardly any world is on one side, the formula of the standard error comes to next to
    nothing. Of none in n worlds no more is known than that the chance is below 3 / n, 19 times in
    20 (rule of three: Hanley and Lippman-Hand, JAMA 249, 1983); the error is never below that.
    """
    chance = _chance(revenue, goal)
    low, median, high = (float(value) for value in np.quantile(revenue, [0.1, 0.5, 0.9]))
    return Outlook(
        chance=chance,
        error=max(sqrt(chance * (1 - chance) / revenue.size), 3 / revenue.size),
        low=low,
        median=median,
        high=high,
        worlds=int(revenue.size),
    )
