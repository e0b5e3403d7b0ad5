"""A queue in memory: a fake of the protocol of `services.leads.queue`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from smarketing.services.conclusions.book import Book
from smarketing.services.people.people import Person, Role
from smarketing.services.rules.seniority import load_words

if TYPE_CHECKING:
    from smarketing.domain.scope import QueuePart

NOW = datetime(2026, 11, 16, 9, tzinfo=UTC)
CONFIG = Path(__file__).parents[2] / "config"
BOOK = Book((), "Europe/Riga", load_words(CONFIG / "seniority.toml"))
NAMES = ("full_name", "first_name", "last_name", "email", "phone", "company")


def row(**told: object) -> dict[str, object]:
    hour = timedelta(hours=1)
    missing = ("job_title", "owner", "attempt_due_at", "attempt", "next_risk_at", "paused_until")
    return dict.fromkeys((*NAMES, *missing, "holder")) | {
        "id": 1, "source_key": "L1", "version_id": 0, "segment": "other", "tier": "other",
        "handed_at": int((NOW - hour).timestamp()), "next_due_at": int((NOW + hour).timestamp()),
        "acknowledged": 0, "accepted": 0, "holder_id": 1, **told,
    }  # fmt: skip


class Waiting:
    """Some leads that wait, and what was asked of them; nobody else's do."""

    def __init__(self, *rows: dict[str, object]):
        self.rows = rows
        self.asked: list[tuple[QueuePart, int, int]] = []

    def _of(self, part: QueuePart) -> list[dict[str, object]]:
        return [row for row in self.rows if part != "team" or row["holder_id"] is None]

    def waiting(self, part: QueuePart, person_id: int, limit: int, offset: int) -> pl.DataFrame:  # noqa: ARG002
        self.asked.append((part, limit, offset))
        return pl.DataFrame(self._of(part)[offset : offset + limit], infer_schema_length=None)

    def counts(self, part: QueuePart, person_id: int, now: int) -> tuple[int, int]:  # noqa: ARG002
        return len(self._of(part)), 0


def person(role: Role = Role.REP) -> Person:
    return Person(1, "rita@example.com", "Rita", role, None, "", alerts=True, active=True)
