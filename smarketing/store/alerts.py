"""Who was told by mail of which lead: a row is the claim, made with its message or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl
from sqlalchemy import text

from smarketing.domain.acts import ASSIGNED, OWNER, RETURNED, WITHDRAWN
from smarketing.domain.clocks import ClockState
from smarketing.store import bulk
from smarketing.store.engine import reading
from smarketing.store.outbox import put
from smarketing.store.told import last_told

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Engine

    from smarketing.domain.messages import Message

_HANDED: Final = {
    "id": pl.Int64(),
    "full_name": pl.String(),
    "first_name": pl.String(),
    "last_name": pl.String(),
    "email": pl.String(),
    "phone": pl.String(),
    "company": pl.String(),
    "job_title": pl.String(),
    "source_key": pl.String(),
    "handed_at": pl.Int64(),
    "holder_id": pl.Int64(),
    "version_id": pl.Int64(),
    "segment": pl.String(),
    "tier": pl.String(),
    "held_since": pl.Int64(),
    "due_at": pl.Int64(),
    "attempt_due_at": pl.Int64(),
    "kind": pl.String(),
    "actor": pl.String(),
}
_ELSEWHERE: Final = {
    "version_id": "cell.version_id",
    "segment": "cell.segment",
    "tier": "cell.tier",
    # The team has a lead since it came back, or came.
    "held_since": "COALESCE(lead.held_since, "
    f"CASE WHEN word.kind = '{RETURNED}' THEN word.occurred_at END, lead.handed_at)",
    "due_at": "clock.due_at",
    "attempt_due_at": "attempt.due_at",
    "kind": "word.kind",
    "actor": "word.actor",
}
_METRIC: Final = "(SELECT id FROM commitment WHERE metric = '{metric}')"
_ACKNOWLEDGE: Final = _METRIC.format(metric="acknowledged_within")
_ATTEMPT: Final = _METRIC.format(metric="first_attempt_within")
_WORDS: Final = last_told("open", f"lead_event.kind IN {(ASSIGNED, RETURNED, OWNER, WITHDRAWN)}")
# When it came to where it is, as far as anybody is to be told of that.
_MOVED: Final = (
    f"CASE WHEN word.kind IN {(ASSIGNED, RETURNED)} AND word.occurred_at > lead.handed_at "
    "THEN word.occurred_at ELSE lead.handed_at END"
)
# By the index over what is due first: a lead of which anything is late by more is no news.
_HANDED_OFF: Final = (
    "WITH open AS MATERIALIZED (SELECT id FROM lead WHERE next_due_at >= :since "
    "AND acknowledged = 0 AND handed_at <= :now "
    "AND (paused_until IS NULL OR paused_until <= :now)), "
    "word AS (SELECT * FROM (SELECT told.*, ROW_NUMBER() OVER (PARTITION BY told.lead_id "
    f"ORDER BY told.nth DESC) AS last FROM {_WORDS} AS told) AS ordered WHERE last = 1) "
    "SELECT "
    + ", ".join(_ELSEWHERE.get(name, f"lead.{name}") for name in _HANDED)
    + " FROM open CROSS JOIN lead JOIN cell ON cell.id = lead.cell_id "
    f"JOIN clock ON clock.lead_id = open.id AND clock.commitment_id IN {_ACKNOWLEDGE} "
    f"LEFT JOIN clock AS attempt ON attempt.lead_id = open.id "
    f"AND attempt.commitment_id IN {_ATTEMPT} "
    "LEFT JOIN word ON word.lead_id = open.id "
    f"WHERE lead.id = open.id AND clock.state = {ClockState.RUNNING:d} AND clock.due_at >= :since "
    f"AND {_MOVED} > :told_until AND (clock.due_at >= :now OR {_MOVED} >= :since) "
    "ORDER BY clock.due_at, lead.id"
)
_TOLD: Final = {"lead_id": pl.Int64(), "person_id": pl.Int64(), "held_since": pl.Int64()}
_CLAIM: Final = (
    "INSERT INTO alert (lead_id, person_id, held_since, dedupe_key) "
    "VALUES (:lead_id, :person_id, :held_since, :dedupe_key) ON CONFLICT DO NOTHING"
)


class AlertDesk:
    """Keeps who was told of what."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def handed_off(self, now: int, since: int, told_until: int) -> pl.DataFrame:
        """Return leads whose clock to be acknowledged runs, and that are news.

        They were handed off, or on in the portal, after `told_until`. Those that are late now were
        so at `since` or later, and became late after it; one that is paused is not among them.
        """
        values = {"now": now, "since": since, "told_until": told_until}
        with reading(self._engine) as connection:
            return bulk.fetch(connection, _HANDED_OFF, _HANDED, values)

    def told(self, lead_ids: Sequence[int]) -> frozenset[tuple[int, int, int]]:
        """Return what was told of leads: lead, person, held since."""
        ids = pl.Series("id", lead_ids, dtype=pl.Int64()).to_frame()
        with reading(self._engine) as connection:
            staged = bulk.stage(connection, ids, "wanted")
            sql = (
                f"SELECT lead_id, person_id, held_since FROM {staged} AS wanted CROSS JOIN alert "
                "WHERE alert.lead_id = wanted.id"
            )
            return frozenset(bulk.fetch(connection, sql, _TOLD).iter_rows())

    def plan(self, claims: Sequence[tuple[int, int, int]], message: Message) -> bool:
        """Put a message in if nothing of what it tells was told; else leave all as it is.

        Of two workers that tell of one lead at once the second one waits for the first here, and
        finds at its next tick what is still to be told.
        """
        rows = [dict(zip(_TOLD, claim, strict=True)) for claim in claims]
        with self._engine.connect() as connection, connection.begin() as transaction:
            claimed = sum(
                connection.execute(text(_CLAIM), row | {"dedupe_key": message.dedupe_key}).rowcount
                for row in rows
            )
            is_new = claimed == len(rows) and put(connection, [message]) == 1
            if not is_new:
                transaction.rollback()
        return is_new
