from __future__ import annotations

from html import unescape
from typing import TYPE_CHECKING

import pytest

from smarketing.bootstrap import catch_up

if TYPE_CHECKING:
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
