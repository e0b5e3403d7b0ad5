"""A sheet of a workbook (XLSX, and the older XLS) as frames of text.

Dates become `2024-03-15 14:30:00`, whole numbers lose their `.0`, booleans become `true` and
`false`: the same texts that a CSV export would hold, so that one parser reads both.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain, islice
from typing import TYPE_CHECKING, Final

from python_calamine import CalamineError, CalamineWorkbook

from connectors.layout import SAMPLE, column_names, header_at
from connectors.protocol import ConnectorError
from connectors.raw import Chunk, chunk_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from python_calamine import CalamineSheet

_ROWS: Final = 20_000
_EXACT: Final = 1e15
"""Below it every whole number is a float without loss."""


@dataclass(frozen=True)
class SheetLook:
    """What can be seen of a workbook before its records are read.

    Attributes:
        names: All sheets, in their order.
        used: The one that is read.
        header_row: Row of its header, from 1.
    """

    names: tuple[str, ...]
    used: str
    header_row: int


def look_at_workbook(path: Path, label: str, sheet: str | None) -> SheetLook:
    """Return which sheet is read, and where its table begins.

    Args:
        path: A workbook that `open_workbook` reads.
        label: What a person calls it.
        sheet: Name of the sheet; None: the first with data.

    Raises:
        ConnectorError: There is no such sheet, or none with data.
    """
    workbook = CalamineWorkbook.from_path(path)
    chosen = _sheet(workbook, label, sheet)
    first = [_texts(row) for row in islice(chosen.iter_rows(), SAMPLE)]
    return SheetLook(tuple(workbook.sheet_names), chosen.name, (header_at(first) or 0) + 1)


def open_workbook(
    path: Path, label: str, sheet: str | None
) -> tuple[tuple[str, ...], Iterator[Chunk]]:
    """Return the header and the stream of records of one sheet.

    Args:
        path: The file.
        label: What a person calls it.
        sheet: Name of the sheet; None: the first with data.

    Raises:
        ConnectorError: It cannot be opened, has no such sheet, or the sheet has no header row.
    """
    try:
        workbook = CalamineWorkbook.from_path(path)
        chosen = _sheet(workbook, label, sheet)
        rows = (_texts(row) for row in chosen.iter_rows())
    except (CalamineError, OSError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise ConnectorError(
            f"{label} cannot be read as a workbook ({reason}); save it again as XLSX or CSV"
        ) from error
    return _opened(rows, f"{label}, sheet '{chosen.name}',")


def _sheet(workbook: CalamineWorkbook, label: str, name: str | None) -> CalamineSheet:
    names = workbook.sheet_names
    if name is not None:
        if name not in names:
            known = ", ".join(f"'{one}'" for one in names)
            raise ConnectorError(f"{label} has no sheet '{name}'; it has {known}")
        return workbook.get_sheet_by_name(name)
    for one in names:
        sheet = workbook.get_sheet_by_name(one)
        if sheet.height:
            return sheet
    raise ConnectorError(f"{label} has no sheet with data; export it again")


def _opened(rows: Iterator[list[str]], label: str) -> tuple[tuple[str, ...], Iterator[Chunk]]:
    first = list(islice(rows, SAMPLE))
    place = header_at(first)
    if place is None:
        raise ConnectorError(f"{label} has no header row: its first rows are all blank")
    header = column_names(_without_blank_end(first[place], first[place + 1 :]))
    return header, _chunks(chain(first[place + 1 :], rows), len(header))


def _without_blank_end(cells: list[str], below: Iterable[list[str]]) -> list[str]:
    """Return the header without the blank cells at its end that have nothing below them."""
    used = max(
        (place for row in [cells, *below] for place, cell in enumerate(row, 1) if cell.strip()),
        default=1,
    )
    return cells[:used]


def _chunks(rows: Iterator[list[str]], wide: int) -> Iterator[Chunk]:
    while records := list(islice(rows, _ROWS)):
        yield chunk_of(records, wide)


def _texts(row: Sequence[object]) -> list[str]:
    return [cell if cell.__class__ is str else _text(cell) for cell in row]


def _text(cell: object) -> str:
    match cell:
        case bool():
            return "true" if cell else "false"
        case float():
            return _number(cell)
        case dt.datetime():
            # A serial number cannot hold every second exactly: 11:59:59.9999 is noon.
            nearest = cell + dt.timedelta(microseconds=500_000)
            return nearest.replace(microsecond=0).isoformat(" ")
        case _:
            return str(cell)


def _number(value: float) -> str:
    if value.is_integer() and abs(value) < _EXACT:
        return str(int(value))
    return format(Decimal(repr(value)), "f")
