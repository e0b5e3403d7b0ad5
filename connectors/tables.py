"""Any file that holds a table, as a header and a stream of records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from connectors.content import Content, Limits, content_of
from connectors.csv_reader import open_csv
from connectors.workbook import open_workbook

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from connectors.raw import Chunk


@dataclass(frozen=True)
class Table:
    """A file whose header has been read.

    Attributes:
        header: Names of the columns.
        chunks: The records.
        size: Bytes of the file.
    """

    header: tuple[str, ...]
    chunks: Iterator[Chunk]
    size: int


def open_table(path: Path, label: str, sheet: str | None, limits: Limits) -> Table:
    """Return the table in a CSV file or workbook, told apart by content, not by name.

    Raises:
        ConnectorError: It cannot be read at all.
    """
    if content_of(path, label, limits) is Content.CSV:
        header, chunks = open_csv(path, label)
    else:
        header, chunks = open_workbook(path, label, sheet)
    return Table(header, chunks, path.stat().st_size)
