"""Whether what we state is what happens: simulated companies, their forecasts and their targets.

The companies are those of `companies.py`. Each has eighteen months of history, deals still open
included. The product says (a) in the course of the next month where its leads will end, (b) how
many leads reach a revenue goal with a confidence of 0.8, (c) where that revenue will lie. Then the
month is drawn from the truth. A company whose plan is refused ("too little known") is counted
apart.

What is asked are the services behind the pages and the command: `forecasts`, `history.of_columns`,
`statistics_of`, `plan_of`, and the promise that `goals --backtest` replays. They are fed through
their own protocols from memory, not through a database: writing and reading 20 million leads would
measure the store.

    .venv/bin/python bench/calibration.py [--companies 1000] [--seed 1]

Leaves with 1 when a share lies outside of its limits: 75-85 % for ranges, 76-86 % for targets.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil, sqrt
from pathlib import Path
from typing import TYPE_CHECKING, Final

_ROOT: Final = Path(__file__).parents[1]
sys.path[0] = str(_ROOT)  # not this folder: the standard library has a calendar, too

import numpy as np  # noqa: E402  (bench is a folder of scripts, and the project not installed)

from bench.companies import (  # noqa: E402
    NEVER,
    ZONE,
    FactsOf,
    Recorded,
    Truth,
    columns_of,
    records_of,
    revenue_of,
    truth_of,
    working,
)
from bench.made_agreement import HEAD  # noqa: E402
from smarketing.domain.days import local_date, starts_at  # noqa: E402
from smarketing.domain.errors import ImpossibleGoalError  # noqa: E402
from smarketing.domain.metrics import Metric  # noqa: E402
from smarketing.domain.targets import next_month  # noqa: E402
from smarketing.services.agreements.file import parse_agreement  # noqa: E402
from smarketing.services.conclusions.book import Book, Frozen, InForce  # noqa: E402
from smarketing.services.forecast.forecasts import forecasts  # noqa: E402
from smarketing.services.goals.backtest.known import Known, known_of  # noqa: E402
from smarketing.services.goals.backtest.promises import (  # noqa: E402
    promise_of,
    summed,
    worlds_of,
)
from smarketing.services.goals.history import of_columns  # noqa: E402
from smarketing.services.goals.plan import plan_of  # noqa: E402
from smarketing.services.goals.rates import statistics_of  # noqa: E402
from smarketing.services.rules.seniority import load_words  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smarketing.domain.agreement import Agreement
    from smarketing.services.forecast.row import ForecastRow
    from smarketing.services.goals.history import GoalHistory

_FIRST: Final = date(2024, 1, 1)
_NOW: Final = date(2025, 7, 1)  # eighteen months later; the goal month begins
_END: Final = next_month(_NOW)
_BY: Final = ("segment", "tier")
_USUAL: Final = 0.8
_NEAR: Final = 0.05
_RANGE: Final = (_USUAL - _NEAR, _USUAL + _NEAR)
_TARGETS: Final = (0.76, 0.86)
_VALUE: Final = """[commitments.value]
metric = "lead_value_delivered"
by = "marketing"
to = "sales"
calendar = "office"
"""
_WORDS: Final = load_words(_ROOT / "config" / "seniority.toml")


def agreement_of(truth: Truth, goal: int, brought: Sequence[float], deal: int) -> Agreement:
    """Return an agreement of the company's cells that leaves what is known to history.

    Args:
        truth: Names the cells.
        goal: Revenue a month.
        brought: Of each cell in the past: it is to bring that part of the goal.
        deal: Average that is agreed where a cell has not brought anything yet.
    """
    segments, tiers = (sorted({cell[n] for cell in truth.cells}) for n in (0, 1))
    rules = [f'[[segments]]\nname = "{name}"\nwhen = "region = \'{name}\'"' for name in segments]
    rules += [f'[[tiers]]\nname = "{name}"\nwhen = "industry = \'{name}\'"' for name in tiers]
    shares = np.maximum(1, np.round(10_000 * np.array(brought) / sum(brought))).astype(int)
    shares[np.argmax(shares)] += 10_000 - shares.sum()
    cells = [
        f'[[goal.cells]]\nsegment = "{segment}"\ntier = "{tier}"\nshare = "{share / 100:.2f} %"'
        + ("" if amount else f"\naverage_deal = {deal}")
        for (segment, tier), share, amount in zip(truth.cells, shares, brought, strict=True)
    ]
    usual = float(truth.volumes @ np.array(_values_of(truth))) / 10_000
    value = f'{_VALUE}amount = "{max(1, round(usual))}"'
    revenue = f'[goal]\nrevenue = {goal}\nmarketing_share = "100 %"'
    return parse_agreement("\n".join([HEAD, value, *rules, revenue, *cells]))


def _values_of(truth: Truth) -> list[int]:
    """Return what a lead of each cell is agreed to be worth, in ten-thousandths."""
    worth = truth.rates * np.exp(truth.log_deals + truth.log_spread**2 / 2)
    return [int(value) for value in np.maximum(1, np.round(100 * worth)) * 100]


@dataclass(frozen=True)
class Paced:
    """One forecast: whether its range held, the chance it stated, whether the goal was reached.

    Attributes:
        held: None: nothing was said ("too early to tell").
    """

    held: bool | None
    stated: float
    reached: bool


@dataclass(frozen=True)
class Pacing:
    """What was said of one month while it ran.

    Attributes:
        first: Of its leads, as of a first month.
        later: With the months before it.
        first_value: As `first`, of what its leads are worth.
        later_value: As `later`, of that.
        cells: Of the leads of its cells, with the months before.
    """

    first: Paced
    later: Paced
    first_value: Paced
    later_value: Paced
    cells: list[Paced]


def pacing(
    truth: Truth, agreement: Agreement, all_of: Recorded, random: np.random.Generator
) -> Pacing:
    """Return what was said in the course of the month."""
    days = working(_NOW, _END)
    gone = int(random.integers(4, len(days) - 1))
    usual = len(working(_FIRST, _NOW)) / len(days)
    goal = random.uniform(0.8, 1.2)
    counts = np.bincount(all_of.cell[all_of.days < _number(_NOW)], minlength=len(truth.cells))
    targets = {
        cell: max(1, ceil(count / usual * goal))
        for cell, count in zip(truth.cells, counts, strict=True)
    }
    values = _values_of(truth)
    frozen = Frozen(dict(zip(truth.cells, values, strict=True)), targets)
    numbers = {name: n for n, name in enumerate(agreement.commitments, 1)}
    book = Book((InForce(1, 1, agreement, numbers, frozen),), ZONE, _WORDS)
    now = starts_at(days[gone] + timedelta(days=int(random.integers(-2, 1))), ZONE)

    def said(starts: date, by: tuple[str, ...]) -> list[tuple[Metric, Paced]]:
        facts = FactsOf(truth, all_of, starts, local_date(now, ZONE), values)
        return [
            (row.metric, _paced(row, truth, all_of))
            for row in forecasts(facts, book, None, now, by=by)
            if row.metric is Metric.LEADS_DELIVERED or not by
        ]

    first, later = dict(said(_NOW, ())), dict(said(_FIRST, ()))
    return Pacing(
        first=first[Metric.LEADS_DELIVERED],
        later=later[Metric.LEADS_DELIVERED],
        first_value=first[Metric.LEAD_VALUE_DELIVERED],
        later_value=later[Metric.LEAD_VALUE_DELIVERED],
        cells=[one for _, one in said(_FIRST, _BY)],
    )


def _paced(row: ForecastRow, truth: Truth, all_of: Recorded) -> Paced:
    shown = row.outlook
    here = (all_of.days >= _number(_NOW)) & (all_of.days < _number(_END))
    if row.keys:
        here &= all_of.cell == truth.cells.index((row.keys["segment"], row.keys["tier"]))
    ends = float(np.count_nonzero(here))
    if row.metric is Metric.LEAD_VALUE_DELIVERED:
        ends = float(np.array(_values_of(truth))[all_of.cell[here]].sum()) / 10_000
    held = None if shown.low is None or shown.high is None else shown.low <= ends <= shown.high
    return Paced(held, shown.chance if shown.chance is not None else -1, ends >= shown.target)


@dataclass(frozen=True)
class Reached:
    """Whether a month reached its goal with the leads that each way asks for.

    Attributes:
        ours: Revenue, with the leads at a confidence of 0.8.
        held: Whether the range of the revenue of these leads held.
        corrected: Revenue, with the textbook's sum on rates corrected for open deals.
        textbook: Revenue, with the textbook's sum on wins / leads.
        customers: Of each cell: with its leads at a confidence of 0.8 alone.
        promised: Whether the range of customers that the backtest replays held; None: there is
            none. Customers are whole, so it is stated with a little more than 80 %: `stated`.
        more: Our leads over those of `corrected`.
    """

    ours: bool
    held: bool
    corrected: bool
    textbook: bool
    customers: tuple[bool, ...]
    promised: bool | None
    stated: float
    more: float


def agreed(
    truth: Truth, all_of: Recorded, random: np.random.Generator
) -> tuple[Agreement, GoalHistory]:
    """Return the agreement of a company and its history; the goal is about a usual month's."""
    won = (all_of.win_days != NEVER) & (all_of.win_days < _number(_NOW))
    deals = all_of.deals[won]
    brought = [float(deals[all_of.cell[won] == n].sum()) for n in range(len(truth.cells))]
    goal = max(100, int(sum(brought) / 18 * random.uniform(0.7, 1.5)))
    agreement = agreement_of(truth, goal, brought, int(deals.mean()))
    return agreement, of_columns(*columns_of(truth, all_of, _NOW), agreement, _NOW.toordinal())


def targets(
    truth: Truth, agreement: Agreement, history: GoalHistory, random: np.random.Generator
) -> Reached | None:
    """Return what the goal month came to; None: no plan, too little is known."""
    try:
        plan = plan_of(agreement, statistics_of(history, truth.cells), _NOW)
    except ImpossibleGoalError:
        return None
    ours = [cell.leads for cell in plan.cells]
    corrected = [ceil(cell.customers / cell.inputs.rate.mean) for cell in plan.cells]
    textbook = [
        other if cell.textbook is None else cell.textbook
        for cell, other in zip(plan.cells, corrected, strict=True)
    ]
    brings = [revenue_of(truth, leads, random)[0] for leads in (ours, corrected, textbook)]
    promised, stated = _promised(truth, history, ours, random)
    _, alone = revenue_of(truth, [cell.alone for cell in plan.cells], random)
    return Reached(
        ours=brings[0] >= plan.revenue,
        held=plan.sure.low <= brings[0] <= plan.sure.high,
        corrected=brings[1] >= plan.revenue,
        textbook=brings[2] >= plan.revenue,
        customers=tuple(
            bool(won >= cell.customers) for won, cell in zip(alone, plan.cells, strict=True)
        ),
        promised=promised,
        stated=stated,
        more=sum(ours) / sum(corrected),
    )


def _promised(
    truth: Truth, history: GoalHistory, leads: Sequence[int], random: np.random.Generator
) -> tuple[bool | None, float]:
    """Return whether the range of customers held that the backtest replays, and what it stated."""
    known = known_of(history, truth.cells)
    if not isinstance(known, Known):
        return None, _USUAL
    worlds = worlds_of(known, dict(zip(truth.cells, leads, strict=True)))
    _, came = revenue_of(truth, leads, random)
    found = promise_of(summed([*worlds.values()]))
    return found.holds(int(came.sum())), found.stated


def _line(
    name: str, held: Sequence[bool | None], limits: tuple[float, float] | None = None
) -> bool:
    said = [one for one in held if one is not None]
    if not said:
        return True
    share = sum(said) / len(said)
    error = sqrt(share * (1 - share) / len(said))
    fits = limits is None or limits[0] <= share <= limits[1]
    wanted = "" if limits is None else f"   wanted {limits[0]:.0%} to {limits[1]:.0%}"
    print(
        f"{name:<52}{len(said):>6}{share:>8.1%} +- {error:.1%}{wanted}{'' if fits else ' OUTSIDE'}"
    )
    return fits


def _stated(paced: Sequence[Paced]) -> None:
    """Print what was stated beside what happened, by the chance that was stated."""
    print("\nChance of the goal, stated and happened (with earlier months):")
    for low in (0.0, 0.2, 0.4, 0.6, 0.8):
        inside = [one for one in paced if low <= min(one.stated, 0.999) < low + 0.2]
        if inside:
            stated = np.mean([one.stated for one in inside])
            happened = np.mean([one.reached for one in inside])
            print(
                f"  {low:>4.0%} to {low + 0.2:>4.0%}: {stated:.1%} {happened:.1%}  of {len(inside)}"
            )


@dataclass(frozen=True)
class Made:
    """One company: its truth, its forecasts, and its plan."""

    truth: Truth
    pacing: Pacing
    plan: Reached | None


def made_of(seed: int, number: int) -> Made:
    """Return what was said of a company, and what happened."""
    random = np.random.default_rng([seed, number])
    truth = truth_of(random)
    all_of = records_of(truth, _FIRST, _END, random)
    agreement, history = agreed(truth, all_of, random)
    paced = pacing(truth, agreement, all_of, random)
    return Made(truth, paced, targets(truth, agreement, history, random))


def main() -> int:
    """Simulate the companies and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--companies", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    made = [made_of(given.seed, number) for number in range(given.companies)]
    paced = [one.pacing for one in made]
    plans = [one.plan for one in made if one.plan]
    stated = float(np.mean([one.stated for one in plans]))
    print(f"{len(made)} companies, {len(plans)} of them with a plan\n")
    fits = [
        _line("80 % range of leads, first month", [one.first.held for one in paced], _RANGE),
        _line(
            "80 % range of leads, with earlier months", [one.later.held for one in paced], _RANGE
        ),
        _line("80 % range of a cell's leads", [p.held for one in paced for p in one.cells]),
        _line("80 % range of lead value, first month", [p.first_value.held for p in paced], _RANGE),
        _line(
            "80 % range of lead value, with earlier months",
            [one.later_value.held for one in paced],
            _RANGE,
        ),
        _line("80 % range of a plan's revenue", [one.held for one in plans], _RANGE),
        _line(
            f"{stated:.1%} range of a plan's customers",
            [one.promised for one in plans],
            (stated - _NEAR, stated + _NEAR),
        ),
        _line("Revenue goal reached, confidence 0.8", [one.ours for one in plans], _TARGETS),
        _line(
            "A cell's customers reached, confidence 0.8", [c for p in plans for c in p.customers]
        ),
        _line("Revenue goal reached, textbook, corrected rates", [one.corrected for one in plans]),
        _line("Revenue goal reached, textbook, wins / leads", [one.textbook for one in plans]),
    ]
    print(f"\nOur leads over the textbook's on corrected rates, median: "
          f"{np.median([one.more for one in plans]):.2f}")  # fmt: skip
    print(f"Too early to tell: {sum(one.first.held is None for one in paced)} first months, "
          f"{sum(one.later.held is None for one in paced)} with earlier ones")  # fmt: skip
    _by_truth(made)
    _stated([one.later for one in paced])
    return 0 if all(fits) else 1


def _by_truth(made: Sequence[Made]) -> None:
    """Print the lines by what differs between companies."""
    print()
    for spread in (0.0, 0.1, 0.2):
        some = [one.plan for one in made if one.plan and one.truth.months == spread]
        name = f"Months close +-{spread:.0%}:"
        _line(f"{name} range of customers", [one.promised for one in some])
        _line(f"{name} revenue goal reached", [one.ours for one in some])
    by_growth = defaultdict(list)
    for one in made:
        by_growth[one.truth.growth].append(one)
    for growth, grown in sorted(by_growth.items()):
        _line(f"Leads grow {growth:+.0%} a month: range", [one.pacing.later.held for one in grown])
    for low, high in ((1.0, 2.0), (2.0, 3.0), (3.0, 4.0)):
        burst = [one for one in made if low <= one.truth.bursts < high]
        _line(
            f"Bursts of {low:.0f} to {high:.0f}: range, first month",
            [x.pacing.first.held for x in burst],
        )
        _line(f"Bursts of {low:.0f} to {high:.0f}: range", [x.pacing.later.held for x in burst])

    for drift in (0.0, 0.05, 0.1):
        some = [one for one in made if one.truth.drift == drift]
        name = f"Level wanders {drift:.0%} a week:"
        _line(f"{name} range, first month", [one.pacing.first.held for one in some])
        _line(f"{name} range", [one.pacing.later.held for one in some])
    for weekends in (False, True):
        some = [one for one in made if bool(one.truth.weekdays[5]) == weekends]
        name = f"{'Leads' if weekends else 'No leads'} at weekends:"
        _line(f"{name} range", [one.pacing.later.held for one in some])


def _number(day: date) -> int:
    return (day - date(1970, 1, 1)).days


if __name__ == "__main__":
    sys.exit(main())
