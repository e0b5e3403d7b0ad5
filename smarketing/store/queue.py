"""The queue as the tables know it, and the transaction in which one lead is answered.

A rep's queue starts from the open leads of an owner, everybody's from the running clocks:
both are partial indexes that hold only what is open, whatever the number of leads.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, Protocol

import polars as pl

from smarketing.domain.acts import ANSWERS
from smarketing.store import bulk
from smarketing.store.desk import source_number
from smarketing.store.engine import hold_writer, reading
from smarketing.store.ledger import Ledger
from smarketing.store.told import last_told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine

PORTAL: Final = "portal"
"""The name of the portal as a source of acts."""

_WAITING: Final = {
    "id": pl.Int64(),
    "full_name": pl.String(),
    "first_name": pl.String(),
    "last_name": pl.String(),
    "email": pl.String(),
    "company": pl.String(),
    "source_key": pl.String(),
    "job_title": pl.String(),
    "owner": pl.String(),
    "version_id": pl.Int64(),
    "segment": pl.String(),
    "tier": pl.String(),
    "handed_at": pl.Int64(),
    "due_at": pl.Int64(),
    "at_risk_at": pl.Int64(),
    "attempt_due_at": pl.Int64(),
    "attempt": pl.Int64(),
}
_ELSEWHERE: Final = {
    "version_id": "cell.version_id",
    "segment": "cell.segment",
    "tier": "cell.tier",
    "due_at": "open.due_at",
    "at_risk_at": "open.at_risk_at",
    "attempt_due_at": "attempt.due_at",
    "attempt": "attempt.state",
}
"""Columns that do not come from the lead itself."""

_RUNNING: Final = (
    "clock.state = 0 AND clock.commitment_id IN "
    "(SELECT id FROM commitment WHERE metric = 'acknowledged_within')"
)
_OPEN: Final = {
    True: f"FROM clock WHERE {_RUNNING}",
    False: "FROM lead CROSS JOIN clock WHERE lead.acknowledged = 0 "
    "AND (lead.owner = :owner OR lead.owner IS NULL) "
    f"AND clock.lead_id = lead.id AND {_RUNNING}",
}
"""The clocks of the queue: everybody's, or an owner's with those that nobody owns."""

_PAGE: Final = (
    "WITH open AS (SELECT clock.lead_id, clock.due_at, clock.at_risk_at {open} "
    "ORDER BY clock.due_at, clock.lead_id LIMIT :limit OFFSET :offset) "
    "SELECT "
    + ", ".join(_ELSEWHERE.get(name, f"lead.{name}") for name in _WAITING)
    + " FROM open CROSS JOIN lead JOIN cell ON cell.id = lead.cell_id "
    "LEFT JOIN clock AS attempt ON attempt.lead_id = open.lead_id AND attempt.commitment_id IN "
    "(SELECT id FROM commitment WHERE metric = 'first_attempt_within') "
    "WHERE lead.id = open.lead_id ORDER BY open.due_at, open.lead_id"
)
_COUNT: Final = (
    "SELECT COUNT(*), COALESCE(SUM(CASE WHEN clock.due_at < :now THEN 1 ELSE 0 END), 0) {open}"
)
_ANSWERED: Final = (
    f"SELECT occurred_at, actor FROM {last_told('(SELECT CAST(:id AS BIGINT) AS id)')} AS told "
    f"WHERE kind IN {ANSWERS} ORDER BY occurred_at, recorded_at, nth LIMIT 1"
)


class Scope(Protocol):
    """Whose leads are asked for."""

    @property
    def everyone(self) -> bool:
        """Return whether all leads are."""
        ...

    @property
    def owner(self) -> str | None:
        """Return the owner whose leads are, besides those without one."""
        ...


class Act:
    """The transaction in which one lead is answered."""

    def __init__(self, connection: Connection, lead_id: int, source_id: int) -> None:
        self._connection = connection
        self._lead_id = lead_id
        self.source_id = source_id
        self.ledger = Ledger(connection)

    def answered(self) -> tuple[int, str | None] | None:
        """Return instant (seconds of UTC) and actor of the first answer; None: there is none."""
        schema = {"at": pl.Int64(), "actor": pl.String()}
        found = bulk.fetch(self._connection, _ANSWERED, schema, {"id": self._lead_id})
        return None if found.is_empty() else found.row(0)


class Queue:
    """Reads the queue and records what people do about it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def waiting(self, scope: Scope, limit: int, offset: int) -> pl.DataFrame:
        """Return leads with a running acknowledge clock, by due_at."""
        parameters = _owner(scope) | {"limit": limit, "offset": offset}
        sql = _PAGE.format(open=_OPEN[scope.everyone])
        with reading(self._engine) as connection:
            return bulk.fetch(connection, sql, _WAITING, parameters)

    def counts(self, scope: Scope, now: int) -> tuple[int, int]:
        """Return how many leads wait, and how many of them were due before now."""
        sql = _COUNT.format(open=_OPEN[scope.everyone])
        schema = {"total": pl.Int64(), "breached": pl.Int64()}
        with reading(self._engine) as connection:
            row = bulk.fetch(connection, sql, schema, _owner(scope) | {"now": now}).row(0)
        return int(row[0]), int(row[1])

    @contextmanager
    def acting(self, lead_id: int, now: int) -> Iterator[Act]:
        """Begin a transaction that alone may change a lead: it reads what the one before left."""
        with self._engine.begin() as connection:
            hold_writer(connection)
            yield Act(connection, lead_id, source_number(connection, PORTAL, now))


def _owner(scope: Scope) -> dict[str, object]:
    return {} if scope.everyone else {"owner": scope.owner}
