"""Copies of an SQLite file: made while others write, checked, and put in another one's place."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Final

from smarketing.domain.errors import BusyError
from smarketing.store.backup.files import BackupError

if TYPE_CHECKING:
    from pathlib import Path

_BESIDE: Final = ("-wal", "-shm")
"""Files that belong to a database while it is open."""

IN_USE: Final = (
    "the database is in use: stop the portal and the worker, so that nothing is written to what is "
    "about to be replaced, and no mail leaves twice"
)


def copy_to(source: Path, to: Path) -> None:
    """Copy a database as it is at one instant; who writes meanwhile waits for nothing.

    Raises:
        BackupError: There is no room for the copy, or it is damaged.
    """
    try:
        with closing(_opened(source, "mode=ro")) as live, closing(sqlite3.connect(to)) as copy:
            # All pages in one step: in parts, it would begin anew whenever somebody writes.
            live.backup(copy, pages=-1)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, whole by itself
    except sqlite3.Error as error:
        raise BackupError(f"{source} cannot be copied to {to.parent}: {error}") from None
    check(to)


def check(path: Path) -> str:
    """Return the revision of the tables in a file.

    Raises:
        BackupError: It is no database of ours, or damaged.
    """
    try:
        with closing(_opened(path, "mode=ro")) as connection:
            (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
            if found != "ok":
                raise BackupError(f"{path} is damaged ({found}): take another backup")
            return str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])
    except sqlite3.DatabaseError as error:
        raise BackupError(
            f"{path} is no backup of an SQLite database of smarketing ({error})"
        ) from None


def replace(path: Path, by: Path, aside: Path) -> bool:
    """Put another file in the place of a database; what was there is kept under another name.

    At every instant there is a whole database under the name.

    Returns:
        Whether anything was there.

    Raises:
        BusyError: Somebody has it open.
    """
    was_there = path.exists()
    if was_there:
        _be_alone(path)
        _keep(path, aside)
    for beside in _BESIDE:  # left by a process that was killed: they are not the new one's
        here = path.with_name(path.name + beside)
        if here.exists():
            here.replace(aside.with_name(aside.name + beside))
    by.replace(path)
    return was_there


def _keep(path: Path, aside: Path) -> None:
    """Give a file a second name; where the file system knows no such thing, copy it."""
    try:
        aside.hardlink_to(path)
    except OSError:
        shutil.copy2(path, aside)


def _be_alone(path: Path) -> None:
    """Make sure that nobody has a database open: only then it can leave the WAL mode."""
    try:
        with closing(sqlite3.connect(path, timeout=1)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise BusyError(IN_USE) from None
    except sqlite3.DatabaseError:
        pass  # damaged: that is why it is replaced


def _opened(path: Path, how: str) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?{how}", uri=True)
