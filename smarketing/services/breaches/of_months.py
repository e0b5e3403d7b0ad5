"""The breaches of what has nothing to do with single clocks: volumes, shares, evenness, occasions.

They follow from what is counted of the days of a month, as the levels do. A target that is not
reached after its due day is late, and missing when the month ends without it; a share and evenness
are judged when the month is over.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Final

import polars as pl

from smarketing.domain.breaches import Kind, Reason
from smarketing.domain.calendar import instant, seconds, working_time_between
from smarketing.domain.days import day_number, starts_at
from smarketing.domain.metrics import CATALOGUE, Measure, Metric
from smarketing.domain.targets import share_of_month
from smarketing.services.levels.levels import level_of
from smarketing.services.levels.measured import missed_readings, missed_reports
from smarketing.services.progress.targets import month_days

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from smarketing.domain.agreement import Commitment
    from smarketing.domain.levels import CellLevel, Level
    from smarketing.services.levels.counted import Counted
    from smarketing.services.levels.measured import Missed


_SUNDAY: Final = 7


@dataclass(frozen=True)
class OfMonth:
    """A breach of a commitment in a month.

    Attributes:
        occasion: See `domain.breaches.Subject`.
        at: Seconds of UTC.
        quantity: What is short, exact.
    """

    commitment_id: int
    occasion: str
    kind: Kind
    reason: Reason
    month: str
    at: int
    late_s: int = 0
    wall_s: int = 0
    quantity: Fraction = Fraction(0)

    @property
    def ten_thousandths(self) -> int:
        """Return the quantity as it is stored."""
        return round(self.quantity * 10_000)


def breaches_of_month(counted: Counted) -> Iterator[OfMonth]:
    """Yield the breaches of the days of one month that a version holds for."""
    for promise in counted.version.agreement.commitments:
        number = counted.version.commitment_ids.get(promise.name)
        if number is None:
            continue
        made = _Made(counted, promise, number, f"{counted.starts:%Y-%m}")
        match CATALOGUE[promise.metric].measure:
            case Measure.VOLUME:
                yield from _volume(made)
            case Measure.SHARE | Measure.EVENNESS:
                yield from _whole(made)
            case Measure.OCCASION:
                yield from _occasions(made)
            case Measure.CLOCK:
                pass  # its breaches are those of its clocks


@dataclass(frozen=True)
class _Made:
    """A commitment in a month, and how its breaches are made."""

    counted: Counted
    promise: Commitment
    number: int
    month: str

    @property
    def level(self) -> Level:
        """Return where the commitment stands."""
        return level_of(self.counted, self.promise)

    def at_end_of(self, day: date) -> int:
        """Return the first instant after a local day."""
        return seconds(starts_at(day + timedelta(days=1), self.counted.timezone))

    def breach(
        self, occasion: str, kind: Kind, reason: Reason, at: int, quantity: Fraction
    ) -> OfMonth:
        """Return a breach that is no matter of time."""
        return OfMonth(self.number, occasion, kind, reason, self.month, at, quantity=quantity)

    def late(self, occasion: str, missed: Missed) -> OfMonth:
        """Return the breach of an occasion that did not come in time."""
        calendar = self.counted.version.agreement.calendars[self.promise.calendar]
        kind, reason, came = Kind.LATE, Reason.STILL_OPEN, missed.due
        if missed.came is not None:
            reason, came = Reason.CAME_LATE, missed.came
        elif missed.is_given_up:
            kind, reason = Kind.MISSING, Reason.NEVER_CAME
        late = working_time_between(instant(missed.due), instant(came), calendar)
        return OfMonth(
            self.number,
            occasion,
            kind,
            reason,
            self.month,
            missed.due,
            late_s=int(late.total_seconds()),
            wall_s=came - missed.due,
        )


def _volume(made: _Made) -> Iterator[OfMonth]:
    for cell in made.level.cells:
        yield from _target(made, cell)
    if made.promise.band is not None and made.promise.metric is Metric.LEADS_DELIVERED:
        yield from _pace(made)


def _target(made: _Made, cell: CellLevel) -> Iterator[OfMonth]:
    """Yield the breach of one cell's target: late after its due day, missing after the month."""
    counted, occasion = made.counted, _occasion(made.month, cell.segment, cell.tier)
    if counted.is_over and cell.shortfall:
        at = seconds(counted.ends_at)
        yield made.breach(occasion, Kind.MISSING, Reason.BELOW_TARGET, at, cell.shortfall)
        return
    due = _due_day(made)
    if due is None or made.at_end_of(due) > counted.judged_until:
        return
    by_then = _counted_until(counted, due, cell)
    if by_then < cell.target:
        reason = Reason.STILL_OPEN if cell.shortfall else Reason.REACHED_LATE
        short = cell.target - by_then
        yield made.breach(occasion, Kind.LATE, reason, made.at_end_of(due), short)


def _due_day(made: _Made) -> date | None:
    """Return the local day by which targets are due before the month ends; None: they are not."""
    number = made.promise.due_day
    if number is None or made.promise.metric is not Metric.LEADS_DELIVERED:
        return None
    due = made.counted.starts.replace(day=number)
    return due if made.counted.starts <= due < made.counted.ends else None


def _pace(made: _Made) -> Iterator[OfMonth]:
    """Yield, of each cell, the first week whose end found it further behind than agreed."""
    counted = made.counted
    worked = month_days(
        counted.version.agreement.calendars[made.promise.calendar], counted.starts, counted.ends
    )
    sundays = [
        day
        for day in _days(counted)
        if day.isoweekday() == _SUNDAY and made.at_end_of(day) <= counted.judged_until
    ]
    for cell in made.level.cells:
        for sunday in sundays:
            part = share_of_month(
                counted.starts, counted.starts, sunday + timedelta(days=1), worked
            ) / (share_of_month(counted.starts, counted.starts, counted.ends, worked) or 1)
            short = cell.target * part - _counted_until(counted, sunday, cell)
            if short > (made.promise.band or 0) * cell.target:
                occasion = f"{_occasion(made.month, cell.segment, cell.tier)}@pace"
                at = made.at_end_of(sunday)
                yield made.breach(occasion, Kind.LATE, Reason.BEHIND_PACE, at, short)
                break


def _days(counted: Counted) -> Iterator[date]:
    for number in range((counted.ends - counted.starts).days):
        yield counted.starts + timedelta(days=number)


def _counted_until(counted: Counted, day: date, cell: CellLevel) -> Fraction:
    """Return the leads of a cell that were handed off up to the end of a day, and count."""
    mine = counted.daily.filter(
        pl.col("day") <= day_number(day),
        pl.lit(value=True) if cell.segment is None else pl.col("segment") == cell.segment,
        pl.lit(value=True) if cell.tier is None else pl.col("tier") == cell.tier,
    )
    return Fraction(int(mine.select((pl.col("delivered") - pl.col("rejected")).sum()).item()))


def _whole(made: _Made) -> Iterator[OfMonth]:
    """Yield the breach of a share or of evenness, once the month is over."""
    level = made.level
    if not level.is_over or level.met is not False or level.promised is None:
        return
    at = seconds(made.counted.ends_at)
    if level.measure is Measure.EVENNESS:
        yield made.breach(made.month, Kind.LATE, Reason.UNEVEN, at, level.numerator)
        return
    short = level.promised * level.denominator - level.numerator
    yield made.breach(made.month, Kind.WRONG, Reason.TOO_MANY_REJECTED, at, short)


def _occasions(made: _Made) -> Iterator[OfMonth]:
    if made.promise.metric is Metric.DATA_FRESH_WITHIN:
        for missed in missed_readings(made.counted, made.promise):
            yield made.late(f"{made.promise.source}@{missed.due}", missed)
        return
    for week, missed in missed_reports(made.counted, made.promise):
        yield made.late(week, missed)


def _occasion(month: str, segment: str | None, tier: str | None) -> str:
    return f"{month}/{segment or 'all'}/{tier or 'all'}"
