"""How many of the promised attempts were made, week by week, for the weekly report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from reports.digest import DepthProgress, DepthWeek
from smarketing.domain.clocks import ClockState
from smarketing.domain.metrics import Metric
from smarketing.domain.weeks import WEEK_FORMAT, weeks_up_to

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from smarketing.domain.agreement import Commitment
    from smarketing.domain.weeks import Week
    from smarketing.services.conclusions.book import InForce
    from smarketing.services.conclusions.conclude import Concluded

_CLOCK: Final = ("lead_id", "cycle", "started_at", "due_at", "state", "breached_at")


def depths(
    concluded: Sequence[Concluded],
    version: InForce | None,
    ids: Collection[int],
    week: Week,
    attempts: Callable[[pl.Series], pl.DataFrame],
) -> tuple[DepthProgress, ...]:
    """Return each promise of attempts of a version, over the weeks up to this one.

    Args:
        concluded: What was concluded of the leads, at the report's instant.
        version: The version in force; None: nothing is promised.
        ids: The numbers of all versions of its agreement: whose leads count.
        week: The report's week.
        attempts: Returns `lead_id, at` of every known attempt to reach some leads.
    """
    if version is None:
        return ()
    return tuple(
        DepthProgress(
            commitment.name,
            commitment.title,
            version.agreement.parties[commitment.by].title,
            tuple(_weeks(_tried(_due(concluded, ids, version, commitment), attempts), week)),
        )
        for commitment in version.agreement.commitments
        if commitment.metric is Metric.ATTEMPTS_MADE
    )


def _due(
    concluded: Sequence[Concluded], ids: Collection[int], version: InForce, commitment: Commitment
) -> pl.DataFrame:
    """Return the clocks that are judged, with the promised attempts and the week of the due day."""
    met, breached = pl.col("state") == ClockState.MET, pl.col("breached_at").is_not_null()
    judged = (pl.col("excused") == 0) & (pl.col("state") != ClockState.VOID) & (met | breached)
    parts = [
        part.clocks.filter((pl.col("metric") == str(Metric.ATTEMPTS_MADE)) & judged)
        .select(_CLOCK)
        .join(
            part.leads.filter(pl.col("version_id").is_in(ids)).select("id", "segment", "tier"),
            left_on="lead_id",
            right_on="id",
        )
        for part in concluded
    ]
    if not parts:
        return pl.DataFrame()
    found = pl.concat(parts)
    cells = found.select("segment", "tier").unique()
    terms = [commitment.term(segment, tier) for segment, tier in cells.iter_rows()]
    promised = [term.attempts if term else None for term in terms]
    known = cells.with_columns(pl.Series("promised", promised, dtype=pl.Int64))
    day = pl.from_epoch("due_at").dt.replace_time_zone("UTC")
    local = day.dt.convert_time_zone(version.agreement.timezone)
    return (
        found.join(known, on=["segment", "tier"])
        .filter(pl.col("promised").is_not_null())
        .with_columns(local.dt.strftime(WEEK_FORMAT).alias("week"))
    )


def _tried(due: pl.DataFrame, attempts: Callable[[pl.Series], pl.DataFrame]) -> pl.DataFrame:
    """Return clocks with `made`, without those of leads that were reached before."""
    if due.is_empty():
        return due
    tries = attempts(due["lead_id"].unique()).unique()
    within = due.join(tries, on="lead_id").filter(
        pl.col("at").is_between(pl.col("started_at"), pl.col("due_at"))
    )
    made = within.group_by("lead_id", "cycle").agg(pl.len().cast(pl.Int64).alias("tries"))
    tried = due.join(made, on=["lead_id", "cycle"], how="left").with_columns(
        pl.min_horizontal(pl.col("tries").fill_null(0), "promised").alias("made")
    )
    was_reached = (pl.col("state") == ClockState.MET) & (pl.col("made") < pl.col("promised"))
    return tried.filter(~was_reached)


def _weeks(tried: pl.DataFrame, week: Week) -> Iterator[DepthWeek]:
    by_week: dict[str, tuple[int, ...]] = {}
    if not tried.is_empty():
        sums = tried.group_by("week").agg(
            pl.len(),
            pl.col("made").sum(),
            pl.col("promised").sum(),
            (pl.col("made") < pl.col("promised")).sum().alias("short"),
        )
        by_week = {row[0]: row[1:] for row in sums.iter_rows()}
    for one in weeks_up_to(week):
        leads, made, promised, short = by_week.get(one.name, (0, 0, 0, 0))
        yield DepthWeek(one.name, leads, made, promised, short)
