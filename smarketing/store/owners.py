"""The names that CRMs use for owners, and the people they are tied to."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import polars as pl

from smarketing.domain.acts import ASSIGNED
from smarketing.store import bulk
from smarketing.store.engine import hold_writer, reading
from smarketing.store.ledger import Ledger

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy import Connection, Engine

# Delivered leads from the facts, waiting ones from the partial index: no scan of leads.
_NAMES: Final = (
    "WITH delivered AS (SELECT cell.owner AS name, SUM(daily_fact.delivered) AS leads "
    "FROM cell JOIN daily_fact ON daily_fact.cell_id = cell.id "
    "WHERE cell.owner <> '' GROUP BY cell.owner), "
    "waiting AS (SELECT owner AS name, COUNT(*) AS leads FROM lead "
    "WHERE next_due_at IS NOT NULL AND owner IS NOT NULL GROUP BY owner) "
    "SELECT delivered.name, owner_name.person_id, delivered.leads, COALESCE(waiting.leads, 0) "
    "FROM delivered LEFT JOIN owner_name ON owner_name.name = delivered.name "
    "LEFT JOIN waiting ON waiting.name = delivered.name "
    "UNION ALL SELECT name, person_id, 0, 0 FROM owner_name "
    "WHERE name NOT IN (SELECT name FROM delivered)"
)
_HELD: Final = (
    "SELECT id FROM lead WHERE holder_id = :person UNION "
    "SELECT lead_id FROM lead_event WHERE kind = :kind AND detail = :detail ORDER BY id"
)
_IDS: Final = {"id": pl.Int64()}


class Tying(Ledger):
    """A transaction in which names are tied to people."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._inside = connection

    def tie(self, name: str, person_id: int | None, by: str, now: datetime) -> None:
        """Tie a name to a person; None: to nobody any more."""
        told = {"name": name, "person": person_id, "by": by, "now": int(now.timestamp())}
        bulk.execute(self._inside, "DELETE FROM owner_name WHERE name = :name", told)
        if person_id is not None:
            bulk.execute(
                self._inside,
                "INSERT INTO owner_name (name, person_id, tied_at, tied_by) "
                "VALUES (:name, :person, :now, :by)",
                told,
            )
        self._holders = None

    def of_owner(self, name: str) -> pl.Series:
        """Return ids of the leads that carry a name, in whatever case."""
        sql = "SELECT id FROM lead WHERE owner = :name OR lower(owner) = :small ORDER BY id"
        return bulk.fetch(self._inside, sql, _IDS, {"name": name, "small": name.lower()})["id"]

    def held_by(self, person_id: int) -> pl.Series:
        """Return ids of the leads that a person holds, or was handed in the portal at some time."""
        told = {"person": person_id, "detail": str(person_id), "kind": ASSIGNED}
        return bulk.fetch(self._inside, _HELD, _IDS, told)["id"]


class OwnerDesk:
    """Where the names of owners are kept."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def names(self) -> list[tuple[str, int | None, int, int]]:
        """Return each name in the data, who it is, and how many leads it has: all and waiting."""
        schema = {
            "name": pl.String(),
            "person_id": pl.Int64(),
            "delivered": pl.Int64(),
            "waiting": pl.Int64(),
        }
        with reading(self._engine) as connection:
            return bulk.fetch(connection, _NAMES, schema).rows()

    def ties(self) -> list[tuple[str, int]]:
        """Return each name that is tied, and to whom, by name."""
        sql = "SELECT name, person_id FROM owner_name ORDER BY name"
        with reading(self._engine) as connection:
            schema = {"name": pl.String(), "person_id": pl.Int64()}
            return bulk.fetch(connection, sql, schema).rows()

    @contextmanager
    def tying(self) -> Iterator[Tying]:
        """Begin a transaction that alone may change leads."""
        with self._engine.begin() as connection:
            hold_writer(connection)
            yield Tying(connection)
