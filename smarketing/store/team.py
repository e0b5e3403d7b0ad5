"""What the sales manager's page reads: the load of now, and the clocks and acts of some days.

Open leads are read from the partial indexes over `next_due_at` and `paused_until`, the leads of
days from the index of days, attempts from the small ones that hold nothing else: never all leads. A
lead that nobody holds comes with the name that its CRM has for its owner ("" for none).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from smarketing.domain.acts import PAUSED, PRESSED, RETURNED, WITHDRAWN
from smarketing.domain.clocks import ClockState
from smarketing.domain.ways import Way
from smarketing.store import bulk, freshness
from smarketing.store.engine import reading
from smarketing.store.holders import holders_in
from smarketing.store.tables.records import ATTEMPTED_LATER
from smarketing.store.told import last_told

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Engine

    from smarketing.domain.holders import Holders

_WHOSE: Final = {"holder_id": pl.Int64(), "owner": pl.String()}
_OWNER: Final = "CASE WHEN lead.holder_id IS NULL THEN COALESCE(lead.owner, '') ELSE '' END"
_OPEN: Final = "COUNT(*), SUM(CASE WHEN next_due_at < :now THEN 1 ELSE 0 END)"

_LOAD_SCHEMA: Final = _WHOSE | dict.fromkeys(("open", "late", "at_risk", "paused"), pl.Int64())
# Those that somebody holds are counted in the index alone; a paused lead is never at risk.
# MATERIALIZED: or SQLite walks every open lead in the order of the groups.
_LOAD: Final = (
    f"WITH risky AS MATERIALIZED (SELECT holder_id, {_OWNER} AS owner FROM lead "
    "WHERE next_due_at >= :now AND next_risk_at <= :now "
    "AND (paused_until IS NULL OR paused_until <= :now)), "
    f"paused AS MATERIALIZED (SELECT holder_id, {_OWNER} AS owner FROM lead "
    "WHERE paused_until > :now AND next_due_at IS NOT NULL) "
    f"SELECT holder_id, '' AS owner, {_OPEN}, 0 AS at_risk, 0 AS paused FROM lead "
    "WHERE holder_id IS NOT NULL AND next_due_at IS NOT NULL GROUP BY holder_id "
    f"UNION ALL SELECT NULL, COALESCE(owner, ''), {_OPEN}, 0, 0 FROM lead "
    "WHERE holder_id IS NULL AND next_due_at IS NOT NULL GROUP BY COALESCE(owner, '') "
    "UNION ALL SELECT holder_id, owner, 0, 0, COUNT(*), 0 FROM risky GROUP BY holder_id, owner "
    "UNION ALL SELECT holder_id, owner, 0, 0, 0, COUNT(*) FROM paused GROUP BY holder_id, owner"
)

_WEEK_SCHEMA: Final = (
    _WHOSE
    | {"version_id": pl.Int64(), "metric": pl.String()}
    | dict.fromkeys(("leads", "met", "late", "overdue", "pending"), pl.Int64())
)
_DAYS: Final = "lead.day >= :first_day AND lead.day < :last_day"
_GROUPS: Final = f"GROUP BY lead.holder_id, {_OWNER}, cell.version_id"
# The verdicts are those of the facts, so that both say the same.
_LATE: Final = (
    f"clock.breached_at IS NOT NULL AND clock.state IN "
    f"({ClockState.MET_LATE:d}, {ClockState.NEVER_MET:d})"
)
_VERDICTS: Final = ", ".join(
    f"SUM(CASE WHEN {verdict} THEN 1 ELSE 0 END)"
    for verdict in (
        f"clock.state = {ClockState.MET:d}",
        _LATE,
        f"clock.breached_at IS NOT NULL AND clock.state = {ClockState.RUNNING:d}",
        f"clock.breached_at IS NULL AND clock.state = {ClockState.RUNNING:d}",
    )
)
_WEEK: Final = (
    f"SELECT lead.holder_id, {_OWNER}, cell.version_id, '', COUNT(*), 0, 0, 0, 0 "
    f"FROM lead JOIN cell ON cell.id = lead.cell_id WHERE {_DAYS} {_GROUPS} "
    f"UNION ALL SELECT lead.holder_id, {_OWNER}, cell.version_id, commitment.metric, 0, "
    f"{_VERDICTS} FROM lead CROSS JOIN clock "
    "JOIN commitment ON commitment.id = clock.commitment_id "
    "JOIN cell ON cell.id = lead.cell_id "
    f"WHERE clock.lead_id = lead.id AND clock.excused = 0 AND {_DAYS} "
    f"{_GROUPS}, commitment.metric"
)

_DAY_S: Final = 86_400
_ACTED: Final = {"lead_id": pl.Int64(), "actor": pl.String(), "at": pl.Int64()}
_TRIED: Final = (
    "(SELECT lead_id AS id FROM lead_event WHERE kind = 'attempted' AND ref <> '' "
    "AND occurred_at >= :from_s AND occurred_at < :to_s "
    # The stamps of the records: of leads of these days, and of the few whose day is far away.
    "UNION SELECT id FROM lead WHERE day >= :first_day AND day < :last_day "
    "AND first_attempt_at >= :from_s AND first_attempt_at < :to_s "
    f"UNION SELECT id FROM lead WHERE {ATTEMPTED_LATER} "
    "AND first_attempt_at >= :from_s AND first_attempt_at < :to_s)"
)
_ATTEMPTS: Final = (
    f"SELECT told.lead_id, told.actor, told.occurred_at, lead.holder_id, {_OWNER} FROM "
    + last_told(_TRIED, f"lead_event.kind IN ('attempted', '{WITHDRAWN}')")
    + " AS told JOIN lead ON lead.id = told.lead_id "
    "WHERE told.occurred_at >= :from_s AND told.occurred_at < :to_s"
)
_PAUSES: Final = (
    "SELECT told.lead_id, told.actor, told.occurred_at, told.detail, cell.version_id FROM "
    + last_told(
        "(SELECT id FROM lead WHERE paused_until > :from_s)",
        f"lead_event.kind IN ('{PAUSED}', '{WITHDRAWN}')",
    )
    + " AS told JOIN lead ON lead.id = told.lead_id JOIN cell ON cell.id = lead.cell_id "
    "WHERE told.occurred_at < :to_s"
)
_BY_LINK: Final = {
    "lead_id": pl.Int64(),
    **dict.fromkeys(
        ("full_name", "first_name", "last_name", "email", "company", "source_key", "kind",
         "detail", "ref", "by"),
        pl.String(),
    ),
    "at": pl.Int64(),
    "version_id": pl.Int64(),
}  # fmt: skip
_BY_LINK_SQL: Final = (
    "SELECT told.lead_id, lead.full_name, lead.first_name, lead.last_name, lead.email, "
    "lead.company, lead.source_key, told.kind, told.detail, told.ref, person.name, "
    "told.occurred_at, cell.version_id FROM "
    + last_told(
        "(SELECT id FROM lead WHERE day >= :first_day AND day < :last_day)",
        f"lead_event.ref <> '' AND kind IN {('acknowledged', RETURNED, PRESSED, WITHDRAWN)}",
    )
    + " AS told JOIN lead ON lead.id = told.lead_id JOIN cell ON cell.id = lead.cell_id "
    "LEFT JOIN person ON person.email = told.actor WHERE told.detail LIKE :via "
    "ORDER BY told.occurred_at, told.lead_id, told.nth"
)


class TeamDesk:
    """Reads how the sales team stands."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def holders(self) -> Holders:
        """Return who may hold leads now."""
        with reading(self._engine) as connection:
            return holders_in(connection)

    def load(self, now: int) -> pl.DataFrame:
        """Return `holder_id, owner, open, late, at_risk, paused`: counts that are to be summed."""
        return self._fetch(_LOAD, _LOAD_SCHEMA, {"now": now})

    def days(self, first_day: int, last_day: int) -> pl.DataFrame:
        """Return the clocks of the leads handed off on `[first_day, last_day)`, counted.

        Columns: `holder_id, owner, version_id, metric, leads, met, late, overdue, pending`;
        a row without a metric counts leads, one with a metric its clocks.
        """
        days: Mapping[str, object] = {"first_day": first_day, "last_day": last_day}
        return self._fetch(_WEEK, _WEEK_SCHEMA, days)

    def attempts(self, from_s: int, to_s: int) -> pl.DataFrame:
        """Return `lead_id, actor, at, holder_id, owner` of the attempts made in `[from_s, to_s)`.

        `actor` is an e-mail of the portal or the CRM's word for who made it; null: not told.
        """
        days = {"first_day": from_s // _DAY_S - 16, "last_day": to_s // _DAY_S + 3}
        span = {"from_s": from_s, "to_s": to_s}
        return self._fetch(_ATTEMPTS, _ACTED | _WHOSE, span | days)

    def pauses(self, from_s: int, to_s: int) -> pl.DataFrame:
        """Return `lead_id, actor, at, detail, version_id` of pauses that may touch a span."""
        schema = _ACTED | {"detail": pl.String(), "version_id": pl.Int64()}
        return self._fetch(_PAUSES, schema, {"from_s": from_s, "to_s": to_s})

    def by_link(self, first_day: int, last_day: int) -> pl.DataFrame:
        """Return what was pressed in mails about the leads handed off on some days.

        Columns: `lead_id`, names, `kind, detail, ref, by` (a name), `at, version_id`.
        """
        values: Mapping[str, object] = {
            "first_day": first_day, "last_day": last_day, "via": f'%"{Way.EMAIL_LINK}"%',
        }  # fmt: skip
        return self._fetch(_BY_LINK_SQL, _BY_LINK, values)

    def known_until(self) -> Mapping[tuple[int, str], int]:
        """Return until when each kind of act is known from each source, in seconds of UTC."""
        with reading(self._engine) as connection:
            return freshness.known_until(connection)

    def _fetch(
        self, sql: str, schema: Mapping[str, pl.DataType], values: Mapping[str, object]
    ) -> pl.DataFrame:
        with reading(self._engine) as connection:
            return bulk.fetch(connection, sql, schema, values)
