"""Leads as they were known at an earlier moment, from their events.

An event counts when it occurred and was told before. History that was loaded later (the
source's first import came after that moment) is taken as known when it occurred: there was
nothing to reproduce then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from smarketing.domain.acts import RECYCLED, STAMPS
from smarketing.store import bulk, freshness, logs
from smarketing.store.columns import schema_of
from smarketing.store.engine import reading
from smarketing.store.ledger import CLASSIFIED
from smarketing.store.logs import KNOWN_THEN, TOLD, bounds
from smarketing.store.tables.records import HANDED_OFF_LATER, Lead
from smarketing.store.told import FIRST_REASON, last_told

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy import Connection, Engine

    from smarketing.domain.moment import Moment

_CHUNK: Final = 20_000
_DAY_S: Final = 86_400
_KNOWN: Final = {**STAMPS, "recycled_at": RECYCLED}
_CLOSED: Final = {
    "lead_id": pl.Int64(),
    "outcome": pl.String(),
    "currency": pl.String(),
    "amount": pl.Int64(),
    "at": pl.Int64(),
}
_EARLIEST: Final = ", ".join(
    f"MIN(CASE WHEN kind = '{kind}' THEN occurred_at END)" for kind in _KNOWN.values()
)


class History:
    """Reads leads as they were known at an instant."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def known(self, first_day: int, last_day: int, moment: Moment) -> Iterator[pl.DataFrame]:
        """Yield leads of some days, as they were known.

        Args:
            first_day: Day number, inclusive; leads of a day before or after may come along.
            last_day: Day number, not inclusive.
            moment: What had happened and been told by then.

        Yields:
            Stored leads whose instants, `reject_reason` and `outcome` are those known then.
        """
        with reading(self._engine) as connection:
            for ids in _chunks(connection, first_day, last_day, moment):
                yield _as_known(connection, ids, moment)

    def log(self, moment: Moment) -> LogThen:
        """Return where it is read what was told of leads besides."""
        return LogThen(self._engine, moment)

    def closed(self, moment: Moment) -> pl.DataFrame:
        """Return `lead_id, outcome, currency, amount, at` of the deals known to be won or lost.

        One whose end has no day is taken as of when it was told.
        """
        with reading(self._engine) as connection:
            return bulk.fetch(
                connection,
                "SELECT deal.lead_id, deal.outcome, deal.currency, deal.amount, "
                "COALESCE(deal.closed_at, deal.recorded_at) FROM deal "
                "JOIN source ON source.id = deal.source_id WHERE deal.outcome IN ('won', 'lost') "
                f"AND deal.lead_id IS NOT NULL AND {TOLD.format(table='deal')} "
                "AND COALESCE(deal.closed_at, deal.recorded_at) < :happened",
                _CLOSED,
                bounds(moment),
            )

    def stamp(self) -> tuple[int, ...]:
        """Return numbers that change whenever leads or deals are told or taken back.

        People's acts in the portal change none: they neither bring a lead nor end a deal.
        """
        sql = "SELECT COALESCE(MAX(id), 0), COALESCE(SUM(LENGTH(report)), 0), COUNT(undone_at) "
        with reading(self._engine) as connection:
            columns = dict.fromkeys(("last", "reports", "undone"), pl.Int64())
            row = bulk.fetch(connection, f"{sql} FROM import_run", columns).row(0)
        return tuple(int(number) for number in row)

    def known_until(self, told_before: int) -> Mapping[tuple[int, str], int]:
        """Return until when each kind of act was known from each source, in seconds of UTC."""
        with reading(self._engine) as connection:
            return freshness.known_until(connection, KNOWN_THEN, {"told": told_before})

    def source_names(self) -> Mapping[int, str]:
        """Return the name of every source."""
        with reading(self._engine) as connection:
            rows = bulk.fetch(
                connection, "SELECT id, name FROM source", {"id": pl.Int64(), "name": pl.String()}
            )
        return dict(rows.iter_rows())


class LogThen:
    """What was told of leads apart from their records, as it was known at a moment."""

    def __init__(self, engine: Engine, moment: Moment) -> None:
        self._engine = engine
        self._moment = moment

    def wins(self, ids: pl.Series) -> pl.DataFrame:
        """Return `lead_id, currency, amount` of the won deals known then."""
        with reading(self._engine) as connection:
            staged = bulk.stage(connection, ids.to_frame("id"), "wanted")
            told = TOLD.format(table="deal")
            return bulk.fetch(
                connection,
                f"SELECT deal.lead_id, deal.currency, deal.amount FROM {staged} AS wanted "
                "CROSS JOIN deal JOIN source ON source.id = deal.source_id "
                "WHERE deal.lead_id = wanted.id AND deal.outcome = 'won' "
                f"AND {told} AND COALESCE(deal.closed_at, deal.recorded_at) < :happened",
                {"lead_id": pl.Int64(), "currency": pl.String(), "amount": pl.Int64()},
                bounds(self._moment),
            )

    def pauses(self, ids: pl.Series) -> pl.DataFrame:
        """Return `lead_id, at, detail` of the pauses known then."""
        with reading(self._engine) as connection:
            return logs.pauses(connection, ids, self._moment)

    def attempts(self, ids: pl.Series) -> pl.DataFrame:
        """Return `lead_id, at` of the attempts known then."""
        with reading(self._engine) as connection:
            return logs.attempts(connection, ids, self._moment)

    def cycles(self, ids: pl.Series) -> pl.DataFrame:
        """Return `lead_id, kind, at`: the acts of leads that had been handed off again by then."""
        with reading(self._engine) as connection:
            return logs.cycles(connection, ids, self._moment)

    def excuses(self, ids: pl.Series) -> pl.DataFrame:
        """Return `lead_id, commitment_id, cycle` of the clocks that were excused then."""
        with reading(self._engine) as connection:
            return logs.excuses(connection, ids, self._moment)


def _chunks(
    connection: Connection, first_day: int, last_day: int, moment: Moment
) -> Iterator[pl.Series]:
    """Yield ids of leads that may belong to some days: by their hand-off, or by their creation."""
    ids = bulk.fetch(
        connection,
        "SELECT id FROM lead WHERE day >= :first_day - 2 AND day < :last_day + 2 "
        "AND created_at < :happened "
        # Handed off long after they came: as known then, they may lie on the day of their creation.
        f"UNION SELECT id FROM lead WHERE {HANDED_OFF_LATER} "
        "AND created_at >= :first_s AND created_at < :last_s AND created_at < :happened "
        # Those that lie on another day since a hand-off was corrected: few, and sorted out later.
        "UNION SELECT lead_id FROM lead_event WHERE kind = 'handed_off' AND nth > 2 "
        "AND recorded_at >= :told ORDER BY id",
        {"id": pl.Int64()},
        {
            **bounds(moment),
            "first_day": first_day,
            "last_day": last_day,
            "first_s": (first_day - 1) * _DAY_S,
            "last_s": (last_day + 1) * _DAY_S,
        },
    )["id"]
    for offset in range(0, len(ids), _CHUNK):
        yield ids.slice(offset, _CHUNK)


def _as_known(connection: Connection, ids: pl.Series, moment: Moment) -> pl.DataFrame:
    staged = bulk.stage(connection, ids.to_frame("id"), "wanted")
    beside = "JOIN source ON source.id = lead_event.source_id"
    told_then = last_told(staged, TOLD.format(table="lead_event"), beside)
    told = bulk.fetch(
        connection,
        f"SELECT lead_id, {_EARLIEST}, {FIRST_REASON}, "
        f"MAX(CASE WHEN kind = 'closed' THEN detail END) FROM {told_then} AS told "
        "WHERE occurred_at < :happened GROUP BY lead_id",
        {"id": pl.Int64()}
        | dict.fromkeys(_KNOWN, pl.Int64())
        | {"reject_reason": pl.String(), "closed_as": pl.String()},
        bounds(moment),
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
        .drop(*STAMPS, "reject_reason", "outcome")
        .join(told.filter(pl.col("created_at").is_not_null()), on="id")
        .with_columns(pl.coalesce("closed_as", "undated").alias("outcome"))
        .drop("closed_as", "undated")
    )
