from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from smarketing.bootstrap import House
from smarketing.services.people.people import Role
from smarketing.settings import load_settings
from smarketing.store.engine import open_engine
from tests.store.seed import let_in, person
from tests.web.conftest import CONFIG
from tests.web.office import Office

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ROLES = {"Hetty": Role.REP, "Otto": Role.ADMINISTRATOR}


@pytest.fixture
def empty(sqlite_template: Path, tmp_path: Path) -> Iterator[Office]:
    """An installation on its first day: no agreement, no lead, nobody."""
    shutil.copy(sqlite_template, tmp_path / "smarketing.db")
    told = {"SMARKETING_HOME": str(tmp_path), "SMARKETING_CONFIG": str(CONFIG)}
    house = House(load_settings(told, tmp_path), open_engine(f"sqlite:///{tmp_path}/smarketing.db"))
    yield Office(house)
    house.engine.dispose()


def test_the_page_to_sign_in_says_how_to_make_the_first_administrator(empty):
    page = empty.client().get("/sign-in").text
    assert "Nobody can sign in yet" in page
    assert "smarketing user add" in page
    let_in(empty.house.engine, person(1))
    assert "Nobody can sign in yet" not in empty.client().get("/sign-in").text


@pytest.mark.parametrize(
    ("name", "path", "told", "step"),
    [
        ("Hetty", "/queue", "Once an agreement is signed", "ask your administrator"),
        ("Otto", "/queue", "Once an agreement is signed", 'href="/progress"'),
        ("Otto", "/progress", "No agreement is signed yet", "smarketing agreement load"),
        ("Otto", "/owners", "No lead names an owner yet", 'href="/import"'),
        ("Otto", "/people", "People", "add the people of Sales and of Marketing"),
    ],
)
def test_a_page_of_an_empty_installation_says_what_will_be_there_and_the_next_step(
    empty, name: str, path: str, told: str, step: str
):
    number = 1 if name == "Hetty" else 2
    let_in(empty.house.engine, person(number, ROLES[name]))
    page = empty.client(name).get(path).text
    assert told in page
    assert step in page
