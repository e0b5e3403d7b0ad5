"""Why the leads of a supplier were rejected.

The facts of days say where any were; only those days are looked at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from smarketing.store import bulk
from smarketing.store.engine import reading
from smarketing.store.told import last_told

if TYPE_CHECKING:
    from sqlalchemy import Engine

# A cell may have rejected leads on many days: the days come first, then the leads of each.
_REJECTED: Final = (
    "SELECT lead.id FROM daily_fact JOIN cell ON cell.id = daily_fact.cell_id "
    "CROSS JOIN lead WHERE daily_fact.day >= :first_day AND daily_fact.day < :last_day "
    "AND daily_fact.rejected > 0 AND cell.provider = :provider AND lead.day = daily_fact.day "
    "AND lead.cell_id = daily_fact.cell_id AND lead.rejected = 1"
)
_REASONS: Final = (
    "SELECT lead.day, first.detail, COUNT(*) FROM (SELECT lead_id, detail, ROW_NUMBER() OVER "
    "(PARTITION BY lead_id ORDER BY occurred_at, nth) AS place FROM {told} AS told "
    "WHERE kind = 'rejected') AS first JOIN lead ON lead.id = first.lead_id "
    "WHERE first.place = 1 GROUP BY lead.day, first.detail ORDER BY lead.day, first.detail"
)


class RejectionShelf:
    """Counts rejections by their reason."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def reasons(
        self, provider: str, first_day: int, last_day: int
    ) -> list[tuple[int, str | None, int]]:
        """Return day, reason and number of the rejected leads of a provider on some days."""
        values = {"provider": provider, "first_day": first_day, "last_day": last_day}
        schema = {"day": pl.Int64(), "reason": pl.String(), "leads": pl.Int64()}
        told = last_told(f"({_REJECTED})")
        with reading(self._engine) as connection:
            return list(
                bulk.fetch(connection, _REASONS.format(told=told), schema, values).iter_rows()
            )
