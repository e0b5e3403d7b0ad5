"""How large a deal is: skewed, few, and now and then a whale.

Amounts are in one currency, as floats: they describe; a goal is computed from an average that
somebody agreed to. Interval of the mean by Cox (Zhou and Gao, Stat. Med. 1997;16:783-790) and by
the bootstrap, bias-corrected and accelerated (Efron, JASA 1987;82:171-185); see DOMAIN 4.3.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, sqrt
from statistics import NormalDist, fmean, median, stdev
from typing import TYPE_CHECKING, Final

import numpy as np

from smarketing.domain.errors import InvalidError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_DRAWS: Final = (999, 9_999)  # at least and at most: the mean of very many needs fewer
_AMOUNTS: Final = 20_000_000  # drawn in all, so that time stays short
_AT_A_TIME: Final = 2_000_000  # amounts drawn at once, so that memory stays small
_SEED: Final = 0
_FARTHEST: Final = 100.0  # logarithm of an amount that no customer pays


@dataclass(frozen=True)
class Lognormal:
    """Deals taken as lognormal.

    Attributes:
        log_mean: Of the logarithms; log_sd: their standard deviation (n - 1).
        mean: exp(log_mean + log_sd^2 / 2).
        low: Lower end of Cox's interval of the mean; high: the upper one.
    """

    log_mean: float
    log_sd: float
    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class DealSize:
    """What a deal brings, and how far a single one moves it.

    Attributes:
        count: Deals that it was computed from.
        mean: What a goal is divided by.
        median: What a deal usually brings.
        lognormal: None of one deal, where a deal brought nothing, or where they lie so far apart
            (a cent beside a million) that the interval would be without an end.
        bootstrap: Interval of the mean, 95 %; None of one deal: it says nothing of others.
        left_out: Lowest and highest mean when any single deal is left out; None of one deal.
        without_largest: The mean when the largest is; None of one deal.
    """

    count: int
    mean: float
    median: float
    lognormal: Lognormal | None
    bootstrap: tuple[float, float] | None
    left_out: tuple[float, float] | None
    without_largest: float | None


def deal_size(amounts: Sequence[float], confidence: float = 0.95) -> DealSize | None:
    """Return what deals bring (E9); None where there was none. The order is of no matter.

    Args:
        amounts: In one currency; 0 is a deal without money.
        confidence: Of the intervals.

    Raises:
        InvalidError: A deal below zero (a refund is no deal), or no number.
    """
    if not len(amounts):
        return None
    deals = np.sort(np.asarray(amounts, dtype=np.float64))
    wrong = deals[~(np.isfinite(deals) & (deals >= 0))]
    if wrong.size:
        raise InvalidError(
            f"a deal of {wrong[0]:,.2f} cannot be averaged: give what the customer pays, 0 or more",
            "amount",
        )
    single = deals.size == 1
    return DealSize(
        count=deals.size,
        mean=fmean(deals),
        median=median(deals.tolist()),
        lognormal=_lognormal(deals, confidence),
        bootstrap=None if single else bca_interval(deals, confidence),
        left_out=None if single else (_without(deals, -1), _without(deals, 0)),
        without_largest=None if single else _without(deals, -1),
    )


def bca_interval(deals: NDArray[np.float64], confidence: float = 0.95) -> tuple[float, float]:
    """Return the interval of the mean by the bootstrap, the same at every call.

    Args:
        deals: At least two.
        confidence: As 0.95.
    """
    low, high = float(deals[0]), float(deals[-1])
    if low == high:
        return low, high
    means = _resampled(np.sort(deals))
    normal = NormalDist()
    mean = deals.mean()
    below = (np.count_nonzero(means < mean) + np.count_nonzero(means == mean) / 2) / means.size
    bias = normal.inv_cdf(float(below))
    lever = (deals - mean) / (high - low)  # a jackknifed mean moves by -lever / (n - 1)
    pull = float((lever**3).sum() / (6 * (lever**2).sum() ** 1.5))
    tail = (1 - confidence) / 2
    ends = [
        normal.cdf(bias + (bias + z) / (1 - pull * (bias + z)))
        for z in (normal.inv_cdf(tail), normal.inv_cdf(1 - tail))
    ]
    # A mean of equal deals is a rounding error off them; no mean lies beyond the deals.
    found = np.clip(np.quantile(means, ends), low, high)
    return float(found[0]), float(found[1])


def _resampled(deals: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the means of samples of the same size, drawn in chunks."""
    random = np.random.default_rng(_SEED)
    draws = min(_DRAWS[1], max(_DRAWS[0], _AMOUNTS // deals.size))
    chunk = max(1, _AT_A_TIME // deals.size)
    return np.concatenate(
        [
            random.choice(deals, size=(min(chunk, draws - start), deals.size)).mean(axis=1)
            for start in range(0, draws, chunk)
        ]
    )


def _without(deals: NDArray[np.float64], which: int) -> float:
    return float((deals.sum() - deals[which]) / (deals.size - 1))


def _lognormal(deals: NDArray[np.float64], confidence: float) -> Lognormal | None:
    if deals.size == 1 or deals[0] <= 0:
        return None
    logs = np.log(deals)
    centre, spread, count = float(logs.mean()), stdev(logs.tolist()), deals.size
    middle = centre + spread**2 / 2
    error = sqrt(spread**2 / count + spread**4 / (2 * (count - 1)))
    reach = NormalDist().inv_cdf((1 + confidence) / 2) * error
    if middle + reach > _FARTHEST:
        return None
    return Lognormal(centre, spread, exp(middle), exp(middle - reach), exp(middle + reach))
