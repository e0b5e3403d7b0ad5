"""A signed agreement and leads under it, straight into a migrated database."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Any

import polars as pl
from sqlalchemy import text

from smarketing.domain.calendar import seconds
from smarketing.services.agreements.life import book_of, load, put_in_force
from smarketing.services.conclusions.book import Frozen
from smarketing.services.conclusions.judged import Knowledge
from smarketing.services.conclusions.settle import settle
from smarketing.services.intake.events import DETAILS
from smarketing.services.leads.acts import Actor
from smarketing.services.people.people import Person, Role
from smarketing.services.rules.seniority import load_words
from smarketing.store.agreements import AgreementShelf
from smarketing.store.columns import schema_of
from smarketing.store.desk import source_number
from smarketing.store.ledger import Ledger
from smarketing.store.tables.records import Lead

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import Engine

    from smarketing.services.conclusions.book import Book

CONFIG = Path(__file__).parents[2] / "config"
CONCLUDED = (
    "seniority", "handed_at", "day", "cell_id", "segment_rule", "tier_rule", "value",
    "accept_due_at", "accepted", "rejected", "acknowledged", "won_deals", "won_amount",
    "holder_id", "held_since", "next_due_at", "next_risk_at", "paused_until",
)  # fmt: skip


def at(text: str) -> datetime:
    """An instant of UTC, as `2026-11-20 09:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


MONDAY = at("2026-11-16 08:00")  # 09:00 in Berlin: the office opens


def person(number: int = 1, role: Role = Role.REP, provider: str | None = None) -> Person:
    """Somebody of the portal."""
    email = f"p{number}@example.com"
    return Person(number, email, f"Person {number}", role, provider, "", alerts=True, active=True)


def let_in(engine: Engine, *people: Person, owners: Mapping[str, int] | None = None) -> None:
    """Keep people under their numbers; `owners` ties names of the CRM to them."""
    with engine.begin() as connection:
        for one in people:
            connection.execute(
                text(
                    "INSERT INTO person (id, email, name, role, provider, audience, alerts, "
                    "password_hash, active, created_at) VALUES "
                    "(:id, :email, :name, :role, :provider, '', 1, '', 1, 0)"
                ),
                {"id": one.id, "email": one.email, "name": one.name, "role": str(one.role),
                 "provider": one.provider},
            )  # fmt: skip
        for name, number in (owners or {}).items():
            connection.execute(
                text("INSERT INTO owner_name (name, person_id, tied_at) VALUES (:n, :p, 0)"),
                {"n": name, "p": number},
            )


def act(number: int = 1, now: datetime | None = None, word: str = "", **more: Any) -> Actor:
    """Somebody who sends a form; each has a word of its own unless one is given."""
    return Actor(person(number, **more), word or token_hex(8), now or MONDAY)


def lead(**told: object) -> dict[str, object]:
    """A lead of Rita Rep, created on Monday."""
    return {"created_at": MONDAY, "owner": "Rita Rep", **told}


def signed_book(engine: Engine, now: datetime, more: str = "") -> Book:
    """The example agreement, in force: office hours of Berlin, 4 h to acknowledge.

    `more` is appended to its text: further commitments, say.
    """
    shelf = AgreementShelf(engine)
    told = (CONFIG / "agreements" / "example.toml").read_text(encoding="utf-8")
    put_in_force(load(f"{told}\n{more}", "example.toml", shelf, now)[0], Frozen({}, {}), shelf)
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
