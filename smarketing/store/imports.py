"""The imports that were taken in, as the tables know them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from smarketing.store import bulk
from smarketing.store.engine import reading

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from sqlalchemy import Connection, Engine

RUN: Final = {
    "id": pl.Int64(),
    "source_id": pl.Int64(),
    "source": pl.String(),
    "kind": pl.String(),
    "mapping": pl.String(),
    "label": pl.String(),
    "started_at": pl.Int64(),
    "started_by": pl.String(),
    "undone_at": pl.Int64(),
    "undone_by": pl.String(),
    "report": pl.String(),
}
"""The columns of an import, `source` being its source's name and `report` JSON."""

_FROM: Final = (
    "SELECT "
    + ", ".join("source.name" if name == "source" else f"import_run.{name}" for name in RUN)
    + " FROM import_run JOIN source ON source.id = import_run.source_id"
)


class ImportShelf:
    """Where imports are looked up.

    Args:
        engine: The database.
        folder: Where the files of rejected rows are kept.
    """

    def __init__(self, engine: Engine, folder: Path) -> None:
        self._engine = engine
        self._folder = folder

    def newest(self, limit: int) -> list[dict[str, Any]]:
        """Return the columns of RUN of the latest imports, the latest first."""
        with reading(self._engine) as connection:
            sql = f"{_FROM} ORDER BY import_run.id DESC LIMIT :limit"
            return bulk.fetch(connection, sql, RUN, {"limit": limit}).to_dicts()

    def one(self, import_id: int) -> dict[str, Any] | None:
        """Return the columns of RUN of one import; None: there is none of that number."""
        with reading(self._engine) as connection:
            return run_of(connection, import_id)

    def rejected(self, import_id: int) -> Path | None:
        """Return the file of an import's rejected rows; None: it is not there any more."""
        path = self._folder / f"rejected-{import_id}.csv"
        return path if path.is_file() else None

    def forget_before(self, started_before: int) -> int:
        """Drop what undoing imports of that time would put back; return how many rows."""
        with self._engine.begin() as connection:
            return bulk.execute(
                connection,
                "DELETE FROM import_before WHERE import_id IN "
                "(SELECT id FROM import_run WHERE started_at < :before)",
                {"before": started_before},
            )


def run_of(connection: Connection, import_id: int) -> dict[str, Any] | None:
    """Return the columns of RUN of one import; None: there is none of that number."""
    found = bulk.fetch(connection, f"{_FROM} WHERE import_run.id = :id", RUN, {"id": import_id})
    return None if found.is_empty() else found.row(0, named=True)
