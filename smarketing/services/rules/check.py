"""Whether a SQL condition can be a rule, and what to write if it cannot.

Three looks: polars parses it; its tree holds nothing that looks at more than one lead, at
another table or at the clock; it gives TRUE or FALSE for two invented leads.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

import polars as pl

from smarketing.services.rules.columns import canonical_columns, probe

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

# Names of nodes in polars' expression tree that depend on other rows.
_BEYOND_ONE_LEAD: Final = re.compile(
    r"Agg|Over|Window|Rolling|Len|Explode|Quantile|Rank|Shift|Gather|Range|Slice|Sort|SortBy|"
    r"Filter|Any|All|NullCount|Implode|Cum\w+|Correlation|ApproxNUnique"
)
_TEXT_OR_NAME: Final = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"")
_CLOCK: Final = re.compile(
    r"\b(now|current_date|current_time|current_timestamp|localtime|localtimestamp|today)\b",
    re.IGNORECASE,
)
_SELECT: Final = re.compile(r"\bselect\b", re.IGNORECASE)
_EXAMPLE: Final = "Write a condition over one lead, as employees >= 1000 AND country = 'DE'"


@dataclass(frozen=True)
class ConditionFault:
    """Why a condition cannot be used.

    Attributes:
        reason: What is wrong.
        mend: What to write instead.
    """

    reason: str
    mend: str


def check_condition(sql: str, extra_columns: Collection[str] = ()) -> ConditionFault | None:
    """Return what is wrong with a condition; None where it can be used.

    Args:
        sql: As it stands behind WHERE.
        extra_columns: Columns of the source that the agreement declares.
    """
    words = _TEXT_OR_NAME.sub("''", sql)
    if clock := _CLOCK.search(words):
        return ConditionFault(
            f"{clock.group()} reads the clock, so a lead's class would change with the day",
            "Compare with a date that is written out, as DATE '2026-01-01'",
        )
    if _SELECT.search(words):  # before it is parsed: a table function would open its file
        return ConditionFault("a rule cannot hold a SELECT of its own", _EXAMPLE)
    try:
        condition = pl.sql_expr(sql)
    except pl.exceptions.PolarsError as error:
        return ConditionFault(f"is not a SQL condition ({_first_line(error)})", _EXAMPLE)
    columns = canonical_columns() | dict.fromkeys(extra_columns, pl.String())
    return (
        _beyond_one_lead(condition)
        or _unknown_column(condition, columns)
        or _not_a_condition(condition, columns)
    )


def _beyond_one_lead(condition: pl.Expr) -> ConditionFault | None:
    nodes = set(_nodes(json.loads(condition.meta.serialize(format="json"))))
    if "Selector" in nodes or condition.meta.has_multiple_outputs():
        return ConditionFault("names several columns at once", "Name each column by itself")
    if any(_BEYOND_ONE_LEAD.fullmatch(node) for node in nodes):
        return ConditionFault(
            "counts, sums, ranks or windows look at other leads, a rule at one", _EXAMPLE
        )
    return None


def _nodes(tree: object) -> Iterator[str]:
    """Yield the names in polars' tree, without what the author wrote: columns and literals."""
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, list):
        for part in tree:
            yield from _nodes(part)
    elif isinstance(tree, dict):
        for name, part in tree.items():
            yield name
            if name not in ("Column", "Literal", "Alias"):
                yield from _nodes(part)


def _unknown_column(condition: pl.Expr, columns: Collection[str]) -> ConditionFault | None:
    for name in condition.meta.root_names():
        if name not in columns:
            close = get_close_matches(name.casefold(), columns, n=1)
            nearest = f"Did you mean {close[0]}? " if close else ""
            return ConditionFault(
                f"there is no column {name!r}",
                f"{nearest}Known are {', '.join(columns)}; a column of your own source is used "
                f'once it is declared: extra_columns = ["{name}"]. Text stands in single quotes',
            )
    return None


def _not_a_condition(condition: pl.Expr, columns: dict[str, pl.DataType]) -> ConditionFault | None:
    try:
        answer = probe(columns).select(condition.alias("answer")).to_series()
    except pl.exceptions.PolarsError as error:
        return ConditionFault(
            f"cannot be evaluated ({_first_line(error)})",
            "Compare text with text and numbers with numbers; for text that may be a number write "
            "TRY_CAST(column AS INT), for an instant DATE '2026-01-01'",
        )
    if answer.dtype != pl.Boolean:
        return ConditionFault(f"gives {answer.dtype}, not TRUE or FALSE", _EXAMPLE)
    return None


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0]
