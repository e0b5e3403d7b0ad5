"""How long wins take: the development of leads by daily age, read from a window with two edges.

Days are numbers (`date.toordinal`), ages are whole days since the day of the lead, 0 the day
itself. A window is half-open, [`record_from`, `as_of`): wins before it are not seen (left-
truncated), those after it not yet (right-censored). So a lead tells of an age only where the day
on which it had that age lies inside, and a lead from before the window tells of its late ages.

A lead that was lost stays among those that could win: it is not censored (DOMAIN 4.2, E6). For
each age the wins seen at it are divided by the leads seen at it; these proportions are added up.
It is the additive method (incremental loss ratios: Merz and Wüthrich, ASTIN Bulletin 2010;40),
chosen over the product of factors because truncated cohorts have no cumulative figure to multiply.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from math import ceil, sqrt
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Days = NDArray[np.int64]
    Floats = NDArray[np.float64]

NEVER: Final = -1
"""The day of the first win of a lead without one."""
FEWEST_WINS: Final = 5
"""With fewer nothing can be said of how long a win takes."""
FEWEST_LEADS: Final = 10
LEAST_SHARE: Final = 0.1
"""An age is covered well enough while at least 10 leads, and at least a tenth of the most that
any age has, were seen at it: beyond, a curve is carried by too few (Pocock, Clayton and Altman,
Lancet 2002;359:1686-1689, end such curves at 10 to 20 %)."""
MONTH: Final = 28
"""Days that are compared as one: four whole weeks, so that no weekday stands out."""
FEWEST_MONTHS: Final = 4
_ONE_IN: Final = 20
_QUARTER: Final = 91
LONG_ENOUGH: Final = 3
"""Median lags that a window has to cover before it tells an ultimate rate (DOMAIN 4.2)."""


class Missing(StrEnum):
    """What a window lacks."""

    LEADS = "leads"
    COVER = "cover"
    WINS = "wins"
    FOLLOW_UP = "follow_up"
    CERTAINTY = "certainty"


@dataclass(frozen=True)
class Finding:
    """Why there is no estimate.

    Attributes:
        missing: What the window lacks.
        says: One sentence: what was found, and what it would take.
    """

    missing: Missing
    says: str


@dataclass(frozen=True)
class Window:
    """The days on which a win would have been seen, [`starts`, `ends`)."""

    starts: int
    ends: int

    def sees(self, days: Days) -> NDArray[np.bool_]:
        """Return which of the days lie inside."""
        return (days >= self.starts) & (days < self.ends)

    def leads_by_age(self, lead_days: Days, ages: int) -> Days:
        """Return how many of the leads were seen at age 0, 1, and so on up to `ages` - 1."""
        ordered = np.sort(lead_days)
        age = np.arange(ages)
        until = np.searchsorted(ordered, self.ends - age)
        found: Days = until - np.searchsorted(ordered, self.starts - age)
        return found

    def wins_seen(self, lead_days: Days, win_days: Days) -> tuple[Days, Days]:
        """Return the day and the age of each win seen. One before its lead is one at age 0."""
        won = (win_days != NEVER) & (lead_days < self.ends)
        day = np.maximum(win_days[won], lead_days[won])
        seen = self.sees(day)
        return day[seen], (day - lead_days[won])[seen]


@dataclass(frozen=True, eq=False)
class Development:
    """How wins come with age, as far as the window covers it.

    Attributes:
        window: Where it was read.
        leads: Seen at each age, 0 first; ages beyond the last are not covered well enough.
        wins: Seen at each age.
        month_spread: How far months are better or worse for everyone, beyond chance: standard
            deviation of the factor, 0 where chance explains them.
        months: How many there were to tell it from: spans of 28 days; of a short window, quarters.
    """

    window: Window
    leads: Days
    wins: Days
    month_spread: float
    months: int

    @cached_property
    def rates(self) -> Floats:
        """Return wins per lead at each age."""
        found: Floats = self.wins / self.leads
        return found

    @property
    def rate(self) -> float:
        """Return wins per lead up to the last age covered."""
        return float(self.rates.sum())

    @property
    def covers(self) -> int:
        """Return how many ages are covered, so the last is one less."""
        return self.leads.size

    @cached_property
    def shares(self) -> Floats:
        """Return the share of its wins that a lead has had by the end of each age."""
        rising = np.cumsum(self.rates)
        found: Floats = rising / rising[-1]
        return found

    def share(self, age: int) -> float:
        """Return the share of wins that come up to an age, inclusive; below 0 none, late all."""
        return float(self.shares[min(age, self.covers - 1)]) if age >= 0 else 0.0

    @property
    def median_lag(self) -> int:
        """Return the age at which half of the wins have come, of those that come in time."""
        return int(np.searchsorted(self.shares, 0.5))

    @property
    def is_short(self) -> bool:
        """Return whether the window is too short to tell what comes in the end."""
        return self.covers < LONG_ENOUGH * max(1, self.median_lag)

    def wins_of(self, lead_days: Days, win_days: Days) -> int:
        """Return how many wins the window has seen of these leads, at the ages covered.

        They are what `exposure` goes with: a win at an age that is not covered has no leads beside
        it that had that age in vain, and would make old leads look better than they were.
        """
        _, ages = self.window.wins_seen(lead_days, win_days)
        return int(np.count_nonzero(ages < self.covers))

    def exposure(self, lead_days: Days) -> float:
        """Return how many whole leads the window has seen of these: their effective number.

        Each counts as the share of wins that would fall where the window sees it (Cape Cod with
        truncation): 1 when it was seen from its first day to the last age covered.
        """
        seen = self.window.leads_by_age(lead_days, self.covers)
        return float(seen @ self.rates) / self.rate


def developed(
    lead_days: Days, win_days: Days, record_from: int, as_of: int
) -> Development | Finding:
    """Return how the wins of these leads come with age, or why nobody can say.

    Args:
        lead_days: Day of each lead; those on or after `as_of` are left out.
        win_days: Day of its first win, `NEVER` where there is none; the same length.
        record_from: First day from which wins are recorded.
        as_of: The day after the last one that is known.
    """
    window = Window(record_from, as_of)
    known = lead_days[lead_days < as_of]
    if not known.size:
        return Finding(Missing.LEADS, "There is no lead yet, so nothing says how long a win takes.")
    seen = window.leads_by_age(known, as_of - int(known.min()))
    enough = _enough(seen)
    covers = _covered(seen, enough)
    days, ages = window.wins_seen(lead_days, win_days)
    wins = np.bincount(ages, minlength=seen.size)[:covers]
    if not covers:
        return Finding(
            Missing.COVER,
            f"Leads whose wins are known from their first day on: {seen[0]:,}; it takes {enough:,} "
            "to say how long a win takes.",
        )
    if wins.sum() < FEWEST_WINS:
        return Finding(
            Missing.WINS,
            f"Wins seen: {wins.sum()} of {known.size:,} leads; it takes {FEWEST_WINS} to say how "
            "long a win takes.",
        )
    expected = _expected(window, known, wins / seen[:covers])
    observed = np.bincount(
        days[ages < covers] - window.ends + expected.size, minlength=expected.size
    )
    return Development(window, seen[:covers], wins, *_month_spread(expected, observed))


def _enough(seen: Days) -> int:
    return max(FEWEST_LEADS, ceil(LEAST_SHARE * int(seen.max())))


def _covered(seen: Days, enough: int) -> int:
    """Return how many ages from 0 on are covered well enough, without a gap."""
    covered = seen >= enough
    return int(covered.size if covered.all() else np.argmin(covered))


def _expected(window: Window, lead_days: Days, rates: Floats) -> Floats:
    """Return the wins that the curve expects on each day of the window since the first lead."""
    first = int(lead_days.min())
    days = window.ends - first
    arrived = np.bincount(lead_days - first, minlength=days)
    found: Floats = np.convolve(arrived, rates)[max(0, window.starts - first) : days]
    return found


def _month_spread(expected: Floats, observed: Days) -> tuple[float, int]:
    """Return how far months lie beyond chance from what was expected of them, and their number.

    Moments of a Poisson whose mean varies: with E expected, variance E + spread^2 E^2.
    """
    length = max(1, min(MONTH, expected.size // FEWEST_MONTHS))
    months = expected.size // length
    due, came = (
        days[days.size - months * length :].reshape(months, length).sum(axis=1)
        for days in (expected, observed)
    )
    if months == 1 or not due.any():
        return 0.0, months
    beyond = float(((came - due) ** 2 - due).sum() / (due**2).sum())
    return sqrt(max(0.0, beyond * months / (months - 1))), months


def recorded_from(closed_days: NDArray[np.int64]) -> tuple[int | None, int]:
    """Return the day from which deals are recorded, and how many strays lie before it.

    A few deals that somebody entered afterwards would make all leads since look as if nobody had
    been won: up to one in twenty are strays where more than a quarter lies between them and the
    next one.

    Args:
        closed_days: Days on which deals ended, won or lost; in any order.

    Returns:
        None and 0: no deal has ended.
    """
    days = np.sort(closed_days)
    if not days.size:
        return None, 0
    gaps = np.flatnonzero(np.diff(days[: days.size // _ONE_IN + 1]) > _QUARTER)
    strays = int(gaps[-1]) + 1 if gaps.size else 0
    return int(days[strays]), strays
