"""Whether what we state is what happens: simulated companies, their forecasts and their targets.

A company has cells in two tiers, of 5 to 300 leads a month, with rates and lognormal deals of
their own. Leads come in bursts, by weekday and by season, customers after a lag, and some months
are better for all. We see eighteen months of its history, deals still open included, and say (a)
in the course of the next month where its leads will end, (b) how many leads reach a revenue goal
with a confidence of 0.8. Then the month is drawn from the truth.

What is said is what the product says: an agreement of the company is read from its text, `(a)` is
`forecasts` on facts of days, `(b)` is `plan_of` on `statistics_of` its history. Only the database
is left out: facts and history are made as columns. A cell that never had a deal gets the average
of all in its agreement, as the refusal of the plan asks for; a plan that is refused for another
reason is counted apart.

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

import polars as pl  # noqa: E402  (bench is a folder of scripts)

from smarketing.domain.days import day_number, starts_at  # noqa: E402
from smarketing.domain.errors import ImpossibleGoalError  # noqa: E402
from smarketing.domain.facts import COUNTS  # noqa: E402
from smarketing.domain.goals import exact_leads  # noqa: E402
from smarketing.domain.lag import NEVER  # noqa: E402
from smarketing.domain.targets import months, next_month  # noqa: E402
from smarketing.services.agreements.file import parse_agreement  # noqa: E402
from smarketing.services.conclusions.book import Book, Frozen, InForce  # noqa: E402
from smarketing.services.forecast.forecasts import forecasts  # noqa: E402
from smarketing.services.goals.history import CellHistory, GoalHistory  # noqa: E402
from smarketing.services.goals.plan import plan_of  # noqa: E402
from smarketing.services.goals.rates import statistics_of  # noqa: E402
from smarketing.services.rules.seniority import load_words  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from smarketing.services.goals.plan import GoalPlan

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

_FIRST: Final = date(2024, 1, 1)
_NOW: Final = date(2025, 7, 1)  # eighteen months later; the goal month begins
_END: Final = next_month(_NOW)
_CONFIDENCE: Final = 0.8

_MONEY: Final = 10_000
_EPOCH: Final = date(1970, 1, 1).toordinal()
_WORDS: Final = load_words(_ROOT / "config" / "seniority.toml")
_HEAD: Final = """
name = "bench"
title = "Bench"
timezone = "UTC"
currency = "EUR"
[term]
starts_on = 2024-01-01
[parties.marketing]
title = "Marketing"
side = "marketing"
signatories = ["marketing@example.com"]
[parties.sales]
title = "Sales"
side = "sales"
signatories = ["sales@example.com"]
[calendars.office]
hours = { mon-fri = [["09:00", "17:00"]] }
[acceptance]
calendar = "office"
[commitments.leads]
metric = "leads_delivered"
by = "marketing"
to = "sales"
calendar = "office"
"""
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


def cell_name(place: int) -> tuple[str, str]:
    """Return segment and tier of a cell."""
    return f"s{place // 2}", "ab"[place % 2]


def goal_history(history: History, cells: int) -> GoalHistory:
    """Return the history as the goal plan reads it from the database."""
    found = {}
    for place in range(cells):
        mine = history.cell == place
        won = mine & (history.win_days != NEVER)
        brought = (history.deals[won] * _MONEY).astype(np.int64)
        win_days = history.win_days[mine]
        found[cell_name(place)] = CellHistory(
            history.lead_days[mine] + _EPOCH,
            np.where(win_days == NEVER, NEVER, win_days + _EPOCH),
            brought,
        )
    return GoalHistory(found, _FIRST.toordinal(), _NOW.toordinal(), ())


def agreement_text(cells: int, goal: str) -> str:
    """Return the text of an agreement with segments and tiers for so many cells."""
    rules = [
        f'[[segments]]\nname = "s{n}"\nwhen = "region = \'{n}\'"' for n in range((cells + 1) // 2)
    ]
    rules += [f'[[tiers]]\nname = "{n}"\nwhen = "industry = \'{n}\'"' for n in "ab"]
    return "\n".join([_HEAD, goal, *rules])


class Days:
    """The facts of days, as the store answers them.

    Args:
        counts: Day to its leads of each cell.
    """

    def __init__(self, counts: dict[date, Ints]) -> None:
        rows = [
            (day_number(day), 1, *cell_name(place), int(number), int(number))
            for day, cells in counts.items()
            for place, number in enumerate(cells)
            if number
        ]
        columns = ["day", "version_id", "segment", "tier", "delivered", "accepted"]
        rest = [pl.lit(0).alias(name) for name in COUNTS if name not in columns]
        self._all = pl.DataFrame(rows, schema=columns, orient="row").with_columns(rest)

    def daily(self, first_day: int, last_day: int, names: Sequence[str]) -> pl.DataFrame:
        """Return the facts of days `[first_day, last_day)` by segment and tier."""
        assert tuple(names) == ("segment", "tier")  # noqa: S101  (a forecast asks by these)
        return self._all.filter(pl.col("day").is_between(first_day, last_day, closed="left"))


@dataclass(frozen=True)
class Paced:
    """One forecast: whether its range held, the chance it stated, whether the goal was reached."""

    held: bool
    stated: float
    reached: bool


def pacing(truth: Truth, history: History, random: np.random.Generator) -> list[Paced]:
    """Return the forecast without and with earlier months; one that says "too early" is none."""
    days = working(_NOW, _END)
    counts = {day: leads_on(truth, day, random) for day in days}
    total = sum(int(cells.sum()) for cells in counts.values())
    gone = int(random.integers(4, len(days) - 1))
    average = sum(int(cells.sum()) for cells in history.daily.values()) / len(history.daily)
    goal = ceil(average * len(days) * random.uniform(0.8, 1.2))
    agreement = parse_agreement(agreement_text(truth.rates.size, _terms(truth.volumes, goal)))
    version = InForce(1, 1, agreement, {"leads": 1}, Frozen({}, {}, {}))
    book, now = Book((version,), "UTC", _WORDS), starts_at(days[gone], "UTC")
    known = {day: cells for day, cells in counts.items() if day < days[gone]}
    found = [
        forecasts(Days(seen), book, "2025-07", now)[0].outlook
        for seen in (known, {**history.daily, **known})
    ]
    return [
        Paced(one.low <= total <= one.high, one.chance, total >= goal)
        for one in found
        if one.low is not None and one.high is not None and one.chance is not None
    ]


def _terms(volumes: Floats, goal: int) -> str:
    """Return the targets of the cells: the goal of all, parted as their leads come."""
    parts = np.floor(volumes / volumes.sum() * goal).astype(int)
    parts[np.argmax(parts)] += goal - parts.sum()
    named = [(cell_name(place), part) for place, part in enumerate(parts)]
    return "\n".join(
        f'[[commitments.leads.terms]]\nsegment = "{segment}"\ntier = "{tier}"\ntarget = {part}'
        for (segment, tier), part in named
    )


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


def targets(truth: Truth, history: History, random: np.random.Generator) -> Reached:
    """Return what the goal month came to.

    Raises:
        ImpossibleGoalError: The plan is refused.
    """
    plan = _plan(history, truth.rates.size, random.uniform(0.7, 1.5))
    ours = [cell.leads for cell in plan.cells]
    corrected = [ceil(exact_leads(cell.customers, cell.inputs.rate.mean)) for cell in plan.cells]
    # A cell without a customer has no textbook number: people take the corrected one then.
    textbook = [
        other if cell.textbook is None else cell.textbook
        for cell, other in zip(plan.cells, corrected, strict=True)
    ]
    month = month_factor(truth, random)
    place = int(random.integers(truth.rates.size))
    one, rate = plan.cells[place], min(1.0, truth.rates[place] * month)
    ends = [_revenue(truth, leads, month, random) for leads in (ours, corrected, textbook)]
    return Reached(
        ours=ends[0] >= plan.revenue,
        corrected=ends[1] >= plan.revenue,
        textbook=ends[2] >= plan.revenue,
        customers=bool(random.binomial(one.alone, rate) >= one.customers),
        more=sum(ours) / sum(corrected),
    )


def _plan(history: History, cells: int, scale: float) -> GoalPlan:
    """Return the plan of a goal that is `scale` times what an average month brought."""
    known = goal_history(history, cells)
    names = [cell_name(place) for place in range(cells)]
    everyone = history.deals[history.win_days != NEVER]
    volumes = np.bincount(history.cell, minlength=cells) / 18
    wins = np.bincount(history.cell[history.win_days != NEVER], minlength=cells)
    # In proportion to what each may bring; a cell without a win, as if it had half a one.
    worth = volumes * np.maximum(wins, 0.5) / np.maximum(1, volumes * 18)
    parts = np.floor(worth / worth.sum() * _MONEY).astype(int)
    parts[np.argmax(parts)] += _MONEY - parts.sum()
    lines = [f"[goal]\nrevenue = {ceil(scale * (worth.sum() * everyone.mean()))}"]
    lines.append('marketing_share = "100 %"')
    for (segment, tier), part, won in zip(names, parts, wins, strict=True):
        lines.append(f'[[goal.cells]]\nsegment = "{segment}"\ntier = "{tier}"')
        lines.append(f'share = "{part / 100:.2f} %"')
        if not won:
            lines.append(f'average_deal = "{everyone.mean():.2f}"')
    text = agreement_text(cells, 'target = "goal"') + "\n" + "\n".join(lines)
    found = statistics_of(known, names)
    return plan_of(parse_agreement(text), found, _NOW, confidence=Fraction(4, 5))


def _revenue(truth: Truth, leads: list[int], month: float, random: np.random.Generator) -> float:
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
    paced, reached, refused = [], [], []
    for number in range(given.companies):
        random = np.random.default_rng([given.seed, number])
        truth = truth_of(random)
        history = history_of(truth, random)
        paced.append(pacing(truth, history, random))
        try:
            reached.append(targets(truth, history, random))
        except ImpossibleGoalError as error:
            refused.append(str(error))
    alone, longer = ([one[place] for one in paced if len(one) == 2] for place in (0, 1))
    early = given.companies - len(alone)
    print(f"{given.companies} companies; too early for {early} forecasts without earlier months, "
          f"{len(refused)} plans refused\n")  # fmt: skip
    print(*refused[:3], sep="\n")
    fits = [
        _line("The 80 % range held, this month only", [one.held for one in alone], _RANGE),
        _line("The 80 % range held, with earlier months", [one.held for one in longer], _RANGE),
        _line("Revenue goal reached, confidence 0.8", [one.ours for one in reached], _TARGETS),
        _line("Customers of one cell reached, confidence 0.8", [one.customers for one in reached]),
        _line(
            "Revenue goal reached, textbook on corrected rates", [one.corrected for one in reached]
        ),
        _line("Revenue goal reached, textbook on wins / leads", [one.textbook for one in reached]),
    ]
    print(f"\nOur leads over the textbook's on corrected rates, median: "
          f"{np.median([one.more for one in reached]):.2f}")  # fmt: skip
    _stated(longer)
    return 0 if all(fits) else 1


if __name__ == "__main__":
    sys.exit(main())
