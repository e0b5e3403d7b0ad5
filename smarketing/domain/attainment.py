"""How a share of what was due is judged, and how long answers took.

Decisions compare exact fractions; a float here is for a sentence or a chart, never for a
verdict. A share of nothing is None.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, exp, log, sqrt
from statistics import NormalDist, fmean, median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def due_count(*, met: int, late: int, overdue: int) -> int:
    """Return how many clocks can be judged: met, met late, and past due but still open."""
    return met + late + overdue


def attainment(kept: int, due: int) -> Fraction | None:
    """Return kept / due (or counted / target) exactly; None where nothing was due."""
    return Fraction(kept, due) if due else None


def is_met(kept: int, due: int, promised_rate: Fraction) -> bool | None:
    """Return whether the promise was kept; None where nothing was due.

    The comparison is exact: 8,996 of 10,000 is displayed as 90.0 % and does not meet 90 %.
    """
    share = attainment(kept, due)
    return None if share is None else share >= promised_rate


def wilson_interval(kept: float, due: int, confidence: float = 0.95) -> tuple[float, float] | None:
    """Return the interval that a share is compatible with; None where nothing was due.

    For the wording only: what is owed follows from the contractual count (DOMAIN 4.8).
    Source: Wilson (1927), score interval without continuity correction.

    Args:
        kept: Successes; a fraction where several that hang together count as one.
        due: Trials.
        confidence: Two-sided, between 0 and 1.
    """
    if not due:
        return None
    z2 = NormalDist().inv_cdf((1 + confidence) / 2) ** 2
    share = kept / due
    middle = share + z2 / (2 * due)
    reach = sqrt(z2 * (share * (1 - share) / due + z2 / (4 * due * due)))
    scale = 1 + z2 / due
    return max(0.0, (middle - reach) / scale), min(1.0, (middle + reach) / scale)


def is_too_few_to_judge(
    kept: int, due: int, promised_rate: Fraction, confidence: float = 0.95
) -> bool:
    """Return whether chance alone may explain which side of the promise the share is on.

    True where nothing was due. It softens a sentence and changes no verdict.
    """
    interval = wilson_interval(kept, due, confidence)
    return interval is None or interval[0] < float(promised_rate) <= interval[1]


def nearest_rank(values: Sequence[float], share: Fraction) -> float:
    """Return the smallest value that at least `share` of the values do not exceed.

    Nearest rank: always one of the values, never between two. Say so where it is shown.

    Args:
        values: At least one, in any order.
        share: Above 0, at most 1.
    """
    ordered = sorted(values)
    return ordered[ceil(share * len(ordered)) - 1]


@dataclass(frozen=True)
class ResponseSummary:
    """How long answers took, in the unit of what was given.

    Attributes:
        answered: How many there are.
        within: Share at or below the target.
        mean: Never to be shown alone: one forgotten lead moves it far.
        median: Half way between the two in the middle of an even number.
        geometric_mean: None when an answer took no time at all.
        p90: By nearest rank.
    """

    answered: int
    within: Fraction
    mean: float
    median: float
    geometric_mean: float | None
    p90: float


def response_summary(responses: Sequence[float], target: float) -> ResponseSummary | None:
    """Return the figures of the answered leads; None where there are none.

    Leads without an answer are not in it: show their number beside it.
    """
    if not responses:
        return None
    return ResponseSummary(
        answered=len(responses),
        within=Fraction(sum(taken <= target for taken in responses), len(responses)),
        mean=fmean(responses),
        median=median(responses),
        geometric_mean=_geometric_mean(responses),
        p90=nearest_rank(responses, Fraction(9, 10)),
    )


def _geometric_mean(values: Sequence[float]) -> float | None:
    return exp(fmean(log(value) for value in values)) if min(values) > 0 else None
