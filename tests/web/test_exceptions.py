from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from smarketing.bootstrap import catch_up
from smarketing.services.team.exceptions import RULE
from smarketing.store.engine import open_engine
from tests.store.seed import CONFIG
from tests.web.office import open_office

if TYPE_CHECKING:
    from pathlib import Path

    from tests.web.office import Office

THREE_ATTEMPTS = """
[commitments.attempts]
metric = "attempts_made"
by = "sales"
to = "marketing"
calendar = "office"
promised_rate = "70 %"
attempts = 3
allowance = "40h"
recorded_in = ["portal"]
"""


@pytest.fixture
def office_in_full(sqlite_template: Path, tmp_path: Path) -> Office:
    """The same office under an agreement that also promises three attempts."""
    shutil.copy(sqlite_template, tmp_path / "smarketing.db")
    engine = open_engine(f"sqlite:///{tmp_path / 'smarketing.db'}")
    return open_office(engine, tmp_path, CONFIG, THREE_ATTEMPTS)


def late(office):
    """The next morning: nobody has tried any of the four leads."""
    office.now = office.now.replace(day=17)
    catch_up(office.house, office.now)


def page(office, name: str = "Sally") -> str:
    return office.client(name).get("/exceptions").text


def test_nobody_is_on_the_list_while_everything_is_in_time(office):
    assert "No attempt is overdue" in page(office)


def test_leads_that_nobody_tried_stand_with_who_has_them_until_somebody_does(office):
    late(office)
    told = page(office)
    assert "4 leads on the list, with 2 people and the team: none was tried." in told
    assert told.index("The team: nobody has them") < told.index("Hetty") < told.index("Otto")
    office.post("Hetty", "/leads/1/attempt", way="call", connected="0")
    told = page(office)
    assert "Own Lead" not in told
    assert "3 leads on the list, with 1 person and the team" in told


def test_a_lead_with_fewer_attempts_than_promised_is_on_the_list(office_in_full):
    office = office_in_full
    office.post("Hetty", "/leads/1/attempt", way="call", connected="0")
    office.now = office.now.replace(day=27)
    catch_up(office.house, office.now)
    assert "1 of 3 attempts" in page(office)


def test_a_lead_that_was_given_up_at_the_end_of_its_month_stays_until_the_act(office_in_full):
    office = office_in_full
    office.post("Hetty", "/leads/1/attempt", way="call", connected="0")
    office.now = office.now.replace(day=27)
    catch_up(office.house, office.now)
    assert "given up</span>" not in page(office)
    office.now = office.now.replace(month=12, day=3)
    catch_up(office.house, office.now)
    told = page(office)
    assert "1 of 3 attempts" in told
    assert told.count("given up</span>") == 4
    assert RULE in told
    assert "3 not tried at all, 1 tried too seldom; 4 given up." in told
    office.post("Sally", "/leads/2/attempt", way="call", connected="0")
    office.post("Sally", "/leads/3/reject", reason="duplicate")
    told = page(office)
    assert "1 of 3 attempts" in told
    assert 'href="/leads/3"' not in told
    for minute in (1, 2):
        office.now = office.now.replace(minute=minute)
        office.post("Hetty", "/leads/1/attempt", way="call", connected="0")
    assert 'href="/leads/1"' not in page(office)


def test_a_lead_is_handed_over_from_the_list(office):
    late(office)
    answer = office.post("Sally", "/leads/assign", page="/exceptions", lead=1, to=2)
    assert answer.status_code == 303
    assert office.one("SELECT holder_id FROM lead WHERE id = 1") == 2


def test_it_is_the_sales_managers_first_page(office):
    assert office.client("Sally").get("/").location == "/exceptions"
