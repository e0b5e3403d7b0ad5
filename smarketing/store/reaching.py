"""What attempts, hours and speed brought, counted from the events and clocks of some days.

Leads are found by the index of days, their events and clocks by their keys: never all leads. What
is counted is summed here; no lead leaves the database.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from smarketing.domain.acts import WITHDRAWN
from smarketing.domain.clocks import ClockState
from smarketing.domain.moment import FOREVER
from smarketing.store import bulk
from smarketing.store.engine import reading
from smarketing.store.logs import TOLD, bounds
from smarketing.store.told import last_told

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Engine

    from smarketing.domain.moment import Moment

_DAYS: Final = "lead.day >= :first_day AND lead.day < :last_day"
_WANTED: Final = f"(SELECT lead.id FROM lead WHERE {_DAYS})"
_KINDS: Final = f"lead_event.kind IN ('attempted', 'connected', '{WITHDRAWN}')"
_BESIDE: Final = "JOIN source ON source.id = lead_event.source_id"
_TRIES_SCHEMA: Final = {
    "version_id": pl.Int64(),
    "segment": pl.String(),
    "tier": pl.String(),
} | dict.fromkeys(("attempts", "reached", "logged", "leads"), pl.Int64())
# A contact belongs to the last attempt before it: one of its own, that is only there because it
# worked, would make late attempts look better than they are. Attempts of the same second are one,
# as the clocks count them; what came before the hand-off is not Sales'.
_TRIES: Final = (
    "WITH told AS MATERIALIZED (SELECT told.lead_id, told.kind, told.occurred_at, told.ref, "
    "lead.cell_id FROM {told} AS told JOIN lead ON lead.id = told.lead_id "
    "WHERE told.occurred_at >= lead.handed_at AND told.occurred_at < :happened), "
    "reached AS MATERIALIZED (SELECT lead_id, MAX(CASE WHEN ref <> '' AND kind = 'attempted' "
    "THEN 1 ELSE 0 END) AS logged, "
    "MIN(CASE WHEN kind = 'connected' THEN occurred_at END) AS at FROM told GROUP BY lead_id), "
    "tried AS (SELECT told.lead_id, told.cell_id, "
    "COUNT(DISTINCT CASE WHEN told.kind = 'attempted' THEN told.occurred_at END) AS made, "
    "CASE WHEN reached.at IS NULL THEN 0 ELSE 1 END AS reached, reached.logged "
    "FROM told JOIN reached ON reached.lead_id = told.lead_id "
    "WHERE reached.at IS NULL OR told.occurred_at <= reached.at "
    "GROUP BY told.lead_id, told.cell_id, reached.at, reached.logged) "
    "SELECT cell.version_id, cell.segment, cell.tier, "
    "CASE WHEN tried.made > 0 THEN tried.made ELSE 1 END AS attempts, tried.reached, "
    "tried.logged, COUNT(*) FROM tried JOIN cell ON cell.id = tried.cell_id "
    "GROUP BY cell.version_id, cell.segment, cell.tier, attempts, tried.reached, tried.logged"
)

QUARTER_S: Final = 900
"""Seconds of the quarters of an hour that clocks are counted in: every zone begins its hours at
one of them."""

_MET: Final = f"clock.state = {ClockState.MET:d}"
_MISSED: Final = (
    "clock.breached_at IS NOT NULL AND clock.state IN "
    f"({ClockState.RUNNING:d}, {ClockState.MET_LATE:d}, {ClockState.NEVER_MET:d})"
)
_JUDGED: Final = f"clock.excused = 0 AND clock.cycle = 1 AND (({_MET}) OR ({_MISSED}))"
_HOURS_SCHEMA: Final = dict.fromkeys(("commitment_id", "quarter", "due", "met"), pl.Int64())
_HOURS: Final = (
    f"SELECT clock.commitment_id, clock.started_at / {QUARTER_S} AS quarter, COUNT(*), "
    f"CAST(SUM(CASE WHEN {_MET} THEN 1 ELSE 0 END) AS BIGINT) FROM lead CROSS JOIN clock "
    f"WHERE clock.lead_id = lead.id AND {_DAYS} AND {_JUDGED} "
    "GROUP BY clock.commitment_id, quarter"
)

_OUTCOMES_SCHEMA: Final = {
    "commitment_id": pl.Int64(),
    "tier": pl.String(),
    "lead_source": pl.String(),
} | dict.fromkeys(("in_time", "won", "leads"), pl.Int64())
# A landmark: who was lost, rejected or won before the answer was due says nothing of its speed.
_OUTCOMES: Final = (
    "WITH judged AS MATERIALIZED (SELECT clock.commitment_id, lead.cell_id, clock.due_at, "
    f"CASE WHEN {_MET} THEN 1 ELSE 0 END AS in_time, lead.rejected_at, lead.closed_at AS ended_at, "
    "COALESCE((SELECT MIN(COALESCE(deal.closed_at, deal.recorded_at)) FROM deal "
    "WHERE deal.lead_id = lead.id AND deal.outcome = 'won'), "
    "CASE WHEN lead.won_deals > 0 THEN COALESCE(lead.closed_at, lead.recorded_at) END) AS won_at "
    f"FROM lead CROSS JOIN clock WHERE clock.lead_id = lead.id AND {_DAYS} AND {_JUDGED} "
    "AND clock.commitment_id = :commitment_id ORDER BY lead.day DESC LIMIT :most) "
    "SELECT judged.commitment_id, cell.tier, cell.lead_source, judged.in_time, "
    "CASE WHEN judged.won_at IS NULL THEN 0 ELSE 1 END AS won, COUNT(*) "
    "FROM judged JOIN cell ON cell.id = judged.cell_id "
    "WHERE COALESCE(judged.won_at, judged.due_at + 1) > judged.due_at "
    "AND COALESCE(judged.ended_at, judged.due_at + 1) > judged.due_at "
    "AND COALESCE(judged.rejected_at, judged.due_at + 1) > judged.due_at "
    "GROUP BY judged.commitment_id, cell.tier, cell.lead_source, judged.in_time, won"
)


class ReachDesk:
    """Reads what attempts, hours and speed brought."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def tries(self, first_day: int, last_day: int, moment: Moment | None = None) -> pl.DataFrame:
        """Return the leads of some days by how often they were tried until they were reached.

        Columns: `version_id, segment, tier, attempts, reached, logged, leads`. Of a lead that is
        not reached it is how often it was tried so far; `logged` is 0 where only its record tells
        of an attempt, so that how many followed is not known.

        Args:
            first_day: Day number of the hand-off, inclusive.
            last_day: Day number, not inclusive.
            moment: What had happened and been told by then; None: everything.
        """
        kinds, beside = _KINDS, ""
        values: dict[str, object] = {"happened": FOREVER}
        if moment is not None:
            kinds, beside = f"{_KINDS} AND {TOLD.format(table='lead_event')}", _BESIDE
            values = bounds(moment)
        told = last_told(_WANTED, kinds, beside)
        days = {"first_day": first_day, "last_day": last_day}
        return self._fetch(_TRIES.format(told=told), _TRIES_SCHEMA, days | values)

    def hours(self, first_day: int, last_day: int) -> pl.DataFrame:
        """Return `commitment_id, quarter, due, met` of the leads of some days.

        Clocks that are judged, counted by the quarter of an hour in which they started: seconds of
        UTC / QUARTER_S. Hand-offs once more, and what is excused, are left out.
        """
        days = {"first_day": first_day, "last_day": last_day}
        return self._fetch(_HOURS, _HOURS_SCHEMA, days)

    def outcomes(
        self, first_day: int, last_day: int, commitment_id: int, most: int
    ) -> pl.DataFrame:
        """Return `commitment_id, tier, lead_source, in_time, won, leads` of some days.

        Only leads whose clock of a commitment is judged and which were open when it was due; of
        very many the `most` that were handed off last.
        """
        days = {"first_day": first_day, "last_day": last_day}
        values = days | {"commitment_id": commitment_id, "most": most}
        return self._fetch(_OUTCOMES, _OUTCOMES_SCHEMA, values)

    def _fetch(
        self, sql: str, schema: Mapping[str, pl.DataType], values: Mapping[str, object]
    ) -> pl.DataFrame:
        with reading(self._engine) as connection:
            return bulk.fetch(connection, sql, schema, values)
