"""The folder of backups: what is in it, by the instant in each name, and what goes when."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from secrets import token_hex
from typing import TYPE_CHECKING, Final

from smarketing.domain.errors import SmarketingError
from smarketing.domain.keeping import kept

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_STAMP: Final = "%Y%m%dT%H%M%SZ"
_NAME: Final = re.compile(r"smarketing-(\d{8}T\d{6}Z)\.(db|pgdump)")


class BackupError(SmarketingError):
    """A backup cannot be made or used; the message says why, and what to do."""


@dataclass(frozen=True)
class BackupFile:
    """One backup in the folder."""

    path: Path
    made_at: datetime


def backups_in(folder: Path) -> tuple[BackupFile, ...]:
    """Return the backups in a folder, the newest first; other files are none of them."""
    found = [
        BackupFile(path, datetime.strptime(named[1], _STAMP).replace(tzinfo=UTC))
        for path in (folder.iterdir() if folder.is_dir() else ())
        if (named := _NAME.fullmatch(path.name))
    ]
    return tuple(sorted(found, key=lambda one: one.made_at, reverse=True))


def drop_old(folder: Path) -> int:
    """Remove the backups that no rule keeps; return how many."""
    files = backups_in(folder)
    staying = kept(one.made_at for one in files)
    going = [one.path for one in files if one.made_at not in staying]
    for path in going:
        path.unlink(missing_ok=True)
    return len(going)


def stamp(at: datetime) -> str:
    """Return an instant as it stands in names of files: `20261126T020000Z`."""
    return at.astimezone(UTC).strftime(_STAMP)


def write_whole(folder: Path, name: str, make: Callable[[Path], None]) -> Path:
    """Return a new file of a folder that appears whole or not at all.

    Args:
        folder: Is made when needed; what is in it is the owner's alone (mode 0700).
        name: Of the file.
        make: Fills the file of the path that it is given, and raises when it is no good.

    Raises:
        BackupError: The folder cannot be written to.
    """
    draft = folder / f".draft-{token_hex(4)}-{name}"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft.touch(mode=0o600)
        make(draft)
        with draft.open("rb") as file:
            os.fsync(file.fileno())
        return draft.replace(folder / name)
    except OSError as error:
        raise BackupError(
            f"{folder / name} cannot be written ({error.strerror}): name another folder with --to, "
            "or mend its rights"
        ) from None
    finally:
        if draft.exists():
            draft.unlink()
