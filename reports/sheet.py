"""Tables as CSV that a spreadsheet opens without running anything.

A spreadsheet takes a text that begins like a formula for one. Such a text gets an apostrophe in
front, also where spaces or the wide signs of East Asia would hide it; numbers stay numbers.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Cell = str | int | None
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_MARK: Final = "\ufeff"
"""Lets a spreadsheet know that the text is UTF-8."""


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """Yield the lines of a CSV file, ends included, the header first; None is a blank."""
    yield _MARK + _line(header)
    for row in rows:
        yield _line(row)


def harmless(cell: Cell) -> Cell:
    """Return a cell that no spreadsheet takes for a formula."""
    if not isinstance(cell, str):
        return cell
    bare = cell.lstrip(" \u00a0\u3000")
    return f"'{cell}" if bare.startswith(_FORMULA) else cell


def _line(cells: Sequence[Cell]) -> str:
    written = io.StringIO()
    csv.writer(written).writerow([harmless(cell) for cell in cells])
    return written.getvalue()
