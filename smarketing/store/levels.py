"""What the levels of commitments are counted from, besides the facts of days.

Leads and clocks of some days are found by the index of days, reports by their keys: never all
leads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from smarketing.domain.clocks import ClockState
from smarketing.store import bulk, freshness
from smarketing.store.engine import reading
from smarketing.store.freshness import KNOWN
from smarketing.store.logs import KNOWN_THEN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Engine

_RUNNING: Final = f"clock.state = {ClockState.RUNNING:d}"
_GONE: Final = f"clock.state IN ({ClockState.MET_LATE:d}, {ClockState.NEVER_MET:d})"
_MISSED: Final = "clock.breached_at IS NOT NULL"
# The verdicts are those of the facts, so that both say the same.
_VERDICTS: Final[Mapping[str, str]] = {
    "met": f"clock.excused = 0 AND clock.state = {ClockState.MET:d}",
    "late": f"clock.excused = 0 AND {_GONE} AND {_MISSED}",
    "overdue": f"clock.excused = 0 AND {_RUNNING} AND {_MISSED}",
    "pending": f"clock.excused = 0 AND {_RUNNING} AND NOT {_MISSED}",
    "excused": f"clock.excused = 1 AND clock.state <> {ClockState.VOID:d}",
}
_SUMS: Final = ", ".join(
    f"CAST(SUM(CASE WHEN {verdict} THEN 1 ELSE 0 END) AS BIGINT)" for verdict in _VERDICTS.values()
)
_CLOCKS: Final = (
    f"SELECT clock.commitment_id, {_SUMS} FROM lead CROSS JOIN clock "
    "WHERE clock.lead_id = lead.id AND lead.day >= :first_day AND lead.day < :last_day "
    "GROUP BY clock.commitment_id"
)
_VALUES: Final = (
    "SELECT cell.version_id, cell.segment, cell.tier, CAST(SUM(lead.value) AS BIGINT) FROM lead "
    "JOIN cell ON cell.id = lead.cell_id "
    "WHERE lead.day >= :first_day AND lead.day < :last_day AND lead.rejected = 0 "
    "GROUP BY cell.version_id, cell.segment, cell.tier"
)
_READ: Final = (
    "SELECT import_run.started_at AS at FROM import_run "
    "JOIN source ON source.id = import_run.source_id "
    "WHERE source.name = :name AND import_run.undone_at IS NULL "
    "UNION SELECT freshness_told.recorded_at FROM freshness_told "
    "JOIN source ON source.id = freshness_told.source_id WHERE source.name = :name"
)
# The one before the span, too: the first reading of the span is measured against it.
_READINGS: Final = (
    f"WITH readings AS ({_READ}) SELECT at FROM readings WHERE at < :to_s "
    "AND at >= COALESCE((SELECT MAX(at) FROM readings WHERE at < :from_s), :from_s) ORDER BY at"
)
_REPORTS: Final = (
    "SELECT outbox.audience, CASE WHEN outbox.state = 'sent' THEN outbox.sent_at END, "
    "outbox.due_at FROM person CROSS JOIN outbox WHERE outbox.kind = 'digest' "
    "AND outbox.state <> 'unwanted' AND outbox.dedupe_key = :prefix || CAST(person.id AS TEXT)"
)
_READERS: Final = (
    "SELECT audience, digest_weekday, digest_minute, timezone, report_since FROM person "
    "WHERE active = 1 AND audience <> '' ORDER BY id"
)


_MONTH_DAYS: Final = 31
# Those of the days and of the month before: a source that has ended keeps no month open for ever.
_DELIVERING: Final = (
    "SELECT delivering.source_id, CASE WHEN EXISTS (SELECT 1 FROM import_run "
    "WHERE import_run.source_id = delivering.source_id AND import_run.mapping <> 'typed') "
    "THEN 1 ELSE 0 END FROM (SELECT DISTINCT cell.source_id FROM daily_fact "
    "JOIN cell ON cell.id = daily_fact.cell_id "
    "WHERE daily_fact.day >= :first_day AND daily_fact.day < :last_day) AS delivering"
)


class LevelDesk:
    """Reads what commitments are judged by."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def clocks(self, first_day: int, last_day: int) -> pl.DataFrame:
        """Return `commitment_id, met, late, overdue, pending, excused` of the leads of some days.

        Args:
            first_day: Day number, inclusive.
            last_day: Day number, not inclusive.
        """
        schema = dict.fromkeys(("commitment_id", *_VERDICTS), pl.Int64())
        return self._fetch(_CLOCKS, schema, {"first_day": first_day, "last_day": last_day})

    def values(self, first_day: int, last_day: int) -> pl.DataFrame:
        """Return `version_id, segment, tier, value` of the leads of some days that count.

        The value is in ten-thousandths; rejected leads are left out of it.
        """
        schema = {
            "version_id": pl.Int64(),
            "segment": pl.String(),
            "tier": pl.String(),
            "value": pl.Int64(),
        }
        return self._fetch(_VALUES, schema, {"first_day": first_day, "last_day": last_day})

    def readings(self, source: str, from_s: int, to_s: int) -> Sequence[int]:
        """Return when a source was read in `[from_s, to_s)`, after the last reading before it."""
        values = {"name": source, "from_s": from_s, "to_s": to_s}
        return self._fetch(_READINGS, {"at": pl.Int64()}, values)["at"].to_list()

    def reports(self, prefix: str) -> pl.DataFrame:
        """Return `audience, sent_at, due_at` of the planned reports whose key begins so.

        Those that their readers wanted no mail about are left out.

        Args:
            prefix: Of the dedupe keys; the number of the person follows. `sent_at` is null
                unless it was sent; the audience is whom it was written for; `due_at` when its
                reader wanted it, null where nobody could say.
        """
        schema = {"audience": pl.String(), "sent_at": pl.Int64(), "due_at": pl.Int64()}
        return self._fetch(_REPORTS, schema, {"prefix": prefix})

    def readers(self) -> pl.DataFrame:
        """Return `audience, weekday, minute, timezone, report_since` of all who get a report now.

        `report_since` is when that began, in seconds of UTC; null: it was not noted.
        """
        schema = {
            "audience": pl.String(),
            "weekday": pl.String(),
            "minute": pl.Int64(),
            "timezone": pl.String(),
            "report_since": pl.Int64(),
        }
        return self._fetch(_READERS, schema, {})

    def leads_known(
        self, first_day: int, last_day: int, told_before: int | None = None
    ) -> tuple[int | None, int | None]:
        """Return the first day that has leads, and until when those of some days are known.

        Args:
            first_day: Day number, inclusive.
            last_day: Day number, not inclusive.
            told_before: What was told at it or later does not count, in seconds of UTC; None:
                everything does.
        """
        asked = (KNOWN, {}) if told_before is None else (KNOWN_THEN, {"told": told_before})
        with reading(self._engine) as connection:
            known = freshness.known_until(connection, *asked)
        told = {source: until for (source, kind), until in known.items() if kind == "created"}
        first = self._fetch("SELECT MIN(day) FROM daily_fact", {"day": pl.Int64()}, {})
        days: Mapping[str, object] = {"first_day": first_day - _MONTH_DAYS, "last_day": last_day}
        found = self._fetch(_DELIVERING, {"id": pl.Int64(), "by_file": pl.Int64()}, days)
        untils = [
            told[source] for source, by_file in found.iter_rows() if by_file and source in told
        ]
        if untils:
            return first.item(), min(untils)
        return first.item(), None if found.height else max(told.values(), default=None)

    def _fetch(
        self, sql: str, schema: Mapping[str, pl.DataType], values: Mapping[str, object]
    ) -> pl.DataFrame:
        with reading(self._engine) as connection:
            return bulk.fetch(connection, sql, schema, values)
