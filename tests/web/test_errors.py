from __future__ import annotations

import re

import pytest

from smarketing.domain.errors import ConflictError, ForbiddenError, NotFoundError, SmarketingError
from smarketing.services.people.people import Role
from tests.web.portal import Portal


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (NotFoundError("no such lead", "7"), 404),
        (ForbiddenError("ask a manager"), 403),
        (ConflictError("signed already"), 409),
        (SmarketingError("something else"), 400),
    ],
)
def test_an_error_of_ours_is_a_page_with_its_sentence(error: SmarketingError, status: int):
    def fail(_month: object) -> tuple[()]:
        raise error

    portal = Portal()
    portal.overview = fail
    answer = portal.client(Role.ADMINISTRATOR).get("/progress")
    assert answer.status_code == status
    assert str(error).capitalize() in answer.text


def test_a_bug_is_a_page_without_a_trace_and_with_a_number_that_stands_in_the_log(caplog):
    def fail(_month: object) -> tuple[()]:
        raise RuntimeError("the secret inside")

    portal = Portal()
    portal.overview = fail
    answer = portal.client(Role.ADMINISTRATOR).get("/progress")
    assert answer.status_code == 500
    assert "Something broke on our side" in answer.text
    assert "secret" not in answer.text
    number = re.search(r"Its number is ([0-9a-f]{8})\.", answer.text)
    assert number
    assert f"that was trouble {number[1]}, at progress.show" in caplog.text
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_request_that_is_too_large_is_refused():
    answer = Portal().client().post("/sign-in", data={"email": "x" * 70_000})
    assert answer.status_code == 413


def test_a_page_that_is_not_there_is_404_for_everybody():
    assert Portal().client().get("/nope").status_code == 404
    assert "Nothing is here" in Portal().client(Role.REP).get("/nope").text
