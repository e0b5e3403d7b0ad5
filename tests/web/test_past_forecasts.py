from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from smarketing.services.people.people import Role
from tests.services.goals.invented import company, replayed_of
from tests.web.portal import Portal

if TYPE_CHECKING:
    from smarketing.services.goals.backtest.shown import Replayed
    from tests.web.office import Office


@pytest.fixture(scope="module")
def years() -> Replayed:
    return replayed_of(company(3, date(2026, 1, 1), spread=0.1))


def page(shown: Replayed | None, role: Role = Role.MARKETING_MANAGER) -> str:
    return " ".join(Portal(replayed=shown).client(role).get("/goals/past-forecasts").text.split())


def test_the_conclusion_stands_on_top(years: Replayed):
    shown = page(years)
    assert "<h1>How good are our forecasts?</h1>" in shown
    assert re.search(
        r'<p class="headline"><strong>In \d+ of \d+ months the 80 % range of customers held', shown
    )


def test_every_month_stands_there_with_what_was_expected_and_what_came(years: Replayed):
    shown = page(years)
    for one in years.found.months:
        assert f'scope="row">{one.month:%B %Y}</th>' in shown
    assert "still open" in shown
    assert "✔</span> held" in shown


def test_there_is_a_chart_with_its_numbers_and_a_picture_without_scripts(years: Replayed):
    client = Portal(replayed=years).client(Role.SALES_MANAGER)
    shown = client.get("/goals/past-forecasts").text
    assert "data-chart=" in shown
    assert re.search(r"Customers at 8\d %", shown)
    address = re.search(r'<noscript><p><img src="([^"]+)"', shown)
    assert address
    answer = client.get(address[1].replace("&amp;", "&"))
    assert answer.mimetype == "image/png"
    assert answer.data.startswith(b"\x89PNG")


def test_no_number_is_missing_or_endless(years: Replayed):
    assert not re.search(r"\b(nan|inf|None)\b", page(years))


def test_with_too_little_history_the_page_says_from_when_on_it_works():
    shown = page(replayed_of(company(3, date(2024, 4, 1), starts=date(2024, 2, 1))))
    assert "Too little history to judge forecasts of customers" in shown
    assert re.search(r"from \w+ 20\d\d on we can tell", shown)


def test_without_any_lead_the_page_is_kind():
    nothing = company(3, date(2024, 2, 1), a_day=0.0)
    shown = page(replayed_of(nothing))
    assert "Not enough has happened yet." in shown
    assert "There is no lead yet" in shown
    assert "data-chart" not in shown


def test_without_an_agreement_the_page_says_what_it_is_for():
    shown = page(None)
    assert "There is no agreement yet." in shown
    assert (
        Portal().client(Role.ADMINISTRATOR).get("/goals/past-forecasts?picture=1").status_code
        == 404
    )


def test_what_was_left_out_of_the_history_is_said(years: Replayed):
    told = replace(years.history, problems=("3 leads were won without a day.",))
    assert "3 leads were won without a day." in page(replace(years, history=told))


def test_the_page_of_progress_leads_there():
    shown = Portal().client(Role.MARKETING_MANAGER).get("/progress").text
    assert 'href="/goals/past-forecasts"' in shown


def test_the_page_of_goals_leads_there_and_it_answers_over_a_real_store(office: Office):
    client = office.client("Mark")
    found = re.search(r'href="(/goals/past-forecasts[^"]*)"', client.get("/goals").text)
    assert found
    shown = client.get(found[1])
    assert shown.status_code == 200
    assert "Too little history to judge" in shown.text
    assert client.get("/goals/past-forecasts?agreement=nothing").status_code == 404


@pytest.mark.parametrize("role", [Role.REP, Role.SUPPLIER], ids=str)
def test_it_is_not_for_everybody(role: Role):
    assert Portal().client(role).get("/goals/past-forecasts").status_code == 403
