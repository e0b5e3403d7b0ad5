"""Where breaches are recorded: set-based, append-only."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import polars as pl

from smarketing.store import bulk
from smarketing.store.engine import hold_writer, reading
from smarketing.store.ledger import Ledger

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy import Connection, Engine

_AT_ONCE: Final = 20_000
_SPANS: Final = {"id": pl.Int64(), "first_id": pl.Int64(), "last_id": pl.Int64()}
_RECORD: Final = {
    "commitment_id": pl.Int64(),
    "lead_id": pl.Int64(),
    "cycle": pl.Int64(),
    "occasion": pl.String(),
    "nth": pl.Int64(),
    "record": pl.String(),
    "kind": pl.String(),
    "reason": pl.String(),
    "month": pl.String(),
    "at": pl.Int64(),
    "late_s": pl.Int64(),
    "wall_s": pl.Int64(),
    "quantity": pl.Int64(),
}
_LAST: Final = (
    f"SELECT {', '.join(f'breach.{name}' for name in _RECORD)} FROM {{ids}} AS wanted "
    "CROSS JOIN breach WHERE {which} AND NOT EXISTS (SELECT 1 FROM breach AS later "
    "WHERE later.commitment_id = breach.commitment_id AND later.lead_id = breach.lead_id "
    "AND later.cycle = breach.cycle AND later.occasion = breach.occasion "
    "AND later.nth > breach.nth)"
)


_OF_LEADS: Final = "breach.lead_id = wanted.id AND breach.occasion = ''"
_OF_MONTH: Final = (
    "breach.month = :month AND breach.commitment_id = wanted.id AND breach.lead_id = 0"
)


class Recording:
    """A transaction in which breaches are recorded."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.ledger = Ledger(connection)

    def take(self, now: int) -> pl.Series:
        """Return ids of leads to be asked about, some ten thousand at most, and forget them."""
        spans = self._fetch("SELECT id, first_id, last_id FROM unrecorded ORDER BY id", _SPANS)
        if spans.is_empty():
            return self._given_up(now)
        sizes = (spans["last_id"] - spans["first_id"] + 1).cum_sum()
        whole = spans.filter(sizes <= _AT_ONCE)
        if whole.is_empty():
            return self._cut(spans.row(0, named=True))
        self._forget(whole["id"])
        return (
            whole.select(pl.int_ranges("first_id", pl.col("last_id") + 1))
            .to_series()
            .explode()
            .unique()
            .alias("id")
        )

    def logged(self, ids: pl.Series) -> pl.Series:
        """Return which of these leads have any activity."""
        staged = bulk.stage(self._connection, ids.to_frame("id"), "wanted")
        sql = (
            f"SELECT id FROM {staged} AS w "
            "WHERE EXISTS (SELECT 1 FROM activity WHERE activity.lead_id = w.id)"
        )
        return self._fetch(sql, {"id": pl.Int64()})["id"]

    def recorded(self, ids: pl.Series) -> pl.DataFrame:
        """Return the last record of each clock of leads."""
        staged = bulk.stage(self._connection, ids.to_frame("id"), "wanted")
        return self._fetch(_LAST.format(ids=staged, which=_OF_LEADS), _RECORD)

    def recorded_of(self, month: str, commitments: Sequence[int]) -> pl.DataFrame:
        """Return the last record of each occasion of some commitments in a month."""
        return _of_month(self._connection, month, commitments)

    def add(self, records: pl.DataFrame) -> None:
        """Add records."""
        bulk.insert(self._connection, "breach", records)

    def open(self, open_ones: pl.DataFrame, ids: pl.Series) -> None:
        """Let `open_ones` be all that leads have open until `gives_up_at`."""
        staged = bulk.stage(self._connection, ids.to_frame("id"), "wanted")
        bulk.execute(
            self._connection,
            f"DELETE FROM open_breach WHERE lead_id IN (SELECT id FROM {staged} AS those)",
        )
        bulk.insert(self._connection, "open_breach", open_ones)

    def _given_up(self, now: int) -> pl.Series:
        sql = (
            "SELECT DISTINCT lead_id FROM open_breach WHERE gives_up_at < :now "
            f"ORDER BY lead_id LIMIT {_AT_ONCE}"
        )
        return bulk.fetch(self._connection, sql, {"id": pl.Int64()}, {"now": now})["id"]

    def _cut(self, span: dict[str, int]) -> pl.Series:
        """Return the first ids of a span that is too long, and leave the rest of it."""
        after = span["first_id"] + _AT_ONCE
        bulk.execute(
            self._connection,
            "UPDATE unrecorded SET first_id = :after WHERE id = :id",
            {"after": after, "id": span["id"]},
        )
        return pl.int_range(span["first_id"], after, eager=True).alias("id")

    def _forget(self, spans: pl.Series) -> None:
        staged = bulk.stage(self._connection, spans.to_frame("id"), "taken")
        bulk.execute(
            self._connection,
            f"DELETE FROM unrecorded WHERE id IN (SELECT id FROM {staged} AS those)",
        )

    def _fetch(self, sql: str, schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
        return bulk.fetch(self._connection, sql, schema)


class BreachDesk:
    """Where breaches are recorded."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def is_any_waiting(self, now: int) -> bool:
        """Return whether `Recording.take` would return anything; only reads."""
        sql = (
            "SELECT 1 WHERE EXISTS (SELECT 1 FROM unrecorded) "
            "OR EXISTS (SELECT 1 FROM open_breach WHERE gives_up_at < :now)"
        )
        with reading(self._engine) as connection:
            found = bulk.fetch(connection, sql, {"one": pl.Int64()}, {"now": now})
        return not found.is_empty()

    def recorded_of(self, month: str, commitments: Sequence[int]) -> pl.DataFrame:
        """Return the last record of each occasion of some commitments in a month."""
        with reading(self._engine) as connection:
            return _of_month(connection, month, commitments)

    @contextmanager
    def recording(self) -> Iterator[Recording]:
        """Begin a transaction that alone may change leads and breaches."""
        with self._engine.begin() as connection:
            hold_writer(connection)
            yield Recording(connection)


def _of_month(connection: Connection, month: str, commitments: Sequence[int]) -> pl.DataFrame:
    numbers = pl.Series("id", commitments, dtype=pl.Int64()).to_frame()
    staged = bulk.stage(connection, numbers, "wanted")
    sql = _LAST.format(ids=staged, which=_OF_MONTH)
    return bulk.fetch(connection, sql, _RECORD, {"month": month})
