"""Single leads, for pages and explanations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import polars as pl

from smarketing.domain.errors import NotFoundError
from smarketing.store import bulk
from smarketing.store.columns import schema_of
from smarketing.store.engine import reading
from smarketing.store.ledger import CLASSIFIED
from smarketing.store.tables import Clock, Lead

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy import Connection, Engine


_DIGITS: Final = 18
"""The most digits of a number that every column can hold."""


class LeadShelf:
    """Finds leads by what people call them."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def named(self, name: str) -> pl.Series:
        """Return ids by id, by `SOURCE:SOURCE_ID`, or by e-mail: the first way that finds any."""
        found = pl.Series("id", [], dtype=pl.Int64())
        with reading(self._engine) as connection:
            for where, values in _ways(name):
                found = _ids(connection, where, values)
                if not found.is_empty():
                    break
        return found.unique().sort()

    def with_clocks(self, lead_id: int) -> tuple[dict[str, Any], pl.DataFrame]:
        """Return the stored lead, and its clocks with their commitment's name.

        Raises:
            NotFoundError: There is no such lead.
        """
        columns, clocks = schema_of(Lead), schema_of(Clock)
        with reading(self._engine) as connection:
            lead = bulk.fetch(
                connection,
                f"SELECT {', '.join(f'lead.{name}' for name in columns)}, "
                "cell.version_id, cell.segment, cell.tier, lead.handed_at "
                "FROM lead JOIN cell ON cell.id = lead.cell_id WHERE lead.id = :id",
                columns | CLASSIFIED,
                {"id": lead_id},
            )
            if lead.is_empty():
                raise NotFoundError(f"there is no lead {lead_id}", str(lead_id))
            running = bulk.fetch(
                connection,
                f"SELECT {', '.join(f'clock.{name}' for name in clocks)}, commitment.name "
                "FROM clock JOIN commitment ON commitment.id = clock.commitment_id "
                "WHERE clock.lead_id = :id ORDER BY commitment.id",
                clocks | {"commitment": pl.String()},
                {"id": lead_id},
            )
        return lead.row(0, named=True), running


def _ways(name: str) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Yield the conditions under which a lead may be meant by a name, the cheapest first."""
    if name.isdecimal() and len(name) <= _DIGITS:
        yield "lead.id = :number", {"number": int(name)}
    source, colon, key = name.partition(":")
    if colon:
        yield (
            "source.name = :source AND lead.source_key = :key",
            {"source": source, "key": key},
        )
    if "@" in name:
        yield "lower(lead.email) = :email", {"email": name.lower()}


def _ids(connection: Connection, where: str, values: Mapping[str, object]) -> pl.Series:
    return bulk.fetch(
        connection,
        f"SELECT lead.id FROM lead JOIN source ON source.id = lead.source_id WHERE {where}",
        {"id": pl.Int64()},
        values,
    )["id"]
