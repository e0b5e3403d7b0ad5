"""What can be seen of a file before anything is taken from it: its shape, and what it holds."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from connectors.content import Content, Limits, content_of
from connectors.date_order import order_of
from connectors.decode import BLOCK_BYTES, blocks, encoding_of
from connectors.layout import layout_of
from connectors.mapping import TOLD, rules_for
from connectors.protocol import INSTANTS, ConnectorError, Kind
from connectors.remembered import recall
from connectors.suggest import best_mapping
from connectors.tables import open_table
from connectors.workbook import look_at_workbook

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from connectors.instants import DateOrder
    from connectors.mapping import Rule, VendorMapping
    from connectors.raw import Chunk

_SAMPLES: Final = 3
_SAMPLE_LENGTH: Final = 60


@dataclass(frozen=True)
class Shape:
    """How the table lies in its file.

    Attributes:
        encoding: Of a text file; None for a workbook.
        delimiter: Of a text file; None for a workbook.
        sheet: The sheet that is read; None for a text file.
        sheets: All sheets of a workbook.
        header_row: Line or row of the header, from 1.
    """

    encoding: str | None
    delimiter: str | None
    sheet: str | None
    sheets: tuple[str, ...]
    header_row: int


@dataclass(frozen=True)
class Look:
    """What a file shows.

    Attributes:
        shape: How the table lies in it.
        header: Its columns, those of a file of rejected records left out.
        samples: By column: a few different values.
        records: How many it has, up to one more than was asked for.
        kind: What they are.
        mapping: The one that fits best; it may lack columns that must be there.
        is_remembered: Whether a person corrected it for an earlier file.
        rules: How the canonical columns are filled, in the file's own names.
        date_order: Order of numbers in dates, by the mapping or as the values show.
    """

    shape: Shape
    header: tuple[str, ...]
    samples: Mapping[str, tuple[str, ...]]
    records: int
    kind: Kind
    mapping: VendorMapping
    is_remembered: bool
    rules: Mapping[str, Rule]
    date_order: DateOrder


def look_at(
    path: Path,
    label: str,
    *,
    kind: Kind | None,
    sheet: str | None,
    remembered: Path | None,
    most: int,
    limits: Limits | None = None,
) -> Look:
    """Return what a file shows.

    Args:
        path: A CSV or XLSX file.
        label: What a person calls it.
        kind: What its records are; None: what its headers fit best.
        sheet: Of a workbook; None: the first with data.
        remembered: Folder of the mappings that people corrected.
        most: Records are counted no further than to one more than this.
        limits: Sizes above which it is refused.

    Raises:
        ConnectorError: It cannot be read, or has nothing but a header.
    """
    table = open_table(path, label, sheet, limits or Limits())
    head = next(table.chunks, None)
    records = 0 if head is None else _count(head, table.chunks, most)
    if head is None or not records:
        raise ConnectorError(f"{label} has a header, but no record below it; export it again")
    known = _remembered(table.header, kind, remembered)
    mapping, found = known or best_mapping(table.header, kind)
    rules = rules_for(mapping.kinds[found], table.header)
    return Look(
        shape=_shape(path, label, sheet, limits or Limits()),
        header=tuple(name for name in table.header if name not in TOLD),
        samples={
            name: _samples(head.frame.to_series(place)) for place, name in enumerate(table.header)
        },
        records=records,
        kind=found,
        mapping=mapping,
        is_remembered=known is not None,
        rules=rules,
        date_order=mapping.date_order or _order(rules, table.header, head),
    )


def _remembered(
    header: tuple[str, ...], kind: Kind | None, folder: Path | None
) -> tuple[VendorMapping, Kind] | None:
    for one in Kind if kind is None else (kind,):
        if known := recall(header, one, folder):
            return known, one
    return None


def _shape(path: Path, label: str, sheet: str | None, limits: Limits) -> Shape:
    if content_of(path, label, limits) is Content.WORKBOOK:
        seen = look_at_workbook(path, label, sheet)
        return Shape(None, None, seen.used, seen.names, seen.header_row)
    with path.open("rb") as file:
        encoding = _encoding(file.read(BLOCK_BYTES))
        file.seek(0)
        head = next(blocks(file), b"")
    layout = layout_of(head, label)
    return Shape(encoding, layout.delimiter, None, (), head[: layout.start].count(b"\n") or 1)


def _encoding(head: bytes) -> str:
    name, mark = encoding_of(head[:4096])
    if name != "utf-8":
        return name
    try:
        # Incremental: the block may end within a character.
        codecs.getincrementaldecoder("utf-8")().decode(head[mark:])
    except UnicodeDecodeError:
        return "windows-1252"
    return name


def _count(head: Chunk, rest: Iterable[Chunk], most: int) -> int:
    """Return the number of lines that hold anything, up to one more than `most`."""
    records = _filled(head)
    for chunk in rest:
        if records > most:
            break
        records += _filled(chunk)
    return min(records, most + 1)


def _filled(chunk: Chunk) -> int:
    some = pl.any_horizontal(pl.all().fill_null("").str.strip_chars() != "")
    return int(chunk.frame.select(some.sum()).item())


def _samples(values: pl.Series) -> tuple[str, ...]:
    texts = values.drop_nulls().str.strip_chars()
    some = texts.filter(texts != "").unique(maintain_order=True).head(_SAMPLES)
    return tuple(text[:_SAMPLE_LENGTH] for text in some)


def _order(rules: Mapping[str, Rule], header: tuple[str, ...], head: Chunk) -> DateOrder:
    names = {name for key, rule in rules.items() if key in INSTANTS for name in rule.headers}
    return order_of(head.frame.to_series(header.index(name)) for name in sorted(names))
