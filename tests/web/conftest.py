from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from smarketing.bootstrap import House, recount
from smarketing.settings import load_settings
from smarketing.store.engine import open_engine
from tests.web.office import Office, open_office

if TYPE_CHECKING:
    from collections.abc import Iterator

CONFIG = Path(__file__).parents[2] / "config"


@pytest.fixture(scope="session")
def office_template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("office")
    shutil.copy(sqlite_template, folder / "office.db")
    engine = open_engine(f"sqlite:///{folder / 'office.db'}")
    open_office(engine, folder, CONFIG)
    engine.dispose()
    return folder / "office.db"


@pytest.fixture
def office(office_template: Path, tmp_path: Path) -> Iterator[Office]:
    """A real portal with people of each role and four leads; a fresh copy for each test."""
    shutil.copy(office_template, tmp_path / "smarketing.db")
    told = {"SMARKETING_HOME": str(tmp_path), "SMARKETING_CONFIG": str(CONFIG)}
    house = House(load_settings(told, tmp_path), open_engine(f"sqlite:///{tmp_path}/smarketing.db"))
    office = Office(house)
    yield office
    # Whatever a page did, the facts are what a recount from the events gives.
    assert recount(house, office.now) == 0
    house.engine.dispose()
