"""What was told of leads apart from their records, now or as it was known at a moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from smarketing.domain.acts import DONE, HANDED_AGAIN, PAUSED, WITHDRAWN
from smarketing.store import bulk
from smarketing.store.told import last_told

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from smarketing.domain.moment import Moment

TOLD: Final = "({table}.recorded_at < :told OR source.first_recorded_at >= :told)"
"""What had been told at an instant: history that was loaded later is taken as known in time."""

KNOWN_THEN: Final = (
    "SELECT source_id, kind, MAX(known_until) FROM freshness_told "
    "JOIN source ON source.id = freshness_told.source_id "
    f"WHERE {TOLD.format(table='freshness_told')} GROUP BY source_id, kind "
    "HAVING MAX(freshness_told.told) = 1"
)
"""How far each source had told at an instant, for `freshness.known_until`."""

_BESIDE: Final = "JOIN source ON source.id = lead_event.source_id"
_EVENT: Final = {
    "lead_id": pl.Int64(),
    "nth": pl.Int64(),
    "kind": pl.String(),
    "detail": pl.String(),
    "at": pl.Int64(),
}
_EXCUSED: Final = (
    "SELECT lead_id, commitment_id, cycle FROM (SELECT breach_word.*, ROW_NUMBER() OVER "
    "(PARTITION BY commitment_id, lead_id, cycle ORDER BY breach_word.id DESC) AS back "
    "FROM {ids} AS wanted CROSS JOIN breach_word WHERE breach_word.lead_id = wanted.id "
    "AND occasion = ''{when}) AS said WHERE back = 1 AND act IN ('excused', 'waived', 'dropped') "
    # Said of a late one, it does not cover a missing one.
    "AND NOT EXISTS (SELECT 1 FROM breach WHERE breach.lead_id = said.lead_id "
    "AND breach.commitment_id = said.commitment_id AND breach.cycle = said.cycle "
    "AND breach.occasion = '' AND breach.record = 'reclassified' AND breach.kind = 'missing' "
    "AND breach.recorded_at > said.at)"
)


def bounds(moment: Moment) -> dict[str, object]:
    """Return the parameters of what happened and was told before a moment."""
    return {"happened": moment.happened_before, "told": moment.told_before}


def told_of(
    connection: Connection, ids: pl.Series, kinds: tuple[str, ...], moment: Moment | None = None
) -> pl.DataFrame:
    """Return `lead_id, nth, kind, detail, at` of the events of some kinds that count.

    Args:
        connection: In a transaction.
        ids: The leads.
        kinds: Of events.
        moment: What had happened and been told by then; None: everything.
    """
    if ids.is_empty():
        return pl.DataFrame(schema=_EVENT)
    staged = bulk.stage(connection, ids.to_frame("id"), "wanted")
    which = f"lead_event.kind IN {(*kinds, WITHDRAWN)}"
    if moment is None:
        told, values, before = last_told(staged, which), {}, ""
    else:
        which += f" AND {TOLD.format(table='lead_event')}"
        told, values = last_told(staged, which, _BESIDE), bounds(moment)
        before = " WHERE occurred_at < :happened"
    sql = f"SELECT lead_id, nth, kind, detail, occurred_at FROM {told} AS told{before}"
    return bulk.fetch(connection, sql, _EVENT, values)


def pauses(connection: Connection, ids: pl.Series, moment: Moment | None = None) -> pl.DataFrame:
    """Return `lead_id, at, detail` of every pause of leads."""
    return told_of(connection, ids, (PAUSED,), moment).select("lead_id", "at", "detail")


def attempts(connection: Connection, ids: pl.Series, moment: Moment | None = None) -> pl.DataFrame:
    """Return `lead_id, at` of every attempt to reach leads, the one of the record included."""
    return told_of(connection, ids, ("attempted",), moment).select("lead_id", "at")


def cycles(connection: Connection, ids: pl.Series, moment: Moment | None = None) -> pl.DataFrame:
    """Return `lead_id, kind, at`: acts and further hand-offs of leads that have any of these."""
    again = told_of(connection, ids, (HANDED_AGAIN,), moment)
    acts = told_of(connection, again["lead_id"].unique(), tuple(DONE.values()), moment)
    return pl.concat([again, acts]).select("lead_id", "kind", "at")


def excuses(connection: Connection, ids: pl.Series, moment: Moment | None = None) -> pl.DataFrame:
    """Return `lead_id, commitment_id, cycle` of the clocks of leads that are excused."""
    schema = dict.fromkeys(("lead_id", "commitment_id", "cycle"), pl.Int64())
    if ids.is_empty():
        return pl.DataFrame(schema=schema)
    staged = bulk.stage(connection, ids.to_frame("id"), "wanted")
    when = "" if moment is None else " AND breach_word.at < :told"
    values = {} if moment is None else {"told": moment.told_before}
    return bulk.fetch(connection, _EXCUSED.format(ids=staged, when=when), schema, values)
