from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from smarketing.domain.versions import Act, Done
from smarketing.services.agreements.life import load
from smarketing.services.goals.amend import US

if TYPE_CHECKING:
    from tests.web.office import Office


def page(office: Office, name: str = "Mark", query: str = "") -> str:
    return " ".join(office.client(name).get(f"/goals{query}").text.split())


def test_the_conclusion_stands_on_top_with_what_it_is_for(office: Office):
    shown = page(office, query="?month=2027-01")
    assert "<strong>Asking for " in shown
    assert " reach it with 80 %.</strong>" in shown
    assert "Revenue of January 2027: EUR 250,000, of which EUR 150,000 from leads" in shown


def test_each_cell_says_how_its_numbers_came_about(office: Office):
    shown = page(office)
    assert "How each number came about" in shown
    assert "agreed." in shown
    assert "Lag: nobody knows how long a win takes" in shown


def test_another_confidence_asks_for_another_number(office: Office):
    assert " reach it with 95 %.</strong>" in page(office, query="?confidence=95")


def test_a_month_that_is_over_is_said_to_be(office: Office):
    shown = page(office, query="?month=2026-03")
    assert "No plan can be made." in shown
    assert "2026-03 is over or outside of sales-marketing" in shown


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ("?confidence=81", 422, "Choose a confidence in per cent"),
        ("?month=soon", 404, "is no day or month"),
        ("?agreement=nothing", 404, "no agreement “nothing” has a goal"),
    ],
)
def test_what_cannot_be_shown_says_why(office: Office, query: str, status: int, said: str):
    answer = office.client("Mark").get(f"/goals{query}")
    assert answer.status_code == status
    assert said.lower() in answer.text.lower()


def test_a_rep_does_not_see_it(office: Office):
    assert office.client("Hetty").get("/goals").status_code == 403


def test_an_amendment_shows_who_proposed_it_and_its_targets_then_and_now(office: Office):
    house, pen = office.house, office.house.shelf
    (first,) = pen.versions()
    text = first.text.replace("revenue = 250000", "revenue = 300000")
    version, _ = load(text, "amended.toml", pen, office.now)
    done = Done(Act.PROPOSED, US, office.now, None, "targets computed anew")
    house.shelf.note(version.id, version.sha256, done)
    shown = " ".join(office.client("Mark").get("/agreements/sales-marketing/2").text.split())
    assert "smarketing: targets computed anew" in shown
    assert "<li>Goal: revenue 250,000 → 300,000.</li>" in shown
    assert "<li>Targets: " in shown
