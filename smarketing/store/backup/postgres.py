"""Dumps of a PostgreSQL database, by its own tools: pg_dump and pg_restore."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from sqlalchemy import text
from sqlalchemy.engine import make_url

from smarketing.domain.errors import BusyError
from smarketing.store.backup.files import BackupError
from smarketing.store.backup.sqlite import IN_USE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection, Engine

ASIDE: Final = "replaced_"
"""How the schemas begin that hold databases which a restore replaced."""

_OTHERS: Final = text(
    "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() "
    "AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
)
_LOOKS: Final = 10
_BETWEEN_LOOKS: Final = 0.2  # seconds

_MISSING: Final = (
    "{tool} is not installed: install the client tools of PostgreSQL (of the server's version or a "
    "newer one) on this machine, or set SMARKETING_BACKUP=off where the database is backed up "
    "otherwise"
)


def dump(url: str, to: Path) -> None:
    """Write a dump of a database as it is at one instant, in PostgreSQL's custom format.

    Raises:
        BackupError: pg_dump is missing, or failed.
    """
    _run(
        "pg_dump", url, "--format=custom", "--no-owner", "--no-privileges",
        f"--exclude-schema={ASIDE}*", f"--file={to}",
    )  # fmt: skip


def check(path: Path) -> str:
    """Return the revision of the tables in a dump that can be read to its end.

    Raises:
        BackupError: It is none.
    """
    # To nowhere, as a script: it reads every byte of the data.
    _run("pg_restore", None, "--file=/dev/null", str(path))
    (row,) = rows_of(path, "alembic_version") or [[""]]
    return row[0]


def rows_of(path: Path, table: str) -> list[list[str]]:
    """Return the rows of a small table of a dump, as the texts of its columns."""
    script = _run("pg_restore", None, "--data-only", f"--table={table}", "--file=-", str(path))
    lines = script.splitlines()
    begins = [n for n, line in enumerate(lines) if line.startswith("COPY ")]
    data = lines[begins[0] + 1 :] if begins else []
    return [line.split("\t") for line in data[: data.index("\\.")]] if data else []


def set_aside(engine: Engine, schema: str) -> None:
    """Move all tables into a schema beside, and leave an empty `public`.

    Raises:
        BusyError: Somebody else is connected.
    """
    with engine.begin() as connection:
        _be_alone(connection)
        connection.exec_driver_sql(f'ALTER SCHEMA public RENAME TO "{schema}"')
        connection.exec_driver_sql("CREATE SCHEMA public")


def take_back(engine: Engine, schema: str) -> None:
    """Undo `set_aside`, when what was to come in its place did not."""
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql(f'ALTER SCHEMA "{schema}" RENAME TO public')


def load(url: str, path: Path) -> None:
    """Fill the empty `public` from a dump, wholly or not at all.

    Raises:
        BackupError: pg_restore is missing, or failed.
    """
    _run("pg_restore", url, "--no-owner", "--no-privileges", "--single-transaction", str(path))


def _be_alone(connection: Connection) -> None:
    """Raise BusyError where somebody else stays connected for as long as a goodbye takes.

    The server shows a connection for a moment after it was closed; its own workers, such as a
    vacuum, are nobody.
    """
    for _ in range(_LOOKS):
        connection.execute(text("SELECT pg_stat_clear_snapshot()"))
        if not connection.execute(_OTHERS).scalar_one():
            return
        time.sleep(_BETWEEN_LOOKS)
    raise BusyError(IN_USE)


def _run(tool: str, url: str | None, *arguments: str) -> str:
    """Return what a tool of PostgreSQL wrote; it reads libpq's variables, as the driver does."""
    program = shutil.which(tool)
    if program is None:
        raise BackupError(_MISSING.format(tool=tool))
    with _connection(url) as where:
        done = subprocess.run(  # noqa: S603  (a tool of PostgreSQL, with our own arguments)
            [program, *where, *arguments], capture_output=True, text=True, check=False
        )
    if done.returncode:
        said = " ".join(done.stderr.split()) or f"it ended with {done.returncode}"
        raise BackupError(f"{tool} failed: {said}")
    return done.stdout


@contextmanager
def _connection(url: str | None) -> Iterator[list[str]]:
    """Yield the argument that names a database; none without a database.

    A password goes by a file of its own, that nobody else may read, as everybody may the command
    line of a process.
    """
    if url is None:
        yield []
        return
    parts = make_url(url).set(drivername="postgresql")
    with tempfile.NamedTemporaryFile("w", prefix="smarketing-", encoding="utf-8") as passfile:
        if parts.password:
            passfile.write(f"*:*:*:*:{_escaped(str(parts.password))}\n")
            passfile.flush()
            parts = parts.set(password=None).update_query_dict({"passfile": passfile.name})
        yield [f"--dbname={parts.render_as_string()}"]


def _escaped(field: str) -> str:
    """Return a field as a file of passwords has it (libpq, The Password File)."""
    return re.sub(r"([:\\])", r"\\\1", field)
