"""Whether what we state is what happens: simulated companies, their forecasts and their targets.

A company has cells in two tiers, of 5 to 300 leads a month, with rates and lognormal deals of
their own. Leads come in bursts, by weekday and by season, customers after a lag, and some months
are better for all. We see eighteen months of its history, deals still open included, and say (a)
in the course of the next month where its leads will end, (b) how many leads reach a revenue goal
with a confidence of 0.8. Then the month is drawn from the truth. Only functions of the domain are
used. A company whose plan is refused ("too little known") is counted apart.

    .venv/bin/python bench/calibration.py [--companies 1000] [--seed 1]

Leaves with 1 when a share lies outside of its limits: 75-85 % for the range, 76-86 % for targets.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import ceil, sqrt
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

_ROOT: Final = Path(__file__).parents[1]
sys.path[0] = str(_ROOT)  # not this folder: the standard library has a calendar, too

from smarketing.domain.confidence import leads_for  # noqa: E402  (bench is a folder of scripts)
from smarketing.domain.days import day_number  # noqa: E402
from smarketing.domain.deal_draws import DealSizes, LognormalDeals, OwnDeals  # noqa: E402
from smarketing.domain.errors import ImpossibleGoalError  # noqa: E402
from smarketing.domain.forecast import NOTHING, forecast, prior_of  # noqa: E402
from smarketing.domain.lag import NEVER, Development, developed  # noqa: E402
from smarketing.domain.mixture import MixCell, mix_for  # noqa: E402
from smarketing.domain.pooling import Cell, pooled  # noqa: E402
from smarketing.domain.rhythm import exposure, pooled_dispersion, weekday_weights  # noqa: E402
from smarketing.domain.targets import months, next_month  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

_FIRST: Final = date(2024, 1, 1)
_NOW: Final = date(2025, 7, 1)  # eighteen months later; the goal month begins
_END: Final = next_month(_NOW)
_CONFIDENCE: Final = 0.8

_OWN_DEALS: Final = 10  # from so many on a cell's own deals are drawn again
_RANGE: Final = (0.75, 0.85)
_TARGETS: Final = (0.76, 0.86)


@dataclass(frozen=True)
class Truth:
    """What nobody in a company knows.

    Attributes:
        volumes: Leads of each cell in an average month.
        rates: Close rate of each cell.
        log_deals: Mean of the logarithm of a deal of each cell.
        log_spread: Its standard deviation.
        lag: Mean days from lead to customer.
        bursts: Fano factor of a day.
        months: Standard deviation of the factor by which a month closes better or worse.
        weekdays: What a weekday weighs.
        season: Of the leads, as the amplitude of a year's wave.
        peak: Part of the year at which the wave begins to rise.
    """

    volumes: Floats
    rates: Floats
    log_deals: Floats
    log_spread: Floats
    lag: float
    bursts: float
    months: float
    weekdays: Floats
    season: float
    peak: float


@dataclass(frozen=True)
class History:
    """What the company recorded: leads by working day and cell, and each lead's win."""

    daily: dict[date, Ints]
    cell: Ints
    lead_days: Ints
    win_days: Ints
    deals: Floats


def truth_of(random: np.random.Generator) -> Truth:
    """Return one company."""
    cells = int(random.integers(2, 9))
    typical = random.uniform(0.02, 0.12)
    tier = np.resize([1.5, 0.7], cells)
    return Truth(
        volumes=np.clip(random.lognormal(np.log(40), 1.0, cells), 5, 300),
        rates=np.clip(typical * tier * random.lognormal(0, 0.4, cells), 0.004, 0.5),
        log_deals=random.normal(np.log(5000), 0.6, cells),
        log_spread=random.uniform(0.4, 1.1, cells),
        lag=random.uniform(10, 60),
        bursts=random.uniform(1.05, 4),
        months=float(random.choice([0.0, 0.1, 0.2])),
        weekdays=random.lognormal(0, 0.25, 7),
        season=random.uniform(0, 0.3),
        peak=random.uniform(0, 1),
    )


def working(starts: date, ends: date) -> list[date]:
    """Return Mondays to Fridays of `[starts, ends)`."""
    days = (starts + timedelta(days=n) for n in range((ends - starts).days))
    return [day for day in days if day.weekday() < 5]


def leads_on(truth: Truth, day: date, random: np.random.Generator) -> Ints:
    """Return the leads of a working day by cell: bursts hit all cells together."""
    wave = 1 + truth.season * np.sin(2 * np.pi * (day.timetuple().tm_yday / 365 - truth.peak))
    mean = truth.volumes.sum() / 21 * wave * truth.weekdays[day.weekday()]
    number = random.negative_binomial(mean / (truth.bursts - 1), 1 / truth.bursts)
    found: Ints = random.multinomial(number, truth.volumes / truth.volumes.sum())
    return found


def history_of(truth: Truth, random: np.random.Generator) -> History:
    """Return eighteen months of a company, wins recorded up to the last day only."""
    daily = {day: leads_on(truth, day, random) for day in working(_FIRST, _NOW)}
    factor = {month: month_factor(truth, random) for month in months(_FIRST, _NOW)}
    cells = np.arange(truth.rates.size)
    cell = np.concatenate([np.repeat(cells, counts) for counts in daily.values()])
    sizes = [int(counts.sum()) for counts in daily.values()]
    lead_days = np.repeat([day_number(day) for day in daily], sizes)
    better = np.repeat([factor[day.replace(day=1)] for day in daily], sizes)
    wins = random.random(cell.size) < np.minimum(1, truth.rates[cell] * better)
    win_days = lead_days + random.exponential(truth.lag, cell.size).astype(np.int64)
    win_days[~wins | (win_days >= day_number(_NOW))] = NEVER
    deals = np.exp(random.normal(truth.log_deals[cell], truth.log_spread[cell]))
    return History(daily, cell, lead_days, win_days, deals)


def month_factor(truth: Truth, random: np.random.Generator) -> float:
    """Return by how much a month closes better or worse for all cells."""
    return float(random.gamma(truth.months**-2, truth.months**2)) if truth.months else 1.0


def rates_of(history: History, known: Development, cells: int) -> list[tuple[float, float]]:
    """Return a and b of each cell: its wins and whole leads seen, pooled with those of its tier."""
    seen = []
    for place in range(cells):
        mine = history.cell == place
        _, ages = known.record.wins_seen(history.lead_days[mine], history.win_days[mine])
        won = int((ages < known.covers).sum())
        leads = max(float(won), known.exposure(history.lead_days[mine]))
        seen.append(Cell(f"{place // 2}", "AB"[place % 2], won, leads))
    return [(each.alpha, each.beta) for each in pooled(seen)]


def deals_of(history: History, cells: int) -> list[DealSizes]:
    """Return where the deals of each cell are drawn from; with fewer than three of all cells."""
    closed = history.win_days != NEVER
    everyone = history.deals[closed]
    found: list[DealSizes] = []
    for place in range(cells):
        own = history.deals[closed & (history.cell == place)]
        if own.size >= _OWN_DEALS:
            found.append(OwnDeals(own))
        else:
            logs = np.log(own if own.size >= 3 else everyone)
            found.append(LognormalDeals(logs.mean(), logs.std(ddof=1), logs.size))
    return found


@dataclass(frozen=True)
class Paced:
    """One forecast: whether its range held, the chance it stated, whether the goal was reached."""

    held: bool
    stated: float
    reached: bool


def pacing(truth: Truth, history: History, random: np.random.Generator) -> list[Paced]:
    """Return the forecast without and with earlier months."""
    totals = {day: int(counts.sum()) for day, counts in history.daily.items()}
    weights = weekday_weights(totals)
    by_month = [
        [day for day in totals if day.replace(day=1) == month] for month in months(_FIRST, _NOW)
    ]
    uneven = pooled_dispersion(
        ([totals[day] for day in days], [weights[day.weekday()] for day in days])
        for days in by_month
    )
    before = prior_of(
        [(sum(totals[day] for day in days), exposure(days, weights)) for days in by_month], uneven
    )
    days = working(_NOW, _END)
    counts = [int(leads_on(truth, day, random).sum()) for day in days]
    gone = int(random.integers(4, len(days) - 1))
    goal = ceil(sum(totals.values()) / len(totals) * len(days) * random.uniform(0.8, 1.2))
    told = [
        forecast(
            goal,
            sum(counts[:gone]),
            elapsed=exposure(days[:gone], weights),
            total=exposure(days, weights),
            prior=prior,
            dispersion=uneven,
        )
        for prior in (NOTHING, before or NOTHING)
    ]
    return [
        Paced(found.low <= sum(counts) <= found.high, found.chance, sum(counts) >= goal)
        for found in told
        if found is not None
    ]


@dataclass(frozen=True)
class Reached:
    """Whether a month reached its goal with the leads that each way asks for.

    Attributes:
        ours: Revenue, with the leads at a confidence of 0.8.
        corrected: Revenue, with the textbook's sum on rates corrected for open deals.
        textbook: Revenue, with the textbook's sum on wins / leads.
        customers: Customers of one cell, with its leads at a confidence of 0.8, exactly.
        more: Our leads over those of `corrected`.
    """

    ours: bool
    corrected: bool
    textbook: bool
    customers: bool
    more: float


def targets(
    truth: Truth,
    history: History,
    random: np.random.Generator,
    rates: Callable[[History, Development, int], list[tuple[float, float]]],
) -> Reached | None:
    """Return what the goal month came to; None: too little history to say anything."""
    cells = truth.rates.size
    known = developed(history.lead_days, history.win_days, day_number(_FIRST), day_number(_NOW))
    if not isinstance(known, Development):
        return None
    told, deals = rates(history, known, cells), deals_of(history, cells)
    volumes = np.bincount(history.cell, minlength=cells) / 18
    worth = np.array([a / (a + b) * each.mean for (a, b), each in zip(told, deals, strict=True)])
    scale = random.uniform(0.7, 1.5)
    base = [Fraction(float(volume * scale)) for volume in volumes]
    goal = Fraction(float((volumes * scale * worth).sum()))
    mix = [MixCell(str(n), base[n], *told[n], deals[n]) for n in range(cells)]
    ours = mix_for(
        mix, goal, _CONFIDENCE, seed=int(random.integers(2**31)), spread=known.month_spread
    ).leads
    corrected = [ceil(leads) for leads in base]
    naive = _naive_rates(history, cells)
    textbook = [
        ceil(float(leads) * a / (a + b) / rate)
        for leads, (a, b), rate in zip(base, told, naive, strict=True)
    ]
    month = month_factor(truth, random)
    place = int(random.integers(cells))
    needed = max(1, round(float(base[place]) * told[place][0] / sum(told[place])))
    asked = leads_for(needed, *told[place], _CONFIDENCE)
    return Reached(
        *(_revenue(truth, leads, month, random) >= goal for leads in (ours, corrected, textbook)),
        customers=bool(random.binomial(asked, truth.rates[place]) >= needed),
        more=sum(ours) / sum(corrected),
    )


def _naive_rates(history: History, cells: int) -> Floats:
    """Return wins / leads of each cell as a CRM shows it; of all cells where one has no win."""
    leads = np.bincount(history.cell, minlength=cells)
    wins = np.bincount(history.cell[history.win_days != NEVER], minlength=cells)
    found: Floats = np.where(wins, wins / np.maximum(1, leads), wins.sum() / leads.sum())
    return found


def _revenue(
    truth: Truth, leads: tuple[int, ...] | list[int], month: float, random: np.random.Generator
) -> float:
    """Return what the leads of a month bring in the end, in truth."""
    won = random.binomial(leads, np.minimum(1, truth.rates * month))
    deals = np.exp(random.normal(np.repeat(truth.log_deals, won), np.repeat(truth.log_spread, won)))
    return float(deals.sum())


def _line(name: str, held: list[bool], limits: tuple[float, float] | None = None) -> bool:
    share = sum(held) / len(held)
    error = sqrt(share * (1 - share) / len(held))
    fits = limits is None or limits[0] <= share <= limits[1]
    wanted = "" if limits is None else f"   wanted {limits[0]:.0%} to {limits[1]:.0%}"
    print(f"{name:<58}{share:>7.1%} +- {error:.1%}{wanted}{'' if fits else '   OUTSIDE'}")
    return fits


def _stated(paced: list[Paced]) -> None:
    """Print what was stated beside what happened, by the chance that was stated."""
    print("\nChance of the goal, stated and happened (forecast with earlier months):")
    for low in (0.0, 0.2, 0.4, 0.6, 0.8):
        inside = [one for one in paced if low <= min(one.stated, 0.999) < low + 0.2]
        stated = np.mean([one.stated for one in inside])
        happened = np.mean([one.reached for one in inside])
        print(f"  {low:>4.0%} to {low + 0.2:>4.0%}: {stated:.1%} {happened:.1%}  of {len(inside)}")


def main() -> int:
    """Simulate the companies and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--companies", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    paced, reached = [], []
    for number in range(given.companies):
        random = np.random.default_rng([given.seed, number])
        truth = truth_of(random)
        history = history_of(truth, random)
        paced.append(pacing(truth, history, random))
        try:
            reached.append(targets(truth, history, random, rates_of))
        except ImpossibleGoalError:
            reached.append(None)
    told = [one for one in reached if one is not None]
    print(f"{given.companies} companies, {len(told)} of them with a plan\n")
    fits = [
        _line("The 80 % range held, this month only", [one[0].held for one in paced], _RANGE),
        _line("The 80 % range held, with earlier months", [one[-1].held for one in paced], _RANGE),
        _line("Revenue goal reached, confidence 0.8", [one.ours for one in told], _TARGETS),
        _line("Customers of one cell reached, confidence 0.8", [one.customers for one in told]),
        _line("Revenue goal reached, textbook on corrected rates", [one.corrected for one in told]),
        _line("Revenue goal reached, textbook on wins / leads", [one.textbook for one in told]),
    ]
    print(f"\nOur leads over the textbook's on corrected rates, median: "
          f"{np.median([one.more for one in told]):.2f}")  # fmt: skip
    _stated([one[-1] for one in paced])
    return 0 if all(fits) else 1


if __name__ == "__main__":
    sys.exit(main())
