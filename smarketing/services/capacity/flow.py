"""How many leads come: by working day, from the last weeks; else what the agreement promises."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Final

import polars as pl

from smarketing.domain.calendar import working_days
from smarketing.domain.days import day_number, day_of
from smarketing.domain.metrics import Metric
from smarketing.services.capacity.inputs import Origin, calendar_of
from smarketing.services.progress.progress import version_ids
from smarketing.services.progress.targets import monthly_targets
from smarketing.services.reaching.reaching import WEEKS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from smarketing.services.capacity.inputs import Month
    from smarketing.services.conclusions.book import Book, Cell, InForce
    from smarketing.services.progress.progress import Facts

_MONTHS: Final = 6


@dataclass(frozen=True)
class Flow:
    """The leads that are to be worked.

    Attributes:
        a_day: Handed off by working day, in each cell.
        origin: Counted, or taken from the targets of the agreement where no lead came yet.
        leads: How many were counted; 0 of targets.
        starts: First day that was counted; ends: first day after. Of targets, an empty span.
        by_day: Day number to leads, of all days that were read.
        best: The most leads that counted in one of the last six whole months, in each cell.
    """

    a_day: Mapping[Cell, Fraction]
    origin: Origin
    leads: int
    starts: date
    ends: date
    best: Mapping[Cell, int]
    by_day: Mapping[int, int]


def flow_of(facts: Facts, book: Book, version: InForce, today: date, month: Month) -> Flow:
    """Return how many leads of an agreement come by working day.

    Args:
        facts: The facts of days, as they stand or stood.
        book: The agreements in force.
        version: The one that holds today; leads of the agreement's earlier ones count, too.
        today: The first day that does not count.
        month: Over whose working days targets are spread.
    """
    back = today.year * 12 + today.month - 1 - _MONTHS
    first = today.replace(year=back // 12, month=back % 12 + 1, day=1)
    days = day_number(first), day_number(today)
    mine = pl.col("version_id").is_in(version_ids(book, version.agreement.name))
    daily = facts.daily(*days, ("segment", "tier")).filter(mine)
    by_day = dict(daily.group_by("day").agg(pl.col("delivered").sum()).iter_rows())
    best = _best(daily.filter(pl.col("day") < day_number(today.replace(day=1))))
    starts, ends = today - timedelta(weeks=WEEKS), today
    known = daily.filter(pl.col("delivered") > 0)["day"].min()
    starts = max(starts, day_of(known)) if isinstance(known, int) else ends
    lately = daily.filter(pl.col("day") >= day_number(starts))
    worked = len(working_days(starts, ends, calendar_of(version.agreement)))
    sums = lately.group_by("segment", "tier").agg(pl.col("delivered").sum())
    leads = int(sums["delivered"].sum())
    if not leads or not worked:
        return Flow(_promised(version, month), Origin.AGREEMENT, 0, ends, ends, best, by_day)
    a_day = {(s, t): Fraction(n, worked) for s, t, n in sums.sort("segment", "tier").iter_rows()}
    return Flow(a_day, Origin.COUNTED, leads, starts, ends, best, by_day)


def _promised(version: InForce, month: Month) -> dict[Cell, Fraction]:
    promise = version.commitment(Metric.LEADS_DELIVERED)
    if promise is None or not month.days:
        return {}
    targets = monthly_targets(version, promise, month.starts)
    return {cell: Fraction(target, month.days) for cell, target in targets.items()}


def _best(daily: pl.DataFrame) -> dict[Cell, int]:
    month = pl.col("day").cast(pl.Int32).cast(pl.Date).dt.truncate("1mo").alias("month")
    monthly = daily.group_by("segment", "tier", month).agg(
        (pl.col("delivered") - pl.col("rejected")).sum().alias("leads")
    )
    most = monthly.group_by("segment", "tier").agg(pl.col("leads").max())
    return {(segment, tier): leads for segment, tier, leads in most.iter_rows()}
