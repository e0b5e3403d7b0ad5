"""What a lead and its clocks add to the facts of its day and cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from smarketing.domain.clocks import ClockState
from smarketing.domain.facts import COUNTS
from smarketing.domain.metrics import CATALOGUE

if TYPE_CHECKING:
    from collections.abc import Sequence


def facts(leads: pl.DataFrame, clocks: pl.DataFrame, key: Sequence[str]) -> pl.DataFrame:
    """Return the sums of COUNTS over leads that share a key.

    Args:
        leads: `id`, the columns of the key, and `rejected, accepted, acknowledged, value,
            won_deals, won_amount`.
        clocks: `lead_id, metric, state, breached_at, excused` of these leads; what is excused
            counts nowhere.
        key: Columns of `leads`.
    """
    counted = leads.join(_by_lead(clocks), left_on="id", right_on="lead_id", how="left")
    summed = (pl.col(name).sum() for name in COUNTS)
    return (
        counted.with_columns(
            pl.lit(1, dtype=pl.Int64).alias("delivered"),
            (pl.col("accepted") > 0).cast(pl.Int64).alias("accepted"),
            (pl.col("won_deals") > 0).cast(pl.Int64).alias("customers"),
        )
        .group_by(key, maintain_order=True)
        .agg(*summed)
    )


def _by_lead(clocks: pl.DataFrame) -> pl.DataFrame:
    """Return `lead_id` and, for each metric with figures, what was met, late or overdue."""
    missed = pl.col("breached_at").is_not_null()
    late = missed & pl.col("state").is_in([ClockState.MET_LATE, ClockState.NEVER_MET])
    verdicts = {
        "met": pl.col("state") == ClockState.MET,
        "late": late,
        "overdue": (pl.col("state") == ClockState.RUNNING) & missed,
    }
    return (
        clocks.filter(pl.col("excused") == 0)
        .group_by("lead_id")
        .agg(
            ((pl.col("metric") == str(metric)) & holds)
            .sum()
            .cast(pl.Int64)
            .alias(f"{found.figures}_{name}")
            for metric, found in CATALOGUE.items()
            if found.figures
            for name, holds in verdicts.items()
        )
    )
