"""When a goal falls due and how a month's target is spread: goal months, weeks, working days.

Parts are whole numbers that sum to exactly the target (largest remainder). Progress inside a month
is judged by exact fractions (`targets.target_of`); the parts here are what is asked for day by day,
each less than one lead away from that fraction as far as its week is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import groupby
from math import floor
from typing import TYPE_CHECKING, Final

from smarketing.domain.errors import ImpossibleGoalError
from smarketing.domain.periods import month_before
from smarketing.domain.targets import next_month
from smarketing.domain.weeks import Week, week_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_DAYS_A_MONTH: Final = Fraction(1461, 48)  # 365.25 / 12


@dataclass(frozen=True)
class DayPart:
    """What one day is asked for.

    Attributes:
        target: Whole leads, or money in whole steps.
    """

    day: date
    target: int


@dataclass(frozen=True)
class WeekPart:
    """What one week of a month is asked for.

    Attributes:
        week: The whole week, also where the month has only some of its days.
        target: The sum of its days.
        days: Those of the month with any weight, ascending.
    """

    week: Week
    target: int
    days: tuple[DayPart, ...]


def lag_in_months(lag: timedelta) -> int:
    """Return a lag in whole months, the nearest; a half counts as one more.

    A month is 365.25 / 12 days. Rounded to the nearest and not up: half of the customers come
    before the median lag, half after it.

    Raises:
        ImpossibleGoalError: The lag is negative.
    """
    if lag < timedelta(0):
        raise ImpossibleGoalError(
            "a customer cannot come before its lead; check the dates of the deals in the history"
        )
    days = Fraction(lag // timedelta(seconds=1), 86_400)
    return floor(days / _DAYS_A_MONTH + Fraction(1, 2))


def goal_month(revenue_on: date, lag: timedelta) -> date:
    """Return the first day of the month whose leads bring the revenue of another one.

    Args:
        revenue_on: Any day of the month that the revenue is planned for.
        lag: Median time from lead to customer (DOMAIN 4.2).

    Raises:
        ImpossibleGoalError: As `lag_in_months`.
    """
    month = revenue_on.replace(day=1)
    for _ in range(lag_in_months(lag)):
        month = month_before(month)
    return month


def revenue_month(leads_on: date, lag: timedelta) -> date:
    """Return the first day of the month in which the leads of another one bring their revenue.

    Raises:
        ImpossibleGoalError: As `lag_in_months`.
    """
    month = leads_on.replace(day=1)
    for _ in range(lag_in_months(lag)):
        month = next_month(month)
    return month


def whole_parts(total: int, weights: Sequence[Fraction]) -> tuple[int, ...]:
    """Return whole parts of `total`, in proportion to the weights, that sum to exactly `total`.

    Each is its exact part rounded down or up: those with the largest remainders are rounded up
    (Hamilton), of equal ones the earlier. Without any weight above 0 the parts are equal.

    Args:
        total: 0 or more.
        weights: At least one, 0 or more.
    """
    whole = sum(weights, start=Fraction(0))
    if not whole:
        return whole_parts(total, [Fraction(1)] * len(weights))
    exact = [total * Fraction(weight) / whole for weight in weights]
    parts = [floor(part) for part in exact]
    by_remainder = sorted(range(len(parts)), key=lambda place: parts[place] - exact[place])
    for place in by_remainder[: total - sum(parts)]:
        parts[place] += 1
    return tuple(parts)


def split_month(
    target: int, month_on: date, weights: Mapping[date, Fraction]
) -> tuple[WeekPart, ...]:
    """Return a month's target by week, and each week's by day; both sum to exactly the whole.

    Args:
        target: Whole leads of the month, or money in whole steps; 0 or more.
        month_on: Any day of it.
        weights: Of its working days (1 each, or `rhythm.weekday_weights`); other days do not
            count. Without any in the month, all its days weigh alike, as for
            `targets.share_of_month`.
    """
    first = month_on.replace(day=1)
    after = next_month(first)
    inside = {day: weight for day, weight in weights.items() if first <= day < after and weight}
    if not inside:
        inside = {first + timedelta(days=n): Fraction(1) for n in range((after - first).days)}
    by_week = [(week, list(days)) for week, days in groupby(sorted(inside), key=week_of)]
    parts = whole_parts(
        target, [sum((inside[day] for day in days), start=Fraction(0)) for _, days in by_week]
    )
    return tuple(
        WeekPart(
            week,
            part,
            tuple(map(DayPart, days, whole_parts(part, [inside[day] for day in days]))),
        )
        for (week, days), part in zip(by_week, parts, strict=True)
    )
