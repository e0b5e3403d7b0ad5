"""Simulated companies: what nobody in them knows, and what their records say of it.

A company has cells in two tiers, of 5 to 300 leads a month, with rates and lognormal deals of
their own. Leads come in bursts, by weekday, at weekends or not, by season, more or fewer from month
to month, and at a level that wanders from week to week or does not; customers come after a lag,
and some months of leads close better for all cells.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from smarketing.domain.days import day_number
from smarketing.domain.facts import COUNTS
from smarketing.domain.targets import months
from smarketing.services.goals.history import LEADS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from smarketing.services.conclusions.book import Cell

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

ZONE: Final = "UTC"
NEVER: Final = -1
_DAY_S: Final = 86_400
_NOON: Final = 43_200
_TOLD: Final = ("delivered", "accepted", "value")
_WEEK: Final = 7
_KEPT: Final = 0.98  # of how far a level is off, from one day to the next


@dataclass(frozen=True)
class Truth:
    """What nobody in a company knows.

    Attributes:
        cells: Segment and tier of each.
        volumes: Leads of each cell in an average month.
        rates: Close rate of each cell.
        log_deals: Mean of the logarithm of a deal of each cell.
        log_spread: Its standard deviation.
        lag: Mean days from lead to customer.
        bursts: Fano factor of a day.
        months: Standard deviation of the factor by which a month's leads close better or worse.
        weekdays: What a weekday weighs; a Saturday and a Sunday less, or nothing.
        season: Of the leads, as the amplitude of a year's wave.
        peak: Part of the year at which the wave begins to rise.
        growth: Of the leads, from month to month.
        drift: How far the level of the leads wanders in a week, as a standard deviation; over
            months it comes back.
    """

    cells: tuple[Cell, ...]
    volumes: Floats
    rates: Floats
    log_deals: Floats
    log_spread: float
    lag: float
    bursts: float
    months: float
    weekdays: Floats
    season: float
    peak: float
    growth: float
    drift: float


@dataclass(frozen=True)
class Recorded:
    """Every lead of a company, and what came of it in the end, known yet or not.

    Attributes:
        days: Day of each lead, as `day_number`.
        cell: Place of its cell.
        win_days: Day of its win; NEVER.
        deals: What it brings if it is won.
    """

    days: Ints
    cell: Ints
    win_days: Ints
    deals: Floats


def truth_of(random: np.random.Generator) -> Truth:
    """Return one company."""
    count = int(random.integers(2, 9))
    typical = random.uniform(0.02, 0.12)
    better = np.resize([1.5, 0.7], count)
    return Truth(
        cells=tuple((f"s{place // 2}", "ab"[place % 2]) for place in range(count)),
        volumes=np.clip(random.lognormal(np.log(40), 1.0, count), 5, 300),
        rates=np.clip(typical * better * random.lognormal(0, 0.4, count), 0.004, 0.5),
        log_deals=random.normal(np.log(5000), 0.6, count),
        log_spread=random.uniform(0.4, 1.1),
        lag=random.uniform(10, 60),
        bursts=random.uniform(1.05, 4),
        months=float(random.choice([0.0, 0.1, 0.2])),
        weekdays=random.lognormal(0, 0.25, 7)
        * np.repeat([1, random.choice([0, 0.2, 0.5])], [5, 2]),
        season=random.uniform(0, 0.3),
        peak=random.uniform(0, 1),
        growth=float(random.choice([-0.02, 0.0, 0.0, 0.03, 0.06])),
        drift=float(random.choice([0.0, 0.05, 0.1])),
    )


def working(starts: date, ends: date) -> list[date]:
    """Return Mondays to Fridays of `[starts, ends)`."""
    days = (starts + timedelta(days=n) for n in range((ends - starts).days))
    return [day for day in days if day.weekday() < 5]


def records_of(truth: Truth, starts: date, ends: date, random: np.random.Generator) -> Recorded:
    """Return what a company's leads of `[starts, ends)` come to."""
    days = [starts + timedelta(days=n) for n in range((ends - starts).days)]
    levels = _levels(truth, len(days), random)
    daily = [
        _leads_on(truth, day, level, (day - starts).days, random)
        for day, level in zip(days, levels, strict=True)
    ]
    factor = {month: _month_factor(truth, random) for month in months(starts, ends)}
    cell = np.concatenate([np.repeat(np.arange(truth.rates.size), counts) for counts in daily])
    sizes = [int(counts.sum()) for counts in daily]
    lead_days = np.repeat([day_number(day) for day in days], sizes)
    better = np.repeat([factor[day.replace(day=1)] for day in days], sizes)
    won = random.random(cell.size) < np.minimum(1, truth.rates[cell] * better)
    win_days = lead_days + random.exponential(truth.lag, cell.size).astype(np.int64)
    deals = np.exp(random.normal(truth.log_deals[cell], truth.log_spread))
    return Recorded(lead_days, cell, np.where(won, win_days, NEVER), deals)


def revenue_of(
    truth: Truth, leads: Sequence[int], random: np.random.Generator
) -> tuple[float, Ints]:
    """Return what leads of one month bring in the end, and the customers of each cell."""
    better = _month_factor(truth, random)
    won: Ints = random.binomial(leads, np.minimum(1, truth.rates * better))
    deals = np.exp(random.normal(np.repeat(truth.log_deals, won), truth.log_spread))
    return float(deals.sum()), won


def columns_of(truth: Truth, all_of: Recorded, until: date) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return leads and won deals as known on a day: the columns that `history.of_columns` takes."""
    ends = day_number(until)
    known = np.flatnonzero(all_of.days < ends)
    names = [truth.cells[place] for place in all_of.cell[known]]
    leads = pl.DataFrame(
        {
            "id": known,
            "segment": [segment for segment, _ in names],
            "tier": [tier for _, tier in names],
            "handed_at": all_of.days[known] * _DAY_S + _NOON,
        }
    ).with_columns(pl.lit(None, dtype=kind).alias(name) for name, kind in list(LEADS.items())[4:])
    won = known[(all_of.win_days[known] != NEVER) & (all_of.win_days[known] < ends)]
    closed = pl.DataFrame(
        {
            "lead_id": won,
            "amount": (all_of.deals[won] * 10_000).astype(np.int64),
            "at": all_of.win_days[won] * _DAY_S + _NOON,
        }
    ).select(
        "lead_id",
        pl.lit("won").alias("outcome"),
        pl.lit("EUR").alias("currency"),
        "amount",
        "at",
    )
    return leads, closed


class FactsOf:
    """Answers as the store does for facts of days: every lead is accepted on its day.

    Args:
        truth: Names the cells.
        all_of: The leads.
        starts: The first day that the facts tell of.
        until: The first day that they do not.
        values: Of a lead of each cell, in ten-thousandths.
    """

    def __init__(
        self, truth: Truth, all_of: Recorded, starts: date, until: date, values: Sequence[int]
    ) -> None:
        first, after = day_number(starts), day_number(until)
        here = (all_of.days >= first) & (all_of.days < after)
        keys, counts = np.unique(
            np.column_stack([all_of.days[here], all_of.cell[here]]), axis=0, return_counts=True
        )
        none = pl.lit(0, dtype=pl.Int64)
        self._facts = pl.DataFrame(
            {
                "day": keys[:, 0],
                "version_id": np.ones(len(keys), dtype=np.int64),
                "segment": [truth.cells[place][0] for place in keys[:, 1]],
                "tier": [truth.cells[place][1] for place in keys[:, 1]],
                "delivered": counts,
                "accepted": counts,
                "value": counts * np.asarray(values)[keys[:, 1]],
            },
            schema_overrides={"segment": pl.String, "tier": pl.String},
        ).with_columns(none.alias(name) for name in COUNTS if name not in _TOLD)

    def daily(self, first_day: int, last_day: int, _names: Sequence[str]) -> pl.DataFrame:
        """Return the facts of some of the days, by version, segment and tier."""
        return self._facts.filter(pl.col("day").is_between(first_day, last_day, closed="left"))


def _levels(truth: Truth, days: int, random: np.random.Generator) -> list[float]:
    """Return by how much the leads of each day are more or fewer, for a level that wanders."""
    steps = random.normal(0, truth.drift / np.sqrt(_WEEK), days)
    level, found = truth.drift * random.normal() / np.sqrt(1 - _KEPT ** (2 * _WEEK)), []
    for step in steps:
        level = _KEPT * level + step
        found.append(float(np.exp(level)))
    return found


def _leads_on(
    truth: Truth, day: date, level: float, gone: int, random: np.random.Generator
) -> Ints:
    """Return the leads of a day by cell: bursts hit all cells together."""
    wave = 1 + truth.season * np.sin(2 * np.pi * (day.timetuple().tm_yday / 365 - truth.peak))
    wave *= (1 + truth.growth) ** (gone / 30.4)
    mean = truth.volumes.sum() / 21 * wave * level * truth.weekdays[day.weekday()]
    number = random.negative_binomial(mean / (truth.bursts - 1), 1 / truth.bursts) if mean else 0
    found: Ints = random.multinomial(number, truth.volumes / truth.volumes.sum())
    return found


def _month_factor(truth: Truth, random: np.random.Generator) -> float:
    """Return by how much the leads of a month close better or worse, for all cells."""
    return float(random.gamma(truth.months**-2, truth.months**2)) if truth.months else 1.0
