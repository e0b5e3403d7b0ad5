"""A CSV file as frames of text, block by block, with one reader for each kind of block.

A block that keeps to the rules of quoting is read by polars, which is fast; one with records that
are too long, by the standard library, which is forgiving; and from a stray quotation mark on the
rest of the file is, because only a reader that knows what went before can tell where a record ends.
Both readers agree on every block that the first one accepts.
"""

from __future__ import annotations

import csv
from itertools import chain
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from connectors.decode import BLOCK_BYTES, blocks, lines, repaired
from connectors.layout import Layout, layout_of
from connectors.protocol import ConnectorError
from connectors.raw import CHUNK_RECORDS, Chunk, Fault, chunk_of, places, sliced

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import numpy.typing as npt

_QUOTE: Final = ord('"')
_FEED: Final = ord("\n")
_RETURN: Final = ord("\r")


def open_csv(
    path: Path, label: str, block_bytes: int = BLOCK_BYTES
) -> tuple[tuple[str, ...], Iterator[Chunk]]:
    """Return the header and the stream of records.

    Args:
        path: The file.
        label: What a person calls it.
        block_bytes: How much is read at once.

    Raises:
        ConnectorError: There is no header row; while iterating: a text has no end.
    """
    with path.open("rb") as file:
        head = next(blocks(file), b"")
    layout = layout_of(head, label)
    return layout.header, _records(path, layout, label, block_bytes)


def _records(path: Path, layout: Layout, label: str, size: int) -> Iterator[Chunk]:
    with path.open("rb") as file:
        parts = blocks(file, size)
        rest = b""
        while len(rest) < layout.start:
            rest += next(parts)
        rest = rest[layout.start :]
        for part in chain(parts, [b""]):
            whole = rest + part
            quotes = np.flatnonzero(np.frombuffer(whole, np.uint8) == _QUOTE)
            end = len(whole) if not part else _last_record_end(whole, quotes)
            if end is None or not _well_quoted(whole[:end], layout.delimiter, quotes):
                yield from _forgiving(chain([whole], parts), layout, label)
                return
            rest = whole[end:]
            yield from _read(whole[:end], layout, label)


def _read(block: bytes, layout: Layout, label: str) -> Iterator[Chunk]:
    """Yield the records of a block that begins and ends with a record."""
    if not block:
        return
    frame = _fast(repaired(block), layout)
    if frame is None:
        yield from _forgiving(iter([block]), layout, label)
    else:
        yield from sliced(frame)


def _fast(block: bytes, layout: Layout) -> pl.DataFrame | None:
    """Return the records as polars reads them; None where some have too many fields.

    A record with too few fields is filled up with nulls, a blank line is a row of nulls.
    """
    try:
        return pl.read_csv(
            block,
            has_header=False,
            separator=layout.delimiter,
            schema=dict.fromkeys(places(len(layout.header)), pl.String()),
        )
    except (pl.exceptions.ComputeError, pl.exceptions.SchemaError):
        return None


def _forgiving(parts: Iterator[bytes], layout: Layout, label: str) -> Iterator[Chunk]:
    """Yield the records as the standard library reads them."""
    source = _Watched(lines(parts))
    reader = csv.reader(source, delimiter=layout.delimiter, skipinitialspace=True)
    wide = len(layout.header)
    records: list[list[str]] = []
    record: list[str] = []
    try:
        for record in reader:
            records.append(record)
            if source.over:
                # Given out only after the last line was taken: a quoted text was still open.
                yield chunk_of(records, wide, {len(records) - 1: _unclosed(record)})
                return
            if len(records) >= CHUNK_RECORDS:
                yield chunk_of(records, wide)
                records = []
    except csv.Error as error:
        raise ConnectorError(
            f"{label} has a text without end{_after(record)} ({error}): a quotation mark is"
            " probably never closed there; close it or double it"
        ) from error
    if records:
        yield chunk_of(records, wide)


def _after(record: list[str]) -> str:
    return f" after the record that begins with '{record[0][:40]}'" if record else ""


class _Watched:
    """Lines that tell when they are over."""

    def __init__(self, source: Iterator[str]) -> None:
        self._source = source
        self.over = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        try:
            return next(self._source)
        except StopIteration:
            self.over = True
            raise


def _unclosed(record: list[str]) -> Fault:
    return Fault(
        found=record[-1],
        reason="a quotation mark is never closed, so the rest of the file became one text",
        mend="close or double the quotation mark in this record and import the file again",
    )


def _last_record_end(block: bytes, quotes: npt.NDArray[np.intp]) -> int | None:
    """Return the offset after the last line end outside quotes; None where there is none."""
    end = block.rfind(b"\n")
    while end >= 0:
        before = int(np.searchsorted(quotes, end))
        if before % 2 == 0:
            return end + 1
        end = block.rfind(b"\n", 0, int(quotes[before - 1]))
    return None


def _well_quoted(block: bytes, delimiter: str, quotes: npt.NDArray[np.intp]) -> bool:
    """Return whether quotes open and close at the edges of fields and no bare CR ends a line.

    Of the quotation marks of a block, every second one closes a field; or the two of a doubled
    one close and open it again.

    Args:
        block: Whole records.
        delimiter: Between two fields.
        quotes: Where quotation marks are, in the block and perhaps behind it.
    """
    codes = np.frombuffer(block, np.uint8)
    quotes = quotes[: np.searchsorted(quotes, len(block))]
    if len(quotes) % 2:
        return False
    if b"\r" in block and not _returns_quoted(codes, quotes):
        return False
    if not len(quotes):
        return True
    # Clipped at the edges of the block, where a quotation mark then is its own neighbour.
    before = codes[np.maximum(quotes[0::2] - 1, 0)]
    after = codes[np.minimum(quotes[1::2] + 1, len(codes) - 1)]
    edges = [ord(delimiter), _FEED, _QUOTE]
    return bool(_all_in(before, edges) and _all_in(after, [*edges, _RETURN]))


def _all_in(codes: npt.NDArray[np.uint8], allowed: list[int]) -> bool:
    table = np.zeros(256, np.bool_)
    table[allowed] = True
    return bool(table[codes].all())


def _returns_quoted(codes: npt.NDArray[np.uint8], quotes: npt.NDArray[np.intp]) -> bool:
    """Return whether every CR without LF stands inside quotes."""
    returns = np.flatnonzero(codes == _RETURN)
    following = codes[np.minimum(returns + 1, len(codes) - 1)]
    bare = returns[following != _FEED]
    return bool((np.searchsorted(quotes, bare) % 2 == 1).all())
