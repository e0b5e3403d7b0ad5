"""What came before today: the history that a forecast learns rates, weekdays and bursts from.

Six months at most before the month, and only leads and days of the agreement itself, from its
first day or its first lead on. Rates come from the months before; how weekdays differ, and days,
also from the days of the month that are over: an agreement's first month has no others. A lead
that comes on a day that does not work belongs to the next working day, but to the month that it
came in.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Final

import polars as pl

from smarketing.domain.days import day_number, day_of
from smarketing.domain.drift import drift_of
from smarketing.domain.earlier import prior_of
from smarketing.domain.periods import month_before
from smarketing.domain.remaining import NOTHING
from smarketing.domain.rhythm import expected_dispersion, exposure, weekday_weights
from smarketing.domain.targets import months, next_month
from smarketing.services.conclusions.book import NO_AGREEMENT
from smarketing.services.progress.month import worked_days
from smarketing.services.progress.targets import spans

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import date
    from fractions import Fraction

    from smarketing.domain.remaining import Prior
    from smarketing.services.conclusions.book import Book, Cell

    Span = tuple[Sequence[int], Sequence[Fraction]]
    """Leads and weights of the working days of a month."""

MONTHS: Final = 6
"""How far back is looked."""

ALL_LEADS: Final[Cell] = ("", "")
"""The cell of a target that all leads count for."""

_FEWEST_DAYS: Final = 5  # a week of working days; fewer show nothing
_FEWEST_OWN: Final = 20  # leads: fewer of a cell's own do not show how uneven it is


class Origin(StrEnum):
    """Where it is known from how uneven days are."""

    OWN = "its own days"
    ALL = "the days of all segments and tiers"
    NOWHERE = "not known yet"


@dataclass(frozen=True)
class Unevenness:
    """How much more days are expected to differ than chance lets them.

    Attributes:
        factor: Fano factor, 1 and more.
        origin: Of the days that tell it; the fewer there are, the nearer it is to the usual.
    """

    factor: float
    origin: Origin


@dataclass(frozen=True)
class Past:
    """Counted leads of an agreement before a day.

    Attributes:
        month: First day of the month that is forecast; what came before it tells the rate.
        leads: `month.counted_leads` of the days of history.
        worked: The working days of history, ascending.
    """

    month: date

    leads: pl.DataFrame
    worked: tuple[date, ...]

    @cached_property
    def weekdays(self) -> tuple[Fraction, ...]:
        """Return what each weekday weighs, Monday first, learnt from all leads."""
        return weekday_weights(dict(zip(self.worked, self._daily({ALL_LEADS}), strict=True)))

    def unevenness(self, cells: Collection[Cell]) -> Unevenness:
        """Return how uneven the days of some cells are; with few of their own, those of all cells.

        Of all cells it is what each one's own days say, which keeps the level of a single cell.
        """
        daily = self._daily(cells)
        if sum(daily) >= _FEWEST_OWN:
            return Unevenness(expected_dispersion(self._by_month(daily)), Origin.OWN)
        if len(daily) < _FEWEST_DAYS or not self._of_each:
            return Unevenness(expected_dispersion(()), Origin.NOWHERE)
        return Unevenness(expected_dispersion(self._of_each), Origin.ALL)

    def drift(self, cells: Collection[Cell], factor: float) -> float:
        """Return how far the rate of some cells wanders within a month (`drift.drift_of`)."""
        return drift_of(self._by_month(self._daily(cells)), factor)

    def prior(self, cells: Collection[Cell], factor: float) -> Prior:
        """Return what the months before say of the rate of some cells (`earlier.prior_of`)."""
        counted: Counter[str] = Counter()
        for cell in cells:
            for day, leads in self._by_cell.get(cell, {}).items():
                counted[f"{day_of(day):%Y-%m}"] += leads
        known = [(counted[name], days) for name, days in self._months_before.items()]
        return prior_of(known, factor) or NOTHING

    @cached_property
    def _months_before(self) -> dict[str, Fraction]:
        """Return average working days by month, of those before the month."""
        by_month: dict[str, list[date]] = {}
        for day in self.worked:
            if day < self.month:
                by_month.setdefault(f"{day:%Y-%m}", []).append(day)
        return {name: exposure(days, self.weekdays) for name, days in by_month.items()}

    @cached_property
    def _of_each(self) -> Sequence[Span]:
        """Return the months of each cell that has any lead."""
        each = (cell for cell in self._by_cell if cell != ALL_LEADS)
        return [span for cell in each for span in self._by_month(self._daily({cell}))]

    def _by_month(self, daily: Sequence[int]) -> Sequence[Span]:
        """Return leads and weights of the days of each month: better months are no bursts."""
        found: dict[date, tuple[list[int], list[Fraction]]] = {}
        for day, count in zip(self.worked, daily, strict=True):
            leads, weights = found.setdefault(day.replace(day=1), ([], []))
            leads.append(count)
            weights.append(self.weekdays[day.weekday()])
        return [*found.values()]

    def _daily(self, cells: Collection[Cell]) -> list[int]:
        """Return the leads of each working day, with those of the days off before it."""
        daily = [0] * (len(self.worked) + 1)
        numbers = [day_number(day) for day in self.worked]
        for cell in cells:
            for day, leads in self._by_cell.get(cell, {}).items():
                daily[bisect_left(numbers, day)] += leads
        return daily[:-1]

    @cached_property
    def _by_cell(self) -> dict[Cell, dict[int, int]]:
        """Return cell to day to leads, and the same of all of them."""
        counted = pl.col("counted").sum()
        of_all = self.leads.filter(in_cells({ALL_LEADS})).group_by("day").agg(counted)
        found: dict[Cell, dict[int, int]] = {ALL_LEADS: dict(of_all.iter_rows())}
        each = self.leads.group_by("segment", "tier", "day", maintain_order=True).agg(counted)
        for segment, tier, day, leads in each.iter_rows():
            found.setdefault((segment, tier), {})[day] = leads
        return found


def in_cells(cells: Collection[Cell]) -> pl.Expr:
    """Return whether a fact is of one of some cells; of any agreement's, where all leads count."""
    if ALL_LEADS in cells:
        return pl.col("version_id") != NO_AGREEMENT
    named = [
        (pl.col("segment") == segment) & (pl.col("tier") == tier) for segment, tier in sorted(cells)
    ]
    return pl.any_horizontal(pl.lit(value=False), *named)


def first_day(until: date) -> date:
    """Return the first day that history before a day may have."""
    month = until.replace(day=1)
    for _ in range(MONTHS):
        month = month_before(month)
    return month


def past_of(leads: pl.DataFrame, book: Book, agreement: str, month: date, until: date) -> Past:
    """Return the history of an agreement before a day.

    Args:
        leads: `month.counted_leads` of these days, and perhaps of others.
        book: The agreements in force.
        agreement: Whose leads they are.
        month: First day of the month that is forecast.
        until: The first day that is no history: it is not over, or not known.
    """
    numbers = day_number(first_day(min(month, until))), day_number(until)
    mine = leads.filter(
        pl.col("day").is_between(*numbers, closed="left") & (pl.col("delivered") > 0)
    )
    if mine.is_empty():
        return Past(month, mine, ())
    starts = day_of(mine.select(pl.col("day").min()).item())
    return Past(month, mine, tuple(sorted(_worked(book, agreement, starts, until))))


def _worked(book: Book, agreement: str, starts: date, until: date) -> Iterator[date]:
    """Yield the working days of `[starts, until)` that a version of the agreement holds for."""
    for month in months(starts, until):
        held = list(spans(book, month, next_month(month), agreement))
        if held:
            yield from (day for day in worked_days(held, month) if starts <= day < until)
