"""Where each segment and tier stands in one month: for the weekly report and the portal.

A month is that of one agreement: its leads, and the part of the month's targets that its
versions hold for, as `progress` with that agreement counts them.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING

import polars as pl

from reports.digest import CellProgress, DayCount
from smarketing.domain.agreement import OTHER
from smarketing.domain.days import day_number, day_of
from smarketing.domain.metrics import Metric
from smarketing.domain.targets import next_month
from smarketing.services.progress.progress import version_ids
from smarketing.services.progress.targets import month_days, spans, targets_of_cells

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from smarketing.domain.agreement import Rule
    from smarketing.domain.calendar import Calendar
    from smarketing.services.conclusions.book import Book, Cell, InForce
    from smarketing.services.progress.progress import Facts

    Held = Sequence[tuple[InForce, tuple[date, date]]]
    """Versions with the days that each one holds for (`targets.spans`)."""


def month_cells(
    facts: Facts, book: Book, agreement: str | None, *, month: date, today: date, monday: date
) -> Iterator[CellProgress]:
    """Yield the cells that have leads or a promise, in the agreement's order.

    Args:
        facts: As they stand, or as of an instant.
        book: The agreements in force.
        agreement: Name of the one that is asked for; None: all leads, and nothing is promised.
        month: Its first day.
        today: The local date of the instant that counts as now.
        monday: First day of the week that is counted beside the month.
    """
    ends = next_month(month)
    held = list(spans(book, month, ends, agreement)) if agreement else []
    targets, expected = _promised(held, ends), _promised(held, today)
    counted = counted_leads(facts, book, agreement, min(month, monday), ends)
    worked = worked_days(held, month)
    segments, tiers = _titles(book, agreement, held)
    there = set(counted.select("segment", "tier").iter_rows()) | set(targets)
    for segment, tier in sorted(there, key=lambda cell: _place(cell, segments, tiers)):
        mine = counted.filter((pl.col("segment") == segment) & (pl.col("tier") == tier))
        of_month = mine.filter(pl.col("day") >= day_number(month))
        target = targets.get((segment, tier))
        yield CellProgress(
            segment=segment,
            tier=tier,
            segment_title=segments.get(segment, segment),
            tier_title=tiers.get(tier, tier),
            counted_week=_in_week(mine, monday),
            delivered=int(of_month["delivered"].sum()),
            rejected=int(of_month["rejected"].sum()),
            counted=int(of_month["counted"].sum()),
            target=None if target is None else ceil(target),
            expected=None if target is None else expected.get((segment, tier), Fraction(0)),
            left_days=sum(1 for day in worked if day >= today),
            days=tuple(_days(of_month, month, worked)),
        )


def counted_alone(book: Book, agreement: str | None) -> str | None:
    """Return the agreement whose leads alone are counted; None: all leads are.

    Where there is only one agreement, leads without one stay visible beside its own.
    """
    names = {version.agreement.name for version in book.versions}
    return agreement if len(names) > 1 else None


def counted_leads(
    facts: Facts, book: Book, agreement: str | None, starts: date, ends: date
) -> pl.DataFrame:
    """Return an agreement's leads by day, version and cell, with how many of them are `counted`.

    Of its leads alone where there are several agreements; None: of all leads.
    """
    daily = facts.daily(day_number(starts), day_number(ends), ("segment", "tier"))
    if alone := counted_alone(book, agreement):
        daily = daily.filter(pl.col("version_id").is_in(version_ids(book, alone)))
    return daily.with_columns((pl.col("delivered") - pl.col("rejected")).alias("counted"))


def _promised(held: Held, before: date) -> dict[Cell, Fraction]:
    """Return what is promised for each cell in the days that versions hold for before a day."""
    totals: dict[Cell, Fraction] = defaultdict(Fraction)
    for version, (first, after) in held:
        for cell, target in targets_of_cells(version, first, min(after, before)).items():
            totals[cell] += target
    return dict(totals)


def worked_days(held: Held, month: date) -> frozenset[date]:
    """Return the days of the month that work, by the calendars of the commitments of volume.

    Only days that a version holds for; Monday to Friday where no version does.
    """
    if not held:
        return frozenset(_weekdays(month, next_month(month)))
    return frozenset(day for version, days in held for day in _days_worked(version, *days))


def volume_calendar(version: InForce) -> Calendar | None:
    """Return the calendar of a version's commitment of volume; None: it has none."""
    promise = version.commitment(Metric.LEADS_DELIVERED) or version.commitment(
        Metric.LEAD_VALUE_DELIVERED
    )
    return version.agreement.calendars[promise.calendar] if promise else None


def _days_worked(version: InForce, starts: date, ends: date) -> Iterable[date]:
    calendar = volume_calendar(version)
    if calendar is None:
        return _weekdays(starts, ends)
    worked = month_days(calendar, starts, ends)
    return (day for day in worked if starts <= day < ends)


def _weekdays(starts: date, ends: date) -> Iterator[date]:
    days = (starts + timedelta(days=n) for n in range((ends - starts).days))
    return (day for day in days if day.isoweekday() < 6)  # noqa: PLR2004  (Saturday)


def _in_week(counted: pl.DataFrame, monday: date) -> int:
    first = day_number(monday)
    week = counted.filter(pl.col("day").is_between(first, first + 7, closed="left"))
    return int(week["counted"].sum())


def _days(counted: pl.DataFrame, month: date, worked: Collection[date]) -> Iterator[DayCount]:
    sums = counted.group_by("day").agg(pl.col("counted", "rejected").sum())
    by_day = {day_of(day): (good, bad) for day, good, bad in sums.iter_rows()}
    for n in range((next_month(month) - month).days):
        day = month + timedelta(days=n)
        good, bad = by_day.get(day, (0, 0))
        yield DayCount(day, day in worked, good, bad)


def _titles(
    book: Book, agreement: str | None, held: Held
) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Return name to title of the segments and of the tiers, in their order; `other` comes last.

    The versions that hold in the month say it first, then the others of the agreement.
    """
    others = (v for v in book.versions if v.agreement.name == agreement)
    agreements = [version.agreement for version in (*(v for v, _ in held), *others)]
    return (
        _titles_of(rule for found in agreements for rule in found.segments),
        _titles_of(rule for found in agreements for rule in found.tiers),
    )


def _titles_of(rules: Iterable[Rule]) -> dict[str, str]:
    titles: dict[str, str] = {}
    for rule in rules:
        titles.setdefault(rule.name, rule.title)
    return {**titles, OTHER: "Other"}


def _place(cell: Cell, segments: Iterable[str], tiers: Iterable[str]) -> tuple[int, int, Cell]:
    """Return where a cell stands among the others; a name that no rule has stands last."""
    segment, tier = ([*names] for names in (segments, tiers))
    return (
        segment.index(cell[0]) if cell[0] in segment else len(segment),
        tier.index(cell[1]) if cell[1] in tier else len(tier),
        cell,
    )
