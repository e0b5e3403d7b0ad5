from __future__ import annotations

import re
import shutil
from html import unescape
from typing import TYPE_CHECKING

import pytest

from smarketing.bootstrap import catch_up
from smarketing.store.engine import open_engine
from tests.store.seed import CONFIG
from tests.web.office import open_office
from tests.web.test_exceptions import THREE_ATTEMPTS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.web.office import Office


@pytest.fixture
def broken(office: Office) -> Office:
    """The office four days later: nobody has answered any of the four leads."""
    office.now = office.now.replace(day=20)
    catch_up(office.house, office.now)
    return office


def test_a_filter_without_a_breach_says_how_many_there_are_in_all(broken):
    total = broken.one("SELECT COUNT(*) FROM breach")
    told = broken.client("Sally").get("/breaches?month=2026-11&standing=dropped").text
    assert f"Nothing of this kind in November, {total} in all." in told
    told = broken.client("Sally").get("/breaches?month=2026-10&standing=dropped").text
    assert "Nothing was broken in October, as far as is known." in told


@pytest.mark.parametrize(
    ("query", "choices"),
    [("agreement=nix", "sales-marketing"), ("party=nix", "marketing, sales"),
     ("commitment=nix", "leads, acknowledge, first_attempt")],
)  # fmt: skip
def test_a_name_that_there_is_not_is_answered_with_the_choices(broken, query: str, choices: str):
    answer = broken.client("Sally").get(f"/breaches?{query}")
    assert answer.status_code == 404
    assert f"is named “nix”; there are: {choices}" in answer.text


def test_the_page_says_by_which_rule_it_lists(broken):
    client = broken.client("Sally")
    assert "Those that count for the month" in client.get("/breaches?month=2026-11").text
    days = client.get("/breaches?from=2026-11-16&to=2026-11-18").text
    assert "Those that began on these days" in days


def test_a_refused_word_leads_back_with_why_and_with_what_was_typed(broken):
    number = broken.one("SELECT MIN(id) FROM breach")
    page = f"/breaches/{number}"
    told = {"breach": number, "text": "Nobody <answered>.", "next": page}
    answer = broken.post("Mark", "/breaches/say", act="dropped", **told)
    assert (answer.status_code, answer.location) == (303, page)
    shown = unescape(broken.client("Mark").get(page).text)
    assert "It counts already, and no dispute about it is open." in shown
    assert "You wrote: “Nobody <answered>.”" in shown
    assert broken.one("SELECT COUNT(*) FROM breach_word") == 0


def test_what_was_typed_is_kept_as_far_as_a_cookie_holds_it(broken):
    text = "".join(chr(0x4E00 + n * 7919 % 20_000) for n in range(2_000))
    answer = broken.post("Mark", "/breaches/say", act="waived", text=text, next="/breaches")
    assert max(len(one) for one in answer.headers.getlist("Set-Cookie")) < 4_000
    told = broken.client("Mark").get("/breaches").text
    assert "Choose at least one breach" in told
    assert text[:1_000] in told


def test_a_breach_between_others_is_not_there_for_a_supplier_whatever_it_does(broken):
    number = broken.one("SELECT MIN(id) FROM breach")
    assert broken.client("Sue").get(f"/breaches/{number}").status_code == 404
    for one in (number, 999):
        answer = broken.post("Sue", "/breaches/say", act="waived", breach=one)
        assert answer.status_code == 404
        assert f"There is no breach {one}" in answer.text


def test_a_lead_names_its_breaches_and_they_lead_back_to_it_and_to_the_agreement(broken):
    told = broken.client("Sally").get("/leads/1").text
    number = broken.one(
        "SELECT breach.id FROM breach JOIN commitment ON commitment.id = commitment_id "
        "WHERE lead_id = 1 AND commitment.name = 'acknowledge'"
    )
    link = f'<a href="/breaches/{number}">Late, past due, and still open</a>'
    clock = told[told.index("<h3>Leads acknowledged") :]
    assert link in clock[: clock.index("</article>")]
    assert "How it stands: counts." in told
    shown = broken.client("Sally").get(f"/breaches/{number}").text
    assert 'href="/leads/1"' in shown
    (href,) = re.findall(r'href="(/agreements/[^"]+)"', shown)
    assert broken.client("Sally").get(href).status_code == 200


def test_who_may_not_see_breaches_reads_of_none_on_a_lead(broken):
    told = broken.client("Hetty").get("/leads/1").text
    assert "Overdue" in told
    assert "/breaches/" not in told


@pytest.mark.parametrize(
    ("more", "why"),
    [("", "The promised attempts were not made by the end of its month"),
     ('give_up = "48h"', "Given up after fewer attempts than promised")],
    ids=["no time to give up is agreed", "one is agreed"],
)  # fmt: skip
def test_too_few_attempts_are_given_up_only_where_that_is_agreed(
    sqlite_template: Path, tmp_path: Path, more: str, why: str
):
    shutil.copy(sqlite_template, tmp_path / "smarketing.db")
    engine = open_engine(f"sqlite:///{tmp_path / 'smarketing.db'}")
    office = open_office(engine, tmp_path, CONFIG, f"{THREE_ATTEMPTS}{more}\n")
    office.post("Hetty", "/leads/1/attempt", way="call", connected="0")
    office.now = office.now.replace(month=12, day=3)
    catch_up(office.house, office.now)
    told = office.client("Sally").get("/breaches?month=2026-11&commitment=attempts").text
    assert told.count(why) == 1
