"""Records of leads: which are new, what changed, and what follows from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from connectors.protocol import COLUMNS, Kind
from smarketing.services.conclusions.classify import KEPT
from smarketing.services.conclusions.judged import Knowledge
from smarketing.services.conclusions.settle import settle, settle_again
from smarketing.services.intake.before import keep_before
from smarketing.services.intake.events import news, of_activities, stamps
from smarketing.services.intake.merge import merge, rounds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from connectors.protocol import RowProblem
    from smarketing.services.intake.merge import Merged
    from smarketing.services.intake.running import Running
    from smarketing.services.ports import IntakeLedger

_RECORD: Final = [*(name for name in COLUMNS[Kind.LEADS] if name != "source_id"), "extra"]


def take_leads(
    ledger: IntakeLedger, running: Running, frame: pl.DataFrame
) -> Iterator[tuple[RowProblem, ...]]:
    """Take a batch of leads in; yield the problems of records that cannot be.

    Args:
        ledger: The import's transaction.
        running: The import; its tally is counted up.
        frame: As a batch has it; `source_id` is the key in the source.
    """
    said = [name for name in _RECORD if name in running.supplied]
    records = frame.rename({"source_id": "source_key"}).with_columns(
        pl.lit(running.source_id, dtype=pl.Int64).alias("source_id"),
        pl.lit(running.import_id, dtype=pl.Int64).alias("import_id"),
        pl.lit(running.now, dtype=pl.Int64).alias("recorded_at"),
        pl.col("outcome").str.to_lowercase(),
    )
    for part in rounds(records):
        stored = ledger.leads_named(running.source_id, part["source_key"])
        merged = merge(part, stored, said, running.seen, "source_id")
        keep_before(ledger, running, "lead", merged.before, [*said, *KEPT])
        _record(ledger, running, merged)
        if merged.problems:
            yield merged.problems


def _record(ledger: IntakeLedger, running: Running, merged: Merged) -> None:
    new = merged.new.drop("row").with_columns(ledger.new_ids("lead", len(merged.new)).alias("id"))
    running.seen.add(new["id"])
    changed = merged.changed.drop("row").with_columns(
        pl.lit(running.import_id, dtype=pl.Int64).alias("import_id"),
        pl.lit(running.now, dtype=pl.Int64).alias("recorded_at"),
    )
    # Before anything is concluded: the owner that a CRM names now is a word about who holds a lead.
    ledger.record_events(news(changed, merged.before))
    knowledge = Knowledge(running.now, ledger.known_until())
    unconverted = settle(
        ledger, running.book, knowledge, new=new, changed=changed, before=merged.before
    )
    ledger.record_events(stamps(new), of_new_leads=True)
    _bind(ledger, running, new)
    tally = running.tally
    tally.created += len(new)
    tally.updated += len(changed)
    tally.unchanged += merged.unchanged
    tally.unconverted.update(unconverted)
    tally.note_owners(pl.concat([new["owner"], changed["owner"]]), ledger.holders().names)


def _bind(ledger: IntakeLedger, running: Running, new: pl.DataFrame) -> None:
    """Let deals and activities that came before their lead have it now."""
    if new.is_empty() or not ledger.has_waiting(running.source_id):
        return
    activities = ledger.bind(running.source_id, new.select("id", "source_key", "created_at"))
    ledger.record_events(of_activities(activities))
    found = ledger.bound_leads(new["id"])
    if not found.is_empty():
        settle_again(ledger, running.book, Knowledge(running.now, ledger.known_until()), found)
