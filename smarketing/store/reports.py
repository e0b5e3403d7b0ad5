"""Weekly reports as they were made; none is ever changed.

A report is a mapping of the columns of `_REPORT`; `made_at` is an aware instant.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import polars as pl
from sqlalchemy import text

from smarketing.domain.calendar import instant, seconds
from smarketing.domain.days import day_of
from smarketing.store import bulk
from smarketing.store.engine import reading

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from sqlalchemy import Engine

_REPORT: Final = {
    "week": pl.String(), "audience": pl.String(), "locale": pl.String(), "made_at": pl.Int64(),
    "subject": pl.String(), "preheader": pl.String(), "text": pl.String(), "html": pl.String(),
    "images": pl.String(), "figures": pl.String(), "quiet": pl.Int64(),
}  # fmt: skip
_COLUMNS: Final = ", ".join(_REPORT)
_ONE: Final = (
    f"SELECT {_COLUMNS} FROM report "
    "WHERE week = :week AND audience = :audience AND locale = :locale"
)
_KEEP: Final = (
    f"INSERT INTO report ({_COLUMNS}) VALUES ({', '.join(f':{name}' for name in _REPORT)}) "
    "ON CONFLICT (week, audience, locale) DO NOTHING"
)
_LISTED: Final = (
    "SELECT week, audience, locale, made_at, subject FROM report "
    "ORDER BY week DESC, audience, locale"
)
_FIRST_MADE: Final = "SELECT MIN(made_at) FROM report WHERE week = :week"
_NUMBERS: Final = "SELECT numbers FROM report_numbers WHERE week = :week"
_KEEP_NUMBERS: Final = (
    "INSERT INTO report_numbers (week, made_at, numbers) VALUES (:week, :made_at, :numbers) "
    "ON CONFLICT (week) DO NOTHING"
)
_FIRST_DAY: Final = "SELECT MIN(day) FROM lead"


class Reports:
    """The table `report`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def report(self, week: str, audience: str, locale: str) -> dict[str, Any] | None:
        """Return a report; None: it was not made."""
        asked = {"week": week, "audience": audience, "locale": locale}
        with reading(self._engine) as connection:
            rows = bulk.fetch(connection, _ONE, _REPORT, asked).to_dicts()
        return next((row | {"made_at": instant(row["made_at"])} for row in rows), None)

    def keep(self, report: Mapping[str, Any]) -> None:
        """Keep a report, unless there is one of its week, audience and locale."""
        row = {**report, "made_at": seconds(report["made_at"])}
        with self._engine.begin() as connection:
            connection.execute(text(_KEEP), row)

    def listed(self) -> tuple[tuple[str, str, str, datetime, str], ...]:
        """Return week, audience, locale, instant of making and subject, the newest week first."""
        with reading(self._engine) as connection:
            rows = connection.execute(text(_LISTED)).all()
        return tuple((r.week, r.audience, r.locale, instant(r.made_at), r.subject) for r in rows)

    def first_made(self, week: str) -> datetime | None:
        """Return when the first report of a week was made; None: none was."""
        with reading(self._engine) as connection:
            at = connection.scalar(text(_FIRST_MADE), {"week": week})
        return None if at is None else instant(int(at))

    def numbers(self, week: str) -> str | None:
        """Return the numbers of a week as they are kept; None: no report of it was made."""
        with reading(self._engine) as connection:
            found = connection.scalar(text(_NUMBERS), {"week": week})
        return None if found is None else str(found)

    def keep_numbers(self, week: str, made_at: datetime, numbers: str) -> None:
        """Keep the numbers of a week, unless there are some."""
        row = {"week": week, "made_at": seconds(made_at), "numbers": numbers}
        with self._engine.begin() as connection:
            connection.execute(text(_KEEP_NUMBERS), row)

    def first_day(self) -> date | None:
        """Return the first day of which a lead is known; None: there is no lead."""
        with reading(self._engine) as connection:
            day = connection.scalar(text(_FIRST_DAY))
        return None if day is None else day_of(int(day))
