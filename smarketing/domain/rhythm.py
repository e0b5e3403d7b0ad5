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

USUAL: Final = 2.3
"""How uneven days are where nobody has seen it yet: the mean of the months of the largest open
record of marketing leads (Olist, 8,000 leads of June 2017 to May 2018; months from 1.0 to 4.7)."""
USUAL_DAYS: Final = 10
"""So many days of one's own outweigh it."""


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
    bursts = dispersion(list(daily.values()), [raw[day.weekday()] for day in daily])
    prior = _PRIOR_LEADS * Fraction(max(1.0, bursts or 1.0))
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


def dispersion(
    daily: Sequence[int], weights: Sequence[Fraction] | None = None, fitted: int = 0
) -> float | None:
    """Return how much more days differ than chance lets them: 1 for a Poisson (Fano factor, E12b).

    With weights it is Pearson's statistic over its degrees of freedom: what weekdays explain does
    not count. None with too few days, or without leads: nothing is known.

    Args:
        daily: Leads of past working days, of one span without a trend.
        weights: Of these days; None: all alike. Days of weight 0 are left out.
        fitted: How many weights were learnt from these very days: so many days say nothing more.
    """
    squares, free = _pearson(daily, weights or (Fraction(1),) * len(daily))
    return squares / (free - fitted) if free > fitted else None


def steady_dispersion(found: float | None, free: int) -> float:
    """Return a Fano factor that few days cannot throw about: they weigh against what is usual.

    A factor is off by its own size times sqrt(2 / degrees of freedom), and one that is too low
    makes a range that does not hold. So it is averaged with USUAL, which counts as USUAL_DAYS.

    Args:
        found: Of `dispersion`; None: nothing is known, and the usual one is returned.
        free: Its degrees of freedom.
    """
    known = 0 if found is None else free
    return (USUAL * USUAL_DAYS + (found or 0.0) * known) / (USUAL_DAYS + known)


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
