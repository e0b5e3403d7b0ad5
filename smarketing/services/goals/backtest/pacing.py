"""Where a month's leads were expected to end, while it ran, and where it ended.

On the 5th, 10th and 15th working day, with as many months before as `services.forecast` looks back
to, and reckoned as there. The goals that a chance is stated for are a usual month and
a tenth fewer or more: what was really agreed may have been far from what was in question, and then
a chance of nearly 0 or 100 % tests nothing. Leads of days that do not work count for the working
day after them, of the same month; after the last one, for that.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING, Final

import numpy as np

from smarketing.domain.drift import drift_of
from smarketing.domain.earlier import prior_of
from smarketing.domain.forecast import forecast
from smarketing.domain.rhythm import expected_dispersion, exposure, weekday_weights
from smarketing.domain.targets import next_month
from smarketing.services.forecast.past import MONTHS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from smarketing.domain.lag import Days

DAYS: Final = (5, 10, 15)
"""Working days gone when a forecast is made."""
GOALS: Final = (Fraction(9, 10), Fraction(1), Fraction(11, 10))
"""Of a usual month."""


@dataclass(frozen=True)
class Chance:
    """The stated chance of a goal, and whether it was reached."""

    goal: int
    stated: float
    reached: bool


@dataclass(frozen=True)
class Paced:
    """One forecast of a month's leads.

    Attributes:
        month: First day.
        working_days: Gone when it was made.
        done: Leads by then.
        low: Lower end of the 80 % range of the whole month; `high` is the upper one.
        leads: What the month brought.
    """

    month: date
    working_days: int
    done: int
    low: int
    high: int
    leads: int
    chances: tuple[Chance, ...]

    @property
    def holds(self) -> bool:
        """Return whether the range held what the month brought."""
        return self.low <= self.leads <= self.high


@dataclass(frozen=True)
class Month:
    """A month of leads by working day.

    Attributes:
        first: Its first day.
        days: Its working days.
        daily: Leads of each; of a month without any working day: none.
    """

    first: date
    days: tuple[date, ...]
    daily: tuple[int, ...]

    @property
    def leads(self) -> int:
        """Return the leads of the month."""
        return sum(self.daily)


def months_by_day(lead_days: Days, worked: Mapping[date, Sequence[date]]) -> tuple[Month, ...]:
    """Return the leads of whole months by working day.

    Args:
        lead_days: As `date.toordinal`.
        worked: First day of each month to its working days; a month without any is left out.
    """
    ordered = np.sort(lead_days)
    return tuple(_month(first, tuple(days), ordered) for first, days in worked.items() if days)


def paced(all_months: Sequence[Month]) -> Iterator[Paced]:
    """Yield the forecasts of every month that has at least three before it.

    Args:
        all_months: Oldest first, each of them over.
    """
    for place, month in enumerate(all_months):
        yield from _paced(month, all_months[max(0, place - MONTHS) : place])


def _month(first: date, days: tuple[date, ...], ordered: Days) -> Month:
    begins, ends = np.searchsorted(ordered, [first.toordinal(), next_month(first).toordinal()])
    here = ordered[begins:ends]
    numbers = [day.toordinal() for day in days]
    daily = [0] * len(days)
    for day, count in zip(*np.unique(here, return_counts=True), strict=True):
        daily[min(bisect_left(numbers, int(day)), len(days) - 1)] += int(count)
    return Month(first, days, tuple(daily))


def _paced(month: Month, before: Sequence[Month]) -> Iterator[Paced]:
    daily = {day: n for one in before for day, n in zip(one.days, one.daily, strict=True)}
    weights = weekday_weights(daily)
    spans = [(one.daily, [weights[day.weekday()] for day in one.days]) for one in before]
    uneven = expected_dispersion(spans)
    drift = drift_of(spans, uneven)
    known = [(one.leads, exposure(one.days, weights)) for one in before]
    prior = prior_of(known, uneven)
    if prior is None:
        return
    total = exposure(month.days, weights)
    usual = sum(leads for leads, _ in known) / sum(days for _, days in known) * total
    for gone in DAYS:
        done, elapsed = sum(month.daily[:gone]), exposure(month.days[:gone], weights)
        goals = dict.fromkeys(ceil(usual * part) for part in GOALS)
        told = [
            (
                goal,
                forecast(
                    goal,
                    done,
                    elapsed=elapsed,
                    total=total,
                    prior=prior,
                    dispersion=uneven,
                    drift=drift,
                ),
            )
            for goal in goals
        ]
        made = [(goal, one) for goal, one in told if one is not None]
        if gone < len(month.days) and made:
            yield Paced(
                month=month.first,
                working_days=gone,
                done=done,
                low=int(made[0][1].low),
                high=int(made[0][1].high),
                leads=month.leads,
                chances=tuple(
                    Chance(goal, one.chance, month.leads >= goal)
                    for goal, one in made
                    if goal > done  # one that is reached already needs no forecast
                ),
            )
