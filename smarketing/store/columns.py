"""Which polars type the values of a table's column have on the bulk path."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
from sqlalchemy import BigInteger, Integer
from sqlmodel import SQLModel

from smarketing.store.types import Instant, Money

if TYPE_CHECKING:
    from collections.abc import Sequence


def schema_of(
    table: type[SQLModel], columns: Sequence[str] | None = None
) -> dict[str, pl.DataType]:
    """Return column to type: Int64 for numbers, instants and money, String for the rest.

    Args:
        table: A table of `store.tables`.
        columns: Which ones, in this order; None: all of them.
    """
    types = {c.name: c.type for c in SQLModel.metadata.tables[str(table.__tablename__)].columns}
    whole = (Integer, BigInteger, Instant, Money)
    return {
        name: pl.Int64() if isinstance(types[name], whole) else pl.String()
        for name in columns or types
    }
