"""How far the sources have told of each kind of act.

A row stands for an act and the kind of file that has a place for it (`leads:attempted` is the
column of a lead's record, `activities:attempted` the log of calls): an export has its columns
also where nobody fills them, so a row counts from the first act on that was told there. What is
known is then the same in whatever order the files came.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from smarketing.store import bulk

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

_LATER: Final = ", ".join(
    f"{name} = CASE WHEN excluded.{name} > {{table}}.{name} THEN excluded.{name} "
    f"ELSE {{table}}.{name} END"
    for name in ("known_until", "told")
)
_KNOW: Final = (
    "INSERT INTO freshness (source_id, kind, known_until, told) "
    "VALUES (:source_id, :kind, :until, :told) "
    f"ON CONFLICT (source_id, kind) DO UPDATE SET {_LATER.format(table='freshness')}"
)
_TELL: Final = (
    "INSERT INTO freshness_told (source_id, kind, recorded_at, known_until, told) "
    "VALUES (:source_id, :kind, :now, :until, :told) "
    "ON CONFLICT (source_id, kind, recorded_at) DO UPDATE SET "
    f"{_LATER.format(table='freshness_told')}"
)
KNOWN: Final = "SELECT source_id, kind, known_until FROM freshness WHERE told = 1"
"""How far each source has told by now."""

_SCHEMA: Final = {"source_id": pl.Int64(), "kind": pl.String(), "known_until": pl.Int64()}


def note(
    connection: Connection, source_id: int, places: Mapping[str, bool], until: int, now: int
) -> None:
    """Note until when a file is complete; an earlier instant changes nothing.

    Args:
        connection: In the transaction of the import.
        source_id: Whose file it is.
        places: What the file has a place for, as `leads:attempted`, and whether it tells of any.
        until: Seconds of UTC, not inclusive.
        now: When the import began.
    """
    for kind, told in places.items():
        values = {"source_id": source_id, "kind": kind, "until": until, "told": int(told)}
        bulk.execute(connection, _KNOW, values)
        bulk.execute(connection, _TELL, values | {"now": now})


def known_until(
    connection: Connection, sql: str = KNOWN, values: Mapping[str, object] | None = None
) -> dict[tuple[int, str], int]:
    """Return until when each kind of act is known from each source, in seconds of UTC.

    Args:
        connection: In a transaction.
        sql: Answers `source_id, kind, known_until` of what was told.
        values: Its parameters.
    """
    known: dict[tuple[int, str], int] = {}
    for source, kind, until in bulk.fetch(connection, sql, _SCHEMA, values).iter_rows():
        key = (source, kind.rpartition(":")[2])
        known[key] = max(until, known.get(key, until))
    return known
