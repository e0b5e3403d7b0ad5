"""Where the steps of ladders are found and taken: a row of `ladder_step` is the claim."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from smarketing.domain.acts import ASSIGNED, OWNER, RETURNED
from smarketing.domain.clocks import ClockState
from smarketing.store import bulk, logs
from smarketing.store.acts import PORTAL
from smarketing.store.desk import source_number
from smarketing.store.engine import hold_writer, reading
from smarketing.store.holders import holders_in
from smarketing.store.leave import absences_of
from smarketing.store.ledger import Ledger
from smarketing.store.outbox import put

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Connection, Engine

    from smarketing.domain.holders import Absence, Holders
    from smarketing.domain.messages import Message

_CLOCK: Final = dict.fromkeys(
    ("lead_id", "commitment_id", "cycle", "started_at", "due_at", "breached_at", "next_step_at"),
    pl.Int64(),
)
_LEAD: Final = dict.fromkeys(
    ("full_name", "first_name", "last_name", "email", "phone", "company", "job_title",
     "source_key", "owner"),
    pl.String(),
) | {"holder_id": pl.Int64()}  # fmt: skip
_CELL: Final = {"version_id": pl.Int64(), "segment": pl.String(), "tier": pl.String()}
_AT_ONCE: Final = 200_000
# By the index over the next steps first: those that are due are few. With an order and a limit,
# or PostgreSQL may walk the whole table: it takes most clocks to be due.
_DUE: Final = (
    f"WITH due AS MATERIALIZED (SELECT {', '.join(_CLOCK)} FROM clock "
    f"WHERE next_step_at <= :now AND state = {ClockState.RUNNING:d} AND excused = 0 "
    f"ORDER BY next_step_at LIMIT {_AT_ONCE}) SELECT "
    + ", ".join(
        [f"due.{name}" for name in _CLOCK]
        + [f"lead.{name}" for name in _LEAD]
        + [f"cell.{name}" for name in _CELL]
    )
    + " FROM due CROSS JOIN lead JOIN cell ON cell.id = lead.cell_id WHERE lead.id = due.lead_id "
    "ORDER BY due.next_step_at, due.lead_id, due.commitment_id, due.cycle"
)
_CLOCK_STEP: Final = ("lead_id", "commitment_id", "cycle", "step")
_TOLD_KEY: Final = (*_CLOCK_STEP, "address")
_OWED: Final = {
    **dict.fromkeys(("lead_id", "commitment_id", "cycle", "step"), pl.Int64()),
    "address": pl.String(), "held_by": pl.Int64(), "given_to": pl.Int64(),
}  # fmt: skip
_OWED_CLOCK: Final = dict.fromkeys(("started_at", "due_at", "state", "excused"), pl.Int64())
_OWED_LEAD: Final = {
    **_LEAD,
    **dict.fromkeys(("paused_until", "held_since", "handed_at", "acknowledged"), pl.Int64()),
    "provider": pl.String(),
}
_STILL_OWED: Final = (
    f"WITH owed AS MATERIALIZED (SELECT {', '.join(_OWED)}, owed_at FROM ladder_told "
    f"WHERE told_at IS NULL ORDER BY owed_at LIMIT {_AT_ONCE}) SELECT "
    + ", ".join(
        [f"owed.{name}" for name in _OWED]
        + [f"clock.{name}" for name in _OWED_CLOCK]
        + [f"lead.{name}" for name in _OWED_LEAD]
        + [f"cell.{name}" for name in _CELL]
    )
    + " FROM owed JOIN lead ON lead.id = owed.lead_id JOIN cell ON cell.id = lead.cell_id "
    "LEFT JOIN clock ON clock.lead_id = owed.lead_id AND clock.cycle = owed.cycle "
    "AND clock.commitment_id = owed.commitment_id "
    "ORDER BY owed.owed_at, clock.due_at, owed.lead_id, owed.address"
)
_MESSAGES: Final = (
    "SELECT address, commitment_id, step, MIN(told_at) FROM ladder_told WHERE told_at > :since "
    "GROUP BY address, commitment_id, step, dedupe_key"
)
_MESSAGE: Final = {
    "address": pl.String(), "commitment_id": pl.Int64(), "step": pl.Int64(), "told_at": pl.Int64(),
}  # fmt: skip
_STEP: Final = dict.fromkeys(("lead_id", "commitment_id", "cycle", "step"), pl.Int64())
_WORDS: Final = (ASSIGNED, RETURNED, OWNER)


class Taking:
    """A transaction about the steps of clocks."""

    def __init__(self, connection: Connection, source_id: int = 0) -> None:
        self._connection = connection
        self.source_id = source_id
        self.ledger = Ledger(connection)

    def due(self, now: int) -> pl.DataFrame:
        """Return the clocks that run whose next step is due, with what their leads are called."""
        return bulk.fetch(self._connection, _DUE, _CLOCK | _LEAD | _CELL, {"now": now})

    def taken(self, lead_ids: pl.Series) -> pl.DataFrame:
        """Return the steps that were taken of leads."""
        staged = bulk.stage(self._connection, lead_ids.to_frame("id"), "wanted")
        names = ", ".join(f"ladder_step.{name}" for name in _STEP)
        sql = (
            f"SELECT {names} FROM {staged} AS wanted CROSS JOIN ladder_step "
            "WHERE ladder_step.lead_id = wanted.id"
        )
        return bulk.fetch(self._connection, sql, _STEP)

    def words(self, lead_ids: pl.Series) -> pl.DataFrame:
        """Return `lead_id, nth, kind, detail, at` of every word about who holds leads."""
        return logs.told_of(self._connection, lead_ids, _WORDS)

    def loads(self) -> dict[int, int]:
        """Return how many leads that owe something each person has."""
        sql = (
            "SELECT holder_id, COUNT(*) FROM lead WHERE next_due_at IS NOT NULL "
            "AND holder_id IS NOT NULL GROUP BY holder_id"
        )
        found = bulk.fetch(self._connection, sql, {"person": pl.Int64(), "count": pl.Int64()})
        return dict(found.iter_rows())

    def absences(self) -> list[Absence]:
        """Return who is on leave when."""
        return absences_of(self._connection)

    def record(self, steps: pl.DataFrame, following: pl.DataFrame, owed: pl.DataFrame) -> None:
        """Keep the steps that were taken, the next ones of clocks, and what is to be told."""
        bulk.insert(self._connection, "ladder_step", steps)
        bulk.insert(self._connection, "ladder_told", owed)
        staged = bulk.stage(self._connection, following, "following")
        bulk.execute(
            self._connection,
            f"UPDATE clock SET next_step_at = after.next_step_at FROM {staged} AS after "
            "WHERE clock.lead_id = after.lead_id AND clock.cycle = after.cycle "
            "AND clock.commitment_id = after.commitment_id",
        )

    def owed(self) -> pl.DataFrame:
        """Return what people are still to be told of, the oldest first."""
        return bulk.fetch(self._connection, _STILL_OWED, _OWED | _OWED_CLOCK | _OWED_LEAD | _CELL)

    def told_since(self, since: int) -> pl.DataFrame:
        """Return `address, commitment_id, step, told_at` of the messages after an instant."""
        return bulk.fetch(self._connection, _MESSAGES, _MESSAGE, {"since": since})

    def told(
        self, gone: pl.DataFrame, told: pl.DataFrame, messages: Sequence[Message], now: int
    ) -> None:
        """Keep who was told of what, and forget what is no news any more."""
        put(self._connection, messages)
        if not gone.is_empty():
            staged, key = bulk.stage(self._connection, gone, "no_news"), ", ".join(_TOLD_KEY)
            # By the key: with EXISTS, SQLite walks all that was ever told.
            bulk.execute(
                self._connection,
                f"DELETE FROM ladder_told WHERE ({key}) IN (SELECT {key} FROM {staged} AS those)",
            )
        for (address, dedupe_key), clocks in told.group_by("address", "dedupe_key"):
            # By message: a table of whole numbers costs no place in PostgreSQL's catalogue.
            staged = bulk.stage(self._connection, clocks.select(_CLOCK_STEP), "now_told")
            same = " AND ".join(f"ladder_told.{name} = now_told.{name}" for name in _CLOCK_STEP)
            bulk.execute(
                self._connection,
                "UPDATE ladder_told SET told_at = :now, dedupe_key = :dedupe_key "
                f"FROM {staged} AS now_told WHERE {same} AND ladder_told.address = :address",
                {"now": now, "dedupe_key": dedupe_key, "address": address},
            )


class EscalationDesk:
    """Where steps are found and taken."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @contextmanager
    def looking(self) -> Iterator[Taking]:
        """Begin a transaction that only reads."""
        with reading(self._engine) as connection:
            yield Taking(connection)

    @contextmanager
    def taking(self, now: int) -> Iterator[Taking]:
        """Begin a transaction in which nobody else takes steps or changes leads.

        A second worker waits here for the first, and finds nothing to take.
        """
        with self._engine.begin() as connection:
            hold_writer(connection)
            yield Taking(connection, source_number(connection, PORTAL, now))

    def words(self, lead_ids: pl.Series) -> pl.DataFrame:
        """Return `lead_id, nth, kind, detail, at` of every word about who holds leads."""
        with reading(self._engine) as connection:
            return logs.told_of(connection, lead_ids, _WORDS)

    def absences(self) -> list[Absence]:
        """Return who is on leave when."""
        with reading(self._engine) as connection:
            return absences_of(connection)

    def holders(self) -> Holders:
        """Return who may hold leads."""
        with reading(self._engine) as connection:
            return holders_in(connection)

    def messages_since(self, since: int) -> pl.DataFrame:
        """Return `commitment_id, step, messages`: how many told people since an instant."""
        sql = (
            "SELECT commitment_id, step, COUNT(DISTINCT dedupe_key) FROM ladder_told "
            "WHERE told_at >= :since GROUP BY commitment_id, step"
        )
        schema = dict.fromkeys(("commitment_id", "step", "messages"), pl.Int64())
        with reading(self._engine) as connection:
            return bulk.fetch(connection, sql, schema, {"since": since})

    def done_since(self, since: int) -> pl.DataFrame:
        """Return `commitment_id, step, lead_id, did` of the steps taken since an instant."""
        schema: dict[str, Any] = {**_STEP, "did": pl.String()}
        del schema["cycle"]
        sql = f"SELECT {', '.join(schema)} FROM ladder_step WHERE taken_at >= :since"
        with reading(self._engine) as connection:
            return bulk.fetch(connection, sql, schema, {"since": since})
