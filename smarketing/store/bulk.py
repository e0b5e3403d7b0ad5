"""Columns into tables and back, as fast as each database takes them.

SQLite gets executemany on its own cursor, PostgreSQL a COPY; both inside the transaction of
the SQLAlchemy connection. Values are the integers and texts that lie in the table (see
`store.types`), so nothing is converted on the way. Identifiers come from our own table
classes or are constants of this package, never from a file.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy import Connection


_PLACEHOLDER: Final = re.compile(r"(?<!:):([a-z_]+)")
_ROWS_AT_ONCE: Final = 1_000
_FEW: Final = 5_000
"""To compare so many rows with those that are staged costs less than to stage them again."""

_ROWS_A_STATEMENT: Final = 32
"""A statement with several rows opens its table once for all of them."""

_SCATTERED: Final = ("lead", "deal", "activity")
"""Tables with keys in no order: a statement keeps a copy of every page that it changes, unless it
has one row only, and here each row changes other pages."""


def insert(connection: Connection, table: str, frame: pl.DataFrame) -> None:
    """Insert the rows of a frame; its columns are columns of the table."""
    if frame.is_empty():
        return
    if connection.dialect.name == "sqlite":
        _insert_into(connection, table, frame)
    else:
        _copy(connection, table, frame)


def insert_new(connection: Connection, table: str, frame: pl.DataFrame) -> None:
    """Insert the rows that break no unique key; the others stand already and are left alone."""
    if frame.is_empty():
        return
    leaving = "ON CONFLICT DO NOTHING"
    if connection.dialect.name == "sqlite":
        _insert_into(connection, table, frame, clause=leaving)
        return
    with_rows = stage(connection, frame, f"new_{table}")
    columns = ", ".join(frame.columns)
    connection.exec_driver_sql(
        f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {with_rows} AS news {leaving}"
    )


def update(connection: Connection, table: str, frame: pl.DataFrame) -> None:
    """Set the other columns of the rows whose `id` the frame has."""
    if frame.is_empty():
        return
    staged = stage(connection, frame, f"changed_{table}")
    columns = ", ".join(f"{name} = now.{name}" for name in frame.columns if name != "id")
    connection.exec_driver_sql(
        f"UPDATE {table} SET {columns} FROM {staged} AS now WHERE {table}.id = now.id"
    )


def add(connection: Connection, table: str, key: Sequence[str], frame: pl.DataFrame) -> None:
    """Add the other columns of a frame to the rows of its key, which are made where missing."""
    if frame.is_empty():
        return
    sums = ", ".join(
        f"{name} = {table}.{name} + excluded.{name}" for name in frame.columns if name not in key
    )
    summing = f"ON CONFLICT ({', '.join(key)}) DO UPDATE SET {sums}"
    if connection.dialect.name == "sqlite":
        _insert_into(connection, table, frame, clause=summing)
        return
    staged = stage(connection, frame, f"added_{table}")
    columns = ", ".join(frame.columns)
    connection.exec_driver_sql(
        f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {staged} AS more "
        f"WHERE true {summing}"
    )


def stage(connection: Connection, frame: pl.DataFrame, name: str) -> str:
    """Return what stands after FROM for just the rows of a frame; it is to be given an alias.

    A temporary table: nobody changes its rows, and where it holds them already, in this
    transaction, it is left alone. PostgreSQL reads a few numbers from the statement itself: a
    table costs it entries in its catalogue, each time.
    """
    if connection.dialect.name != "sqlite" and _is_short(frame):
        return _spelt(frame)
    table, transaction = f"temp_{name}", connection.get_transaction()
    there = connection.info.setdefault("staged", {})
    held, then = there.pop(table, (None, None))
    if held is None or then is not transaction or not _are_alike(held, frame):
        columns = ", ".join(f"{one} {_sql_type(frame[one].dtype)}" for one in frame.columns)
        execute(connection, f"DROP TABLE IF EXISTS {table}")
        execute(connection, f"CREATE TEMPORARY TABLE {table} ({columns})")
        insert(connection, table, frame)
        if connection.dialect.name != "sqlite":
            execute(connection, f"ANALYZE {table}")
    if len(frame) <= _FEW:
        there[table] = (frame, transaction)
    return table


def _is_short(frame: pl.DataFrame) -> bool:
    return len(frame) <= _ROWS_AT_ONCE and all(one.is_integer() for one in frame.dtypes)


def _spelt(frame: pl.DataFrame) -> str:
    """Return a query for whole numbers that stand in it."""
    arrays = ", ".join(
        "'{" + ",".join("NULL" if n is None else str(n) for n in column) + "}'::bigint[]"
        for column in frame.iter_columns()
    )
    return f"(SELECT * FROM unnest({arrays}) AS spelt({', '.join(frame.columns)}))"


def _are_alike(held: pl.DataFrame, frame: pl.DataFrame) -> bool:
    return held.schema == frame.schema and held.equals(frame)


def fetch(
    connection: Connection,
    sql: str,
    schema: Mapping[str, Any],
    parameters: Mapping[str, object] | None = None,
) -> pl.DataFrame:
    """Return what a query answers, as a frame of exactly that schema.

    Args:
        connection: In a transaction.
        sql: With `:name` for each parameter.
        schema: Column to polars type, in the order of the query's columns.
        parameters: Their values.
    """
    cursor = connection.connection.cursor()
    try:
        cursor.execute(_named(connection, sql), dict(parameters or {}))
        rows = cursor.fetchall()
    finally:
        cursor.close()
    if not rows:
        return _nothing(tuple(schema.items())).clone()
    columns = zip(*rows, strict=True)
    return pl.DataFrame(
        [
            pl.Series(name, values, dtype=dtype)
            for (name, dtype), values in zip(schema.items(), columns, strict=True)
        ]
    )


@cache
def _nothing(schema: tuple[tuple[str, Any], ...]) -> pl.DataFrame:
    """Return a frame without rows: most questions of a tick have no other answer."""
    return pl.DataFrame(schema=dict(schema))


def execute(
    connection: Connection, sql: str, parameters: Mapping[str, object] | None = None
) -> int:
    """Run one statement with `:name` parameters; return how many rows it touched."""
    cursor = connection.connection.cursor()
    try:
        cursor.execute(_named(connection, sql), dict(parameters or {}))
        return int(cursor.rowcount)
    finally:
        cursor.close()


def _named(connection: Connection, sql: str) -> str:
    """Return a statement in the driver's own style of parameters."""
    if connection.dialect.name == "sqlite":
        return sql
    return _PLACEHOLDER.sub(r"%(\1)s", sql.replace("%", "%%"))


def _insert_into(connection: Connection, table: str, frame: pl.DataFrame, clause: str = "") -> None:
    """Insert rows into SQLite.

    A number that is the same in all rows stands in the statement, as does NULL: to bind one
    value costs Python's sqlite3 65 ns, to bind None 280.
    """
    first, *others = frame.iter_columns()
    values = {first.name: "?"} | {column.name: _constant(column) for column in others}
    names, marks = ", ".join(values), f"({', '.join(values.values())})"
    bound = frame.select(name for name, value in values.items() if value == "?")
    together = 1 if table in _SCATTERED else _ROWS_A_STATEMENT
    whole = len(frame) // together * together
    cursor: Any = connection.connection.cursor()
    for part, rows in ((bound.head(whole), together), (bound.slice(whole), 1)):
        sql = f"INSERT INTO {table} ({names}) VALUES {', '.join([marks] * rows)} {clause}"
        cursor.executemany(sql, _rows(part, rows))
    cursor.close()


def _constant(column: pl.Series) -> str:
    """Return what stands in a statement for a column: a number, NULL, or `?`."""
    if column.null_count() == len(column):
        return "NULL"
    if column.dtype != pl.Int64 or column.null_count() or column.min() != column.max():
        return "?"
    return str(column[0])


def _rows(frame: pl.DataFrame, together: int = 1) -> Iterator[tuple[Any, ...]]:
    """Return the rows as tuples, several of them in one; their number is a multiple of that.

    Column by column, some rows at a time, takes a third of iter_rows.
    """
    rows = chain.from_iterable(
        zip(*(column.to_list() for column in part.iter_columns()), strict=True)
        for part in frame.iter_slices(_ROWS_AT_ONCE)
    )
    if together == 1:
        return rows
    values = chain.from_iterable(rows)
    return zip(*[values] * (frame.width * together), strict=True)


def _copy(connection: Connection, table: str, frame: pl.DataFrame) -> None:
    cursor: Any = connection.connection.cursor()
    with cursor.copy(f"COPY {table} ({', '.join(frame.columns)}) FROM STDIN") as copy:
        for row in _rows(frame):
            copy.write_row(row)
    cursor.close()


def _sql_type(dtype: pl.DataType) -> str:
    return "TEXT" if dtype == pl.String else "BIGINT"
