from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlmodel import SQLModel

from smarketing.store.engine import open_engine
from smarketing.store.migrate import HEAD, answers, is_current, migrate

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine


def test_a_migrated_database_is_current_and_migrating_again_changes_nothing(engine: Engine):
    assert is_current(engine)
    migrate(engine)
    assert is_current(engine)


def test_a_new_file_is_not_current(tmp_path: Path):
    engine = open_engine(f"sqlite:///{tmp_path / 'new.db'}")
    assert not is_current(engine)
    engine.dispose()


def test_the_migrations_make_just_the_tables_that_the_code_knows(engine: Engine):
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, SQLModel.metadata) == []


def test_the_head_that_the_code_names_is_the_newest_script():
    config = Config()
    config.set_main_option("script_location", str(files("smarketing.store") / "migrations"))
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


def test_a_database_that_is_gone_does_not_answer(tmp_path: Path):
    engine = open_engine(f"sqlite:///{tmp_path / 'no' / 'folder.db'}")
    assert not answers(engine)
    engine.dispose()
