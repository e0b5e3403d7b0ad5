from __future__ import annotations

import pytest

from smarketing.services.people.people import Role
from tests.services.waiting import Waiting, row
from tests.web.portal import Portal


def test_a_rep_sees_who_waits_how_long_is_left_and_one_button():
    page = Portal().client(Role.REP).get("/queue").text
    assert "Yours, now" in page
    assert "1 lead waits for an answer" in page
    assert "1 h 00 min left" in page
    assert "due today, 12:00" in page
    assert "I have it" in page


def test_what_a_source_says_is_never_markup():
    page = Portal().client(Role.REP).get("/queue").text
    assert "Ada &lt;b&gt;Lovelace&lt;/b&gt;" in page


def test_an_empty_queue_says_so():
    portal = Portal(queue=Waiting())
    assert "Nothing waits for you." in portal.client(Role.REP).get("/queue").text


def test_marketing_sees_who_waits_without_a_button():
    page = Portal().client(Role.MARKETING_MANAGER).get("/queue").text
    assert "Who waits" in page
    assert "I have it" not in page


@pytest.mark.parametrize("number", ["0", "-3", "x", "1", ""])
def test_a_page_number_that_is_none_is_the_first_page(number: str):
    page = Portal().client(Role.REP).get(f"/queue?page={number}").text
    assert "1 h 00 min left" in page


def test_a_long_queue_has_pages():
    portal = Portal(queue=Waiting(*(row(id=number) for number in range(120))))
    client = portal.client(Role.REP)
    page = client.get("/queue?page=2").text
    assert "Page 2 of 3" in page
    assert 'href="/queue?part=mine&amp;page=3"' in page
    assert "This page is empty" in client.get("/queue?page=9").text


def test_a_page_beyond_all_pages_is_empty():
    page = Portal().client(Role.REP).get("/queue?page=99999999999999999999").text
    assert "This page is empty" in page


def test_a_rep_sees_below_their_own_leads_those_that_nobody_holds(office):
    page = office.client("Hetty").get("/queue").text
    assert "Own Lead" in page
    assert page.index("Nobody’s yet") < page.index("Team &lt;b&gt;Lead&lt;/b&gt;")
    assert "in the CRM: Nobody Known" in page
    assert "Foreign Lead" not in page


def test_a_manager_sees_everybodys_leads_and_who_has_them(office):
    page = office.client("Sally").get("/queue").text
    assert "4 leads wait for an answer" in page
    assert "nobody has it" in page
    assert "Otto" in page


@pytest.mark.parametrize("part", ["all", "x", ""])
def test_a_part_that_is_not_theirs_opens_their_own(office, part: str):
    page = office.client("Hetty").get(f"/queue?part={part}").text
    assert "Yours, now" in page
    assert "Foreign Lead" not in page


def test_a_paused_lead_says_until_when(office):
    office.post("Hetty", "/leads/1/pause", reason="away", until="2026-11-18T09:00")
    page = office.client("Hetty").get("/queue").text
    assert "Paused" in page
    assert "until Wednesday, 09:00" in page
    assert "End the pause" in page
