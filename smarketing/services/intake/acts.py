"""Records of deals and activities: kept by their key, tied to their lead, or left waiting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from connectors.protocol import COLUMNS, Kind
from smarketing.services.conclusions.judged import Knowledge
from smarketing.services.conclusions.settle import settle_again
from smarketing.services.intake.before import keep_before
from smarketing.services.intake.events import of_activities, withdrawn
from smarketing.services.intake.merge import merge, rounds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from connectors.protocol import RowProblem
    from smarketing.services.intake.merge import Merged
    from smarketing.services.intake.running import Running
    from smarketing.services.ports import IntakeLedger

_KEYS: Final = ("source_id", "lead_source_id")
_KINDS: Final = {
    "email": "mail", "e-mail": "mail", "phone": "call", "phone call": "call", "telephone": "call",
    "demo": "meeting", "visit": "meeting",
}  # fmt: skip
"""Other words for the kinds of an activity; a mapping's `values` has those of a vendor."""
_DIRECTIONS: Final = {
    "outgoing": "outbound", "out": "outbound", "sent": "outbound",
    "incoming": "inbound", "in": "inbound", "received": "inbound",
}  # fmt: skip
OUTCOMES: Final = ("won", "lost", "open")
"""What an outcome may be; any other word counts as open, and is named in the report."""


def take_deals(
    ledger: IntakeLedger, running: Running, frame: pl.DataFrame
) -> Iterator[tuple[RowProblem, ...]]:
    """Take a batch of deals in; yield the problems of records that cannot be.

    A deal without an id of its own is the one deal of its lead.
    """
    keyed = frame.with_columns(
        pl.coalesce("source_id", "lead_source_id").alias("source_key"),
        pl.col("outcome").str.to_lowercase(),
    )
    running.tally.note_outcomes(keyed["outcome"].filter(~keyed["outcome"].is_in(OUTCOMES)))
    yield from _take(ledger, running, keyed, Kind.DEALS, "deal")


def take_activities(
    ledger: IntakeLedger, running: Running, frame: pl.DataFrame
) -> Iterator[tuple[RowProblem, ...]]:
    """Take a batch of activities in; yield the problems of records that cannot be.

    An activity without an id of its own is known by its lead, kind, direction and instant.
    """
    composed = pl.concat_str(
        "lead_source_id", "kind", "direction", "occurred_at", separator="|", ignore_nulls=True
    )
    keyed = frame.with_columns(
        pl.col("kind").str.to_lowercase().replace(_KINDS),
        pl.col("direction").str.to_lowercase().replace(_DIRECTIONS),
    ).with_columns(pl.coalesce("source_id", composed).alias("source_key"))
    yield from _take(ledger, running, keyed, Kind.ACTIVITIES, "activity")


def _take(
    ledger: IntakeLedger, running: Running, keyed: pl.DataFrame, kind: Kind, table: str
) -> Iterator[tuple[RowProblem, ...]]:
    said = [
        name for name in (*COLUMNS[kind], "extra") if name not in _KEYS and name in running.supplied
    ]
    records = keyed.drop("source_id").rename({"lead_source_id": "lead_key"})
    for part in rounds(records):
        stored = ledger.named(table, running.source_id, part["source_key"])
        merged = merge(part, stored, [*said, "lead_key"], running.seen, "source_id")
        keep_before(ledger, running, table, merged.before, [*said, "lead_key"])
        leads = ledger.lead_ids(running.source_id, part["lead_key"].unique())
        running.tally.match(part["lead_key"], leads["lead_key"])
        _record(ledger, running, merged, leads, table)
        if merged.problems:
            yield merged.problems


def _record(
    ledger: IntakeLedger, running: Running, merged: Merged, leads: pl.DataFrame, table: str
) -> None:
    """Write what is new or changed, and conclude anew about the leads that it belongs to."""
    new = merged.new.drop("row").with_columns(ledger.new_ids(table, len(merged.new)).alias("id"))
    running.seen.add(new["id"])
    touched = pl.concat([merged.changed.drop("row"), new], how="diagonal")
    told = _tied(running, touched, leads)
    if table == "deal":
        told = told.with_columns(before_lead().alias("before_lead"))
        running.tally.before_lead += int(told["before_lead"].sum())
    rows = told.drop("lead_created_at")
    is_new = pl.col("id").is_in(new["id"].implode())
    ledger.write(table, rows.filter(is_new), _first_told(rows.filter(~is_new), merged.before))
    if table == "activity":
        bound = rows.filter(pl.col("lead_id").is_not_null())
        told_before = merged.before.filter(pl.col("lead_id").is_not_null())
        ledger.record_events(withdrawn(told_before.with_columns(_of_import(running))))
        ledger.record_events(of_activities(bound))
    moved = pl.concat([told["lead_id"], merged.before["lead_id"]]).drop_nulls().unique()
    tally = running.tally
    tally.unconverted.update(
        settle_again(ledger, running.book, Knowledge(running.now, ledger.known_until()), moved)
    )
    tally.created += len(new)
    tally.updated += len(merged.changed)
    tally.unchanged += merged.unchanged


def _tied(running: Running, rows: pl.DataFrame, leads: pl.DataFrame) -> pl.DataFrame:
    """Return rows with `lead_id` and `lead_created_at`, null where the lead is missing."""
    tied = rows.drop("lead_id", strict=False).join(
        leads, on="lead_key", how="left", maintain_order="left"
    )
    return tied.with_columns(
        pl.lit(running.source_id, dtype=pl.Int64).alias("source_id"), *_of_import(running)
    )


def _of_import(running: Running) -> list[pl.Expr]:
    """Return the columns that say which import told of a row."""
    return [
        pl.lit(running.import_id, dtype=pl.Int64).alias("import_id"),
        pl.lit(running.now, dtype=pl.Int64).alias("recorded_at"),
    ]


def _first_told(changed: pl.DataFrame, before: pl.DataFrame) -> pl.DataFrame:
    """Return changed rows as recorded when they were told first, a deal's outcome included.

    An amount that is corrected must not take a win out of the reports before; a deal that is
    won only now must not come into them.
    """
    was = before.select("id", pl.selectors.by_name("recorded_at", "outcome", require_all=False))
    both = changed.join(was, on="id", how="left", maintain_order="left", suffix="_was")
    told = pl.col("recorded_at_was")
    if "outcome" in was.columns:
        same = pl.col("outcome").eq_missing(pl.col("outcome_was"))
        told = pl.when(same).then(told).otherwise("recorded_at")
    return both.with_columns(told.alias("recorded_at")).select(changed.columns)


def before_lead() -> pl.Expr:
    """Return 1 for a deal that is dated before its lead was created, else 0."""
    dated = pl.min_horizontal("created_at", "closed_at")
    return (dated < pl.col("lead_created_at")).fill_null(value=False).cast(pl.Int64)
