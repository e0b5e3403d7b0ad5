"""A signed agreement and leads under it, straight into a migrated database."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from smarketing.domain.calendar import seconds
from smarketing.services.agreements.life import book_of, load, put_in_force
from smarketing.services.conclusions.judged import Knowledge
from smarketing.services.conclusions.settle import settle
from smarketing.services.intake.events import DETAILS
from smarketing.services.people.people import Person, Role
from smarketing.services.rules.seniority import load_words
from smarketing.store.agreements import AgreementShelf
from smarketing.store.columns import schema_of
from smarketing.store.desk import source_number
from smarketing.store.ledger import Ledger
from smarketing.store.tables import Lead

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import Engine

    from smarketing.services.conclusions.book import Book

CONFIG = Path(__file__).parents[2] / "config"
CONCLUDED = (
    "seniority", "handed_at", "day", "cell_id", "segment_rule", "tier_rule", "value",
    "accept_due_at", "accepted", "rejected", "acknowledged", "won_deals", "won_amount",
)  # fmt: skip


def at(text: str) -> datetime:
    """An instant of UTC, as `2026-11-20 09:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


MONDAY = at("2026-11-16 08:00")  # 09:00 in Berlin: the office opens


def person(number: int = 1, owner: str | None = "Rita Rep", role: Role = Role.REP) -> Person:
    """Somebody of the portal."""
    return Person(number, f"p{number}@example.com", "Somebody", role, owner, "", active=True)


def lead(**told: object) -> dict[str, object]:
    """A lead of Rita Rep, created on Monday."""
    return {"created_at": MONDAY, "owner": "Rita Rep", **told}


def signed_book(engine: Engine, now: datetime) -> Book:
    """The example agreement, in force: office hours of Berlin, 4 h to acknowledge."""
    shelf = AgreementShelf(engine)
    text = (CONFIG / "agreements" / "example.toml").read_text(encoding="utf-8")
    put_in_force(load(text, "example.toml", shelf, now)[0], (), shelf)
    return book_of(shelf, "UTC", load_words(CONFIG / "seniority.toml"))


def hand_off(
    engine: Engine, book: Book, leads: Iterable[Mapping[str, object]], now: datetime
) -> list[int]:
    """Record leads; each tells its `created_at` and whatever else it has. Returns their ids."""
    columns = {n: t for n, t in schema_of(Lead).items() if n not in CONCLUDED}
    with engine.begin() as connection:
        ledger = Ledger(connection)
        source_id = source_number(connection, "crm", seconds(now))
        rows = [
            {
                "source_key": f"L{number}",
                **told,
                "source_id": source_id,
                "recorded_at": seconds(now),
                "created_at": seconds(told["created_at"]),
            }
            for number, told in enumerate(leads, 1)
        ]
        new = pl.DataFrame([dict.fromkeys(columns) | row for row in rows], schema=columns)
        new = new.with_columns(ledger.new_ids("lead", len(new)).alias("id"))
        none = ledger.leads(new["id"].clear())
        knowledge = Knowledge(seconds(now), ledger.known_until())
        settle(ledger, book, knowledge, new=new, changed=none, before=none)
        ledger.record_stamps(new, DETAILS)
    return new["id"].to_list()
