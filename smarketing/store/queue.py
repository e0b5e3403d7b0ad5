"""The queue as the tables know it: leads that owe an answer, the one that is due first on top.

It is read from `lead.next_due_at` by partial indexes that hold only leads with a running clock,
whatever the number of leads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from smarketing.domain.scope import QueuePart
from smarketing.store import bulk
from smarketing.store.engine import reading

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Engine

_WAITING: Final = {
    "id": pl.Int64(),
    "full_name": pl.String(),
    "first_name": pl.String(),
    "last_name": pl.String(),
    "email": pl.String(),
    "phone": pl.String(),
    "company": pl.String(),
    "source_key": pl.String(),
    "job_title": pl.String(),
    "owner": pl.String(),
    "handed_at": pl.Int64(),
    "acknowledged": pl.Int64(),
    "accepted": pl.Int64(),
    "next_due_at": pl.Int64(),
    "next_risk_at": pl.Int64(),
    "paused_until": pl.Int64(),
    "holder_id": pl.Int64(),
    "version_id": pl.Int64(),
    "segment": pl.String(),
    "tier": pl.String(),
    "holder": pl.String(),
    "attempt_due_at": pl.Int64(),
    "attempt": pl.Int64(),
}
_ELSEWHERE: Final = {
    "version_id": "cell.version_id",
    "segment": "cell.segment",
    "tier": "cell.tier",
    "holder": "person.name",
    "attempt_due_at": "attempt.due_at",
    "attempt": "attempt.state",
}
"""Columns that do not come from the lead itself."""

_WHOSE: Final[Mapping[QueuePart, str]] = {
    QueuePart.MINE: "holder_id = :person",
    QueuePart.TEAM: "holder_id IS NULL",
    QueuePart.ALL: "true",
}
_OPEN: Final = "FROM lead WHERE {whose} AND next_due_at IS NOT NULL"
_PAGE: Final = (
    f"WITH open AS (SELECT id {_OPEN} ORDER BY next_due_at, id LIMIT :limit OFFSET :offset) "
    "SELECT "
    + ", ".join(_ELSEWHERE.get(name, f"lead.{name}") for name in _WAITING)
    + " FROM open CROSS JOIN lead JOIN cell ON cell.id = lead.cell_id "
    "LEFT JOIN person ON person.id = lead.holder_id "
    "LEFT JOIN clock AS attempt ON attempt.lead_id = open.id AND attempt.commitment_id IN "
    "(SELECT id FROM commitment WHERE metric = 'first_attempt_within') AND attempt.cycle = "
    "(SELECT MAX(cycle) FROM clock WHERE clock.lead_id = open.id "
    "AND clock.commitment_id = attempt.commitment_id) "
    "WHERE lead.id = open.id ORDER BY lead.next_due_at, lead.id"
)
_COUNT: Final = (
    f"SELECT COUNT(*), COALESCE(SUM(CASE WHEN next_due_at < :now THEN 1 ELSE 0 END), 0) {_OPEN}"
)


class Queue:
    """Reads the queue."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def waiting(self, part: QueuePart, person_id: int, limit: int, offset: int) -> pl.DataFrame:
        """Return leads that owe an answer, by when it is due."""
        parameters = _person(part, person_id) | {"limit": limit, "offset": offset}
        sql = _PAGE.format(whose=_WHOSE[part])
        with reading(self._engine) as connection:
            return bulk.fetch(connection, sql, _WAITING, parameters)

    def counts(self, part: QueuePart, person_id: int, now: int) -> tuple[int, int]:
        """Return how many leads owe an answer, and how many of them since before now."""
        sql = _COUNT.format(whose=_WHOSE[part])
        schema = {"total": pl.Int64(), "breached": pl.Int64()}
        with reading(self._engine) as connection:
            row = bulk.fetch(connection, sql, schema, _person(part, person_id) | {"now": now})
        return row.item(0, 0), row.item(0, 1)


def _person(part: QueuePart, person_id: int) -> dict[str, object]:
    return {"person": person_id} if part is QueuePart.MINE else {}
