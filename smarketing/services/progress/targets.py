"""The targets of the commitments of volume, for any span of days and any grouping.

A promise is made by segment and tier. Grouped by something finer (an owner, a lead source)
there is no target: nobody promised one.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from smarketing.domain.calendar import working_days
from smarketing.domain.metrics import Metric
from smarketing.domain.targets import months, next_month, share_of_month
from smarketing.domain.weeks import week_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from smarketing.domain.agreement import Commitment
    from smarketing.domain.calendar import Calendar
    from smarketing.services.conclusions.book import Book, Cell, InForce

_PROMISED_BY: Final = frozenset({"segment", "tier", "week", "month"})
Keys = tuple[str | None, ...]


def targets_by(
    book: Book, starts: date, ends: date, by: Sequence[str], agreement: str | None
) -> dict[Keys, Fraction]:
    """Return group to target, for groups that something is promised for.

    Args:
        book: The agreements in force.
        starts: First day.
        ends: First day after the span.
        by: The keys of progress; any key finer than the promise: no targets.
        agreement: Only this agreement's; None: all of them.
    """
    totals: dict[Keys, Fraction] = defaultdict(Fraction)
    if not set(by) <= _PROMISED_BY:
        return totals
    for version, (first, after) in spans(book, starts, ends, agreement):
        for period, days in _periods(first, after, by):
            for cell, target in targets_of_cells(version, *days).items():
                named = dict(zip(("segment", "tier"), cell, strict=True)) | period
                totals[tuple(named[key] for key in by)] += target
    return totals


def targets_of_cells(version: InForce, starts: date, ends: date) -> dict[Cell, Fraction]:
    """Return what a version promises for each cell in the days `[starts, ends)`."""
    promise = version.commitment(Metric.LEADS_DELIVERED)
    if promise is None or starts >= ends:
        return {}
    worked = month_days(version.agreement.calendars[promise.calendar], starts, ends)
    totals: dict[Cell, Fraction] = defaultdict(Fraction)
    for month in months(starts, ends):
        part = share_of_month(month, starts, ends, worked)
        for cell, target in monthly_targets(version, promise, month).items():
            totals[cell] += target * part
    return totals


def monthly_targets(version: InForce, promise: Commitment, month: date) -> dict[Cell, int]:
    """Return the target of a whole month for each cell: agreed, or frozen from the goal.

    Args:
        version: Which one; its cells with a target are the same in every month.
        promise: Its commitment of leads.
        month: Any day of the month.
    """
    targets: dict[Cell, int] = {}
    for term in promise.terms:
        cell = (term.segment or "", term.tier or "")
        target = term.target if term.target is not None else version.frozen.target(cell, month)
        if target is not None:
            targets[cell] = target
    return targets


def spans(
    book: Book, starts: date, ends: date, agreement: str | None
) -> Iterator[tuple[InForce, tuple[date, date]]]:
    """Yield each version with the days of `[starts, ends)` that it holds for.

    Of one agreement, a newer version takes over from its first day on.
    """
    taken_from: dict[str, date] = {}
    for version in book.versions:
        found = version.agreement
        if agreement not in (None, found.name):
            continue
        until = min(filter(None, (found.ends_on, taken_from.get(found.name), ends)))
        taken_from[found.name] = min(found.starts_on, taken_from.get(found.name, date.max))
        if max(starts, found.starts_on) < until:
            yield version, (max(starts, found.starts_on), until)


def month_days(calendar: Calendar, starts: date, ends: date) -> tuple[date, ...]:
    """Return the working days of every month that the days `[starts, ends)` touch."""
    return tuple(day for on in months(starts, ends) for day in _days_of_month(calendar, on))


@lru_cache(maxsize=512)
def _days_of_month(calendar: Calendar, on: date) -> tuple[date, ...]:
    return working_days(on, next_month(on), calendar)


def _periods(
    starts: date, ends: date, by: Sequence[str]
) -> Iterator[tuple[dict[str, str], tuple[date, date]]]:
    """Yield the weeks and months asked for, with their days inside `[starts, ends)`."""
    if not {"week", "month"} & set(by):
        yield {}, (starts, ends)
        return
    first = starts
    while first < ends:
        after = min(_cuts(first, by))
        names = {"week": week_of(first).name, "month": f"{first:%Y-%m}"}
        yield {key: names[key] for key in by if key in names}, (first, min(after, ends))
        first = after


def _cuts(day: date, by: Sequence[str]) -> Iterator[date]:
    """Yield where the week and the month of a day end."""
    if "week" in by:
        yield week_of(day).ends
    if "month" in by:
        yield next_month(day)
