"""Which agreement a lead belongs to, and its segment, tier and value: frozen at the hand-off.

A lead that was classified keeps its classification as long as its hand-off stands; what a
source changes later (a title, a country) changes the lead, not what was promised for it.
"""

from __future__ import annotations

from datetime import date
from functools import reduce
from typing import TYPE_CHECKING, Final

import polars as pl

from smarketing.domain.agreement import OTHER
from smarketing.domain.calendar import seconds
from smarketing.domain.days import starts_at
from smarketing.services.conclusions.book import NO_AGREEMENT
from smarketing.services.rules.match import NO_RULE, holds, match_first

if TYPE_CHECKING:
    from smarketing.services.conclusions.book import Book, InForce

CLASSIFICATION: Final[dict[str, pl.DataType]] = {
    "version_id": pl.Int64(),
    "segment": pl.String(),
    "tier": pl.String(),
    "segment_rule": pl.Int64(),
    "tier_rule": pl.Int64(),
    "value": pl.Int64(),
}
"""The columns that a classification sets; `value` in ten-thousandths."""

KEPT: Final = (*CLASSIFICATION, "classified_at")
"""What a lead is classified as, and the hand-off that it was classified at: all that it keeps."""


def classified_by(leads: pl.DataFrame, book: Book) -> pl.DataFrame:
    """Return leads with `handed_at` and the columns of CLASSIFICATION; see `classify`."""
    handed = pl.coalesce("handed_off_at", "created_at").alias("handed_at")
    return classify(leads.with_columns(handed), book)


def classify(leads: pl.DataFrame, book: Book) -> pl.DataFrame:
    """Return the leads, in their order, with the columns of CLASSIFICATION.

    Args:
        leads: With `handed_at` (seconds of UTC) and every column that a rule may use. Where it
            has the columns of CLASSIFICATION and `classified_at`, a lead whose hand-off is that
            instant and that has an agreement keeps them.
        book: The agreements in force.
    """
    indexed = leads.with_row_index("_order")
    kept, fresh = _split(indexed)
    parts, rest = [kept], fresh.drop(CLASSIFICATION, strict=False)
    taken_over: dict[str, date] = {}
    for version in book.versions:
        name = version.agreement.name
        fitting = _fits(rest, version, taken_over.get(name))
        taken_over[name] = min(version.agreement.starts_on, taken_over.get(name, date.max))
        parts.append(_under(rest.filter(fitting), version))
        rest = rest.filter(~fitting)
    parts.append(rest.with_columns(_constants(NO_AGREEMENT)))
    columns = [*parts[-1].columns]
    return pl.concat([part.select(columns) for part in parts]).sort("_order").drop("_order")


def _split(leads: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    if "classified_at" not in leads.columns:
        none = leads.clear().with_columns(
            pl.lit(None, dtype=dtype).alias(name) for name, dtype in CLASSIFICATION.items()
        )
        return none, leads
    stands = (pl.col("classified_at") == pl.col("handed_at")) & (pl.col("version_id") > 0)
    stands = stands.fill_null(value=False)
    bare = leads.drop("classified_at")
    return bare.filter(leads.select(stands).to_series()), bare.filter(
        ~leads.select(stands).to_series()
    )


def _fits(leads: pl.DataFrame, version: InForce, taken_over_on: date | None) -> pl.Series:
    """Return which leads were handed off in the span of a version and meet its condition.

    A newer version of the agreement takes over on its first day, and does not give back.
    """
    agreement = version.agreement
    begins = seconds(starts_at(agreement.starts_on, agreement.timezone))
    inside = leads["handed_at"] >= begins
    for ends_on in filter(None, (agreement.ends_on, taken_over_on)):
        inside &= leads["handed_at"] < seconds(starts_at(ends_on, agreement.timezone))
    if agreement.applies_when:
        inside &= holds(leads, agreement.applies_when, agreement.timezone)
    return inside


def _under(leads: pl.DataFrame, version: InForce) -> pl.DataFrame:
    """Return leads of one version with their classification."""
    agreement = version.agreement
    segments = match_first(leads, agreement.segments, agreement.timezone)
    tiers = match_first(leads, agreement.tiers, agreement.timezone)
    return leads.with_columns(
        pl.lit(version.version_id, dtype=pl.Int64).alias("version_id"),
        segments.names.alias("segment"),
        tiers.names.alias("tier"),
        segments.rules.cast(pl.Int64).alias("segment_rule"),
        tiers.rules.cast(pl.Int64).alias("tier_rule"),
    ).with_columns(_value(version).alias("value"))


def _value(version: InForce) -> pl.Expr:
    """Return the value of a lead of its cell, 0 where the agreement gives the cell none."""
    return reduce(
        lambda otherwise, cell: (
            pl.when((pl.col("segment") == cell[0]) & (pl.col("tier") == cell[1]))
            .then(pl.lit(version.frozen.values[cell], dtype=pl.Int64))
            .otherwise(otherwise)
        ),
        version.frozen.values,
        pl.lit(0, dtype=pl.Int64),
    )


def _constants(version_id: int) -> list[pl.Expr]:
    values: tuple[object, ...] = (version_id, OTHER, OTHER, NO_RULE, NO_RULE, 0)
    return [
        pl.lit(value, dtype=dtype).alias(name)
        for (name, dtype), value in zip(CLASSIFICATION.items(), values, strict=True)
    ]
