"""The transaction in which an import is taken back.

Which rows an import made: those that carry its number and have no image of what was before.
Which it changed: those with such an image. Whatever carries another number now was told of by
a later import, and stays. Events of imports that were undone themselves count for nothing.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from smarketing.domain.acts import ASSIGNED, OWNER, RETURNED, WITHDRAWN
from smarketing.store import bulk
from smarketing.store.columns import schema_of
from smarketing.store.engine import hold_writer
from smarketing.store.imports import run_of
from smarketing.store.ledger import TABLES, Ledger
from smarketing.store.told import last_told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine

_CHUNK: Final = 20_000
_TABLE_OF: Final = {"leads": "lead", "deals": "deal", "activities": "activity"}
_STANDING: Final = {"id": pl.Int64(), "why": pl.String(), "by": pl.Int64()}
_IMAGE_OF: Final = {
    "sqlite": "json_extract(image.before, '$.import_id')",
    "postgresql": "(CAST(image.before AS json) ->> 'import_id')::bigint",
}
_CHANGED: Final = (
    # Changed by this import, and by another one since.
    "SELECT image.row_id, 'changed', row.import_id FROM import_before AS image "
    "JOIN {table} AS row ON row.id = image.row_id "
    "WHERE image.import_id = :id AND image.kind = :kind AND row.import_id <> :id "
    # Made or changed by this one, as the image that another one kept of it says.
    "UNION SELECT image.row_id, 'changed', row.import_id FROM import_before AS image "
    "JOIN {table} AS row ON row.id = image.row_id "
    "WHERE image.import_id > :id AND image.kind = :kind AND {was} = :id AND row.import_id <> :id"
)
_MADE: Final = (
    "SELECT row.id FROM {table} AS row WHERE row.import_id = :id AND NOT EXISTS "
    "(SELECT 1 FROM import_before AS image WHERE image.import_id = :id AND image.kind = :kind "
    "AND image.row_id = row.id) ORDER BY row.id"
)
_REPLACED: Final = (
    "SELECT row.id, image.before FROM import_before AS image "
    "JOIN {table} AS row ON row.id = image.row_id "
    "WHERE image.import_id = :id AND image.kind = :kind AND row.import_id = :id ORDER BY row.id"
)
_BUILT_ON: Final = (
    "SELECT lead_id, 'acted', CAST(NULL AS BIGINT) FROM {made} AS made CROSS JOIN lead_event "
    "WHERE lead_event.lead_id = made.id AND lead_event.import_id IS NULL "
    "UNION SELECT lead_id, 'told', lead_event.import_id FROM {made} AS made "
    "CROSS JOIN lead_event JOIN import_run ON import_run.id = lead_event.import_id "
    "WHERE lead_event.lead_id = made.id AND lead_event.import_id > :id "
    "AND import_run.undone_at IS NULL "
    "UNION SELECT lead_id, 'told', deal.import_id FROM {made} AS made CROSS JOIN deal "
    "WHERE deal.lead_id = made.id AND deal.import_id > :id "
    "UNION SELECT lead_id, 'told', activity.import_id FROM {made} AS made CROSS JOIN activity "
    "WHERE activity.lead_id = made.id AND activity.import_id > :id"
)
_OF_OTHERS: Final = (
    f"lead_event.kind IN {(ASSIGNED, RETURNED, OWNER, WITHDRAWN)} "
    "AND (lead_event.import_id IS NULL OR lead_event.import_id IN "
    "(SELECT id FROM import_run WHERE id <> :id AND undone_at IS NULL))"
)
_WORD: Final = {
    "id": pl.Int64(),
    "nth": pl.Int64(),
    "kind": pl.String(),
    "detail": pl.String(),
    "at": pl.Int64(),
}
_ONLY_THEN: Final = (
    "NOT EXISTS (SELECT 1 FROM import_run WHERE source_id = :source_id AND started_at = :at "
    "AND id <> :id AND undone_at IS NULL)"
)
"""No other import of the source began at that second: what was told then was told by this one."""

_NEVER_AGAIN: Final = (
    "INSERT INTO used_id (name, last) VALUES (:name, :last) ON CONFLICT (name) "
    "DO UPDATE SET last = excluded.last WHERE used_id.last < excluded.last"
)


class Undoing:
    """One import on its way back.

    Args:
        connection: In a transaction that alone may change leads.
        run: The import's columns.
    """

    def __init__(self, connection: Connection, run: dict[str, Any]) -> None:
        self._connection = connection
        self.run = run
        self.table = _TABLE_OF[run["kind"]]
        self.ledger = Ledger(connection)
        self._values = {"id": run["id"], "kind": self.table}

    def made(self) -> pl.Series:
        """Return ids of the rows that the import made and no other import has changed since."""
        return self._fetch(_MADE, {"id": pl.Int64()})["id"]

    def replaced(self) -> pl.DataFrame:
        """Return `id, before` (JSON) of the rows that it changed, and no other import since."""
        return self._fetch(_REPLACED, {"id": pl.Int64(), "before": pl.String()})

    def standing(self) -> pl.DataFrame:
        """Return `id, why, by` of the rows that must stay, by id.

        `why` is `changed` or `told` by the later import `by`, or `acted` on in the portal; a row
        may stand there more than once.
        """
        was = _IMAGE_OF[self._connection.dialect.name]
        found = [self._fetch(_CHANGED, _STANDING, was=was)]
        if self.table == "lead":
            staged = bulk.stage(self._connection, self.made().to_frame("id"), "made")
            found.append(self._fetch(_BUILT_ON, _STANDING, made=staged))
        return pl.concat(found).sort("id", "why", "by")

    def rows(self, ids: pl.Series) -> pl.DataFrame:
        """Return the stored rows of the import's table."""
        columns = schema_of(TABLES[self.table])
        names = ", ".join(f"row.{name}" for name in columns)
        staged = bulk.stage(self._connection, ids.to_frame("id"), "wanted")
        return bulk.fetch(
            self._connection,
            f"SELECT {names} FROM {staged} AS wanted CROSS JOIN {self.table} AS row "
            "WHERE row.id = wanted.id ORDER BY row.id",
            columns,
        )

    def owners(self, ids: pl.Series) -> pl.DataFrame:
        """Return `id, kind, detail, at` for the leads that the import named another owner of.

        That is the last word about who holds them that others told; null where there is none.
        """
        staged = bulk.stage(self._connection, ids.to_frame("id"), "wanted")
        named = bulk.fetch(
            self._connection,
            f"SELECT DISTINCT lead_id FROM {staged} AS wanted CROSS JOIN lead_event "
            f"WHERE lead_id = wanted.id AND kind = '{OWNER}' AND import_id = :id",
            {"id": pl.Int64()},
            {"id": self.run["id"]},
        )
        staged = bulk.stage(self._connection, named, "wanted")
        told = last_told(staged, _OF_OTHERS)
        words = bulk.fetch(
            self._connection,
            f"SELECT lead_id, nth, kind, detail, occurred_at FROM {told} AS told",
            _WORD,
            {"id": self.run["id"]},
        )
        last = words.sort("id", "nth").unique("id", keep="last", maintain_order=True)
        return named.join(last.drop("nth"), on="id", how="left", maintain_order="left")

    def remove(self, ids: pl.Series) -> None:
        """Remove rows; with leads go their events and clocks, and what came first waits again."""
        staged = bulk.stage(self._connection, ids.to_frame("id"), "removed")
        if not ids.is_empty():
            last = {"name": self.table, "last": ids.max()}
            bulk.execute(self._connection, _NEVER_AGAIN, last)
        if self.table == "lead":
            self._record_again(staged)
            for sql in (
                "UPDATE deal SET lead_id = NULL, before_lead = 0",
                "UPDATE activity SET lead_id = NULL",
                "DELETE FROM clock",
                "DELETE FROM alert",
                "DELETE FROM ladder_told",
                "DELETE FROM ladder_step",
                "DELETE FROM lead_event",
            ):
                bulk.execute(
                    self._connection, f"{sql} WHERE lead_id IN (SELECT id FROM {staged} AS those)"
                )
        bulk.execute(
            self._connection,
            f"DELETE FROM {self.table} WHERE id IN (SELECT id FROM {staged} AS those)",
        )

    def _record_again(self, staged: str) -> None:
        """Let the breaches of leads that go be withdrawn."""
        bulk.execute(
            self._connection,
            "INSERT INTO unrecorded (first_id, last_id) SELECT DISTINCT lead_id, lead_id "
            f"FROM breach WHERE lead_id IN (SELECT id FROM {staged} AS those)",
        )

    def forget_images(self, ids: pl.Series) -> None:
        """Drop what was kept of rows that have it back."""
        staged = bulk.stage(self._connection, ids.to_frame("id"), "restored")
        bulk.execute(
            self._connection,
            "DELETE FROM import_before WHERE import_id = :id AND kind = :kind "
            f"AND row_id IN (SELECT id FROM {staged} AS those)",
            self._values,
        )

    def unlearn(self) -> bool:
        """Forget how far the import told of each kind of act; return whether that was news."""
        known = self.ledger.known_until()
        source = {"source_id": self.run["source_id"]}
        told = {**source, "id": self.run["id"], "at": self.run["started_at"]}
        for sql, values in (
            (
                (
                    "DELETE FROM freshness_told WHERE source_id = :source_id AND recorded_at = :at "
                    f"AND {_ONLY_THEN}"
                ),
                told,
            ),
            ("DELETE FROM freshness WHERE source_id = :source_id", source),
            (
                (
                    "INSERT INTO freshness (source_id, kind, known_until, told) "
                    "SELECT source_id, kind, MAX(known_until), MAX(told) FROM freshness_told "
                    "WHERE source_id = :source_id GROUP BY source_id, kind"
                ),
                source,
            ),
        ):
            bulk.execute(self._connection, sql, values)
        return self.ledger.known_until() != known

    def close(self, *, now: int, by: str | None, report: str) -> None:
        """Mark the import as undone, and let its source begin with the first one that stands."""
        values = {"id": self.run["id"], "now": now, "by": by, "report": report}
        bulk.execute(
            self._connection,
            "UPDATE import_run SET undone_at = :now, undone_by = :by, report = :report "
            "WHERE id = :id",
            values,
        )
        bulk.execute(
            self._connection,
            "UPDATE source SET first_recorded_at = COALESCE((SELECT MIN(started_at) "
            "FROM import_run WHERE source_id = :source_id AND undone_at IS NULL), "
            "first_recorded_at) WHERE id = :source_id AND first_recorded_at = :at",
            {"source_id": self.run["source_id"], "at": self.run["started_at"]},
        )

    def _fetch(self, sql: str, schema: dict[str, Any], **names: str) -> pl.DataFrame:
        told = sql.format(table=self.table, **names)
        used = {name: value for name, value in self._values.items() if f":{name}" in told}
        return bulk.fetch(self._connection, told, schema, used)


class UndoDesk:
    """Where an import is taken back."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @contextmanager
    def undoing(self, import_id: int, *, dry_run: bool) -> Iterator[Undoing | None]:
        """Begin a transaction; a dry run, like an error, leaves no trace. None: no such import."""
        with self._engine.connect() as connection, connection.begin() as transaction:
            hold_writer(connection)
            run = run_of(connection, import_id)
            yield None if run is None else Undoing(connection, run)
            if dry_run:
                transaction.rollback()
