"""The page of the mapping: what was detected of a brought file, and what was chosen instead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from connectors.protocol import COLUMNS, REQUIRED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from connectors.choice import Chosen
    from connectors.look import Look

AS_DETECTED: Final = "*"
"""What a form says of a column that is filled from several of the file, as was detected."""
_SAMPLES: Final = 3


@dataclass(frozen=True)
class Column:
    """One canonical column on the page of the mapping.

    Attributes:
        is_required: Whether a record without it is rejected.
        chosen: The column of the file; empty: none; AS_DETECTED: what `detected` says.
        detected: How it is filled where that takes more than one column, or a fixed text.
        samples: A few values of what is chosen.
    """

    name: str
    is_required: bool
    chosen: str
    detected: str
    samples: tuple[str, ...]


@dataclass(frozen=True)
class MappingPage:
    """What was detected of a brought file, and what was chosen.

    Attributes:
        look: What the file shows.
        kind: What was said that it holds; empty: to be found out.
        ignored: Columns of the file that fill nothing; they are kept beside the record.
        timezone: Of times without an offset.
        date_order: As chosen; empty: as the file shows.
    """

    token: str
    name: str
    look: Look
    kind: str
    columns: tuple[Column, ...]
    ignored: tuple[str, ...]
    source: str
    timezone: str
    date_order: str


def mapping_page(
    token: str, name: str, look: Look, chosen: Chosen, *, kind: str, zone: str
) -> MappingPage:
    """Return the page of a file.

    Args:
        token: Of the file.
        name: What a person calls it.
        look: What it shows.
        chosen: What was chosen instead.
        kind: What was said that it holds; empty: to be found out.
        zone: Of times where neither the mapping nor the person names one.
    """
    return MappingPage(
        token=token,
        name=name,
        look=look,
        kind=kind,
        columns=tuple(_column(column, look, chosen) for column in COLUMNS[look.kind]),
        ignored=_ignored(look, chosen),
        source=chosen.source or look.mapping.vendor,
        timezone=chosen.timezone or look.mapping.timezone or zone,
        date_order=chosen.date_order,
    )


def unmapped(look: Look, chosen: Chosen) -> tuple[str, ...]:
    """Return the columns that must be there and that nothing fills."""
    required = (name for name in COLUMNS[look.kind] if name in REQUIRED[look.kind])
    return tuple(name for name in required if not chosen.columns.get(name, _detected(name, look)))


def chosen_columns(look: Look, told: Mapping[str, str]) -> dict[str, str]:
    """Return the columns that a form says otherwise than was detected."""
    chosen: dict[str, str] = {}
    for name in COLUMNS[look.kind]:
        said = told.get(f"column.{name}", AS_DETECTED)
        if said.isdecimal() and int(said) < len(look.header):
            header = look.header[int(said)]
            if header != _detected(name, look):
                chosen[name] = header
        elif not said and _detected(name, look):
            chosen[name] = ""
    return chosen


def _detected(name: str, look: Look) -> str:
    """Return the only column that fills a canonical one; AS_DETECTED for several; else empty."""
    rule = look.rules.get(name)
    known = look.mapping.kinds[look.kind]
    if rule is None:
        return AS_DETECTED if name in known.constants else ""
    return rule.headers[0] if len(rule.headers) == 1 else AS_DETECTED


def _column(name: str, look: Look, chosen: Chosen) -> Column:
    detected = _detected(name, look)
    header = chosen.columns.get(name, detected)
    return Column(
        name=name,
        is_required=name in REQUIRED[look.kind],
        chosen=header,
        detected=_words(name, look) if detected == AS_DETECTED else "",
        samples=_samples(name, header, look),
    )


def _samples(name: str, header: str, look: Look) -> tuple[str, ...]:
    """Return a few values of the chosen column; of several columns one of each."""
    if header != AS_DETECTED:
        return look.samples.get(header, ())[:_SAMPLES]
    headers = look.rules[name].headers if name in look.rules else ()
    each = (look.samples.get(one, ())[:1] for one in headers)
    return tuple(value for values in each for value in values)[:_SAMPLES]


def _words(name: str, look: Look) -> str:
    """Return how a column is filled that takes more than one of the file, or none."""
    rule = look.rules.get(name)
    if rule is None:
        return f"always {look.mapping.kinds[look.kind].constants[name]}"
    return (" + " if rule.join is not None else ", else ").join(rule.headers)


def _ignored(look: Look, chosen: Chosen) -> tuple[str, ...]:
    used = {header for header in chosen.columns.values() if header}
    for name, rule in look.rules.items():
        if name not in chosen.columns:
            used |= set(rule.headers)
    return tuple(header for header in look.header if header not in used)
