"""The database connection: SQLite that does not lose updates, and PostgreSQL.

Python's sqlite3 starts no transaction before a SELECT, so that two writers both read the old
row and one update is lost without an error. Here every transaction on SQLite begins with
BEGIN IMMEDIATE, unless it was announced as read-only. On PostgreSQL a transaction that changes
leads, clocks or facts asks for the same with `hold_writer`: a fact is the sum over its leads,
and two writers would each add what both have found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import create_engine, event
from sqlalchemy.engine import make_url

from smarketing.domain.errors import BusyError

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from sqlalchemy import Connection, Engine
    from sqlalchemy.engine.interfaces import ExceptionContext

_WRITER: Final = 7_305_015
"""Any number of our own (that of migrations is another): who holds it may change leads."""

_PATIENCE_MS: Final = 60_000
"""How long a writer waits for another: an import holds on for as long as its file lasts."""

_PRAGMAS: Final = (
    "page_size=16384",  # of a new file; an import writes a fifth faster than with 4096
    "journal_mode=WAL",
    "synchronous=FULL",  # NORMAL may lose the last transactions when the power fails
    "foreign_keys=ON",
    f"busy_timeout={_PATIENCE_MS}",
    "cache_size=-32768",  # as fast as twice that with 200,000 leads, and 35 MB less of memory
    "temp_store=MEMORY",
)


def open_engine(url: str) -> Engine:
    """Return an engine for a database address.

    Args:
        url: `sqlite:///path` or `postgresql+psycopg://...`.
    """
    # Errors are logged, and shown on the page of jobs: what was bound are people's data.
    engine = create_engine(url, pool_pre_ping=not url.startswith("sqlite"), hide_parameters=True)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _configure)
        event.listen(engine, "begin", _begin)
    event.listen(engine, "handle_error", _say_busy)
    return engine


def reading(engine: Engine) -> AbstractContextManager[Connection]:
    """Return a connection in a transaction that only reads: it waits for no writer."""
    return engine.execution_options(readonly=True).begin()


def hold_writer(connection: Connection) -> None:
    """Be the only one who changes leads until the transaction ends; wait for who does it now.

    Call it first in a transaction, so that all that is read is what the one before left. On
    SQLite every transaction that writes is the only one anyway.

    Raises:
        BusyError: The other one did not end within a minute.
    """
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {_PATIENCE_MS}")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITER})")


def without_password(url: str) -> str:
    """Return a database address as it may be shown."""
    return make_url(url).render_as_string(hide_password=True)


def _configure(dbapi_connection: Any, _record: object) -> None:  # noqa: ANN401  (the driver's class)
    dbapi_connection.isolation_level = None  # BEGIN is ours
    for pragma in _PRAGMAS:
        dbapi_connection.execute(f"PRAGMA {pragma}")


def _say_busy(context: ExceptionContext) -> None:
    said = str(context.original_exception)
    if "database is locked" in said or "due to lock timeout" in said:
        raise BusyError(
            "The database is busy: an import or a backup holds it. Try again in a minute."
        ) from context.original_exception


def _begin(connection: Connection) -> None:
    readonly = connection.get_execution_options().get("readonly")
    connection.exec_driver_sql("BEGIN" if readonly else "BEGIN IMMEDIATE")
