"""A queue in memory: a fake of the protocols of `services.leads.queue` and `acknowledge`."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import polars as pl

from smarketing.services.conclusions.book import Book
from smarketing.services.people.people import Person, Role
from smarketing.services.rules.seniority import load_words

NOW = datetime(2026, 11, 16, 9, tzinfo=UTC)
CONFIG = Path(__file__).parents[2] / "config"
BOOK = Book((), "Europe/Riga", load_words(CONFIG / "seniority.toml"))
NAMES = ("full_name", "first_name", "last_name", "email", "company")


def row(**told: object) -> dict[str, object]:
    hour = timedelta(hours=1)
    return dict.fromkeys((*NAMES, "job_title", "owner", "attempt_due_at", "attempt")) | {
        "id": 1, "source_key": "L1", "version_id": 0, "segment": "other", "tier": "other",
        "handed_at": int((NOW - hour).timestamp()), "due_at": int((NOW + hour).timestamp()),
        "at_risk_at": None, "acknowledged": 0, **told,
    }  # fmt: skip


class Waiting:
    """Some leads that wait, and what was asked of them."""

    def __init__(self, *rows: dict[str, object], answered: tuple[int, str | None] | None = None):
        self.rows = rows
        self.first_answer = answered
        self.asked: list[tuple[int, int]] = []

    def waiting(self, scope: object, limit: int, offset: int) -> pl.DataFrame:  # noqa: ARG002
        self.asked.append((limit, offset))
        return pl.DataFrame(self.rows[offset : offset + limit], infer_schema_length=None)

    def counts(self, scope: object, now: int) -> tuple[int, int]:  # noqa: ARG002
        return len(self.rows), 0

    @contextmanager
    def acting(self, lead_id: int, now: int):  # noqa: ARG002
        found = pl.DataFrame(self.rows, infer_schema_length=None).filter(pl.col("id") == lead_id)
        clocks = pl.DataFrame(schema={"metric": pl.String, "state": pl.Int64, "due_at": pl.Int64})
        ledger = SimpleNamespace(leads=lambda _ids: found, clocks=lambda _ids: clocks)
        yield SimpleNamespace(ledger=ledger, source_id=9, answered=lambda: self.first_answer)


def person(role: Role = Role.REP, owner: str | None = "Rita Rep") -> Person:
    return Person(1, "rita@example.com", "Rita", role, owner, "", active=True)
