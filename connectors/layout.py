"""Where the table is in a file: its delimiter, its header row, the names of its columns.

Title rows above the header are recognised by having fewer cells filled than the table is wide;
lines that a CRM writes below the last record are recognised by their words.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from connectors.decode import decoded
from connectors.protocol import ConnectorError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

DELIMITERS: Final = ",;\t|"
SAMPLE: Final = 50
"""Records looked at to find delimiter and header."""
_SAMPLE_BYTES: Final = 1 << 18

FOOTER: Final = (
    r"^(?:Grand Totals? \([\d.,]+ records?\)|Confidential Information - Do Not Distribute"
    r"|Copyright (?:\(c\)|©) [\d-]+ .{0,80}All rights reserved\.?)$"
)
"""What Salesforce writes below a report's records, alone in the first cell of its line."""


@dataclass(frozen=True)
class Layout:
    """The shape of a CSV file.

    Attributes:
        delimiter: One character.
        header: Names of the columns: stripped, never blank, none twice.
        start: Offset of the first byte after the header, in the UTF-8 text.
    """

    delimiter: str
    header: tuple[str, ...]
    start: int


def column_names(cells: Sequence[str]) -> tuple[str, ...]:
    """Return a name for each column: a blank one is `column 3`, a repeated one gets ` (2)`."""
    names: list[str] = []
    taken: set[str] = set()
    for place, cell in enumerate(cells, start=1):
        name = base = " ".join(cell.split()) or f"column {place}"
        count = 1
        while name in taken:
            count += 1
            name = f"{base} ({count})"
        taken.add(name)
        names.append(name)
    return tuple(names)


def header_at(records: Sequence[Sequence[str]]) -> int | None:
    """Return the index of the header among a file's first records; None where all are blank.

    It is the first record with more than half of its table's cells filled; the table is as wide
    as most of the records.
    """
    filled = [sum(1 for cell in record if cell.strip()) for record in records]
    widths = Counter(
        len(record) for record, count in zip(records, filled, strict=True) if count
    ).most_common(1)
    if not widths:
        return None
    wide = widths[0][0]
    found = next((place for place, count in enumerate(filled) if 2 * count > wide), None)
    return found if found is not None else next(p for p, count in enumerate(filled) if count)


def layout_of(head: bytes, label: str) -> Layout:
    """Return the shape of a CSV file whose first block of UTF-8 is `head`.

    Raises:
        ConnectorError: There is no header row.
    """
    whole = len(head) <= _SAMPLE_BYTES
    # Latin-1 keeps one character for one byte, so that offsets in the text are offsets in bytes.
    text = head[:_SAMPLE_BYTES].decode("latin-1")
    best = max(DELIMITERS, key=lambda delimiter: _fitness(text, delimiter, whole=whole))
    records, ends = _sample(text, best, whole=whole)
    place = header_at(records)
    if place is None:
        raise ConnectorError(
            f"{label} has no header row: its first lines are all blank; export it again with"
            " the names of the columns in the first line"
        )
    cells = [decoded(cell.encode("latin-1")) for cell in records[place]]
    return Layout(best, column_names(cells), ends[place])


def _fitness(text: str, delimiter: str, *, whole: bool) -> tuple[float, int]:
    """Return how evenly and how widely a delimiter cuts the sample; better is greater."""
    records, _ = _sample(text, delimiter, whole=whole)
    widths = Counter(len(record) for record in records if any(cell.strip() for cell in record))
    if not widths:
        return 0.0, 0
    wide, times = max(widths.items(), key=lambda item: (item[1], item[0]))
    return (times / widths.total() if wide > 1 else 0.0), wide


def _sample(text: str, delimiter: str, *, whole: bool) -> tuple[list[list[str]], list[int]]:
    """Return the first records and the offset at which each ends."""
    lines = list(io.StringIO(text, newline=""))
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True)
    records: list[list[str]] = []
    ends: list[int] = []
    at = done = 0
    for record in _until_broken(reader):
        at += sum(map(len, lines[done : reader.line_num]))
        done = reader.line_num
        records.append(record)
        ends.append(at)
        if sum(map(bool, records)) > SAMPLE:
            break
    if not whole and len(records) > 1 and done == len(lines):
        del records[-1], ends[-1]
    return records, ends


def _until_broken(reader: Iterator[list[str]]) -> Iterator[list[str]]:
    try:
        yield from reader
    except csv.Error:
        # A text longer than the csv module takes: what stands before it is sample enough.
        return
