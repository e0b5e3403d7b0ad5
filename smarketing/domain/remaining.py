"""What is still to come of a period, as a distribution of whole leads (see `forecast`)."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, log, sqrt
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


_NEGLIGIBLE: Final = 1e-9  # of a day; what rounding leaves


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
        return self.among(self.leads)

    def among(self, leads: int) -> float:
        """Return how many of some of them are expected to be rejected; of fewer than none none."""
        return max(0, leads) * self.rejected_rate


ALL_DECIDED: Final = Undecided()


@dataclass(frozen=True)
class Begun:
    """The working day that is not over, and the leads that are there for it already.

    Those of the days off before it are among them, and of a source that tells dates alone all of
    the day's are there in the morning: how many there are says little of how much of it is gone.

    Attributes:
        leads: Among those counted.
        worth: Of the whole day, in average working days; 0: none has begun.
        gone: Of that, by the clock.
    """

    leads: int = 0
    worth: float = 0.0
    gone: float = 0.0

    def left(self, rate: float) -> float:
        """Return how much of the day is still to come, where a whole one brings `rate`.

        The day is gone by the clock, or by the leads that are there: whichever is more.
        """
        return max(0.0, self.worth - max(self.gone, self.leads / rate))


NOT_BEGUN: Final = Begun()


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
        begun: Begun = NOT_BEGUN,
        drift: float = 0.0,
        uneven: float = 0.0,
        doubt: float = 0.0,
    ) -> Left:
        """Return what follows after so many leads in so many average working days.

        Args:
            done: Leads so far, the undecided among them; below 0 it tells of a rate of none.
            elapsed: Average working days that are over; with a prior that knows nothing, above 0.
            total: Of the whole period.
            prior: Of the rate.
            factor: How much more days differ than chance lets them; 1 and more.
            undecided: Those that may still be rejected; the last ones, so those of the day that is
                not over are among them.
            begun: The day that is not over; it is no part of `elapsed`, its leads are of `done`.
            drift: By how much the rate moves in a day (`drift.drift_of`).
            uneven: Of what is counted in leads of average value (`worth.Worth`), as is `doubt`.
            doubt: The square of how far that average may be off, as a part of it.
        """
        mean, chances = 0.0, np.ones(1)
        if total > elapsed:
            days = prior.b + elapsed / factor
            settled = done - begun.leads - undecided.among(undecided.leads - begun.leads)
            rate = (prior.a + max(0.0, settled) / factor) / days
            left = max(0.0, total - elapsed - begun.worth + begun.left(rate))
            if left > _NEGLIGIBLE:
                mean = left * rate
                wanders = drift * (elapsed + left) / 3 + doubt
                spread = factor + uneven + left / days + mean * wanders
                chances = _negative_binomial(mean, 1 / spread)
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
