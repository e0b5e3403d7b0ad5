"""How leads fall on working days: what each weekday weighs, and how much days differ.

An average working day weighs 1; a day that is not worked weighs nothing and is left out before.
Leads that come on such a day belong to the next working day (the caller adds them there).
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

EVEN: Final = (Fraction(1),) * 7
"""Every weekday weighs alike: for want of history."""

_PRIOR_LEADS: Final = 11  # weights before any history: 1, give or take 0.3 (gamma, 1 / 0.3^2)
_HUNDRED: Final = 100
_WEEKDAYS: Final = 5
_BORROWED: Final = 10
BURSTS: Final = 2.0
"""Fano factor of days where nothing is known: leads come in bursts (E12b)."""


def weekday_weights(daily: Mapping[date, int]) -> tuple[Fraction, ...]:
    """Return what each weekday weighs, Monday first, learnt from past working days.

    A weekday's leads over what as many average days bring, shrunk to 1 as if 11 average leads
    stood beside them (more where days differ more than chance alone lets them: leads that come in
    bursts tell less). In hundredths, at least one of them, so that a page can show what is used.

    Args:
        daily: Working day to its leads, zeros included; empty or without leads: all weigh 1.
    """
    total = sum(daily.values())
    if not total:
        return EVEN
    average = Fraction(total, len(daily))
    days, leads = [0] * 7, [0] * 7
    for day, count in daily.items():
        days[day.weekday()] += 1
        leads[day.weekday()] += count
    raw = [n / (d * average) if d else Fraction(1) for n, d in zip(leads, days, strict=True)]
    squares, free = _pearson([*daily.values()], [raw[day.weekday()] for day in daily])
    # The weights were fitted to these very days: a week of them leaves nothing to see bursts in.
    bursts = _expected(squares, max(0, free + 1 - sum(map(bool, days))), BURSTS)
    prior = _PRIOR_LEADS * Fraction(bursts)
    return tuple(
        Fraction(max(1, round(_HUNDRED * (n + prior) / (d * average + prior))), _HUNDRED)
        for n, d in zip(leads, days, strict=True)
    )


def weights_of(days: Iterable[date], weekdays: Sequence[Fraction] = EVEN) -> dict[date, Fraction]:
    """Return what each working day weighs, for `plan.split_month`; its sum is the exposure.

    Args:
        days: Working days only (`calendar.working_days`: holidays are not among them).
        weekdays: Monday first.
    """
    return {day: weekdays[day.weekday()] for day in days}


def exposure(days: Iterable[date], weekdays: Sequence[Fraction] = EVEN) -> Fraction:
    """Return how many average working days the days are worth.

    Args:
        days: As for `weights_of`.
        weekdays: Monday first.
    """
    return sum(weights_of(days, weekdays).values(), start=Fraction(0))


def dispersion(daily: Sequence[int], weights: Sequence[Fraction] | None = None) -> float | None:
    """Return how much more days differ than chance lets them: 1 for a Poisson (Fano factor, E12b).

    With weights it is Pearson's statistic over its degrees of freedom: what weekdays explain does
    not count. None with fewer than two days, or without leads: nothing is known.

    Args:
        daily: Leads of past working days, of one span without a trend.
        weights: Of these days; None: all alike. Days of weight 0 are left out.
    """
    squares, free = _pearson(daily, weights or (Fraction(1),) * len(daily))
    return squares / free if free else None


def expected_dispersion(
    spans: Iterable[tuple[Sequence[int], Sequence[Fraction]]], usual: float = BURSTS
) -> float:
    """Return by how much more days are expected to differ than chance lets them; 1 and more.

    A few days do not show how uneven days are, and most often too little of it: bursts are rare.
    So what spans say is drawn to the usual as by so many days as `_BORROWED` (mean of the scaled
    inverse chi-square that is left: Gelman et al., Bayesian Data Analysis, 3.2).

    Args:
        spans: Leads and weights of the working days of each span, as a month: that one is better
            than another is no burst. None: the usual, with the doubt about it.
        usual: Fano factor of days like these.
    """
    told = [_pearson(daily, weights) for daily, weights in spans]
    squares, free = sum(each for each, _ in told), sum(each for _, each in told)
    # The weights were learnt from these days, too, and explain a part of any chance.
    return _expected(squares, max(0, free - _WEEKDAYS + 1), usual)


def _expected(squares: float, free: int, usual: float) -> float:
    return max(1.0, (_BORROWED * usual + squares) / (_BORROWED + free - 2))


def _pearson(daily: Sequence[int], weights: Sequence[Fraction]) -> tuple[float, int]:
    """Return Pearson's statistic of one common rate, and its degrees of freedom."""
    pairs = [
        (count, float(weight)) for count, weight in zip(daily, weights, strict=True) if weight > 0
    ]
    leads = sum(count for count, _ in pairs)
    if len(pairs) <= 1 or not leads:
        return 0.0, 0
    rate = leads / sum(weight for _, weight in pairs)
    squares = sum((count - rate * weight) ** 2 / (rate * weight) for count, weight in pairs)
    return squares, len(pairs) - 1
