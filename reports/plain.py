"""The layout of the text part: wrapped paragraphs and aligned tables of plain characters."""

from __future__ import annotations

import textwrap
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reports.tables import Table

WIDTH = 76
_WIDEST_NAME = 34
_WIDEST_HEADING = 26
_WIDEST_TABLE = 84
_WIDE = 2


def wrapped(text: str, first: str = "", later: str = "") -> str:
    """Return `text` in lines of at most 76 characters; a longer word, as a link, stays whole."""
    return textwrap.fill(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=later,
        break_long_words=False,
        break_on_hyphens=False,
    )


def pad(text: str, width: int) -> str:
    """Return `text` with blanks up to `width` places of a fixed-width font."""
    return text + " " * (width - _places(text))


def aligned(table: Table) -> str:
    """Return a table, the first column left, the others right; a long name has its own line."""
    columns = [_shortened(column) for column in table.columns]
    lines = [columns, *(row.cells for row in table.rows)]
    widths = [max(_places(line[column]) for line in lines) for column in range(1, len(columns))]
    left = _WIDEST_TABLE - sum(width + 2 for width in widths)
    longest = max(_places(line[0]) for line in lines)
    names = min(longest, _WIDEST_NAME, max(left, _places(columns[0])))
    head, *rows = ["\n".join(_lines(line, names, widths)) for line in lines]
    rule = "-" * (names + sum(width + 2 for width in widths))
    return "\n".join([head, rule, *rows])


def _shortened(heading: str) -> str:
    """Return a heading that fits; a title in full stands in the table of promises."""
    if len(heading) <= _WIDEST_HEADING:
        return heading
    return f"{heading[: _WIDEST_HEADING - 3].rstrip()}..."


def _lines(cells: Sequence[str], names: int, widths: Sequence[int]) -> list[str]:
    name, *numbers = cells
    shown = "".join(
        " " * (width + 2 - _places(cell)) + cell
        for cell, width in zip(numbers, widths, strict=True)
    )
    if _places(name) <= names:
        return [pad(name, names) + shown]
    return [name, " " * names + shown]


def _places(text: str) -> int:
    """Return how many places a text takes: letters of East Asia take two, accents none."""
    return sum(
        _WIDE if unicodedata.east_asian_width(char) in "WF" else not unicodedata.combining(char)
        for char in text
    )
