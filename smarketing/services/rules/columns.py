"""What a rule's condition sees of a lead: the columns, their types, how they are made.

Text is text; `employees` is a whole number, `amount` money in its currency's own unit, and an
instant the wall time in the zone of the agreement, so that `created_at >= DATE '2026-01-01'`
means midnight there. A declared column of the source comes out of `extra` as text.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import polars as pl

from connectors.protocol import COLUMNS, INSTANTS, Kind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

SENIORITY: Final = "seniority"
_MONEY: Final = pl.Decimal(38, 4)
_MONEY_STEPS: Final = 10_000
_WALL_TIME: Final = pl.Datetime("us")


def canonical_columns() -> dict[str, pl.DataType]:
    """Return the columns that every condition may use, with the type a condition sees."""
    seen: dict[str, pl.DataType] = dict(COLUMNS[Kind.LEADS])
    seen.update({name: _WALL_TIME for name in seen if name in INSTANTS})
    return {**seen, "amount": _MONEY, SENIORITY: pl.String()}


def as_seen(used: Collection[str], timezone: str) -> Iterator[pl.Expr]:
    """Yield the expressions that turn a batch's columns into what conditions see.

    Args:
        used: The columns that conditions name; one that is not canonical is a key of `extra`,
            and NULL for a lead without it. The others stay as they are.
        timezone: IANA zone of the wall times.
    """
    canonical = canonical_columns()
    for name in used:
        if name not in canonical:
            # A JSON string is also a quoted key of a JSON path: spaces and quotes are safe.
            path = f"$[{json.dumps(name, ensure_ascii=False)}]"
            yield pl.col("extra").str.json_path_match(path).alias(name)
        elif name in INSTANTS:
            wall = pl.from_epoch(name, time_unit="s").dt.replace_time_zone("UTC")
            yield wall.dt.convert_time_zone(timezone).dt.replace_time_zone(None).alias(name)
        elif name == "amount":
            yield pl.col(name).cast(_MONEY) / _MONEY_STEPS


def probe(columns: dict[str, pl.DataType]) -> pl.DataFrame:
    """Return two leads to try a condition on: one with every column filled, one with none."""
    filled = {name: _sample(kind) for name, kind in columns.items()}
    return pl.DataFrame([filled, dict.fromkeys(columns)], schema=columns)


def _sample(kind: pl.DataType) -> object:
    if kind == pl.String:
        return "x"
    return pl.Series([1]).cast(pl.Int64).cast(kind).item()
