"""How the commitments of time were kept, week by week, for the weekly report."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import polars as pl

from reports.digest import PromiseProgress, PromiseWeek
from smarketing.domain.calendar import instant, seconds
from smarketing.domain.clocks import ClockState
from smarketing.domain.days import day_number, starts_at
from smarketing.domain.metrics import CATALOGUE
from smarketing.domain.weeks import WEEK_FORMAT, weeks_up_to
from smarketing.services.conclusions.judged import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import datetime

    from smarketing.domain.agreement import Commitment
    from smarketing.domain.weeks import Week
    from smarketing.services.conclusions.book import InForce
    from smarketing.services.conclusions.conclude import Concluded
    from smarketing.services.conclusions.judged import Knowledge

_MISSES_OF_WEEKS: Final = 4
_FEWEST_MISSES: Final = 3
_NONE: Final = (0, 0, 0, 0)


def promises(
    concluded: Sequence[Concluded],
    version: InForce | None,
    ids: Collection[int],
    week: Week,
    knowledge: Knowledge,
) -> tuple[PromiseProgress, ...]:
    """Return each commitment of time of a version, over the weeks up to this one.

    Args:
        concluded: What was concluded of the leads of these weeks, at the report's instant.
        version: The version in force; None: nothing is promised.
        ids: The numbers of all versions of its agreement: whose leads count.
        week: The report's week.
        knowledge: What was known at the report's instant.
    """
    if version is None:
        return ()
    clocks = _clocks(concluded).filter(pl.col("version_id").is_in(ids))
    return tuple(
        _promise(commitment, version, clocks, week, knowledge)
        for commitment in version.agreement.commitments
        if CATALOGUE[commitment.metric].is_clock
    )


def waiting(concluded: Sequence[Concluded], ids: Collection[int] | None, first_day: int = 0) -> int:
    """Return how many leads wait past a due time that nobody acknowledged, as in the queue.

    Args:
        concluded: What was concluded of the leads, at the report's instant.
        ids: Only leads of these versions; None: all leads.
        first_day: Only leads handed off on this day or later.
    """
    nobody = (pl.col("acknowledged") == 0) & (pl.col("day") >= first_day)
    if ids is not None:
        nobody &= pl.col("version_id").is_in(ids)
    late = (pl.col("state") == ClockState.RUNNING) & pl.col("breached_at").is_not_null()
    overdue = [
        part.clocks.filter(late).join(
            part.leads.filter(nobody), left_on="lead_id", right_on="id", how="semi"
        )["lead_id"]
        for part in concluded
    ]  # fmt: skip
    return int(pl.concat(overdue).n_unique()) if overdue else 0


def _clocks(concluded: Sequence[Concluded]) -> pl.DataFrame:
    """Return the clocks that count, with the day and week of their lead's hand-off."""
    parts = [
        part.clocks.filter(pl.col("excused") == 0).join(
            part.leads.select("id", "day", "handed_at", "version_id"), left_on="lead_id",
            right_on="id",
        )
        for part in concluded
    ]  # fmt: skip
    if not parts:
        return pl.DataFrame(schema=_SCHEMA)
    date = pl.col("day").cast(pl.Int32).cast(pl.Date)
    return pl.concat(parts).with_columns(date.dt.strftime(WEEK_FORMAT).alias("week"))


_SCHEMA: Final = {
    "metric": pl.String,
    "source_id": pl.Int64,
    "state": pl.Int64,
    "stopped_at": pl.Int64,
    "breached_at": pl.Int64,
    "handed_at": pl.Int64,
    "day": pl.Int64,
    "version_id": pl.Int64,
    "week": pl.String,
}


def _promise(
    commitment: Commitment,
    version: InForce,
    clocks: pl.DataFrame,
    week: Week,
    knowledge: Knowledge,
) -> PromiseProgress:
    mine = clocks.filter(pl.col("metric") == str(commitment.metric))
    agreement = version.agreement
    return PromiseProgress(
        name=commitment.name,
        title=commitment.title,
        by=agreement.parties[commitment.by].title,
        promised_rate=commitment.promised_rate,
        weeks=tuple(_weeks(mine, week, agreement.timezone)),
        busiest_miss=_busiest_miss(mine, week, agreement.timezone),
        judged_until=_judged_until(commitment, mine, knowledge),
        metric=commitment.metric,
    )


def _weeks(clocks: pl.DataFrame, week: Week, timezone: str) -> Iterator[PromiseWeek]:
    shown = weeks_up_to(week)
    ends = {one.name: seconds(starts_at(one.ends, timezone)) for one in shown[:-1]}
    now, then = _sums(clocks), _sums(_at_their_end(clocks, ends))
    for one in shown:
        at_end = PromiseWeek(one.name, *then.get(one.name, _NONE)) if one.name in ends else None
        yield PromiseWeek(one.name, *now.get(one.name, _NONE), at_end=at_end)


def _sums(clocks: pl.DataFrame) -> dict[str, tuple[int, int, int, int]]:
    """Return what was met, late, overdue and pending, by week of the hand-off."""
    running = pl.col("state") == ClockState.RUNNING
    breached = pl.col("breached_at").is_not_null()
    late = breached & pl.col("state").is_in([ClockState.MET_LATE, ClockState.NEVER_MET])
    sums = clocks.group_by("week").agg(
        (pl.col("state") == ClockState.MET).sum(),
        late.sum().alias("late"),
        (running & breached).sum().alias("overdue"),
        (running & ~breached).sum().alias("pending"),
    )
    return {row[0]: row[1:] for row in sums.iter_rows()}


def _at_their_end(clocks: pl.DataFrame, ends: Mapping[str, int]) -> pl.DataFrame:
    """Return clocks as they stood when their week ended, by what is known now.

    Those that are void by now are left out: they count in neither.

    Args:
        clocks: With the week of the hand-off.
        ends: When each week ended, in seconds of UTC.
    """
    ended = pl.col("week").replace_strict(ends, default=None, return_dtype=pl.Int64)
    is_stopped = pl.col("stopped_at").is_not_null() & (pl.col("stopped_at") < ended)
    is_missed = pl.col("breached_at") < ended
    counts = ended.is_not_null() & (pl.col("state") != ClockState.VOID)
    return clocks.filter(counts).with_columns(
        pl.when(is_stopped).then("state").otherwise(int(ClockState.RUNNING)).alias("state"),
        pl.when(is_missed).then("breached_at").alias("breached_at"),
    )


def _busiest_miss(clocks: pl.DataFrame, week: Week, timezone: str) -> tuple[int, int, int] | None:
    """Return weekday (0 is Monday), local hour and number of the most frequent misses."""
    first = day_number(week.ends - timedelta(weeks=_MISSES_OF_WEEKS))
    missed = clocks.filter(pl.col("breached_at").is_not_null() & (pl.col("day") >= first))
    local = pl.from_epoch("handed_at").dt.replace_time_zone("UTC").dt.convert_time_zone(timezone)
    hours = missed.select((local.dt.weekday() - 1).alias("weekday"), local.dt.hour().alias("hour"))
    ranked = Counter(hours.iter_rows()).most_common(1)
    if not ranked or ranked[0][1] < _FEWEST_MISSES:
        return None
    (weekday, hour), count = ranked[0]
    return weekday, hour, count


def _judged_until(
    commitment: Commitment, clocks: pl.DataFrame, knowledge: Knowledge
) -> datetime | None:
    """Return until when the clocks are judged; None where no source and no person tells."""
    until = max(
        (knowledge.judged(commitment, source) for source in clocks["source_id"].unique()),
        default=UNKNOWN,
    )
    return instant(until) if until > UNKNOWN else None
