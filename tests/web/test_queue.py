from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from smarketing.services.people.people import Role
from smarketing.store.queue import Queue
from tests.services.waiting import Waiting, row
from tests.store.seed import hand_off, signed_book
from tests.web.portal import START, Portal, form_token

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine


def press(client, lead_id: int = 1):
    token = form_token(client, "/queue")
    return client.post(
        f"/queue/{lead_id}/acknowledge", data={"csrf_token": token}, follow_redirects=True
    )


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
    assert 'href="/queue?page=3"' in page
    assert "This page is empty" in client.get("/queue?page=9").text


@pytest.mark.parametrize(
    ("actor", "sentence"),
    [
        ("rep@example.com", "L1 is already yours since today, 10:58."),
        ("otto@example.com", "otto@example.com has L1 since today, 10:58."),
        (None, "Somebody in the CRM has L1 since today, 10:58."),
    ],
)
def test_pressing_for_a_lead_that_is_answered_says_who_has_it(actor: str | None, sentence: str):
    then = int((START - timedelta(minutes=2)).timestamp())
    portal = Portal(queue=Waiting(row(acknowledged=1), answered=(then, actor)))
    assert sentence in press(portal.client(Role.REP)).text


@pytest.mark.parametrize("lead_id", [1, 2], ids=["foreign", "unknown"])
def test_a_lead_out_of_sight_is_404(lead_id: int):
    portal = Portal(queue=Waiting(row(owner="Otto Other")))
    assert press(portal.client(Role.REP), lead_id).status_code == 404


@pytest.mark.parametrize("path", ["/queue/99999999999999999999/acknowledge", "/queue/-1/x"])
def test_a_number_that_no_lead_can_have_is_404(path: str):
    client = Portal().client(Role.REP)
    data = {"csrf_token": form_token(client, "/queue")}
    assert client.post(path, data=data).status_code == 404


def test_a_page_beyond_all_pages_is_empty():
    page = Portal().client(Role.REP).get("/queue?page=99999999999999999999").text
    assert "This page is empty" in page


def test_i_have_it_takes_a_press_not_a_visit():
    assert Portal().client(Role.REP).get("/queue/1/acknowledge").status_code == 405


def test_a_press_is_recorded_and_the_lead_leaves_the_queue(engine: Engine, tmp_path: Path):
    assert tmp_path.exists()
    book = signed_book(engine, START)
    told = {"created_at": START, "full_name": "Ada Lovelace", "owner": "Rita Rep"}
    (lead_id,) = hand_off(engine, book, [told], START)
    client = Portal(queue=Queue(engine)).client(Role.REP)
    page = press(client, lead_id).text
    assert "You have Ada Lovelace." in page
    assert "Nothing waits for you." in page
