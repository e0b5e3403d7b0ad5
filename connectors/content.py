"""What a file really is, whatever its name says, and whether it is safe to open.

Every way a file can be unfit ends in one sentence: what, where, how to mend it.
"""

from __future__ import annotations

import zipfile
import zlib
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from connectors.protocol import ConnectorError
from connectors.spread import cells_spanned

if TYPE_CHECKING:
    from pathlib import Path

CSV_BYTES: Final = 512 << 20
WORKBOOK_BYTES: Final = 64 << 20
_UNPACKED_BYTES: Final = 400_000_000
_RATIO: Final = 200
_ENTRIES: Final = 400
_CELLS: Final = 20_000_000
"""Cells in the rectangle of a sheet, the blank ones included."""

_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_OTHERS: Final = (
    (b"\x1f\x8b", "a gzip archive", "unpack it first"),
    (b"BZh", "a bzip2 archive", "unpack it first"),
    (b"\xfd7zXZ\x00", "an xz archive", "unpack it first"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", "unpack it first"),
    (b"%PDF-", "a PDF document", "export the records as CSV or XLSX"),
    (b"SQLite format 3\x00", "a database", "export the records as CSV"),
)
_WEB_PAGE: Final = (b"<!doctype html", b"<html", b"<table", b"<head", b"<body", b"<meta")


class Content(StrEnum):
    """The two kinds of file that are read."""

    CSV = "csv"
    WORKBOOK = "workbook"


@dataclass(frozen=True)
class Limits:
    """The largest files that are opened, in bytes."""

    csv: int = CSV_BYTES
    workbook: int = WORKBOOK_BYTES


def content_of(path: Path, label: str, limits: Limits) -> Content:
    """Return what the file is, judged by its first bytes.

    Raises:
        ConnectorError: It is missing, empty, too large, encrypted or of another kind.
    """
    size, head = _head(path, label)
    if head.startswith(_ZIP):
        _check_size(size, limits.workbook, label)
        _check_archive(path, label)
        return Content.WORKBOOK
    if head.startswith(_OLE):
        _check_size(size, limits.workbook, label)
        _check_ole(path, label)
        return Content.WORKBOOK
    _refuse_others(head, label)
    _check_size(size, limits.csv, label)
    return Content.CSV


def looks_like_web_page(head: bytes) -> bool:
    """Return whether the first bytes are those of an HTML page."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return start.startswith(_WEB_PAGE) or (start.startswith(b"<?xml") and b"<html" in start)


def _head(path: Path, label: str) -> tuple[int, bytes]:
    try:
        if path.is_dir():
            raise ConnectorError(f"{label} is a folder; name a file in it")
        if path.exists() and not path.is_file():
            raise ConnectorError(f"{label} is a device or a pipe; name a file")
        with path.open("rb") as file:
            head = file.read(4096)
        size = path.stat().st_size
    except FileNotFoundError as error:
        raise ConnectorError(f"{label} does not exist; check the path {path}") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not a file name"
        raise ConnectorError(f"{label} cannot be opened ({reason}); check its rights") from error
    if not size:
        raise ConnectorError(f"{label} is empty (0 bytes); export it again")
    return size, head


def _check_size(size: int, most: int, label: str) -> None:
    if size > most:
        raise ConnectorError(
            f"{label} is too large: {size / 2**20:,.1f} MiB where at most {most / 2**20:,.1f} MiB"
            " are read; export it in parts, or a workbook as CSV"
        )


def _check_archive(path: Path, label: str) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            _check_entries(archive.infolist(), label)
            cells = cells_spanned(archive)
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError) as error:
        raise ConnectorError(
            f"{label} is a damaged XLSX or ZIP file ({error}); export it again"
        ) from error
    if cells > _CELLS:
        raise ConnectorError(
            f"{label} has a sheet that spans {cells:,} cells, probably by a stray cell far below or"
            " right of the table; delete it, or export as CSV"
        )


def _check_entries(entries: list[zipfile.ZipInfo], label: str) -> None:
    if any(entry.flag_bits & 1 for entry in entries):
        raise ConnectorError(f"{label} is protected by a password; save it without one")
    names = {entry.filename for entry in entries}
    if not any(name.startswith("xl/") or name == "content.xml" for name in names):
        raise ConnectorError(f"{label} is a ZIP archive, not a workbook; unpack it first")
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if unpacked > _UNPACKED_BYTES or unpacked > _RATIO * max(packed, 1) or len(entries) > _ENTRIES:
        raise ConnectorError(
            f"{label} would unpack to {unpacked / 1e6:,.0f} MB in {len(entries)} parts, more than"
            " is safe to open; export it as CSV"
        )


def _check_ole(path: Path, label: str) -> None:
    """Raise for an encrypted workbook; other old Office files are left to the workbook reader."""
    if _ENCRYPTED in path.read_bytes():
        raise ConnectorError(f"{label} is protected by a password; save it without one")


def _refuse_others(head: bytes, label: str) -> None:
    for mark, what, mend in _OTHERS:
        if head.startswith(mark):
            raise ConnectorError(f"{label} is {what}, not a CSV or XLSX file; {mend}")
    if looks_like_web_page(head):
        raise ConnectorError(
            f"{label} is a web page (HTML), not a CSV or XLSX file; if a CRM wrote it as .xls, open"
            " it in a spreadsheet and save it as XLSX, otherwise export it again"
        )
    if head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<?xml"):
        raise ConnectorError(f"{label} is an XML file; save it as CSV or XLSX")
