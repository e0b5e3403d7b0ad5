"""Making a backup: of whichever database, checked before it has its name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from smarketing.domain.marks import BACKED_UP
from smarketing.store.backup import postgres, sqlite
from smarketing.store.backup.files import BackupError, stamp, write_whole
from smarketing.store.marks import move

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Engine


def back_up(engine: Engine, folder: Path, now: datetime) -> Path:
    """Return a new backup in a folder; others may read and write meanwhile.

    It knows by itself when it was made, whatever the file is called later.

    Raises:
        BackupError: It could not be made; then there is no new file.
    """
    with engine.begin() as connection:
        move(connection, [BACKED_UP], now)
    if engine.dialect.name == "sqlite":
        source = sqlite_file(engine)
        name = f"smarketing-{stamp(now)}.db"
        return write_whole(folder, name, lambda draft: sqlite.copy_to(source, draft))
    url = engine.url.render_as_string(hide_password=False)
    name = f"smarketing-{stamp(now)}.pgdump"

    def make(draft: Path) -> None:
        postgres.dump(url, draft)
        postgres.check(draft)

    return write_whole(folder, name, make)


def sqlite_file(engine: Engine) -> Path:
    """Return where an SQLite database is.

    Raises:
        BackupError: It is in memory.
    """
    if not engine.url.database or engine.url.database == ":memory:":
        raise BackupError("a database in memory has no backup")
    return Path(engine.url.database)
