"""Mails as files, where no server is set: one `.eml` a message, exactly once.

The name comes from the dedupe key and the file appears whole, so that writing it a second time
changes nothing: nothing is ever doubtful here.
"""

from __future__ import annotations

import os
import re
import tempfile
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from smarketing.delivery.errors import UnreachableError

if TYPE_CHECKING:
    from collections.abc import Callable

    from smarketing.domain.messages import Claimed


@dataclass(frozen=True)
class FileTransport:
    """Writes messages into a folder, which is made when needed."""

    folder: Path

    def send(self, message: Claimed, before_dot: Callable[[], bool]) -> str:  # noqa: ARG002  (see above: harmless to repeat)
        """Write the file; return its name.

        Raises:
            UnreachableError: The folder cannot be written to.
        """
        path = self.folder / file_name(message.dedupe_key)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            _write_whole(path, message.mime)
        except OSError as error:
            raise UnreachableError(f"{path} cannot be written: {error.strerror}") from error
        return f"written to {path.name}"

    def close(self) -> None:
        """Do nothing: there is no connection."""


def file_name(dedupe_key: str) -> str:
    """Return the file's name: `digest:2026-W47:12` is `digest-2026-W47-12.<hash>.eml`.

    The hash keeps two keys apart that look alike as names.
    """
    slug = re.sub(r"[^A-Za-z0-9_-]+", "-", dedupe_key)[:100]
    return f"{slug}.{sha256(dedupe_key.encode()).hexdigest()[:8]}.eml"


def _write_whole(path: Path, content: bytes) -> None:
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".draft-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).replace(path)
    except OSError:
        Path(draft).unlink(missing_ok=True)
        raise
