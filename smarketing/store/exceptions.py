"""The exception list as the tables know it: leads whose attempts are overdue, from the index.

Only leads with a running clock that is past due are looked at, whatever the number of leads, and
of them those whose breach stands: one that was given up is told from one that is open.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from smarketing.domain.clocks import ClockState
from smarketing.store import bulk, logs
from smarketing.store.engine import reading

if TYPE_CHECKING:
    from sqlalchemy import Engine

_TEXTS: Final = (
    "full_name", "first_name", "last_name", "email", "company", "source_key", "job_title", "owner",
)  # fmt: skip
_OVERDUE: Final = {
    "id": pl.Int64(),
    **dict.fromkeys(_TEXTS, pl.String()),
    "first_attempt_at": pl.Int64(),
    "holder_id": pl.Int64(),
    "holder": pl.String(),
    "version_id": pl.Int64(),
    "segment": pl.String(),
    "tier": pl.String(),
    "commitment_id": pl.Int64(),
    "due_at": pl.Int64(),
    "paused_until": pl.Int64(),
    "given_up": pl.Int64(),
}
_GIVEN_UP: Final = (
    "CASE WHEN open_breach.lead_id IS NULL AND EXISTS (SELECT 1 FROM breach "
    "WHERE breach.lead_id = clock.lead_id AND breach.commitment_id = clock.commitment_id "
    "AND breach.cycle = clock.cycle AND breach.occasion = '') THEN 1 ELSE 0 END AS given_up"
)
"""Recorded, and not open any more; what nobody has recorded yet is not given up."""

_ELSEWHERE: Final = {
    "holder": "person.name",
    "version_id": "cell.version_id",
    "segment": "cell.segment",
    "tier": "cell.tier",
    "commitment_id": "clock.commitment_id",
    "due_at": "clock.due_at",
    "given_up": _GIVEN_UP,
}
_SQL: Final = (
    "WITH late AS (SELECT id FROM lead WHERE next_due_at IS NOT NULL AND next_due_at < :now) "
    "SELECT "
    + ", ".join(_ELSEWHERE.get(name, f"lead.{name}") for name in _OVERDUE)
    + " FROM late CROSS JOIN clock JOIN commitment ON commitment.id = clock.commitment_id "
    "JOIN lead ON lead.id = late.id JOIN cell ON cell.id = lead.cell_id "
    "LEFT JOIN person ON person.id = lead.holder_id "
    "LEFT JOIN open_breach ON open_breach.lead_id = clock.lead_id "
    "AND open_breach.commitment_id = clock.commitment_id AND open_breach.cycle = clock.cycle "
    "WHERE clock.lead_id = late.id AND commitment.metric = :metric AND clock.excused = 0 "
    f"AND clock.state = {ClockState.RUNNING:d} AND clock.breached_at IS NOT NULL "
    "ORDER BY clock.due_at, lead.id"
)


class ExceptionDesk:
    """Reads who is on the list."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def overdue(self, metric: str, now: int) -> pl.DataFrame:
        """Return the leads whose clock of a metric ran out and runs on, the oldest first."""
        with reading(self._engine) as connection:
            return bulk.fetch(connection, _SQL, _OVERDUE, {"metric": metric, "now": now})

    def attempts(self, ids: pl.Series) -> pl.DataFrame:
        """Return `lead_id, at` of every attempt that was made to reach leads."""
        with reading(self._engine) as connection:
            return logs.attempts(connection, ids)
