"""Bytes of a text file, whatever its encoding, as blocks of UTF-8.

A byte-order mark decides; without one, UTF-16 and UTF-32 give themselves away by their zero bytes;
everything else is read as UTF-8, and each byte that is not valid UTF-8 as Windows-1252 (Latin-1
where that leaves a byte undefined). So a file in Windows-1252, and one that mixes both, can be
read, and nothing ever fails to decode. Zero bytes are dropped.
"""

from __future__ import annotations

import codecs
import io
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from _typeshed import WriteableBuffer

BLOCK_BYTES: Final = 6 << 20
"""Bytes read at once: some 20,000 records of 300 bytes, and a peak of memory that stays flat."""

FALLBACK: Final = "connectors.windows-1252"
"""Name of the codec error handler that reads an invalid byte as Windows-1252."""

# UTF-32 before UTF-16: the mark of UTF-32-LE begins with that of UTF-16-LE.
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_MOST: Final = 0.4
"""Share of zero bytes at odd or even places that makes a text UTF-16; ASCII text has about 1."""


def _as_windows_1252(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    wrong = error.object[error.start : error.end]
    text = "".join(
        bytes([byte]).decode("cp1252", "ignore") or bytes([byte]).decode("latin-1")
        for byte in wrong
    )
    return text, error.end


codecs.register_error(FALLBACK, _as_windows_1252)


def decoded(raw: bytes) -> str:
    """Return the text of whole characters in UTF-8 with stray Windows-1252 bytes."""
    return raw.decode("utf-8", FALLBACK)


def repaired(raw: bytes) -> bytes:
    """Return the same text in valid UTF-8; the very same bytes where they are valid already."""
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return decoded(raw).encode()
    return raw


def encoding_of(head: bytes) -> tuple[str, int]:
    """Return the encoding's name and the length of the byte-order mark, judged by the head."""
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name, len(mark)
    return _without_mark(head), 0


def _without_mark(head: bytes) -> str:
    pairs = len(head) // 2
    if not pairs:
        return "utf-8"
    even, odd = head[0::2].count(0) / pairs, head[1::2].count(0) / pairs
    if odd > _MOST and even < _MOST / 2:
        return "utf-16-le"
    if even > _MOST and odd < _MOST / 2:
        return "utf-16-be"
    return "utf-8"


def blocks(file: BinaryIO, size: int = BLOCK_BYTES) -> Iterator[bytes]:
    """Yield the file from its start as UTF-8 without mark and zero bytes, `size` bytes at a time.

    A block may end within a character or a record, and is never empty; invalid bytes are left as
    they are.
    """
    return filter(None, _blocks(file, size))


def _blocks(file: BinaryIO, size: int) -> Iterator[bytes]:
    encoding, mark = encoding_of(file.read(4096))
    file.seek(mark)
    if encoding == "utf-8":
        while block := file.read(size):
            yield block.replace(b"\0", b"")
        return
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    while block := file.read(size):
        yield decoder.decode(block).replace("\0", "").encode("utf-8", "replace")
    yield decoder.decode(b"", final=True).encode("utf-8", "replace")


class _Joined(io.RawIOBase):
    """A file over blocks of bytes."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        self._parts = parts
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        target = memoryview(buffer).cast("B")
        while not self._rest:
            part = next(self._parts, None)
            if part is None:
                return 0
            self._rest = memoryview(part)
        size = min(len(target), len(self._rest))
        target[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size


def lines(parts: Iterator[bytes]) -> io.TextIOWrapper:
    """Return the blocks as lines of text; LF, CRLF and a bare CR end one and are kept."""
    joined = io.BufferedReader(_Joined(parts), 1 << 18)
    return io.TextIOWrapper(joined, encoding="utf-8", errors=FALLBACK, newline="")
