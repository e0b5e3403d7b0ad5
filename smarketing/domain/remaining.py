"""What is still to come of a period, as a distribution of whole leads (see `forecast`)."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, log, sqrt
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Prior:
    """What is known of the rate before the period: Gamma(a, b), leads and average working days.

    Attributes:
        a: Above 0; 0.5 with b = 0 knows nothing (Jeffreys).
        b: 0 or more.
    """

    a: float = 0.5
    b: float = 0.0


NOTHING: Final = Prior()


@dataclass(frozen=True)
class Undecided:
    """The leads among those counted that may still be rejected.

    Attributes:
        leads: How many.
        rejected_rate: Share of them that is expected to be, from 0 to below 1.
    """

    leads: int = 0
    rejected_rate: float = 0.0

    @property
    def lost(self) -> float:
        """Return how many of them are expected to be rejected."""
        return self.leads * self.rejected_rate


ALL_DECIDED: Final = Undecided()


@dataclass(frozen=True)
class Left:
    """What is still to come, less those of the undecided that go.

    Attributes:
        least: The least that it may be: all undecided go, and none comes.
        chances: Of `least`, `least` + 1, ... as far as there is any chance.
    """

    mean: float
    least: int
    chances: NDArray[np.float64]

    @classmethod
    def after(
        cls,
        done: int,
        elapsed: float,
        total: float,
        *,
        prior: Prior,
        factor: float,
        undecided: Undecided,
    ) -> Left:
        """Return what follows after so many leads in so many average working days.

        Args:
            done: Leads so far, the undecided among them; below 0 it tells of a rate of none.
            elapsed: Average working days gone; with a prior that knows nothing, above 0.
            total: Of the whole period.
            prior: Of the rate.
            factor: How much more days differ than chance lets them; 1 and more.
            undecided: Those that may still be rejected.
        """
        left, mean, chances = total - elapsed, 0.0, np.ones(1)
        if left > 0:
            days = prior.b + elapsed / factor
            mean = left * (prior.a + max(0.0, done - undecided.lost) / factor) / days
            chances = _negative_binomial(mean, 1 / (factor + left / days))
        if undecided.leads:
            chances = np.convolve(chances, _binomial(undecided.leads, 1 - undecided.rejected_rate))
        return cls(mean - undecided.lost, -undecided.leads, chances)

    def at_least(self, leads: int) -> float:
        """Return P(so many leads, or more)."""
        if leads <= self.least:
            return 1.0
        return min(1.0, max(0.0, 1.0 - float(self.chances[: leads - self.least].sum())))

    def quantile(self, share: float) -> int:
        """Return the least number that this share of such periods does not exceed."""
        return self.least + int(np.searchsorted(np.cumsum(self.chances), share))


def _negative_binomial(mean: float, stop: float) -> NDArray[np.float64]:
    """Return the chances of 0, 1, 2 ... of that mean and P(no further one) of a trial."""
    size = mean * stop / (1 - stop)
    most = ceil(mean + 12 * sqrt(mean / stop) + 20 / stop)
    k = np.arange(most, dtype=np.float64)
    steps = np.log((size + k) / (k + 1)) + log(1 - stop)
    return np.exp(size * log(stop) + np.concatenate([[0.0], np.cumsum(steps)]))


def _binomial(trials: int, chance: float) -> NDArray[np.float64]:
    """Return the chances of 0, 1 ... `trials` successes; the chance of one is above 0."""
    if chance >= 1:
        return np.concatenate([np.zeros(trials), [1.0]])
    k = np.arange(trials, dtype=np.float64)
    steps = np.log((trials - k) / (k + 1)) + log(chance / (1 - chance))
    return np.exp(trials * log(1 - chance) + np.concatenate([[0.0], np.cumsum(steps)]))
