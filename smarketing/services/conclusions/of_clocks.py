"""The clocks of the leads of one agreement: one for each commitment of time and cycle."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from smarketing.domain.clocks import NEVER, run_clocks
from smarketing.domain.metrics import CATALOGUE, Metric
from smarketing.domain.pauses import NO_PAUSES, pauses_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from smarketing.domain.agreement import Commitment
    from smarketing.domain.clocks import Clocks
    from smarketing.domain.pauses import Pauses
    from smarketing.services.conclusions.book import InForce
    from smarketing.services.conclusions.judged import Knowledge
    from smarketing.services.conclusions.log import Log

CLOCK: Final[dict[str, pl.DataType]] = {
    "lead_id": pl.Int64(),
    "commitment_id": pl.Int64(),
    "cycle": pl.Int64(),
    "source_id": pl.Int64(),
    "started_at": pl.Int64(),
    "due_at": pl.Int64(),
    "at_risk_at": pl.Int64(),
    "stopped_at": pl.Int64(),
    "state": pl.Int64(),
    "breached_at": pl.Int64(),
    "used_s": pl.Int64(),
    "wall_s": pl.Int64(),
    "excused": pl.Int64(),
    "relief": pl.Int64(),
    "metric": pl.String(),
}
"""The columns of a frame of clocks: those of their table, with the metric beside them."""


def no_clocks() -> pl.DataFrame:
    """Return a frame of clocks with no row."""
    return pl.DataFrame(schema=CLOCK)


def clocks_of(
    cycled: pl.DataFrame, log: Log, version: InForce, knowledge: Knowledge
) -> pl.DataFrame:
    """Return the clocks of leads of one version; leads of a cell without a term have none.

    Args:
        cycled: The cycles of the leads, as `with_cycles` has them.
        log: What was told of the leads besides.
        version: Theirs.
        knowledge: The instant that counts as now, and what is known at it.
    """
    timed = [c for c in version.agreement.commitments if CATALOGUE[c.metric].is_clock]
    if not timed:
        return no_clocks()
    clocks = pl.concat([_clocks(cycled, log, version, promise, knowledge) for promise in timed])
    if log.excuses.is_empty():
        return clocks.select(list(CLOCK))
    key = ["lead_id", "commitment_id", "cycle"]
    marked = log.excuses.with_columns(pl.lit(1, dtype=pl.Int64).alias("_excused"))
    joined = clocks.join(marked, on=key, how="left", maintain_order="left")
    # What was told later may show that there was nothing to excuse.
    missed = pl.col("breached_at").is_not_null().cast(pl.Int64)
    return joined.with_columns(excused=pl.col("_excused").fill_null(0) * missed).select(list(CLOCK))


def acts_in(leads: pl.DataFrame, column: str) -> NDArray[np.int64]:
    """Return the instants of an act, NEVER where it is not known."""
    return leads[column].fill_null(NEVER).to_numpy()


def _clocks(
    leads: pl.DataFrame,
    log: Log,
    version: InForce,
    commitment: Commitment,
    knowledge: Knowledge,
) -> pl.DataFrame:
    owed = owed_of(leads, log, commitment)
    judged = {source: knowledge.judged(commitment, source) for source in owed["source_id"].unique()}
    over_at = version.over_at if version.is_over(knowledge.now) else None
    stopping, voiding = ends_of(owed, commitment, over_at)
    clocks = run_clocks(
        started=owed["started_at"].to_numpy(),
        allowance_s=owed["allowance_s"].to_numpy(),
        stopping=stopping,
        voiding=voiding,
        judged=owed["source_id"].replace_strict(judged, return_dtype=pl.Int64).to_numpy(),
        calendar=version.agreement.calendars[commitment.calendar],
        warn_after=commitment.at_risk[0] if commitment.at_risk else None,
        pauses=pauses_in(owed["id"], log.pauses),
    )
    return _frame_of(owed, clocks, version.commitment_ids[commitment.name], commitment.metric)


def ends_of(
    owed: pl.DataFrame, commitment: Commitment, over_at: int | None
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return when the clocks of cycles are stopped and made void; NEVER where they are not.

    Args:
        owed: As `owed_of` returns them.
        commitment: Theirs.
        over_at: When the agreement ended and nothing followed it; None: that is still to come.
    """
    definition = CATALOGUE[commitment.metric]
    voiding = [acts_in(owed, act) for act in definition.voided_by]
    ended = owed["ends"].to_numpy()
    return (
        np.minimum.reduce([acts_in(owed, act) for act in definition.stopped_by]),
        np.minimum.reduce([ended if over_at is None else np.minimum(ended, over_at), *voiding]),
    )


def owed_of(leads: pl.DataFrame, log: Log, commitment: Commitment) -> pl.DataFrame:
    """Return the cycles that something is promised for, with what their clocks need.

    Added are `allowance_s`, `relief`, and of a promise of attempts `nth_attempt_at`.
    """
    allowed = leads.join(_allowances(leads, commitment), on=["segment", "tier"], how="left")
    owed = _relieved(allowed.filter(pl.col("allowance_s").is_not_null()), log.ranks, commitment)
    return _tried(owed, log) if commitment.metric is Metric.ATTEMPTS_MADE else owed


def _allowances(leads: pl.DataFrame, commitment: Commitment) -> pl.DataFrame:
    """Return allowance in seconds and attempts of every cell that occurs; null: none promised."""
    cells = leads.select("segment", "tier").unique()
    terms = [commitment.term(segment, tier) for segment, tier in cells.iter_rows()]
    # Zero is an allowance, too: due at once.
    allowances = [
        int(term.allowance.total_seconds()) if term and term.allowance is not None else None
        for term in terms
    ]
    return cells.with_columns(
        pl.Series("allowance_s", allowances, dtype=pl.Int64),
        pl.Series("attempts", [term.attempts if term else None for term in terms], dtype=pl.Int64),
    )


def _relieved(owed: pl.DataFrame, ranks: pl.DataFrame, commitment: Commitment) -> pl.DataFrame:
    """Return cycles with `relief`: 1 where the longer allowance of a crowded day holds."""
    surge = commitment.surge
    if surge is None or ranks.is_empty():
        return owed.with_columns(pl.lit(0, dtype=pl.Int64).alias("relief"))
    ranked = owed.join(ranks, left_on="id", right_on="lead_id", how="left", maintain_order="left")
    more = int(surge.allowance.total_seconds())
    relieved = (
        (pl.col("rank") > surge.leads_a_day)
        & (pl.col("cycle") == 1)
        & (pl.col("allowance_s") < more)
    ).fill_null(value=False)
    return ranked.with_columns(
        pl.when(relieved).then(more).otherwise("allowance_s").alias("allowance_s"),
        relieved.cast(pl.Int64).alias("relief"),
    ).drop("rank")


def _tried(owed: pl.DataFrame, log: Log) -> pl.DataFrame:
    """Return cycles with `nth_attempt_at`: when as many attempts as promised had been made.

    The record's own first attempt is one of those that were logged, unless it came before them.
    Attempts of the same second are one.
    """
    own = owed.select(pl.col("id").alias("lead_id"), pl.col("first_attempt_at").alias("at"))
    tries = pl.concat([log.attempts, own.drop_nulls()]).unique()
    wanted = owed.select(pl.col("id").alias("lead_id"), "cycle", "begins", "ends", "attempts")
    within = wanted.join(tries, on="lead_id").filter(
        pl.col("at") >= pl.col("begins"), pl.col("at") < pl.col("ends")
    )
    counted = within.sort("lead_id", "cycle", "at").with_columns(
        pl.col("at").cum_count().over("lead_id", "cycle").alias("nth")
    )
    enough = counted.filter(pl.col("nth") == pl.col("attempts")).select(
        pl.col("lead_id").alias("id"), "cycle", pl.col("at").alias("nth_attempt_at")
    )
    return owed.join(enough, on=["id", "cycle"], how="left", maintain_order="left")


def pauses_in(ids: pl.Series, pauses: pl.DataFrame) -> Pauses:
    """Return pauses of leads by the position of their clock among `ids`."""
    if pauses.is_empty():
        return NO_PAUSES
    placed = ids.to_frame("lead_id").with_row_index("row")
    return pauses_of(placed.join(pauses, on="lead_id").select("row", "starts", "ends").iter_rows())


def _frame_of(
    owed: pl.DataFrame, clocks: Clocks, commitment_id: int, metric: Metric
) -> pl.DataFrame:
    """Return clocks as rows of their table, with the metric beside them."""
    values = {
        "lead_id": owed["id"],
        "cycle": owed["cycle"],
        "source_id": owed["source_id"],
        "started_at": clocks.started,
        "due_at": clocks.due,
        "at_risk_at": clocks.at_risk,
        "stopped_at": clocks.stopped,
        "state": clocks.state,
        "breached_at": clocks.breached,
        "used_s": clocks.used_s,
        "wall_s": clocks.wall_s,
        "relief": owed["relief"],
    }
    return (
        pl.DataFrame(values)
        .with_columns(
            pl.col("at_risk_at", "stopped_at", "breached_at").replace(NEVER, None),
            pl.lit(commitment_id).alias("commitment_id"),
            pl.lit(0).alias("excused"),
            pl.lit(str(metric)).alias("metric"),
        )
        .select(pl.col(name).cast(dtype) for name, dtype in CLOCK.items())
    )
