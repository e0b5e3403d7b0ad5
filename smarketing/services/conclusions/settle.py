"""Conclude about leads and write what follows: rows, clocks, and the facts of their days.

Facts are kept up by what was: the contribution of a lead before is taken away, the one after
is added, in the same transaction.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import polars as pl

from smarketing.domain.acts import APART
from smarketing.domain.facts import CELL, COUNTS
from smarketing.services.conclusions.conclude import CONCLUSIONS, Concluded, conclude
from smarketing.services.conclusions.facts import facts
from smarketing.services.conclusions.holding import with_holder
from smarketing.services.conclusions.log import RANKS, log_of
from smarketing.services.conclusions.of_clocks import no_clocks
from smarketing.services.conclusions.steps import with_next_steps
from smarketing.services.conclusions.surge import crowd_of

if TYPE_CHECKING:
    from smarketing.services.conclusions.book import Book
    from smarketing.services.conclusions.judged import Knowledge
    from smarketing.services.ports import Ledger

_FACT_KEY: Final = ("day", "cell_id")
_WRITTEN: Final = (*CONCLUSIONS, "acknowledged", "cell_id", "holder_id", "held_since")


def settle(
    ledger: Ledger,
    book: Book,
    knowledge: Knowledge,
    *,
    new: pl.DataFrame,
    changed: pl.DataFrame,
    before: pl.DataFrame,
) -> dict[str, int]:
    """Conclude about new and changed leads, and record it.

    Args:
        ledger: The transaction.
        book: The agreements in force.
        knowledge: The instant that counts as now, and what is known at it.
        new: Whole records of leads that are not stored yet, with their `id`.
        changed: The stored rows of leads, with their records as they are now said to be.
        before: The same rows as they are stored.

    Returns:
        Currencies without a rate, with the number of won deals left out of the sums.
    """
    leads = _together(changed, new)
    ranks = pl.DataFrame(schema=RANKS)
    if book.relief_after and not leads.is_empty():
        ranks, others = crowd_of(ledger, with_seniority(leads, book), before, book)
        crowd = ledger.leads(others)
        changed, before = (_together(part, crowd) for part in (changed, before))
        leads = _together(changed, new)
    if leads.is_empty():
        return {}
    ids = before["id"]
    seen = with_seniority(with_acts(leads, ledger.acts(ids)), book)
    log = replace(log_of(ledger, ids, seen, book), ranks=ranks)
    concluded = conclude(seen, log, book, knowledge)
    rows = with_holder(_with_cells(ledger, concluded), ledger.handed_on(ids), ledger.holders())
    after = facts(rows, concluded.clocks, _FACT_KEY)
    was = ledger.clocks(ids)
    written = leads.drop(*_WRITTEN, "version_id", "segment", "tier", "classified_at", strict=False)
    whole = pl.concat([written, rows.select(_WRITTEN)], how="horizontal")  # both as `leads` lie
    if not before.is_empty():
        after = _difference(after, facts(before, was, _FACT_KEY))
    clocks = with_next_steps(concluded.clocks, log.pauses, was, book, knowledge.now)
    ledger.record(
        new=whole.slice(len(changed)),
        changed=whole.head(len(changed)),
        clocks=clocks.drop("metric"),
        facts=after.sort(_FACT_KEY),
    )
    ledger.redate(_moved(changed, before))
    return concluded.unconverted


def _moved(changed: pl.DataFrame, before: pl.DataFrame) -> pl.Series:
    """Return ids of the leads that are said to be created at another instant now."""
    was = before.select("id", pl.col("created_at").alias("_was"))
    both = changed.select("id", "created_at").join(was, on="id")
    return both.filter(pl.col("created_at") != pl.col("_was"))["id"]


def _together(first: pl.DataFrame, then: pl.DataFrame) -> pl.DataFrame:
    return then if first.is_empty() else pl.concat([first, then], how="diagonal")


def settle_again(
    ledger: Ledger, book: Book, knowledge: Knowledge, ids: pl.Series
) -> dict[str, int]:
    """Conclude anew about stored leads whose acts, deals or agreement changed."""
    before = ledger.leads(ids)
    return settle(ledger, book, knowledge, new=before.clear(), changed=before, before=before)


def leave(ledger: Ledger, leads: pl.DataFrame) -> None:
    """Take what stored leads count for out of the facts: they are about to be removed."""
    gone = facts(leads, ledger.clocks(leads["id"]), _FACT_KEY)
    ledger.record(
        new=leads.clear(),
        changed=leads.clear(),
        clocks=no_clocks().drop("metric"),
        facts=_difference(gone.clear(), gone),
    )


def with_acts(leads: pl.DataFrame, acts: pl.DataFrame) -> pl.DataFrame:
    """Return leads whose acts are the earliest known, from wherever they came."""
    if acts.is_empty():
        return leads
    known = acts.select(
        "id",
        *(pl.col(act).alias(f"_{act}") for act in APART),
        pl.col("reject_reason").alias("_reject_reason"),
    )
    joined = leads.join(known, on="id", how="left", maintain_order="left")
    ours = (pl.col("_rejected_at") < pl.col("rejected_at")) | pl.col("rejected_at").is_null()
    reason = pl.when(ours & pl.col("_rejected_at").is_not_null()).then("_reject_reason")
    of_record = [act for act in APART if act in leads.columns]
    return joined.with_columns(
        reason.otherwise("reject_reason").alias("reject_reason"),
        *(pl.min_horizontal(act, f"_{act}").alias(act) for act in of_record),
        *(pl.col(f"_{act}").alias(act) for act in APART if act not in of_record),
    ).drop(*(f"_{act}" for act in APART), "_reject_reason")


def with_seniority(leads: pl.DataFrame, book: Book) -> pl.DataFrame:
    """Return leads with `seniority`, derived from their job titles."""
    return leads.with_columns(book.seniority(leads["job_title"]).alias("seniority"))


def _with_cells(ledger: Ledger, concluded: Concluded) -> pl.DataFrame:
    cells = concluded.leads.select(CELL).unique().sort(CELL)
    return concluded.leads.join(ledger.cell_ids(cells), on=CELL, how="left", maintain_order="left")


def _difference(after: pl.DataFrame, gone: pl.DataFrame) -> pl.DataFrame:
    """Return what changed of each day and cell, those without a change left out."""
    taken = gone.with_columns(-pl.col(name) for name in COUNTS)
    summed = pl.concat([after, taken]).group_by(_FACT_KEY).agg(pl.col(COUNTS).sum())
    return summed.filter(pl.any_horizontal(pl.col(COUNTS) != 0))
