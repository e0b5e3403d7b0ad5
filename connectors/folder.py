"""A folder into which exports are dropped: read in the order of their names, then put away.

What was read goes to `done/`, what failed to `failed/`, each with a report beside it. Nothing is
ever overwritten.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from connectors.protocol import ConnectorError
from connectors.tabular import FileDelivery, Reading

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from connectors.protocol import Opened

_HIDDEN: Final = (".", "~$")
_UNFINISHED: Final = (".part", ".tmp", ".crdownload", ".partial", ".filepart")


@dataclass(frozen=True)
class Folder:
    """A configured folder.

    Attributes:
        name: The source's name.
        path: The folder.
        reading: How to read its files.
        now: The instant against which a file's age is told.
        settle_time: A file that changed less than this ago may still be written: left for later.
        every: How often to look.
    """

    name: str
    path: Path
    reading: Reading
    now: datetime
    settle_time: timedelta = timedelta(seconds=30)
    every: timedelta = timedelta(minutes=5)

    def deliveries(self, cursor: str | None) -> Iterator[FolderDelivery]:  # noqa: ARG002 - moved files are the memory
        """Yield the finished files in the order of their names.

        Raises:
            ConnectorError: The folder is missing or cannot be listed.
        """
        try:
            entries = sorted(self.path.iterdir(), key=lambda entry: entry.name)
        except OSError as error:
            raise ConnectorError(
                f"source {self.name}: the folder {self.path} cannot be listed"
                f" ({error.strerror}); create it or correct path"
            ) from error
        for entry in entries:
            if self._is_finished(entry):
                yield FolderDelivery(FileDelivery(entry, self.reading))

    def _is_finished(self, entry: Path) -> bool:
        name = entry.name.lower()
        if name.startswith(_HIDDEN) or name.endswith(_UNFINISHED):
            return False
        try:
            if not entry.is_file():
                return False
            changed = entry.stat().st_mtime
        except OSError:
            return False
        return self.now.timestamp() - changed >= self.settle_time.total_seconds()


@dataclass(frozen=True)
class FolderDelivery:
    """A file of a watched folder, moved away once it is settled.

    Attributes:
        file: The file.
    """

    file: FileDelivery

    @property
    def label(self) -> str:
        """Return the file's name."""
        return self.file.label

    @property
    def cursor(self) -> str | None:
        """Return None: what was read is no longer in the folder."""
        return None

    def open(self) -> Opened:
        """Return the head and the stream of records.

        Raises:
            ConnectorError: It cannot be read at all.
        """
        return self.file.open()

    def settle(self, *, failed: bool, report: str) -> None:
        """Move the file to `done` or `failed`, and write the report beside it.

        Raises:
            ConnectorError: The folder does not allow it; the file would be read again.
        """
        path = self.file.path
        folder = path.parent / ("failed" if failed else "done")
        try:
            folder.mkdir(exist_ok=True)
            target = _free(folder, path)
            path.rename(target)
            _report(target).write_text(report.rstrip("\n") + "\n", encoding="utf-8")
        except OSError as error:
            raise ConnectorError(
                f"{self.label} cannot be moved to {folder} ({error.strerror}); allow writing there"
            ) from error


def _report(path: Path) -> Path:
    return path.with_name(f"{path.name}.report.txt")


def _free(folder: Path, path: Path) -> Path:
    """Return a place in the folder that neither a file nor its report takes."""
    target, count = folder / path.name, 1
    while target.exists() or _report(target).exists():
        count += 1
        target = folder / f"{path.stem} ({count}){path.suffix}"
    return target
