"""How far the cells of a workbook lie apart.

The workbook reader keeps a sheet as a full rectangle in memory: one stray cell at the far corner of
a small file would make it ask for hundreds of gigabytes, and the process would end.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO
    from zipfile import ZipFile

_CELL: Final = re.compile(rb"""\sr\s*=\s*["']([A-Z]{1,3})(\d{1,7})["']""")
_BLOCK: Final = 1 << 20
_TAIL: Final = 64
"""Bytes kept from one block to the next, more than the address of a cell takes."""


def cells_spanned(archive: ZipFile) -> int:
    """Return the cells in the rectangle of the widest sheet of an XLSX file."""
    sheets = (name for name in archive.namelist() if name.startswith("xl/worksheets/"))
    widest = 0
    for name in sheets:
        with archive.open(name) as file:
            widest = max(widest, _rectangle(file))
    return widest


def _rectangle(file: IO[bytes]) -> int:
    columns: set[bytes] = set()
    lowest = 0
    for block in _overlapping(file):
        found = _CELL.findall(block)
        if found:
            letters, rows = zip(*found, strict=True)
            columns.update(letters)
            lowest = max(lowest, *map(int, rows))
    return lowest * max(map(_number, columns), default=0)


def _overlapping(file: IO[bytes]) -> Iterator[bytes]:
    tail = b""
    while block := file.read(_BLOCK):
        yield tail + block
        tail = block[-_TAIL:]


def _number(letters: bytes) -> int:
    """Return the number of a column: A is 1, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number
