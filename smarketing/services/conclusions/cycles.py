"""The cycles of leads: a lead that is handed off once more has its clocks once more.

A cycle ends where the next one begins: acts after that belong to the next one, and what runs
then is void. Of the first cycle, acts before the hand-off count, too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from smarketing.domain.acts import DONE, HANDED_AGAIN
from smarketing.domain.clocks import NEVER

if TYPE_CHECKING:
    from collections.abc import Iterator

_EVER: Final = -(2**62)


def with_cycles(leads: pl.DataFrame, cycles: pl.DataFrame) -> pl.DataFrame:
    """Return a row for each cycle of each lead.

    Args:
        leads: `id`, `handed_at` and the columns of acts that are known.
        cycles: As `log.CYCLES`: all acts and further hand-offs of the leads that have any.

    Returns:
        The leads with `cycle` (from 1), `started_at`, `begins` and `ends` (the acts in between,
        `ends` not inclusive, belong to it), and every column of DONE: the earliest such act.
    """
    whole = leads.with_columns(
        pl.lit(1, dtype=pl.Int64).alias("cycle"),
        pl.col("handed_at").alias("started_at"),
        pl.lit(_EVER, dtype=pl.Int64).alias("begins"),
        pl.lit(NEVER, dtype=pl.Int64).alias("ends"),
        *(pl.lit(None, dtype=pl.Int64).alias(act) for act in DONE if act not in leads.columns),
    )
    again = cycles.filter(pl.col("kind") == HANDED_AGAIN).select("lead_id", "at")
    if again.is_empty():
        return whole
    several = whole.filter(pl.col("id").is_in(again["lead_id"].implode()))
    once = whole.join(several.select("id"), on="id", how="anti", maintain_order="left")
    return pl.concat([once, _acted(_spans(several, again), cycles).select(once.columns)])


def _spans(leads: pl.DataFrame, again: pl.DataFrame) -> pl.DataFrame:
    """Return the cycles of leads with their bounds."""
    first = leads.select("id", pl.lit(_EVER, dtype=pl.Int64).alias("begins"))
    later = again.rename({"lead_id": "id", "at": "begins"}).unique()
    begins = pl.concat([first, later]).sort("id", "begins")
    bounds = begins.with_columns(
        pl.col("begins").cum_count().over("id").cast(pl.Int64).alias("cycle"),
        pl.col("begins").shift(-1).over("id").fill_null(NEVER).alias("ends"),
    )
    joined = leads.drop("cycle", "begins", "ends").join(bounds, on="id", maintain_order="left")
    started = pl.max_horizontal("handed_at", "begins")
    return joined.with_columns(started.alias("started_at"))


def _acted(spans: pl.DataFrame, cycles: pl.DataFrame) -> pl.DataFrame:
    """Return cycles with the earliest act of each kind within them."""
    acts = spans.select("id", "cycle", "begins", "ends").join(
        cycles, left_on="id", right_on="lead_id"
    )
    within = acts.filter(pl.col("at") >= pl.col("begins"), pl.col("at") < pl.col("ends"))
    earliest = within.group_by("id", "cycle").agg(_earliest())
    bare = spans.drop(*DONE)
    return bare.join(earliest, on=["id", "cycle"], how="left", maintain_order="left")


def _earliest() -> Iterator[pl.Expr]:
    for column, kind in DONE.items():
        yield pl.col("at").filter(pl.col("kind") == kind).min().alias(column)
