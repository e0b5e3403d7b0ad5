"""The facts of days, as they stand now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from smarketing.domain.facts import COUNTS
from smarketing.store import bulk
from smarketing.store.engine import reading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Engine

_COLUMN: Final = {"source": "source.name"}


class FactsNow:
    """Reads `daily_fact`; never a lead."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def daily(self, first_day: int, last_day: int, names: Sequence[str]) -> pl.DataFrame:
        """Return sums of COUNTS by day, `version_id` and some of the cell's columns.

        Args:
            first_day: Day number, inclusive.
            last_day: Day number, not inclusive.
            names: Cell columns besides `day, version_id`; `source` is the source's name.
        """
        keys = [_COLUMN.get(name, f"cell.{name}") for name in ("version_id", *names)]
        # A sum of bigints is a numeric in PostgreSQL: back to what it was.
        sums = [f"CAST(SUM(daily_fact.{name}) AS BIGINT)" for name in COUNTS]
        columns = ["daily_fact.day", *keys]
        sql = (
            f"SELECT {', '.join([*columns, *sums])} FROM daily_fact "
            "JOIN cell ON cell.id = daily_fact.cell_id JOIN source ON source.id = cell.source_id "
            "WHERE daily_fact.day >= :first_day AND daily_fact.day < :last_day "
            f"GROUP BY {', '.join(columns)}"
        )
        schema = {
            "day": pl.Int64(),
            "version_id": pl.Int64(),
            **dict.fromkeys(names, pl.String()),
            **dict.fromkeys(COUNTS, pl.Int64()),
        }
        with reading(self._engine) as connection:
            return bulk.fetch(
                connection, sql, schema, {"first_day": first_day, "last_day": last_day}
            )
