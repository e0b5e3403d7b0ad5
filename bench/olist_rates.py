"""Prints what the forecast would have said of Olist's cohorts, and what happened in the end.

Only what was known on the day counts: leads that had come, wins recorded by then. The cohorts are
months of the first contact; the end is every deal in the file, whenever it was won. Nothing here
decides: the functions are those that the product uses.

    .venv/bin/python bench/olist_rates.py ../shared/data/olist > docs/forecast-olist.md
"""

from __future__ import annotations

import csv
import sys
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Final

_ROOT: Final = Path(__file__).parents[1]
sys.path[0] = str(_ROOT)  # not this folder: the standard library has a module of a file's name

import numpy as np  # noqa: E402  (bench is a folder of scripts, and the project not installed)

from smarketing.domain.cure import Cure, cured, disagree, follow_up  # noqa: E402
from smarketing.domain.lag import NEVER, Development, developed  # noqa: E402
from smarketing.domain.ultimate import Cohort, Corrected, corrected  # noqa: E402
from smarketing.services.goals.history import CellHistory, GoalHistory  # noqa: E402
from smarketing.services.goals.rates import statistics_of  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from smarketing.domain.lag import Days
    from smarketing.services.goals.rates import Statistics

RECORD_FROM: Final = date(2017, 12, 5)
"""The first day on which a deal was won in the file."""
PROOF: Final = date(2018, 6, 1)
AS_OF: Final = (date(2018, 4, 1), date(2018, 5, 1), PROOF, date(2018, 7, 1))
_MONTHS: Final = tuple(date(2018, month, 1) for month in range(1, 7))
_ABOUT: Final = """\
# The forecast on Olist's leads: what it would have said, and what happened

Olist sells shops a place on marketplaces; 8,000 of its leads (first contact June 2017 to May 2018)
and their 842 deals are public. Here is what could be said of the cohorts of January to May 2018
on a day, with only what was known on that day, and what happened in the end: all deals in the
file, which ends in November 2018. `bench/olist_rates.py` prints this page. *Corrected* is what the
product says of a cohort (`ultimate.corrected`); *plan* is the rate that a goal plan would use were
every month a cell of its own (`statistics_of`), small cells drawn to the others included.

**What may be fitted.** Deals are recorded from 2017-12-05 on, but leads come from June 2017 on:
what those of 2017 brought before that day, nobody sees. So a lead tells only of the ages at which
the record saw it: one of January of every age, one of 15 August of ages from 112 days on. The
curve of ages uses both; without the older leads it would end at the age of the oldest cohort. An
age is used while a tenth of the most leads that any age has were seen at it. The *rate* of a cohort
is fitted only where the record saw it from its first day: from January 2018 on. Those of 2017
would rest on late wins alone, so they say nothing of their peers, nor of a cell's rate in a plan.
A lead without a deal stays among those that may still be won, lost or not.

**The interval** means to hold what happens in the end four times in five. It admits the rate of
the cohort, the curve, good and bad months, chance, and wins at ages that nobody has seen yet. It
does not know that a company changes.
"""
_VERDICT: Final = """\

## What to take from it

The naive rate is too low in every line. The corrected one is nearer in all but one: as of
2018-05-01 it took April's rush (207 deals, after 147 in March) for the pace of that month's own
leads, and went too far. As of 2018-04-01 the leads of January and February ended above their
intervals: their late wins were read from leads of 2017, of which few bought at that age. A record
of four months is short, whatever the curve says; by June both had been learned.
"""


@dataclass(frozen=True)
class Line:
    """One cohort on one day.

    Attributes:
        month: First day of the cohort's month.
        then: What was said of it.
        planned: The rate of a plan in which the month is a cell.
        final: Share of its leads that was won in the end.
    """

    month: date
    then: Corrected
    planned: float
    final: float

    @property
    def naive_error(self) -> float:
        """Return how far the naive rate was from what happened."""
        return abs(self.then.naive - self.final)

    @property
    def error(self) -> float:
        """Return how far the corrected rate was from what happened."""
        return abs(self.then.corrected - self.final)

    @property
    def planned_error(self) -> float:
        """Return how far the rate of the plan was from what happened."""
        return abs(self.planned - self.final)

    @property
    def is_held(self) -> bool:
        """Return whether what happened lies within the interval."""
        high = self.then.high
        return self.then.low <= self.final and (high is None or self.final <= high)


def leads_of(folder: Path) -> tuple[Days, Days]:
    """Return the day of every lead and of its deal, `NEVER` where there is none."""
    with (folder / "olist_closed_deals_dataset.csv").open() as file:
        won = {row["mql_id"]: _day(row["won_date"]) for row in csv.DictReader(file)}
    with (folder / "olist_marketing_qualified_leads_dataset.csv").open() as file:
        rows = [
            (_day(row["first_contact_date"]), won.get(row["mql_id"], NEVER))
            for row in csv.DictReader(file)
        ]
    lead_days, win_days = np.array(rows, dtype=np.int64).T
    return lead_days, win_days


def curve_of(leads: tuple[Days, Days], as_of: date) -> Development:
    """Return how wins came with age, as known on a day."""
    found = developed(*leads, RECORD_FROM.toordinal(), as_of.toordinal())
    if not isinstance(found, Development):
        raise SystemExit(found.says)
    return found


def lines_of(leads: tuple[Days, Days], as_of: date) -> list[Line]:
    """Return what would have been said of the cohorts of 2018 on a day."""
    lead_days, win_days = leads
    months = [month for month in _MONTHS[:-1] if month < as_of]
    here = {
        str(starts): (lead_days >= starts.toordinal()) & (lead_days < ends.toordinal())
        for starts, ends in pairwise(_MONTHS)
    }
    cohorts = [
        Cohort(str(month), lead_days[here[str(month)]], win_days[here[str(month)]])
        for month in months
    ]
    known = statistics(leads, as_of, here).rates
    return [
        Line(
            month,
            then,
            known["all", str(month)].pooled.rate,
            float((cohort.win_days != NEVER).mean()),
        )
        for month, cohort, then in zip(
            months, cohorts, corrected(curve_of(leads, as_of), cohorts), strict=True
        )
    ]


def statistics(
    leads: tuple[Days, Days], as_of: date, cells: Mapping[str, NDArray[np.bool_]]
) -> Statistics:
    """Return what a goal plan would have known on a day of cells, and of all other leads."""
    lead_days, win_days = leads
    wins = np.where(win_days < as_of.toordinal(), win_days, NEVER)
    others = ~np.any([*cells.values(), np.zeros(lead_days.size, dtype=bool)], axis=0)
    found = {}
    for name, here in {**cells, "others": others}.items():
        mine = here & (lead_days < as_of.toordinal())
        if mine.any():
            won = int((wins[mine] != NEVER).sum())
            found["all", name] = CellHistory(lead_days[mine], wins[mine], np.ones(won, np.int64))
    return statistics_of(GoalHistory(found, RECORD_FROM.toordinal(), as_of.toordinal(), ()))


def page(leads: tuple[Days, Days]) -> str:
    """Return the whole page, as markdown."""
    said = {as_of: lines_of(leads, as_of) for as_of in AS_OF}
    parts = [_ABOUT]
    for as_of in (PROOF, *(day for day in AS_OF if day != PROOF)):
        parts += ["\n", *_table(leads, as_of, said[as_of])]
    every = [line for lines in said.values() for line in lines]
    held = sum(line.is_held for line in every)
    parts.append(
        f"\nOver the four days the interval held what happened in {held} of {len(every)} lines "
        f"({held / len(every):.0%}; it promises 80 %; the lines of one cohort "
        "are not independent).\n"
    )
    return "".join([*parts, *_whole(leads), _VERDICT])


def _whole(leads: tuple[Days, Days]) -> Iterator[str]:
    lead_days, win_days = leads
    yield "\n## All leads as one cell of a plan\n\n"
    yield "| as of | naive | plan | interval (80 %) | since the record began, in the end |\n"
    yield "|---|--:|--:|--:|--:|\n"
    for as_of in (date(2018, 3, 1), *AS_OF):
        rate = statistics(leads, as_of, {}).rates["all", "others"]
        seen = (lead_days >= RECORD_FROM.toordinal()) & (lead_days < as_of.toordinal())
        high = "" if rate.high is None else f" to {rate.high:.2%}"
        yield (
            f"| {as_of} | {rate.naive or 0:.2%} | {rate.pooled.rate:.2%} "
            f"| {'' if high else 'at least '}{rate.low:.2%}{high} "
            f"| {(win_days[seen] != NEVER).mean():.2%} |\n"
        )


def _table(leads: tuple[Days, Days], as_of: date, lines: list[Line]) -> Iterator[str]:
    curve = curve_of(leads, as_of)
    yield f"## As of {as_of}\n\n"
    yield (
        "| first contact | leads | naive | corrected | interval (80 %) | plan | in the end "
        "| held |\n"
    )
    yield "|---|--:|--:|--:|--:|--:|--:|---|\n"
    for line in lines:
        then = line.then
        yield (
            f"| {line.month:%B %Y} | {then.leads:,} | {then.naive:.2%} | {then.corrected:.2%} "
            f"| {_interval(then)} | {line.planned:.2%} | {line.final:.2%} "
            f"| {'yes' if line.is_held else 'no'} |\n"
        )
    naive, ours, planned = (
        fmean(errors)
        for errors in (
            [one.naive_error for one in lines],
            [one.error for one in lines],
            [one.planned_error for one in lines],
        )
    )
    yield (
        f"\nMean absolute error: naive {100 * naive:.2f} points, corrected {100 * ours:.2f} points "
        f"({ours / naive:.0%} of it); made worse: {sum(x.error > x.naive_error for x in lines)} of "
        f"{len(lines)}. The plan's rates: {100 * planned:.2f} points ({planned / naive:.0%}); made "
        f"worse: {sum(x.planned_error > x.naive_error for x in lines)}.\n\n"
        f"Half of the wins come within {curve.median_lag} days; ages up to "
        f"{curve.covers - 1} days are covered; months differ by ±{curve.month_spread:.0%} beyond "
        f"chance. {_second_opinion(leads, curve)}\n"
    )


def _interval(then: Corrected) -> str:
    if then.high is None:
        return f"at least {then.low:.2%}"
    return f"{then.low:.2%} to {then.high:.2%}"


def _second_opinion(leads: tuple[Days, Days], curve: Development) -> str:
    cure = cured(follow_up(curve.window, *leads))
    if not isinstance(cure, Cure):
        return cure.says
    (whole,) = corrected(curve, [Cohort("all", *leads)])
    differs = disagree(cure, whole.corrected, whole.low, whole.high)
    return (
        f"All leads together: {whole.corrected:.2%}; the cure model says {cure.rate:.2%} "
        f"({cure.low:.2%} to {cure.high:.2%}), which {'disagrees' if differs else 'agrees'}."
    )


def _day(text: str) -> int:
    return date.fromisoformat(text[:10]).toordinal()


if __name__ == "__main__":
    print(page(leads_of(Path(sys.argv[1]))), end="")
