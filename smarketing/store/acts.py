"""The transaction in which people answer leads and hand them on."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from smarketing.domain.acts import ANSWERS
from smarketing.store import bulk
from smarketing.store.desk import source_number
from smarketing.store.engine import hold_writer
from smarketing.store.ledger import Ledger
from smarketing.store.told import last_told

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Connection, Engine

PORTAL: Final = "portal"
"""The name of the portal as a source of acts."""

_EVENT: Final = {
    "lead_id": pl.Int64(),
    "nth": pl.Int64(),
    "kind": pl.String(),
    "detail": pl.String(),
    "ref": pl.String(),
    "actor": pl.String(),
    "at": pl.Int64(),
    "recorded_at": pl.Int64(),
}
_TOLD: Final = (
    "SELECT lead_id, nth, kind, detail, ref, actor, occurred_at, recorded_at "
    "FROM {told} AS told WHERE {which} ORDER BY occurred_at, recorded_at, nth"
)


class Acting:
    """A transaction about some leads, which nobody else changes meanwhile."""

    def __init__(self, connection: Connection, source_id: int) -> None:
        self._connection = connection
        self.source_id = source_id
        self.ledger = Ledger(connection)

    def answered(self, lead_id: int) -> tuple[int, str | None] | None:
        """Return instant (seconds of UTC) and actor of the first answer; None: there is none."""
        told = self._events([lead_id], f"kind IN {ANSWERS}", {})
        return (told[0]["at"], told[0]["actor"]) if told else None

    def told(self, lead_ids: Sequence[int], ref: str) -> list[dict[str, Any]]:
        """Return the events of an act that count."""
        which = "(ref = :ref OR substr(ref, 1, :length) = :part)"
        part = f"{ref}#"
        return self._events(lead_ids, which, {"ref": ref, "part": part, "length": len(part)})

    def since(self, lead_id: int, nth: int) -> list[dict[str, Any]]:
        """Return the events that count and were told after one."""
        return self._events([lead_id], "nth > :nth", {"nth": nth})

    def kept(self, lead_id: int, kind: str) -> list[dict[str, Any]]:
        """Return the events of a kind that count, the oldest first."""
        return self._events([lead_id], "kind = :kind", {"kind": kind})

    def _events(
        self, lead_ids: Sequence[int], which: str, values: dict[str, object]
    ) -> list[dict[str, Any]]:
        ids = pl.Series("id", lead_ids, dtype=pl.Int64()).to_frame()
        told = last_told(bulk.stage(self._connection, ids, "wanted"))
        sql = _TOLD.format(told=told, which=which)
        return bulk.fetch(self._connection, sql, _EVENT, values).to_dicts()


class ActDesk:
    """Where acts are recorded."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @contextmanager
    def acting(self, now: int) -> Iterator[Acting]:
        """Begin a transaction that alone may change leads: it reads what the one before left."""
        with self._engine.begin() as connection:
            hold_writer(connection)
            yield Acting(connection, source_number(connection, PORTAL, now))
