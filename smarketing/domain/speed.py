"""Whether fast answers win more, in the company's own records: compared within alike leads.

Reps answer the best leads first, so that the plain comparison flatters speed: leads are compared
within strata (tier, source, in or out of working hours) and the strata put together by Mantel and
Haenszel. Every page that shows a figure of this shows CAVEATS beside it: only a queue in random
order answers the question (`leads_an_arm`). Floats; a figure that cannot be computed is None.

Sources: Mantel & Haenszel 1959; intervals by Robins, Breslow & Greenland 1986 (odds ratio),
Greenland & Robins 1985 (risk ratio and difference); the E-value by VanderWeele & Ding 2017.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, erfc, exp, inf, sqrt
from statistics import NormalDist
from typing import TYPE_CHECKING, Final

from smarketing.domain.errors import ImpossibleGoalError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

CAVEATS: Final = (
    (
        "Reps may answer first what looks best: a part of the difference can be their choice, not "
        "their speed."
    ),
    (
        "Leads that were never reached have no time of answer; the comparison starts at the target "
        "time and counts what came after it."
    ),
    (
        "Automatic replies are no answers, and leads of one rep resemble each other: the interval "
        "is wider in truth than it is shown."
    ),
    "Only a queue in random order shows what speed alone brings.",
)
"""What is said beside every figure of this module."""


@dataclass(frozen=True)
class Stratum:
    """Leads that are alike but for the speed of the answer.

    Attributes:
        name: As a table calls it.
        fast_won: Answered in time and won later.
        fast_lost: Answered in time and not won.
        slow_won: Answered late or never, and won.
        slow_lost: Answered late or never, and not won.

    Raises:
        ImpossibleGoalError: A count is below 0.
    """

    name: str
    fast_won: int
    fast_lost: int
    slow_won: int
    slow_lost: int

    def __post_init__(self) -> None:
        if min(_cells(self)) < 0:
            raise ImpossibleGoalError(f"{self.name}: a number of leads cannot be below zero")

    @property
    def fast(self) -> int:
        """Return the leads answered in time."""
        return self.fast_won + self.fast_lost

    @property
    def slow(self) -> int:
        """Return the others."""
        return self.slow_won + self.slow_lost

    @property
    def size(self) -> int:
        """Return all its leads."""
        return self.fast + self.slow


@dataclass(frozen=True)
class Effect:
    """One measure of the difference and what it is compatible with (95 %).

    Attributes:
        value: Fast against slow: a ratio (1: no difference), or a difference (0: none).
        low: Lower end.
        high: Upper end.
    """

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class SpeedEffect:
    """What speed goes together with, crude and within alike leads (E13).

    Attributes:
        fast_rate: Won of those answered in time, all strata thrown together.
        slow_rate: Won of the others.
        crude_risk_ratio: The one over the other; None: no slow lead was won.
        crude_odds_ratio: None: it would be endless.
        odds_ratio: Mantel-Haenszel; None where the strata do not give it.
        risk_ratio: Mantel-Haenszel.
        risk_difference: Mantel-Haenszel.
        standardised_fast: The rate, had every lead been answered in time (g-formula); None where a
            stratum has no fast or no slow lead.
        standardised_slow: The rate, had none been.
        p_value: Cochran-Mantel-Haenszel without correction; None where nothing varies.
        e_value: How strongly a cause that nobody recorded would have to go together with both, to
            explain the risk ratio away.
    """

    fast_rate: float
    slow_rate: float
    crude_risk_ratio: float | None
    crude_odds_ratio: float | None
    odds_ratio: Effect | None
    risk_ratio: Effect | None
    risk_difference: Effect
    standardised_fast: float | None
    standardised_slow: float | None
    p_value: float | None
    e_value: float | None

    @property
    def standardised_difference(self) -> float | None:
        """Return the difference of the standardised rates."""
        if self.standardised_fast is None or self.standardised_slow is None:
            return None
        return self.standardised_fast - self.standardised_slow


def speed_effect(strata: Sequence[Stratum]) -> SpeedEffect | None:
    """Return what speed goes together with; None where no stratum has both fast and slow leads.

    Args:
        strata: Strata with leads of one kind only say nothing of speed and count only in the
            crude rates.
    """
    both = [one for one in strata if one.fast and one.slow]
    if not both:
        return None
    whole = Stratum("all", *(sum(column) for column in zip(*map(_cells, strata), strict=True)))
    fast, slow = whole.fast_won / whole.fast, whole.slow_won / whole.slow
    risk_ratio = _risk_ratio(both)
    complete = len(both) == len([one for one in strata if one.size])
    return SpeedEffect(
        fast_rate=fast,
        slow_rate=slow,
        crude_risk_ratio=_over(fast, slow),
        crude_odds_ratio=_over(whole.fast_won * whole.slow_lost, whole.fast_lost * whole.slow_won),
        odds_ratio=_odds_ratio(both),
        risk_ratio=risk_ratio,
        risk_difference=_risk_difference(both),
        standardised_fast=_standardised(both, _fast_rate) if complete else None,
        standardised_slow=_standardised(both, _slow_rate) if complete else None,
        p_value=_p_value(both),
        e_value=None if risk_ratio is None else e_value(risk_ratio.value),
    )


def e_value(risk_ratio: float) -> float:
    """Return the E-value of a risk ratio above 0; a protective one is turned round."""
    ratio = max(risk_ratio, 1 / risk_ratio)
    return ratio + sqrt(ratio * (ratio - 1))


def risk_ratio_of(odds_ratio: float, baseline: float) -> float:
    """Return the risk ratio that an odds ratio means where `baseline` are won anyway (E13b).

    Odds are not chances: odds 21 times as good are 7 times the chance where 10 % win anyway.

    Raises:
        ImpossibleGoalError: The baseline is no share, or the odds ratio below 0.
    """
    if not 0 <= baseline <= 1 or not 0 <= odds_ratio < inf:
        raise ImpossibleGoalError(
            f"odds {odds_ratio:g} times as good of {baseline:.0%} cannot be; the share must be "
            "between 0 % and 100 % and the ratio above 0"
        )
    return odds_ratio / (1 - baseline + baseline * odds_ratio) if odds_ratio else 0.0


def leads_an_arm(
    slow_rate: float, fast_rate: float, *, alpha: float = 0.05, power: float = 0.8
) -> int:
    """Return how many leads each arm of an experiment takes to show that difference (E15).

    The queue is put into random order within a tier; two-sided test of two shares, normal
    approximation with separate variances.

    Raises:
        ImpossibleGoalError: The rates are equal or no shares.
    """
    if not (0 <= slow_rate <= 1 and 0 <= fast_rate <= 1) or slow_rate == fast_rate:
        raise ImpossibleGoalError(
            "an experiment needs two different shares between 0 % and 100 %: today's and the one "
            "that is hoped for"
        )
    normal = NormalDist()
    reach = normal.inv_cdf(1 - alpha / 2) + normal.inv_cdf(power)
    variance = slow_rate * (1 - slow_rate) + fast_rate * (1 - fast_rate)
    return max(1, ceil(reach**2 * variance / (slow_rate - fast_rate) ** 2))


def _cells(one: Stratum) -> tuple[int, int, int, int]:
    return one.fast_won, one.fast_lost, one.slow_won, one.slow_lost


def _fast_rate(one: Stratum) -> float:
    return one.fast_won / one.fast


def _slow_rate(one: Stratum) -> float:
    return one.slow_won / one.slow


def _over(above: float, below: float) -> float | None:
    return above / below if below else None


def _reach() -> float:
    return NormalDist().inv_cdf(0.975)


def _ratio(value: float, variance: float) -> Effect:
    reach = _reach() * sqrt(variance)
    return Effect(value, value * exp(-reach), value * exp(reach))


def _odds_ratio(strata: Sequence[Stratum]) -> Effect | None:
    r = [one.fast_won * one.slow_lost / one.size for one in strata]
    s = [one.fast_lost * one.slow_won / one.size for one in strata]
    p = [(one.fast_won + one.slow_lost) / one.size for one in strata]
    above, below = sum(r), sum(s)
    if not above or not below:
        return None
    rows = list(zip(p, r, s, strict=True))
    variance = (
        sum(p * r for p, r, _ in rows) / (2 * above**2)
        + sum(p * s + (1 - p) * r for p, r, s in rows) / (2 * above * below)
        + sum((1 - p) * s for p, _, s in rows) / (2 * below**2)
    )
    return _ratio(above / below, variance)


def _risk_ratio(strata: Sequence[Stratum]) -> Effect | None:
    above = sum(one.fast_won * one.slow / one.size for one in strata)
    below = sum(one.slow_won * one.fast / one.size for one in strata)
    if not above or not below:
        return None
    spread = sum(
        one.fast * one.slow * (one.fast_won + one.slow_won) / one.size**2
        - one.fast_won * one.slow_won / one.size
        for one in strata
    )
    return _ratio(above / below, spread / (above * below))


def _risk_difference(strata: Sequence[Stratum]) -> Effect:
    weights = [one.fast * one.slow / one.size for one in strata]
    whole = sum(weights)
    value = (
        sum(
            weight * (_fast_rate(one) - _slow_rate(one))
            for weight, one in zip(weights, strata, strict=True)
        )
        / whole
    )
    variance = (
        sum(
            (
                one.fast_won * one.fast_lost * one.slow**3
                + one.slow_won * one.slow_lost * one.fast**3
            )
            / (one.fast * one.slow * one.size**2)
            for one in strata
        )
        / whole**2
    )
    reach = _reach() * sqrt(variance)
    return Effect(value, value - reach, value + reach)


def _standardised(strata: Sequence[Stratum], rate: Callable[[Stratum], float]) -> float:
    return sum(one.size * rate(one) for one in strata) / sum(one.size for one in strata)


def _p_value(strata: Sequence[Stratum]) -> float | None:
    gap = variance = 0.0
    for one in strata:
        won, size = one.fast_won + one.slow_won, one.size
        gap += one.fast_won - one.fast * won / size
        variance += one.fast * one.slow * won * (size - won) / (size**2 * (size - 1))
    return erfc(sqrt(gap**2 / variance / 2)) if variance else None
