"""What the columns of a condition are compared with, read from polars' tree of it."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

STEPS: Final[Mapping[pl.DataType, Decimal]] = {
    pl.Int64(): Decimal(1),
    pl.Decimal(38, 4): Decimal("0.0001"),
}
"""Kinds of numbers, with the least by which two of their values differ."""

_JOINING: Final = frozenset({"And", "Or", "LogicalAnd", "LogicalOr"})
_EQUAL: Final = frozenset({"Eq", "NotEq", "EqValidity", "NotEqValidity"})
_ORDERED: Final = frozenset({"Lt", "LtEq", "Gt", "GtEq"})

Compared = tuple[str, object]
"""A column and a value that it is compared with; None: NULL, or whether it is NULL."""

Tree = dict[str, Any]


class OpaqueError(Exception):
    """Something in a condition is not just a comparison."""


def compared(tree: str, columns: Mapping[str, pl.DataType]) -> Iterator[Compared]:
    """Yield what columns are compared with in a condition.

    Args:
        tree: The expression as polars writes it as JSON; a node of a kind that is new there is
            opaque.
        columns: Every column with the type that a condition sees.

    Raises:
        OpaqueError: It holds something else.
    """
    yield from _compared(json.loads(tree), columns)


def _compared(tree: Tree, columns: Mapping[str, pl.DataType]) -> Iterator[Compared]:
    ((kind, part),) = tree.items()
    if kind == "Literal":
        _literal(tree)
    elif kind == "BinaryExpr" and part["op"] in _JOINING:
        yield from _compared(part["left"], columns)
        yield from _compared(part["right"], columns)
    elif kind == "BinaryExpr":
        yield from _comparison(part["op"], part["left"], part["right"], columns)
    elif kind == "Cast" and part["dtype"] == {"Literal": "Boolean"}:
        yield from _compared(part["expr"], columns)
    elif kind == "Function":
        yield from _function(part["function"], part["input"], columns)
    else:
        raise OpaqueError


def _function(
    function: Tree, given: Sequence[Tree], columns: Mapping[str, pl.DataType]
) -> Iterator[Compared]:
    match function:
        case {"Boolean": "Not"}:
            yield from _compared(given[0], columns)
        case {"Boolean": "IsNull" | "IsNotNull"}:
            yield _column(given[0], columns), None
        case {"Sql": {"Binary": str(operation)}}:
            yield from _comparison(operation, given[0], given[1], columns)
        case {"Sql": {"IsIn": _}}:
            name = _column(given[0], columns)
            yield from ((name, value) for value in _fitting(_literal(given[1]), columns[name]))
        case _:
            raise OpaqueError


def _comparison(
    operation: str, left: Tree, right: Tree, columns: Mapping[str, pl.DataType]
) -> Iterator[Compared]:
    if operation not in _EQUAL | _ORDERED:
        raise OpaqueError
    if "Literal" in left and "Literal" in right:
        return
    if "Literal" in left:
        left, right = right, left
    name = _column(left, columns)
    if columns[name] == pl.String and operation in _ORDERED:
        raise OpaqueError  # between two texts there is no end of others
    yield from ((name, value) for value in _fitting(_literal(right), columns[name]))


def _column(tree: Tree, columns: Mapping[str, pl.DataType]) -> str:
    if "Column" not in tree or not _is_ordered(columns[tree["Column"]]):
        raise OpaqueError
    return str(tree["Column"])


def _is_ordered(kind: pl.DataType) -> bool:
    return kind == pl.String or isinstance(kind, pl.Datetime) or kind in STEPS


def _fitting(values: Iterable[object], kind: pl.DataType) -> Iterator[object]:
    """Yield values that are of a column's kind, or NULL."""
    kinds: tuple[type, ...] = (int, Decimal)
    if kind == pl.String:
        kinds = (str,)
    elif isinstance(kind, pl.Datetime):
        kinds = (date,)
    for value in values:
        if value is not None and (not isinstance(value, kinds) or isinstance(value, bool)):
            raise OpaqueError
        yield value


def _literal(tree: Tree) -> list[object]:
    """Return what is written out: one value, or those of a list."""
    match tree:
        case {"Literal": {"Dyn": {"Int": int(value)}}}:
            return [value]
        case {"Literal": {"Scalar": {"Null": _}}}:
            return [None]
        case {"Literal": {"Scalar": dict(scalar)}}:
            return [_scalar(scalar)]
        case {"Literal": {"Series": list(octets)}}:
            series = pl.read_ipc_stream(BytesIO(bytes(octets))).to_series()
            return (series.explode() if series.dtype == pl.List else series).to_list()
        case _:
            raise OpaqueError


def _scalar(scalar: Tree) -> object:
    match scalar:
        case {"String": str(text)}:
            return text
        case {"Boolean": bool(value)}:
            return value
        case {"Date": int(days)}:
            return date(1970, 1, 1) + timedelta(days=days)
        case {"Datetime": [int(us), "Microseconds", None]}:
            return datetime(1970, 1, 1) + timedelta(microseconds=us)  # noqa: DTZ001 (wall time)
        case {"Decimal": [int(digits), int(_), int(scale)]}:
            return Decimal(digits).scaleb(-scale)
        case _:
            raise OpaqueError
