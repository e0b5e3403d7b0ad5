"""When the leads of the sample company come: thirteen weeks with their rhythm.

Few at weekends and on holidays, most on Tuesdays; a slow growth, one weak week of holidays,
one trade fair. Besides, some that nobody has answered yet: placed by working time before now,
so that there is something to do at whatever hour the sample company is opened.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

import numpy as np

from smarketing.domain.calendar import seconds
from smarketing.domain.days import starts_at
from smarketing.services.demo.office import DAY_S, HOUR_S, ZONE, before

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray

    from smarketing.domain.calendar import Calendar

WEEKS: Final = 13
WEAK_WEEK, FAIR_WEEK = 5, 8
"""Counted from the first week; 0 is the first."""

_USUAL: Final = 25.0
_BY_WEEKDAY: Final = (1.05, 1.35, 1.15, 1.05, 0.8, 0.18, 0.15)
_WEAK: Final = 0.45
_HOLIDAY: Final = 0.3
_GROWTH: Final = (0.88, 1.12)
_AT_FAIR: Final = (30, 36, 24)
_FAIR_DAYS: Final = (1, 2, 3)
_HOURS: Final = (*range(6, 23),)
_BY_HOUR: Final = (1, 2, 5, 9, 11, 10, 7, 8, 10, 9, 7, 5, 4, 4, 4, 3, 2)
_WAITING_MINUTES: Final = (
    *(3, 8, 14, 22, 31, 44, 58, 75, 96, 120, 145, 168, 188, 205, 219, 232),
    *(255, 290, 345, 400, 470, 530, 610, 690),
)
"""Working minutes since the hand-off of the leads that wait."""


@dataclass(frozen=True)
class Arrivals:
    """When leads come, ascending by `created`.

    Attributes:
        created: Seconds of UTC.
        week: Number of the week, 0 to 12, 13 where today is in a week that is not over.
        weekday: 0 is Monday.
        at_fair: Whether it comes from the trade fair.
        waiting_since: When a lead that waits was handed off; 0 for all others.
    """

    created: NDArray[np.int64]
    week: NDArray[np.int64]
    weekday: NDArray[np.int64]
    at_fair: NDArray[np.bool_]
    waiting_since: NDArray[np.int64]


def arrivals(random: Generator, today: date, now_s: int, office: Calendar) -> Arrivals:
    """Return the arrivals from the Monday thirteen weeks ago to the end of today."""
    first = first_monday(today)
    days = [first + timedelta(days=n) for n in range((today - first).days + 1)]
    usual = random.poisson([_expected(day, first, office) for day in days])
    fair = np.array([_visitors(day, first) for day in days])
    number = np.repeat(np.arange(len(days)), usual + fair)
    at_fair = np.concatenate([np.arange(u + f) >= u for u, f in zip(usual, fair, strict=True)])
    created = _midnights(days)[number] + _hours(random, len(number))
    waiting = before(now_s, np.array(_WAITING_MINUTES) * 60, office)
    early = random.integers(4 * 60, 18 * 60, len(waiting))
    return _sorted(created, at_fair, waiting, early, _midnights([first])[0])


def first_monday(today: date) -> date:
    """Return the Monday of the week thirteen weeks before that of today."""
    return today - timedelta(days=today.weekday(), weeks=WEEKS)


def _expected(day: date, first: date, office: Calendar) -> float:
    """Return how many leads a day brings on average, the trade fair apart."""
    week = (day - first).days // 7
    low, high = _GROWTH
    level = _USUAL * _BY_WEEKDAY[day.weekday()] * (low + (high - low) * week / WEEKS)
    if day in office.holidays:
        level *= _HOLIDAY
    return level * _WEAK if week == WEAK_WEEK else level


def _visitors(day: date, first: date) -> int:
    week, weekday = divmod((day - first).days, 7)
    at_fair = week == FAIR_WEEK and weekday in _FAIR_DAYS
    return _AT_FAIR[_FAIR_DAYS.index(weekday)] if at_fair else 0


def _midnights(days: list[date]) -> NDArray[np.int64]:
    return np.array([seconds(starts_at(day, ZONE)) for day in days], dtype=np.int64)


def _hours(random: Generator, size: int) -> NDArray[np.int64]:
    """Return seconds since midnight, in the hours in which people are awake."""
    shares = np.array(_BY_HOUR) / sum(_BY_HOUR)
    hours = random.choice(np.array(_HOURS), size, p=shares)
    return (hours * HOUR_S + random.integers(0, HOUR_S, size)).astype(np.int64)


def _sorted(
    created: NDArray[np.int64],
    at_fair: NDArray[np.bool_],
    waiting: NDArray[np.int64],
    early: NDArray[np.int64],
    first_s: int,
) -> Arrivals:
    all_created = np.concatenate([created, waiting - early])
    order = np.argsort(all_created, kind="stable")
    placed = all_created[order]
    none = np.zeros(len(created), dtype=np.int64)
    # Nobody comes around midnight, so a change of the clocks moves no lead to another day.
    days = (placed - first_s) // DAY_S
    return Arrivals(
        created=placed,
        week=days // 7,
        weekday=days % 7,
        at_fair=np.concatenate([at_fair, np.zeros(len(waiting), dtype=np.bool_)])[order],
        waiting_since=np.concatenate([none, waiting])[order],
    )
