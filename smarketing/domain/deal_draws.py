"""What a deal may bring in a simulation: the own deals drawn again, or a curve where they are few.

Both know that history is a sample: in every world that is simulated the mean of all deals is a
little different, as far as so many deals leave it open. Cells that share one object share its
worlds. Money is in one currency, floats.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, expm1, sqrt
from typing import TYPE_CHECKING, Protocol

import numpy as np

from smarketing.domain.errors import ImpossibleGoalError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Drawn = NDArray[np.float64]
    DrawDeals = Callable[[np.random.Generator, NDArray[np.int64]], Drawn]
    """From a number of deals for each world to the deals, world after world."""


class DealSizes(Protocol):
    """Where the deals of a cell come from."""

    @property
    def mean(self) -> float:
        """Return the average deal, above 0."""
        ...

    @property
    def spread(self) -> float:
        """Return the standard deviation of a deal."""
        ...

    def worlds(self, random: np.random.Generator, count: int) -> DrawDeals:
        """Return how deals are drawn in `count` worlds that history leaves possible."""
        ...


@dataclass(frozen=True, eq=False)
class OwnDeals:
    """Deals drawn from those that were won, with replacement.

    In each world they are scaled by one factor of mean 1 and the standard error of their mean
    (gamma: never below 0). One deal, or equal ones, say nothing of a spread: there is none then.

    Attributes:
        won: At least one, none below 0, not all 0.

    Raises:
        ImpossibleGoalError: They are not such.
    """

    won: NDArray[np.float64]

    def __post_init__(self) -> None:
        if not self.won.size:
            raise ImpossibleGoalError(
                "no deal was won in this cell, so nobody knows what a customer brings; write the "
                "average deal into the goal"
            )
        if not np.all(np.isfinite(self.won)) or self.won.min() < 0:
            raise ImpossibleGoalError(
                f"a deal of {self.won.min():,.2f} cannot be planned with; take deals below zero "
                "out of the history, or correct them at the source"
            )
        if self.won.max() == 0:
            raise ImpossibleGoalError("every deal of this cell is zero, so no number is enough")

    @property
    def mean(self) -> float:
        """Return the average deal."""
        return float(self.won.mean())

    @property
    def spread(self) -> float:
        """Return the standard deviation of the deals as a sample."""
        return float(self.won.std(ddof=1)) if self.won.size > 1 else 0.0

    def worlds(self, random: np.random.Generator, count: int) -> DrawDeals:
        """Return how deals are drawn in `count` worlds."""
        error = self.spread / self.mean / sqrt(self.won.size)
        scale = random.gamma(error**-2, error**2, count) if error else np.ones(count)

        def draw(random: np.random.Generator, deals: NDArray[np.int64]) -> Drawn:
            picked = self.won[random.integers(self.won.size, size=int(deals.sum()))]
            drawn: Drawn = picked * np.repeat(scale, deals)
            return drawn

        return draw


@dataclass(frozen=True, eq=False)
class AgreedDeals:
    """Deals of an average that was agreed, spread as some others are.

    Attributes:
        average: Above 0; taken as known.
        like: Deals that show how deals vary, none below 0, not all 0; one: they do not.
    """

    average: float
    like: NDArray[np.float64]

    @property
    def mean(self) -> float:
        """Return the average deal."""
        return self.average

    @property
    def spread(self) -> float:
        """Return the standard deviation of a deal."""
        return float(self.like.std() / self.like.mean()) * self.average

    def worlds(self, random: np.random.Generator, count: int) -> DrawDeals:  # noqa: ARG002  (as the others)
        """Return how deals are drawn: the same in every world."""
        scaled = self.like * (self.average / self.like.mean())

        def draw(random: np.random.Generator, deals: NDArray[np.int64]) -> Drawn:
            picked: Drawn = scaled[random.integers(scaled.size, size=int(deals.sum()))]
            return picked

        return draw


@dataclass(frozen=True, eq=False)
class LognormalDeals:
    """Deals whose logarithm is normal, for cells with few of their own (DOMAIN 4.3).

    In each world the variance is drawn from its scaled inverse chi-square and the mean given it:
    what `sample` deals leave open of a normal (Gelman, Bayesian Data Analysis, section 3.2). The
    spread drawn is at most twice that of the deals: a few would leave deals open that no customer
    can pay.

    Attributes:
        log_mean: Of the logarithms.
        log_spread: Their standard deviation, 0 or more.
        sample: How many deals they come from, at least 2.

    Raises:
        ImpossibleGoalError: They are not such.
    """

    log_mean: float
    log_spread: float
    sample: int

    def __post_init__(self) -> None:
        if self.sample <= 1 or not self.log_spread >= 0 or not np.isfinite(self.log_mean):
            raise ImpossibleGoalError(
                f"{self.sample} deals do not show how deals vary; take the deals of the whole "
                "tier, or write the average deal into the goal"
            )

    @property
    def mean(self) -> float:
        """Return the average deal: above the median, which is exp(log_mean)."""
        return exp(self.log_mean + self.log_spread**2 / 2)

    @property
    def spread(self) -> float:
        """Return the standard deviation of a deal."""
        return self.mean * sqrt(expm1(self.log_spread**2))

    def worlds(self, random: np.random.Generator, count: int) -> DrawDeals:
        """Return how deals are drawn in `count` worlds."""
        free = self.sample - 1
        spread = self.log_spread * np.minimum(2, np.sqrt(free / random.chisquare(free, count)))
        middle = self.log_mean + spread / sqrt(self.sample) * random.standard_normal(count)

        def draw(random: np.random.Generator, deals: NDArray[np.int64]) -> Drawn:
            chance = random.standard_normal(int(deals.sum()))
            drawn: Drawn = np.exp(np.repeat(middle, deals) + np.repeat(spread, deals) * chance)
            return drawn

        return draw
