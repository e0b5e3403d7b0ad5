"""Who holds a lead: the last word of the portal or of the CRM, whichever came later.

In the portal a lead is assigned (also by who says "I have it" of one that nobody holds) or
handed back; the CRM names an owner. Nobody holds a lead whose owner is tied to no person, or
whose holder may sign in no longer: it waits in the team's queue.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import polars as pl

from smarketing.domain.acts import ASSIGNED, OWNER

if TYPE_CHECKING:
    from smarketing.domain.holders import Holders


class HoldingLedger(Protocol):
    """What it takes to say who holds a lead."""

    def leads(self, ids: pl.Series) -> pl.DataFrame:
        """Return leads by id."""
        ...

    def holders(self) -> Holders:
        """Return who may hold leads."""
        ...

    def handed_on(self, ids: pl.Series) -> pl.DataFrame:
        """Return `lead_id, kind, detail, at` of the last word about who holds each lead.

        `kind` is assigned (`detail`: the person's number), returned, or owner (the CRM changed
        it); a lead of which nothing was told since its first record has no row.
        """
        ...

    def write(self, table: str, new: pl.DataFrame, changed: pl.DataFrame) -> None:
        """Insert new rows, and set the columns of changed ones by their `id`."""
        ...


def with_holder(leads: pl.DataFrame, told: pl.DataFrame, holders: Holders) -> pl.DataFrame:
    """Return leads with `holder_id` and `held_since` (seconds of UTC), null for the team's.

    Args:
        leads: `id`, `owner`, `handed_at`.
        told: The last word about each lead that was handed on, as `HoldingLedger.handed_on` has it.
        holders: Who may hold leads.
    """
    if told.is_empty():
        by_owner = _person(pl.col("owner"), holders)
        return _placed(leads, by_owner, pl.col("handed_at"))
    last = told.select(pl.col("lead_id").alias("id"), "kind", "detail", "at")
    joined = leads.join(last, on="id", how="left", maintain_order="left")
    number = pl.col("detail").cast(pl.Int64, strict=False)
    assigned = pl.when(number.is_in(list(holders.active))).then(number)
    crm = _person(pl.col("owner"), holders)
    person = (
        pl.when(pl.col("kind") == ASSIGNED)
        .then(assigned)
        .when(pl.col("kind").is_null() | (pl.col("kind") == OWNER))
        .then(crm)
    )
    return _placed(joined, person, pl.coalesce("at", "handed_at")).drop("kind", "detail", "at")


def hold_again(ledger: HoldingLedger, ids: pl.Series) -> int:
    """Say anew who holds some leads; return how many changed hands."""
    leads = ledger.leads(ids)
    if leads.is_empty():
        return 0
    was = leads.select("id", "owner", "handed_at", pl.col("holder_id").alias("was"))
    now = with_holder(was, ledger.handed_on(ids), ledger.holders())
    moved = now.filter(pl.col("was").ne_missing(pl.col("holder_id")))
    ledger.write("lead", leads.clear(), moved.select("id", "holder_id", "held_since"))
    return len(moved)


def _person(owner: pl.Expr, holders: Holders) -> pl.Expr:
    if not holders.names:
        return pl.lit(None, dtype=pl.Int64)
    names, numbers = list(holders.names), list(holders.names.values())
    exact, small = (
        text.replace_strict(names, numbers, default=None, return_dtype=pl.Int64)
        for text in (owner, owner.str.to_lowercase())
    )
    return pl.coalesce(exact, small)


def _placed(leads: pl.DataFrame, person: pl.Expr, since: pl.Expr) -> pl.DataFrame:
    placed = leads.drop("holder_id", "held_since", strict=False).with_columns(
        person.cast(pl.Int64).alias("holder_id")
    )
    held = pl.when(pl.col("holder_id").is_not_null()).then(since)
    return placed.with_columns(held.cast(pl.Int64).alias("held_since"))
