from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from smarketing.domain.errors import BusyError
from smarketing.services.people.people import Role
from tests.services.shelf import Shelf
from tests.services.waiting import Waiting, row
from tests.web.portal import PASSWORD, Portal, form_token

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

BUSY = "The database is busy: an import or a backup holds it. Try again in a minute."


class BusyDesk(Waiting):
    """A queue that can be read; nothing can be recorded."""

    @contextmanager
    def acting(self, now: int):  # noqa: ARG002
        raise BusyError(BUSY)
        yield


class BusyDoor(Shelf):
    """People who cannot sign in at the moment."""

    def record_failure(self, *_told: object) -> list[object]:
        raise BusyError(BUSY)


def press(referrer: str | None) -> TestResponse:
    client = Portal(queue=BusyDesk(row())).client(Role.REP)
    data = {"csrf_token": form_token(client, "/queue")}
    headers = {"Referer": referrer} if referrer else {}
    return client.post("/leads/1/acknowledge", data=data, headers=headers)


def test_a_busy_database_is_503_with_a_sentence_and_when_to_come_back():
    answer = press(None)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    assert BUSY in answer.text
    assert "Sign out" in answer.text


@pytest.mark.parametrize(
    ("referrer", "way"),
    [
        pytest.param("http://localhost/queue?page=2", "/queue?page=2", id="the page of the button"),
        pytest.param("http://localhost/queue", "/queue", id="without a query"),
        pytest.param(None, "/", id="not told"),
        pytest.param("https://evil.example/queue", "/", id="another site"),
        pytest.param("http://localhost//evil.example", "/", id="another site in disguise"),
    ],
)
def test_after_a_press_the_way_leads_back_to_the_page_of_the_button(referrer: str | None, way: str):
    assert f'href="{way}">Back to where you were</a>' in press(referrer).text


def test_a_page_that_could_not_be_read_is_tried_again_as_it_was_asked_for():
    def fail(_month: object) -> tuple[()]:
        raise BusyError(BUSY)

    portal = Portal()
    portal.overview = fail
    answer = portal.client(Role.ADMINISTRATOR).get("/progress?month=2026-10&segment=small")
    assert answer.status_code == 503
    assert 'href="/progress?month=2026-10&amp;segment=small">Try again</a>' in answer.text


@pytest.mark.parametrize(
    ("wanted", "way"),
    [
        ("/progress?month=2026-10", "/sign-in?next=/progress?month%3D2026-10"),
        ("//evil.example", "/sign-in"),
        ("", "/sign-in"),
    ],
)
def test_who_was_signing_in_comes_back_to_the_form_which_knows_where_they_wanted_to(
    wanted: str, way: str
):
    client = Portal(shelf=BusyDoor()).client()
    told = {"csrf_token": form_token(client), "email": "rep@example.com", "password": PASSWORD}
    answer = client.post("/sign-in", data={**told, "next": wanted})
    assert answer.status_code == 503
    assert f'href="{way}">Back to where you were</a>' in answer.text


def test_a_person_who_cannot_be_looked_up_is_not_taken_for_nobody():
    portal = Portal()
    client = portal.client(Role.REP)

    def fail(*_told: object) -> None:
        raise BusyError(BUSY)

    portal.shelf.holder = fail
    answer = client.get("/queue")
    assert answer.status_code == 503
    assert 'href="/queue">Try again</a>' in answer.text
    assert not answer.headers.getlist("Set-Cookie")
    assert client.get("/healthz").status_code == 200
