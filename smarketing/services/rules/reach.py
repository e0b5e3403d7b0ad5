"""Which rules can never match a lead, found by trying them: never by a guess.

A condition that compares plain columns with what is written out (=, <>, <, IN, BETWEEN, IS NULL,
joined by AND, OR, NOT) depends on a column only by where its value lies between the values
written. So one lead for each such place, and for every combination of places, decides for all
leads. A condition with anything else in it is not judged, unless the rules before it leave nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from math import prod
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from smarketing.services.rules.compared import STEPS, OpaqueError, compared

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from smarketing.services.rules.compared import Compared

_MOST_LEADS: Final = 200_000
"""Combinations that are tried; where there are more, nothing is said."""

_ANY_TEXT: Final = "\N{REPLACEMENT CHARACTER} any other text"


@dataclass(frozen=True)
class Dead:
    """A rule that never matches.

    Attributes:
        number: Its position, from 0.
        behind: Positions of the rules that match whatever it would match; empty: it is never TRUE.
    """

    number: int
    behind: tuple[int, ...]


def dead_rules(conditions: Sequence[str], columns: Mapping[str, pl.DataType]) -> Iterator[Dead]:
    """Yield the rules that can never be the first one that matches.

    Args:
        conditions: Each has passed `check_condition`.
        columns: Every column with the type that a condition sees.
    """
    alike: dict[str, int] = {}
    judged: dict[int, list[Compared]] = {}
    found: dict[int, Dead] = {}
    for number, sql in enumerate(conditions):
        tree = pl.sql_expr(sql).meta.serialize(format="json")
        if (first := alike.setdefault(tree, number)) != number:
            found[number] = Dead(number, (first,))
        try:
            judged[number] = list(compared(tree, columns))
        except OpaqueError:
            continue
    for dead in _tried(conditions, judged, columns):
        found.setdefault(dead.number, dead)
    yield from (found[number] for number in sorted(found))


def _tried(
    conditions: Sequence[str],
    judged: Mapping[int, Iterable[Compared]],
    columns: Mapping[str, pl.DataType],
) -> Iterator[Dead]:
    """Yield what one lead for every combination of places shows."""
    leads = _leads([one for told in judged.values() for one in told], columns)
    if leads is None:
        return
    try:
        answers = {
            number: leads.select(pl.sql_expr(conditions[number]).fill_null(value=False).alias("a"))
            for number in judged
        }
    except pl.exceptions.PolarsError:
        return  # a value at the edge of what its column can hold
    matched = pl.Series("none", [False]).new_from_index(0, len(leads))
    before: dict[int, pl.Series] = {}
    for number in range(len(conditions)):
        answer = _whole(answers[number], leads) if number in answers else None
        if answer is not None and not answer.any():
            yield Dead(number, ())
        elif not (~matched if answer is None else answer & ~matched).any():
            alone = [
                n for n, other in before.items() if answer is not None and (other | ~answer).all()
            ]
            yield Dead(number, tuple(alone[:1]) or tuple(before))
        if answer is not None:
            before[number] = answer
            matched |= answer


def _whole(answer: pl.DataFrame, leads: pl.DataFrame) -> pl.Series:
    """Return an answer for every lead; a condition without a column has one for all."""
    series = answer.to_series()
    return series if len(series) == len(leads) else series.new_from_index(0, len(leads))


def _leads(told: Iterable[Compared], columns: Mapping[str, pl.DataType]) -> pl.DataFrame | None:
    """Return a lead for every combination of places; None: there are too many."""
    written: dict[str, set[object]] = {}
    for column, value in told:
        written.setdefault(column, set()).update(() if value is None else (value,))
    places = {name: _places(values, columns[name]) for name, values in written.items()}
    if prod(len(values) for values in places.values()) > _MOST_LEADS:
        return None
    leads = pl.DataFrame({"": [0]})
    try:
        for name, values in places.items():
            beside = pl.DataFrame({name: pl.Series(values, dtype=columns[name], strict=True)})
            leads = leads.join(beside, how="cross")
    except (pl.exceptions.PolarsError, OverflowError, TypeError):
        return None
    return leads


def _places(written: Iterable[Any], kind: pl.DataType) -> list[object]:
    """Return NULL and a value for every place: at each value written, beside it, elsewhere."""
    if kind == pl.String:
        return [None, _ANY_TEXT, *sorted(written)]
    if isinstance(kind, pl.Datetime):
        instants = [datetime(1970, 1, 1), *(_as_instant(one) for one in written)]  # noqa: DTZ001
        beside = (one + timedelta(microseconds=n) for one in instants for n in (-1, 0, 1))
        return [None, *sorted(set(beside))]
    numbers = (Decimal(0), *(Decimal(str(one)) for one in written))
    places = {place for one in numbers for place in _beside(one, STEPS[kind])}
    return [None, *(int(one) if kind == pl.Int64 else one for one in sorted(places))]


def _beside(number: Decimal, step: Decimal) -> Iterator[Decimal]:
    """Yield the values that a column of such steps can have at a number and next to it."""
    low, high = (
        (number / step).to_integral_value(how) * step for how in (ROUND_FLOOR, ROUND_CEILING)
    )
    yield from (low - step, low, high, high + step)


def _as_instant(value: date) -> datetime:
    return value if isinstance(value, datetime) else datetime.combine(value, time())
