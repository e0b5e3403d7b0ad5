"""How far each source was read, and how far it has told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from smarketing.domain.calendar import instant
from smarketing.store import bulk
from smarketing.store.desk import source_number
from smarketing.store.engine import reading

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Engine


class SourceShelf:
    """Keeps cursors and tells of freshness."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def cursor(self, source: str) -> str | None:
        """Return what the last delivery of a source left; None: from the start."""
        with reading(self._engine) as connection:
            found = bulk.fetch(
                connection,
                "SELECT cursor FROM source WHERE name = :name",
                {"cursor": pl.String()},
                {"name": source},
            )
        return None if found.is_empty() else found.item()

    def keep(self, source: str, cursor: str | None, fault: str | None, now: int) -> None:
        """Keep how far a source was read (None: as before), and what went wrong last."""
        with self._engine.begin() as connection:
            source_number(connection, source, now)
            bulk.execute(
                connection,
                "UPDATE source SET cursor = COALESCE(:cursor, cursor), last_error = :fault, "
                "last_read_at = :now WHERE name = :name",
                {"cursor": cursor, "fault": fault, "now": now, "name": source},
            )

    def states(self) -> tuple[tuple[str, datetime, datetime], ...]:
        """Return name, last read and known until of each source that has told of something."""
        with reading(self._engine) as connection:
            rows = bulk.fetch(
                connection,
                "SELECT source.name, source.last_read_at, MAX(freshness.known_until) FROM source "
                "JOIN freshness ON freshness.source_id = source.id "
                "WHERE source.last_read_at IS NOT NULL "
                "GROUP BY source.name, source.last_read_at ORDER BY source.name",
                {"name": pl.String(), "read": pl.Int64(), "until": pl.Int64()},
            )
        return tuple(
            (name, instant(read), instant(until)) for name, read, until in rows.iter_rows()
        )

    def overview(self) -> pl.DataFrame:
        """Return `name, read_at, known_until, leads, fault` of every source."""
        with reading(self._engine) as connection:
            return bulk.fetch(
                connection,
                "SELECT source.name, source.last_read_at, "
                "(SELECT MAX(known_until) FROM freshness WHERE source_id = source.id), "
                "(SELECT COUNT(*) FROM lead WHERE source_id = source.id), source.last_error "
                "FROM source ORDER BY source.name",
                {
                    "name": pl.String(),
                    "read_at": pl.Int64(),
                    "known_until": pl.Int64(),
                    "leads": pl.Int64(),
                    "fault": pl.String(),
                },
            )
