from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape
from typing import TYPE_CHECKING

import pytest

from smarketing.bootstrap import pen
from smarketing.services.agreements import life
from tests.web.portal import Portal, form_token, sign_in
from tests.web.test_agreements import EXAMPLE

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.web.office import Office

PAGE = "/goals/what-if"
HTMX = {"HX-Request": "true"}
TOKENS = re.compile(r'name="csrf_token" value="[^"]+"')
CELL = "enterprise.decision_maker"


@pytest.fixture
def ours(office: Office) -> Office:
    """Mark signs for Marketing and Sally for Sales; their version holds since yesterday."""
    text = (
        EXAMPLE.replace('["mara.marketing@example.com"]', '["mark@example.com"]')
        .replace('["sam.sales@example.com"]', '["sally@example.com"]')
        .replace("starts_on = 2026-01-01", "starts_on = 2026-11-17")
    )
    life.load(text, "ours", office.house.shelf, office.now)
    for party, email in (("marketing", "mark@example.com"), ("sales", "sally@example.com")):
        pen(office.house).sign("sales-marketing", party, email, office.now)
    office.now += timedelta(days=2)
    return office


def asked(office: Office, query: str = "", name: str = "Mark", **headers: str) -> str:
    answer = office.client(name).get(f"{PAGE}{query}", headers=headers)
    assert answer.status_code == 200
    return unescape(" ".join(answer.text.split()))


def propose(office: Office, name: str = "Mark", **told: str) -> TestResponse:
    return office.post(name, PAGE, **told)


def versions(office: Office) -> object:
    return office.one("SELECT COUNT(*) FROM agreement_version")


def test_the_page_shows_every_number_with_its_origin_and_the_answer(ours: Office):
    shown = asked(ours)
    assert 'name="revenue" inputmode="decimal" value="250000"' in shown
    assert "250,000, agreed" in shown
    assert " reach the goal with 80 %; the 229 in force with " in shown
    assert "add a commitment with the metric attempts_made" in shown
    assert "These 6 people can work " in asked(ours, "?attempts=6")
    assert "What it asks for" in shown


def test_htmx_gets_the_answer_alone_with_what_is_wrong_beside_its_field(ours: Office):
    shown = asked(ours, "?confidence=90&revenue=-5", **HTMX)
    assert "<html" not in shown
    assert " reach the goal with 90 %" in shown
    assert 'hx-swap-oob="innerHTML:#verdict"' in shown
    assert re.search(
        r'<small id="tried-1-wrong" class="late" hx-swap-oob="true">“-5” is no amount', shown
    )


def test_the_address_says_just_what_is_tried(ours: Office):
    query = f"?revenue=250000&confidence=90&rate.{CELL}=&reps=6&deal.{CELL}=24,000"
    answer = ours.client("Mark").get(f"{PAGE}{query}", headers=HTMX)
    assert answer.headers["HX-Replace-Url"] == f"{PAGE}?month=2026-12&confidence=90"


def test_an_address_answers_the_same_to_a_colleague(ours: Office):
    query = f"?month=2027-01&confidence=95&rate.{CELL}=5"
    answers = [TOKENS.sub("", asked(ours, query, name, **HTMX)) for name in ("Mark", "Sally")]
    assert answers[0] == answers[1]
    assert " reach the goal with 95 %" in answers[0]


def test_shares_that_do_not_sum_to_all_are_offered_in_proportion(ours: Office):
    shown = asked(ours, f"?share.{CELL}=60")
    assert "The shares sum to 125 %." in shown
    (way,) = re.findall(r'<a href="([^"]+)">Scale them to 100 %', shown)
    assert "The shares sum to" not in asked(ours, way.removeprefix(PAGE))


def test_looking_changes_nothing(ours: Office):
    before = versions(ours)
    asked(ours, "?revenue=300000&confidence=90")
    asked(ours, "?revenue=300000&confidence=90", **HTMX)
    assert versions(ours) == before


def test_saving_proposes_a_version_and_shows_the_difference(ours: Office):
    before = asked(ours, "?month=2026-12&revenue=300000&confidence=90", **HTMX)
    (leads,) = re.findall(r"Enterprise decision makers</th>.*?<strong>(\d+)</strong>", before)
    answer = propose(ours, month="2026-12", revenue="300000", confidence="90", reps="9")
    assert answer.status_code == 303
    assert answer.location == "/agreements/sales-marketing/3#difference"
    shown = unescape(" ".join(ours.client("Mark").get(answer.location).text.split()))
    assert "Version 3 is proposed: it holds from 2026-12-01 on once every party" in shown
    assert "Proposed" in shown
    changes = shown.partition('<ul class="changes">')[2].partition("</ul>")[0]
    assert "Goal: revenue 250,000 → 300,000." in changes
    assert "Goal: confidence 90 %" in changes
    assert f"Targets: enterprise decision makers 22 leads → {leads} leads a month." in changes
    assert "reps" not in changes
    assert {held.number for held in ours.house.book().versions} == {1, 2}


def test_while_a_proposal_stands_the_page_says_so_instead_of_a_button(ours: Office):
    propose(ours, month="2026-12", revenue="300000")
    shown = asked(ours, "?revenue=310000")
    assert "Version 3 of sales-marketing is proposed: sign it, or take it back" in shown
    assert "Save as a proposal" not in shown
    answer = propose(ours, month="2026-12", revenue="310000")
    assert answer.location == f"{PAGE}?month=2026-12&revenue=310000"
    assert "is proposed: sign it, or take it back" in asked(ours, "?month=2026-12&revenue=310000")


def test_what_cannot_be_proposed_says_why_and_keeps_what_was_tried(ours: Office):
    answer = propose(ours, month="2026-12", confidence="101")
    assert answer.location == f"{PAGE}?month=2026-12&confidence=101"
    assert "Some numbers cannot be used: mend them first." in asked(ours, "?confidence=101")


@pytest.mark.parametrize(
    ("name", "may_see", "may_save"),
    [
        ("Mark", 200, 303),
        ("Sally", 200, 303),
        ("Ada", 200, 303),
        ("Hetty", 403, 403),
        ("Sue", 403, 403),
    ],
)
def test_managers_look_and_those_who_sign_or_administer_save(
    ours: Office, name: str, may_see: int, may_save: int
):
    assert ours.client(name).get(PAGE).status_code == may_see
    assert propose(ours, name, month="2026-12", revenue="300000").status_code == may_save


def test_a_manager_who_signs_for_nobody_may_look_only(office: Office):
    assert "may save it as a proposal" in asked(office, "?revenue=300000")
    assert propose(office, month="2026-12", revenue="300000").status_code == 403
    assert versions(office) == 1


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ("?month=soon", 404, "is no day or month"),
        ("?agreement=nothing", 404, "no agreement “nothing” has a goal"),
        ("?month=2026-03", 200, "2026-03 is over or outside of sales-marketing"),
        ("?revenue=99999999999999", 200, "no number of leads below 1,000,000,000 reaches the goal"),
        (
            f"?rate.{CELL}=0.0001&deal.{CELL}=0.0001",
            200,
            "no number of leads below 1,000,000,000 reaches the goal",
        ),
    ],
)
def test_what_cannot_be_answered_says_why(ours: Office, query: str, status: int, said: str):
    answer = ours.client("Mark").get(f"{PAGE}{query}")
    assert answer.status_code == status
    assert said.lower() in unescape(answer.text).lower()
    assert "nan" not in re.sub(r"<[^>]+>|finance", "", answer.text.lower()).split()


def test_goals_and_agreements_lead_here(ours: Office):
    client = ours.client("Mark")
    for page in ("/goals", "/agreements/sales-marketing/2"):
        assert f'href="{PAGE}' in client.get(page).text


def test_without_a_goal_the_page_says_how_to_get_one():
    portal = Portal()
    app = portal.app()
    parts = app.extensions["portal"]
    app.extensions["portal"] = replace(parts, what_if=lambda *_: None)
    client = app.test_client()
    assert sign_in(client, "sales_manager@example.com").status_code == 303
    assert "No agreement has a goal." in client.get(PAGE).text
    token = form_token(client, PAGE)
    answer = client.post(PAGE, data={"csrf_token": token, "revenue": "5"})
    assert answer.location == PAGE
