"""Where each segment and tier stands in one month: for the weekly report and the portal."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from reports.digest import CellProgress, DayCount
from smarketing.domain.agreement import OTHER, Metric
from smarketing.domain.days import day_number, day_of
from smarketing.domain.targets import next_month, share_of_month
from smarketing.services.targets import month_days, targets_of_cells

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date
    from fractions import Fraction

    from smarketing.domain.agreement import Rule
    from smarketing.services.book import Cell, InForce
    from smarketing.services.progress import Facts


def month_cells(
    facts: Facts, version: InForce | None, month: date, today: date, monday: date
) -> Iterator[CellProgress]:
    """Yield the cells that have leads or a promise, in the agreement's order.

    Args:
        facts: As they stand, or as of an instant.
        version: The version that promises; None: nothing is promised.
        month: Its first day.
        today: The local date of the instant that counts as now.
        monday: First day of the week that is counted beside the month.
    """
    ends = next_month(month)
    counted = facts.daily(day_number(min(month, monday)), day_number(ends), ("segment", "tier"))
    targets = targets_of_cells(version, month, ends) if version else {}
    worked = _worked(version, month)
    there = set(counted.select("segment", "tier").iter_rows()) | set(targets)
    for cell in _ordered(there, version):
        mine = counted.filter(
            (pl.col("segment") == cell[0]) & (pl.col("tier") == cell[1])
        ).with_columns((pl.col("delivered") - pl.col("rejected")).alias("counted"))
        days = tuple(_days(mine, month, worked))
        of_week = pl.col("day").is_between(
            day_number(monday), day_number(monday + timedelta(days=7)), closed="left"
        )
        of_month = mine.filter(pl.col("day") >= day_number(month))
        target = targets.get(cell)
        yield CellProgress(
            segment=cell[0],
            tier=cell[1],
            segment_title=_title(cell[0], version.agreement.segments if version else ()),
            tier_title=_title(cell[1], version.agreement.tiers if version else ()),
            counted_week=int(mine.filter(of_week)["counted"].sum()),
            delivered=int(of_month["delivered"].sum()),
            rejected=int(of_month["rejected"].sum()),
            counted=int(of_month["counted"].sum()),
            target=None if target is None else -int(-target // 1),
            expected=None if target is None else target * _elapsed(month, today, worked),
            left_days=sum(1 for day in worked if day >= today),
            days=days,
        )


def _worked(version: InForce | None, month: date) -> tuple[date, ...]:
    """Return the working days of the month by the calendar of the commitment of volume."""
    promise = version.commitment(Metric.LEADS_DELIVERED) if version else None
    if version is None or promise is None:
        days = (month + timedelta(days=n) for n in range((next_month(month) - month).days))
        return tuple(day for day in days if day.isoweekday() < 6)  # noqa: PLR2004  (Saturday)
    return month_days(version.agreement.calendars[promise.calendar], month, next_month(month))


def _elapsed(month: date, today: date, worked: tuple[date, ...]) -> Fraction:
    return share_of_month(month, month, min(today, next_month(month)), worked)


def _days(counted: pl.DataFrame, month: date, worked: tuple[date, ...]) -> Iterator[DayCount]:
    sums = counted.group_by("day").agg(pl.col("counted", "rejected").sum())
    by_day = {day_of(day): (good, bad) for day, good, bad in sums.iter_rows()}
    for n in range((next_month(month) - month).days):
        day = month + timedelta(days=n)
        good, bad = by_day.get(day, (0, 0))
        yield DayCount(day, day in worked, good, bad)


def _ordered(cells: set[Cell], version: InForce | None) -> list[Cell]:
    """Return cells in the order of the agreement's segments and tiers; `other` comes last."""
    segments = [rule.name for rule in version.agreement.segments] if version else []
    tiers = [rule.name for rule in version.agreement.tiers] if version else []
    order = {name: n for n, name in enumerate(segments)}, {name: n for n, name in enumerate(tiers)}
    last = len(segments) + len(tiers)
    return sorted(
        cells, key=lambda cell: (order[0].get(cell[0], last), order[1].get(cell[1], last))
    )


def _title(name: str, rules: Sequence[Rule]) -> str:
    if name == OTHER:
        return "Other"
    return next((rule.title for rule in rules if rule.name == name), name)
