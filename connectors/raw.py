"""Records as they stand in a file: frames of text, and what is wrong with their shape.

Both readers, of CSV and of workbooks, end here; nothing is stripped or interpreted yet.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

CHUNK_RECORDS: Final = 40_000
"""Most records in one chunk."""


@dataclass(frozen=True)
class Fault:
    """Why a record cannot be used whatever its values are."""

    found: str
    reason: str
    mend: str


@dataclass(frozen=True)
class Chunk:
    """Some lines of a file.

    Attributes:
        frame: One text column for each of the header, named by `places`. A blank line is a row of
            nulls.
        faults: By index in the frame.
    """

    frame: pl.DataFrame
    faults: Mapping[int, Fault] = field(default_factory=dict)


def places(wide: int) -> list[str]:
    """Return the names of a chunk's columns.

    A file's own headers will not do: polars takes a name like `^a.*$` for a pattern.
    """
    return [f"c{place}" for place in range(wide)]


def sliced(frame: pl.DataFrame) -> Iterator[Chunk]:
    """Yield a faultless frame in chunks of at most CHUNK_RECORDS."""
    for start in range(0, frame.height, CHUNK_RECORDS):
        yield Chunk(frame.slice(start, CHUNK_RECORDS))


def chunk_of(
    records: Sequence[Sequence[str]],
    wide: int,
    faults: Mapping[int, Fault] | None = None,
) -> Chunk:
    """Return records of any length as a chunk of `wide` columns.

    A record with too few cells is filled up with blanks. One with too many is a fault unless the
    cells beyond the header are blank; they are kept in the last column, so that nothing is lost.
    """
    found = dict(faults or {})
    rows: list[Sequence[str]] = []
    for place, record in enumerate(records):
        if len(record) == wide:
            rows.append(record)
            continue
        if any(cell.strip() for cell in record[wide:]):
            found.setdefault(place, _too_long(record, wide))
            rows.append([*record[: wide - 1], ",".join(record[wide - 1 :])])
        else:
            rows.append([*record[:wide], *[""] * (wide - len(record))])
    columns = zip(*rows, strict=True) if rows else [()] * wide
    frame = pl.DataFrame(
        [
            pl.Series(name, column, dtype=pl.String)
            for name, column in zip(places(wide), columns, strict=True)
        ]
    )
    return Chunk(frame, found)


def _too_long(record: Sequence[str], wide: int) -> Fault:
    return Fault(
        found=",".join(record[wide:]),
        reason=f"the record has {len(record)} fields, the header {wide}",
        mend="put values that contain the delimiter in quotation marks",
    )
