from __future__ import annotations

import re
import shutil
from html import unescape
from typing import TYPE_CHECKING

import pytest

from smarketing.bootstrap import catch_up, judge_months
from smarketing.store.engine import open_engine
from tests.store.seed import CONFIG, at
from tests.web.office import open_office

if TYPE_CHECKING:
    from pathlib import Path

    from tests.web.office import Office

SUPPLIED = """
[parties.fair]
title = "Fair Ltd"
side = "marketing"
kind = "supplier"
provider = "Fair Ltd"
signatories = ["sue@example.com"]

[commitments.accepted]
title = "Leads accepted"
metric = "acceptance_rate"
by = "fair"
to = "sales"
calendar = "office"
promised_rate = "80 %"

[fees.fair]
invoice = 100000
at_risk = "10 %"

[remedies.rejected]
title = "Credit for rejected leads"
kind = "credit"
commitment = "accepted"
chronic = { failed = 1, of = 6 }
schedule = [{ below = "80 %", credit = "50 %" }, { below = "60 %", credit = "100 %" }]
"""


@pytest.fixture
def supplied(sqlite_template: Path, tmp_path: Path) -> Office:
    """The office with a supplier: two of the four leads are rejected, the others accepted."""
    shutil.copy(sqlite_template, tmp_path / "smarketing.db")
    engine = open_engine(f"sqlite:///{tmp_path / 'smarketing.db'}")
    office = open_office(engine, tmp_path, CONFIG, SUPPLIED)
    for lead in (2, 3):
        office.post("Sally", f"/leads/{lead}/reject", reason="duplicate")
    office.now = at("2026-12-02 09:00")
    catch_up(office.house, office.now)
    return office


NOVEMBER = "/statements?party=sales&period=2026-11"


def claim(office: Office, name: str, act: str, text: str = "") -> int:
    told = {"agreement": "sales-marketing", "month": "2026-11", "remedy": "rejected"}
    return office.post(name, "/statements/say", act=act, text=text, **told).status_code


def test_a_statement_answers_in_one_line_and_shows_every_step(supplied):
    told = supplied.client("Sally").get(NOVEMBER).text
    assert "Is the promised level met? No:" in told
    assert (
        "10,000 EUR from Fair Ltd for “Credit for rejected leads” (to be claimed by the end of"
        in told
    )
    assert "100 % of 100,000 EUR x 10 % = 10,000 EUR is 10,000 EUR" in told
    assert "Failing is chronic" in told
    assert "what=rejected" in told


def test_a_claim_is_made_disputed_and_accepted_on_the_page(supplied):
    assert claim(supplied, "Sally", "claimed") == 303
    assert "10,000 EUR, claimed" in supplied.client("Sally").get(NOVEMBER).text
    assert "Dispute the claim" in supplied.client("Sue").get("/statements?period=2026-11").text
    assert claim(supplied, "Sue", "disputed", "They were no duplicates.") == 303
    told = supplied.client("Sally").get(NOVEMBER).text
    assert "They were no duplicates." in told
    assert claim(supplied, "Sue", "accepted") == 303
    assert claim(supplied, "Ada", "settled") == 303
    assert "10,000 EUR, settled" in supplied.client("Sally").get(NOVEMBER).text
    acts = "SELECT group_concat(act || ' ' || party) FROM claim_word"
    assert supplied.one(acts) == "claimed sales,disputed fair,accepted fair,settled sales"


@pytest.mark.parametrize(
    ("name", "act", "status"),
    [("Mark", "claimed", 403), ("Sue", "claimed", 403), ("Sally", "accepted", 403),
     ("Hetty", "claimed", 403)],
)  # fmt: skip
def test_who_may_not_say_it_is_told_so(supplied, name: str, act: str, status: int):
    assert claim(supplied, name, act) == status
    assert supplied.one("SELECT COUNT(*) FROM claim_word") == 0


@pytest.mark.parametrize(
    ("act", "why"),
    [("settled", "It has not been claimed yet."), ("begged", "Choose one of claimed, accepted")],
)
def test_a_refused_word_leads_back_with_why_and_with_what_was_typed(supplied, act: str, why: str):
    told = {"agreement": "sales-marketing", "month": "2026-11", "remedy": "rejected"}
    text = "It was <paid>."
    answer = supplied.post("Sally", "/statements/say", act=act, text=text, next=NOVEMBER, **told)
    assert (answer.status_code, answer.location) == (303, NOVEMBER)
    page = unescape(supplied.client("Sally").get(NOVEMBER).text)
    assert why in page
    assert f"You wrote: “{text}”" in page
    assert supplied.one("SELECT COUNT(*) FROM claim_word") == 0


def test_the_leads_behind_a_volume_are_those_of_its_segments_and_tiers(supplied):
    page = unescape(supplied.client("Sally").get(NOVEMBER).text)
    lists = re.findall(r'href="(/leads\?[^"]*what=counted[^"]*)"', page)
    assert lists
    assert all("segment=" in href and "tier=" in href for href in lists)
    for href in lists:
        told = re.search(rf'href="{re.escape(href)}">[^<]*</a>: (\d+) leads? of', page)
        assert told
        shown = supplied.client("Sally").get(href).text
        assert len(re.findall(r'href="/leads/\d+"', shown)) == int(told[1]), href


def test_a_supplier_reads_its_own_statement_and_no_other(supplied):
    told = supplied.client("Sue").get("/statements?period=2026-11").text
    assert "Statement of Fair Ltd" in told
    assert "Leads accepted" in told
    assert "First attempt" not in told
    assert supplied.client("Sue").get(NOVEMBER).status_code == 404


def test_a_quarter_has_its_months_one_after_the_other(supplied):
    told = supplied.client("Sally").get("/statements?party=sales&period=2026-Q4").text
    assert told.index("<h3>October") < told.index("<h3>November") < told.index("<h3>December")


@pytest.mark.parametrize("query", ["period=2026-W40", "period=x", "party=nobody"])
def test_what_there_is_not_is_a_page_that_says_so(supplied, query: str):
    answer = supplied.client("Sally").get(f"/statements?{query}")
    assert answer.status_code == 404


def test_a_month_that_has_not_begun_says_so(supplied):
    assert "has not begun" in supplied.client("Sally").get("/statements?period=2027-03").text


def test_a_supplier_without_an_agreement_sees_that_there_is_none(office):
    assert "No agreement is in force" in office.client("Sue").get("/statements").text


def test_the_breaches_of_a_statement_are_behind_their_number(supplied):
    judge_months(supplied.house, supplied.now)
    told = supplied.client("Sally").get(NOVEMBER).text
    (href,) = {
        unescape(found) for found in re.findall(r'href="(/breaches\?[^"]+wrong[^"]*)"', told)
    }
    listed = supplied.client("Sally").get(href).text
    # The share of November is broken when November ends: on the first of December.
    assert "1 breach in November" in listed
    assert "Leads accepted" in listed
