"""Putting a backup in the place of a database; what was there is kept beside it.

The backup is looked at first. On SQLite it is brought to the tables of this version and made
quiet (see `quiet`) before it has the name of the database; on PostgreSQL as soon as it is loaded,
while nobody else is connected.
"""

from __future__ import annotations

import tempfile
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import text
from sqlalchemy.engine import make_url

from smarketing.domain.calendar import instant
from smarketing.domain.marks import BACKED_UP
from smarketing.store.backup import postgres, sqlite
from smarketing.store.backup.files import BackupError, stamp
from smarketing.store.backup.make import sqlite_file
from smarketing.store.backup.quiet import quiet_past
from smarketing.store.engine import open_engine
from smarketing.store.migrate import HEAD, is_current, migrate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy import Engine

_MARK: Final = text("SELECT planned_until FROM planner_mark WHERE kind = :kind")


@dataclass(frozen=True)
class Restored:
    """What a restore did, or would do.

    Attributes:
        revision: Of the tables in the backup.
        made_at: When the backup was made; None: it does not say.
        held: Messages that are held now; None: known once it is restored.
        aside: Where the database is that was replaced; empty: there was none.
    """

    revision: str
    made_at: datetime | None
    held: int | None
    aside: str = ""


def restore(url: str, file: Path, now: datetime, *, dry_run: bool = False) -> Restored:
    """Put a backup in the place of the database.

    Args:
        url: Of the database.
        file: The backup.
        now: What fell due until now is not planned again.
        dry_run: Only look at the backup.

    Raises:
        BackupError: It cannot be used; then nothing was changed.
        BusyError: The database is in use; nothing was changed either.
    """
    if not file.is_file():
        raise BackupError(f"there is no file {file}")
    if make_url(url).get_backend_name() == "sqlite":
        try:
            return _restore_sqlite(url, file, now, dry_run=dry_run)
        except OSError as error:
            raise BackupError(
                f"{error.filename} cannot be written ({error.strerror}): mend its rights, or make "
                "room"
            ) from None
    return _restore_postgres(url, file, now, dry_run=dry_run)


def _restore_sqlite(url: str, file: Path, now: datetime, *, dry_run: bool) -> Restored:
    revision = _known(sqlite.check(file), file)
    with _opened(url) as engine:
        database = sqlite_file(engine)
    database.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=database.parent) as folder:
        draft = Path(folder) / "restored.db"
        sqlite.copy_to(file, draft)
        with _opened(f"sqlite:///{draft}") as engine:
            made_at, held = _made_ready(engine, now)
        if dry_run:
            return Restored(revision, made_at, held)
        aside = database.with_name(f"{database.stem}-replaced-{stamp(now)}{database.suffix}")
        was_there = sqlite.replace(database, draft, aside)
    return Restored(revision, made_at, held, str(aside) if was_there else "")


def _restore_postgres(url: str, file: Path, now: datetime, *, dry_run: bool) -> Restored:
    revision = _known(postgres.check(file), file)
    marks = dict(postgres.rows_of(file, "planner_mark"))
    made_at = instant(int(marks[BACKED_UP])) if BACKED_UP in marks else None
    if dry_run:
        return Restored(revision, made_at, None)
    schema = f"{postgres.ASIDE}{stamp(now).lower()}"
    with _opened(url) as engine, ExitStack() as unless_ready:
        postgres.set_aside(engine, schema)
        engine.dispose()  # its loader works alone
        unless_ready.callback(postgres.take_back, engine, schema)
        postgres.load(url, file)
        _, held = _made_ready(engine, now)
        unless_ready.pop_all()
    return Restored(revision, made_at, held, f"schema {schema}")


@contextmanager
def _opened(url: str) -> Iterator[Engine]:
    """Yield a database; whatever happens, no connection to it stays open."""
    engine = open_engine(url)
    try:
        yield engine
    finally:
        engine.dispose()


def _known(revision: str, file: Path) -> str:
    if not revision or revision > HEAD:
        raise BackupError(
            f"{file} was made by a newer version of smarketing (its tables are {revision}, this "
            f"version knows {HEAD}): install that version, and restore with it"
            if revision
            else f"{file} has no tables of smarketing"
        )
    return revision


def _made_ready(engine: Engine, now: datetime) -> tuple[datetime | None, int]:
    """Bring a restored database to this version and make it quiet; return its age, and `held`."""
    if not is_current(engine):
        migrate(engine)
    with engine.begin() as connection:
        made_at = connection.execute(_MARK, {"kind": BACKED_UP}).scalar_one_or_none()
        held = quiet_past(connection, now)
    return None if made_at is None else instant(made_at), held
