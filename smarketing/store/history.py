"""Leads as they were known at an earlier instant, from their events.

An event counts at an instant when it occurred before it and was recorded before it. History
that was loaded later (the source's first import came after that instant) is taken as known
when it occurred: there was nothing to reproduce then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from smarketing.store import bulk
from smarketing.store.columns import schema_of
from smarketing.store.engine import reading
from smarketing.store.ledger import CLASSIFIED, Ledger
from smarketing.store.tables import Lead

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy import Connection, Engine

_CHUNK: Final = 20_000
_DAY_S: Final = 86_400
_STAMPS: Final = {
    "created": "created_at",
    "handed_off": "handed_off_at",
    "acknowledged": "acknowledged_at",
    "attempted": "first_attempt_at",
    "connected": "connected_at",
    "accepted": "accepted_at",
    "rejected": "rejected_at",
    "closed": "closed_at",
}
_TOLD: Final = "({table}.recorded_at < :at OR source.first_recorded_at >= :at)"
_EVENTS_SQL: Final = (
    "SELECT lead_id, "
    + ", ".join(f"MIN(CASE WHEN kind = '{kind}' THEN occurred_at END)" for kind in _STAMPS)
    + ", MIN(CASE WHEN kind = 'rejected' THEN detail END)"
    ", MAX(CASE WHEN kind = 'closed' THEN detail END) FROM ("
    "SELECT lead_event.*, ROW_NUMBER() OVER (PARTITION BY lead_id, ref, "
    "CASE WHEN ref <> '' THEN '' WHEN kind = 'withdrawn' THEN detail ELSE kind END "
    "ORDER BY nth DESC) AS back "
    "FROM {ids} AS wanted CROSS JOIN lead_event JOIN source ON source.id = lead_event.source_id "
    f"WHERE lead_event.lead_id = wanted.id AND {_TOLD.format(table='lead_event')}"
    ") AS told WHERE back = 1 AND occurred_at < :at GROUP BY lead_id"
)
"""Of all that had been told of a stamp or act the last counts, if it had happened by then."""


class History:
    """Reads leads as they were known at an instant."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def known(self, first_day: int, last_day: int, at: int) -> Iterator[pl.DataFrame]:
        """Yield leads of some days, as they were known at an instant.

        Args:
            first_day: Day number, inclusive; leads of a day before or after may come along.
            last_day: Day number, not inclusive.
            at: Seconds of UTC; what happened at it or later is not known.

        Yields:
            Stored leads whose instants, `reject_reason` and `outcome` are those known then.
        """
        with reading(self._engine) as connection:
            for ids in _chunks(connection, first_day, last_day, at):
                yield _as_known(connection, ids, at)

    def wins(self, ids: pl.Series, at: int) -> pl.DataFrame:
        """Return `lead_id, currency, amount` of the won deals known at an instant."""
        with reading(self._engine) as connection:
            staged = bulk.stage(connection, ids.to_frame("id"), "wanted")
            told = _TOLD.format(table="deal")
            return bulk.fetch(
                connection,
                f"SELECT deal.lead_id, deal.currency, deal.amount FROM {staged} AS wanted "
                "CROSS JOIN deal JOIN source ON source.id = deal.source_id "
                "WHERE deal.lead_id = wanted.id AND deal.outcome = 'won' "
                f"AND {told} AND COALESCE(deal.closed_at, deal.recorded_at) < :at",
                {"lead_id": pl.Int64(), "currency": pl.String(), "amount": pl.Int64()},
                {"at": at},
            )

    def known_until(self) -> Mapping[tuple[int, str], int]:
        """Return until when each kind of act is known from each source, in seconds of UTC."""
        with reading(self._engine) as connection:
            return Ledger(connection).known_until()

    def source_names(self) -> Mapping[int, str]:
        """Return the name of every source."""
        with reading(self._engine) as connection:
            rows = bulk.fetch(
                connection, "SELECT id, name FROM source", {"id": pl.Int64(), "name": pl.String()}
            )
        return dict(rows.iter_rows())


def _chunks(connection: Connection, first_day: int, last_day: int, at: int) -> Iterator[pl.Series]:
    """Yield ids of leads that may belong to some days: by their hand-off, or by their creation."""
    ids = bulk.fetch(
        connection,
        "SELECT id FROM lead WHERE created_at < :at AND ((day >= :first_day AND day < :last_day) "
        "OR (created_at >= :first_s AND created_at < :last_s)) ORDER BY id",
        {"id": pl.Int64()},
        {
            "at": at,
            "first_day": first_day,
            "last_day": last_day,
            "first_s": (first_day - 1) * _DAY_S,
            "last_s": (last_day + 1) * _DAY_S,
        },
    )["id"]
    for offset in range(0, len(ids), _CHUNK):
        yield ids.slice(offset, _CHUNK)


def _as_known(connection: Connection, ids: pl.Series, at: int) -> pl.DataFrame:
    staged = bulk.stage(connection, ids.to_frame("id"), "wanted")
    told = bulk.fetch(
        connection,
        _EVENTS_SQL.format(ids=staged),
        {"id": pl.Int64()}
        | dict.fromkeys(_STAMPS.values(), pl.Int64())
        | {"reject_reason": pl.String(), "closed_as": pl.String()},
        {"at": at},
    )
    columns = schema_of(Lead)
    names = ", ".join(f"lead.{name}" for name in columns)
    stored = bulk.fetch(
        connection,
        f"SELECT {names}, cell.version_id, cell.segment, cell.tier, lead.handed_at "
        f"FROM {staged} AS wanted CROSS JOIN lead JOIN cell ON cell.id = lead.cell_id "
        "WHERE lead.id = wanted.id",
        columns | CLASSIFIED,
    )
    undated = pl.when(pl.col("closed_at").is_null()).then("outcome")
    return (
        stored.with_columns(undated.alias("undated"))
        .drop(*_STAMPS.values(), "reject_reason", "outcome")
        .join(told.filter(pl.col("created_at").is_not_null()), on="id")
        .with_columns(pl.coalesce("closed_as", "undated").alias("outcome"))
        .drop("closed_as", "undated")
    )
