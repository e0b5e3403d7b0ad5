"""How each kind of measure becomes numerator and denominator."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import polars as pl

from smarketing.domain.calendar import instant, seconds
from smarketing.domain.days import day_number, local_date
from smarketing.domain.levels import CellLevel
from smarketing.domain.metrics import Measure, Metric
from smarketing.domain.occasions import readings_due, report_hours
from smarketing.domain.pace import unevenness
from smarketing.domain.slots import slot_in
from smarketing.domain.weeks import week_named
from smarketing.services.digest.due import dedupe_key_prefix
from smarketing.services.levels.promised import promised_of_cells
from smarketing.services.people.preferences import Preferences
from smarketing.services.progress.targets import month_days

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import date

    from smarketing.domain.agreement import Commitment
    from smarketing.domain.occasions import Occasion
    from smarketing.services.conclusions.book import Cell
    from smarketing.services.levels.counted import Counted

_MONEY: Final = 10_000
_WEEK_S: Final = 7 * 86_400
_OWN_TIME_S: Final = 3600
"""How long after the time of their own that somebody chose a report is still in time."""
_NOTHING: Final = Fraction(0)
_EVERY: Final = ("", "")


@dataclass(frozen=True)
class Measured:
    """The numbers of a level; see `domain.levels.Level`."""

    numerator: Fraction
    denominator: Fraction
    pending: int = 0
    excused: int = 0
    late: int = 0
    overdue: int = 0
    cells: tuple[CellLevel, ...] = ()


class Missed(NamedTuple):
    """An occasion that did not come in time; seconds of UTC.

    Attributes:
        came: When it came after all; None: it has not.
        is_given_up: It is so late that it counts as missing.
    """

    due: int
    came: int | None
    is_given_up: bool


def _volume(counted: Counted, promise: Commitment) -> Measured:
    """Sum the cells that something is promised for; one for all leads stands for all of them."""
    targets = promised_of_cells(counted.version, promise, counted.starts, counted.ends)
    found = _counted_of(counted, promise.metric)
    cells = tuple(
        CellLevel(cell[0] or None, cell[1] or None, _in_cell(found, cell), target)
        for cell, target in targets.items()
    )
    whole = [cell for cell in cells if cell.segment is None and cell.tier is None] or cells
    return Measured(
        sum((cell.counted for cell in whole), _NOTHING),
        sum((cell.target for cell in whole), _NOTHING),
        cells=cells,
    )


def _counted_of(counted: Counted, metric: Metric) -> Mapping[Cell, Fraction]:
    if metric is Metric.LEAD_VALUE_DELIVERED:
        return {cell: Fraction(value, _MONEY) for cell, value in counted.values.items()}
    number = (pl.col("delivered") - pl.col("rejected")).sum()
    summed = counted.daily.group_by("segment", "tier").agg(number)
    return {(segment, tier): Fraction(leads) for segment, tier, leads in summed.iter_rows()}


def _in_cell(found: Mapping[Cell, Fraction], cell: Cell) -> Fraction:
    fitting = (
        number
        for (segment, tier), number in found.items()
        if cell[0] in ("", segment) and cell[1] in ("", tier)
    )
    return sum(fitting, _NOTHING)


def _evenness(counted: Counted, promise: Commitment) -> Measured:
    """Return the largest distance so far from the pace of the leads that have a target."""
    volume = counted.version.commitment(Metric.LEADS_DELIVERED)
    if volume is None:
        return Measured(_NOTHING, _NOTHING)
    targets = promised_of_cells(counted.version, volume, counted.starts, counted.ends)
    total = sum(targets.values(), _NOTHING)
    worked = [
        day
        for day in month_days(
            counted.version.agreement.calendars[promise.calendar], counted.starts, counted.ends
        )
        if counted.starts <= day < counted.ends
    ]
    today = local_date(instant(counted.judged_until), counted.timezone)
    daily = _daily(counted, set(targets), [day for day in worked if day < today])
    strays = unevenness(total, daily, len(worked))
    return Measured(_NOTHING if strays is None else strays * total, total if daily else _NOTHING)


def _daily(counted: Counted, cells: set[Cell], worked: Sequence[date]) -> list[int]:
    """Return what was counted up to the end of each working day since the one before."""
    keys = pl.DataFrame(sorted(cells), {"segment": pl.String, "tier": pl.String}, orient="row")
    mine = counted.daily.join(keys, on=["segment", "tier"], how="semi")
    number = (pl.col("delivered") - pl.col("rejected")).sum()
    by_day = dict(mine.group_by("day").agg(number).iter_rows())
    ends = [day_number(day) for day in worked]
    starts = [day_number(counted.starts), *(end + 1 for end in ends)]
    return [
        sum(by_day.get(day, 0) for day in range(start, end + 1))
        for start, end in zip(starts, ends, strict=False)
    ]


def _share(counted: Counted, promise: Commitment) -> Measured:  # noqa: ARG001  (as the others)
    sums = counted.daily.select(pl.col("delivered", "accepted", "rejected").sum()).row(0)
    delivered, accepted, rejected = sums
    decided = accepted + rejected
    return Measured(Fraction(accepted), Fraction(decided), pending=delivered - decided)


def _clock(counted: Counted, promise: Commitment) -> Measured:
    found = counted.clocks(promise)
    met, late, overdue = (found[name] for name in ("met", "late", "overdue"))
    return Measured(
        Fraction(met),
        Fraction(met + late + overdue),
        pending=found["pending"],
        excused=found["excused"],
        late=late,
        overdue=overdue,
    )


def _occasion(counted: Counted, promise: Commitment) -> Measured:
    if promise.metric is Metric.DATA_FRESH_WITHIN:
        return _readings(counted, promise)
    return _reports(counted, promise)


def _readings(counted: Counted, promise: Commitment) -> Measured:
    due = [occasion for occasion, _ in _read(counted, promise)]
    return Measured(Fraction(sum(occasion.kept for occasion in due)), Fraction(len(due)))


def missed_readings(counted: Counted, promise: Commitment) -> Iterator[Missed]:
    """Yield the allowances of a source that ran out in the days, and when it was read after."""
    for occasion, came in _read(counted, promise):
        if not occasion.kept:
            yield Missed(occasion.at, came, is_given_up=False)


def _read(counted: Counted, promise: Commitment) -> Iterator[tuple[Occasion, int | None]]:
    """Yield what was due of a source in the days, and the first reading after it."""
    allowance = promise.terms[0].allowance if promise.terms else None
    if promise.source is None or allowance is None:
        return
    from_s, now = seconds(counted.starts_at), seconds(counted.now)
    until = min(seconds(counted.ends_at), now)
    readings = counted.store.readings(promise.source, from_s, now)
    calendar = counted.version.agreement.calendars[promise.calendar]
    for occasion in readings_due(readings, allowance, calendar, now):
        if from_s <= occasion.at < until:
            yield occasion, next((at for at in readings if at > occasion.at), None)


def _reports(counted: Counted, promise: Commitment) -> Measured:
    """Count the weeks whose report reached everybody of the other side that one was planned for."""
    hours = _hours(counted, promise)
    come = [one for one in hours if one[1] <= seconds(counted.now)]
    missed = sum(1 for _ in missed_reports(counted, promise))
    return Measured(
        Fraction(len(come) - missed), Fraction(len(come)), pending=len(hours) - len(come)
    )


def missed_reports(counted: Counted, promise: Commitment) -> Iterator[tuple[str, Missed]]:
    """Yield the weeks whose report did not come in time; one is given up after a week.

    The agreed hour holds for those who want their report until then. Who chose a later time has
    it in time when it is sent within an hour of it; who reads it in the portal waits for none.
    """
    side, now = counted.version.agreement.parties[promise.to].side, seconds(counted.now)
    for week, due in _hours(counted, promise):
        if due > now:
            continue
        planned = _of_side(counted.store.reports(dedupe_key_prefix(week)), side)
        if planned.is_empty() and _nobody_wants_it_by(due, week, side, counted):
            continue
        sent = _sent(_owed_by(due, planned, now))
        if sent is None or sent > due:
            yield week, Missed(due, sent, is_given_up=now >= due + _WEEK_S)


def _hours(counted: Counted, promise: Commitment) -> list[tuple[str, int]]:
    """Return the weeks whose report is due in the days, and when."""
    if promise.due_weekday is None or promise.due_time is None:
        return []
    days = counted.starts, counted.ends
    return [*report_hours(*days, promise.due_weekday, promise.due_time, counted.timezone)]


def _of_side(reports: pl.DataFrame, side: str) -> pl.DataFrame:
    return reports.filter(pl.col("audience").is_in([str(side), "both"]))


def _owed_by(due: int, planned: pl.DataFrame, now: int) -> pl.DataFrame:
    """Return the planned reports; where one keeps its own later time, or may, it is in time."""
    until = pl.col("due_at") + _OWN_TIME_S
    later = (pl.col("due_at") > due) & (pl.col("sent_at").fill_null(now) <= until)
    in_time = pl.when(later.fill_null(value=False)).then(due).otherwise(pl.col("sent_at"))
    return planned.with_columns(in_time.alias("sent_at"))


def _nobody_wants_it_by(due: int, week: str, side: str, counted: Counted) -> bool:
    """Return whether a side had readers by then, all of whom want their report later or not."""
    monday = week_named(week).ends
    since = pl.col("report_since")
    by_then = counted.store.readers().filter(since.is_null() | (since <= due))
    readers = [
        Preferences(row["weekday"], row["minute"], row["timezone"]).weekly(counted.timezone)
        for row in _of_side(by_then, side).iter_rows(named=True)
    ]
    early = [one for one in readers if one and seconds(slot_in(monday, one).due_at) <= due]
    return bool(readers) and not early


def _sent(reports: pl.DataFrame) -> int | None:
    """Return when the last of some reports was sent; None: one was not, or there is none."""
    sent = reports["sent_at"]
    return None if sent.is_empty() or sent.null_count() else max(int(at) for at in sent)


MEASURED: Final[Mapping[Measure, Callable[[Counted, Any], Measured]]] = {
    Measure.VOLUME: _volume,
    Measure.EVENNESS: _evenness,
    Measure.SHARE: _share,
    Measure.CLOCK: _clock,
    Measure.OCCASION: _occasion,
}
"""How each measure is counted for a commitment."""
