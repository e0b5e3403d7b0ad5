"""What stood before an import changed it, kept so that undoing the import can put it back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Collection

    from smarketing.services.intake.running import Running
    from smarketing.services.ports import IntakeLedger

_OF_IMPORT: Final = ("import_id", "recorded_at")


def keep_before(
    ledger: IntakeLedger,
    running: Running,
    table: str,
    before: pl.DataFrame,
    said: Collection[str],
) -> None:
    """Keep what this import is about to change; what it wrote itself is not kept.

    Args:
        ledger: The import's transaction.
        running: The import.
        table: `lead`, `deal` or `activity`.
        before: The stored rows.
        said: The columns that the import tells of: no other one changes.
    """
    others = before.filter(pl.col("import_id").ne_missing(running.import_id))
    if others.is_empty():
        return
    told = pl.struct(*said, *_OF_IMPORT).struct.json_encode().alias("before")
    ledger.keep_before(table, running.import_id, others.select(pl.col("id").alias("row_id"), told))
    running.tally.replaced += len(others)


def as_before(rows: pl.DataFrame, kept: pl.DataFrame) -> pl.DataFrame:
    """Return rows as they were before one import changed them.

    Args:
        rows: As they are stored, `id` among their columns.
        kept: `id` and `before` of these rows, of one import: all have the same columns in it.
    """
    names = list(json.loads(kept.item(0, "before")))
    schema = pl.Struct({name: rows.schema[name] for name in names})
    was = kept.select("id", pl.col("before").str.json_decode(schema)).unnest("before")
    return rows.drop(names).join(was, on="id", maintain_order="left").select(rows.columns)
