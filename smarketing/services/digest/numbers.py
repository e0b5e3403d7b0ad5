"""The numbers of a weekly report as a text, exact and for good: JSON that says what each value is.

A value that JSON has stands for itself; every other one is an object of one key, its sort: a day,
an instant, a fraction, a name of an enumeration, or a class of `reports` with its fields. A field
that came later has its default in an older text; one that is gone is passed over.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from reports import digest as told
from reports.outlook import Outlook, State
from smarketing.domain.forecast import Band
from smarketing.domain.metrics import Metric

if TYPE_CHECKING:
    from collections.abc import Callable

VERSION: Final = 1
"""Of the way of writing; a greater one was written by a later smarketing."""

_CLASSES: Final[Mapping[str, type[Any]]] = {
    one.__name__: one
    for one in (
        told.Digest, told.WeekCount, told.DayCount, told.CellProgress, told.PromiseWeek,
        told.PromiseProgress, told.DepthWeek, told.DepthProgress, told.BreachWeek, told.Debt,
        told.SourceState, Outlook, Band,
    )
}  # fmt: skip
_NAMES: Final[Mapping[str, type[Enum]]] = {
    one.__name__: one for one in (told.Audience, State, Metric)
}
_READERS: Final[Mapping[str, Callable[[str], Any]]] = {
    "at": datetime.fromisoformat,
    "day": date.fromisoformat,
    "decimal": Decimal,
    "fraction": Fraction,
}


def text_of(digest: told.Digest) -> str:
    """Return the numbers of a digest as they are kept."""
    return json.dumps({"version": VERSION, "digest": _written(digest)}, ensure_ascii=False)


def digest_from(text: str) -> told.Digest:
    """Return the digest of a kept text.

    Raises:
        ValueError: A later smarketing wrote it.
    """
    kept = json.loads(text)
    if kept["version"] > VERSION:
        raise ValueError(
            f"the numbers of a report were written by a later smarketing (version "
            f"{kept['version']}, this one reads {VERSION}): upgrade it again"
        )
    found: told.Digest = _read(kept["digest"])
    return found


def _written(value: Any) -> Any:  # noqa: ANN401, PLR0911  (any value of a digest; a line a sort)
    match value:
        case Enum():
            return {"name": [type(value).__name__, value.value]}
        case None | bool() | int() | float() | str():
            return value
        case datetime():
            return {"at": value.isoformat()}
        case date():
            return {"day": value.isoformat()}
        case Decimal():
            return {"decimal": str(value)}
        case Fraction():
            return {"fraction": str(value)}
        case tuple() | list():
            return [_written(one) for one in value]
        case Mapping():
            return {"pairs": [[_written(key), _written(one)] for key, one in value.items()]}
    if not is_dataclass(value):
        raise TypeError(f"{value!r} is no part of a digest")
    has = {one.name: _written(getattr(value, one.name)) for one in fields(value)}
    return {"of": type(value).__name__, "has": has}


def _read(value: Any) -> Any:  # noqa: ANN401  (any value of a digest)
    if isinstance(value, list):
        return tuple(_read(one) for one in value)
    if not isinstance(value, dict):
        return value
    if "of" in value:
        made = _CLASSES[value["of"]]
        known = {one.name for one in fields(made)}
        return made(**{name: _read(one) for name, one in value["has"].items() if name in known})
    if "name" in value:
        sort, of = value["name"]
        return _NAMES[sort](of)
    if "pairs" in value:
        return {_read(key): _read(one) for key, one in value["pairs"]}
    ((sort, said),) = value.items()
    return _READERS[sort](said)
