"""Bring a database to the tables of this version; safe to repeat."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Final

from sqlalchemy import inspect
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import SQLModel

import smarketing.store.tables  # noqa: F401  (drop_all knows what is imported)

if TYPE_CHECKING:
    from sqlalchemy import Engine

HEAD: Final = "0009"
"""The newest revision; a test holds it against the scripts. Alembic costs 0.3 s to import."""

_LOCK: Final = 7_305_014
"""Any number of our own: two processes that migrate at once wait for each other on it."""


def answers(engine: Engine) -> bool:
    """Return whether the database can be read and has the tables of this version."""
    try:
        return is_current(engine)
    except SQLAlchemyError:
        return False


def is_current(engine: Engine) -> bool:
    """Return whether the tables are those of this version."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return False
        there = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
        return there == HEAD


def migrate(engine: Engine) -> None:
    """Create or upgrade every table, in one transaction."""
    from alembic import command  # noqa: PLC0415  (see HEAD)
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(files("smarketing.store") / "migrations"))
    with engine.begin() as connection:
        if connection.dialect.name != "sqlite":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def start_over(engine: Engine) -> None:
    """Drop every table with what is in it, and create them anew: for the sample company."""
    with engine.begin() as connection:
        SQLModel.metadata.drop_all(connection)
        connection.exec_driver_sql("DROP TABLE IF EXISTS alembic_version")
    migrate(engine)
