"""The way out of the weekly mail (RFC 8058)."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from smarketing.bootstrap import mail_links
from smarketing.store.people import People
from tests.web.office import TOKEN, Office

ONE_CLICK = {"List-Unsubscribe": "One-Click"}
PAUL = 7


@pytest.fixture
def reading(office) -> Office:
    """The office; Paul, who only gets mail, gets the report for both."""
    with office.house.engine.begin() as connection:
        connection.execute(text("UPDATE person SET audience = 'both' WHERE id = 7"))
    return office


def way_out(office: Office, person: int = PAUL) -> str:
    return mail_links(office.house).stop(person).removeprefix("http://127.0.0.1:8000")


def wanted(office: Office) -> tuple[object, ...]:
    (row,) = (one for one in People(office.house.engine).everyone() if one["id"] == PAUL)
    return tuple(row[name] for name in ("digest_weekday", "audience", "active", "alerts"))


def test_one_post_without_cookie_or_form_stops_the_report_and_nothing_else(reading):
    answer = reading.client().post(way_out(reading), data=ONE_CLICK)
    assert answer.status_code == 200
    assert "Location" not in answer.headers
    assert wanted(reading) == ("", "both", 1, 1)


def test_a_mail_program_may_send_it_from_its_own_site(reading):
    elsewhere = {"Sec-Fetch-Site": "cross-site", "Origin": "https://mail.example"}
    assert reading.client().post(way_out(reading), data=ONE_CLICK, headers=elsewhere).status == (
        "200 OK"
    )
    assert wanted(reading)[0] == ""


def test_said_again_it_stays_so(reading):
    for _ in range(3):
        assert reading.client().post(way_out(reading), data=ONE_CLICK).status_code == 200
    assert wanted(reading) == ("", "both", 1, 1)


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_a_visit_changes_nothing(reading, method: str):
    for _ in range(3):
        assert reading.client().open(way_out(reading), method=method).status_code == 200
    assert wanted(reading)[0] == "monday"


def test_a_visit_shows_a_button_and_the_wishes(reading):
    page = reading.client().get(way_out(reading)).text
    assert "Stop these mails" in page
    assert "paul@example.com" in page
    assert "The next report comes on Monday, 23 November 2026, 08:00 (Europe/Berlin)." in page
    assert '<select id="weekday" name="weekday"' in page


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("harm", ["cut", "changed", "of nobody"])
def test_a_link_that_was_tampered_with_is_not_found(reading, method: str, harm: str):
    path = way_out(reading, 99) if harm == "of nobody" else way_out(reading)
    path = {"cut": path[:-1], "changed": path[:-3] + "abc", "of nobody": path}[harm]
    assert reading.client().open(path, method=method).status_code == 404
    assert wanted(reading)[0] == "monday"


def test_who_stopped_it_may_choose_a_day_again(reading):
    client, path = reading.client(), way_out(reading)
    client.post(path, data=ONE_CLICK)
    page = client.get(path).text
    assert "No report comes to you by mail any more." in page
    told = {"csrf_token": TOKEN.search(page)[1], "weekday": "friday", "at": "16:30"}
    wishes = path.replace("/stop/", "/wishes/")
    assert client.post(wishes, data=told).location == path
    assert wanted(reading)[0] == "friday"
    refused = client.post(wishes, data=told | {"at": "noon"})
    assert refused.status_code == 422
    assert "Enter a time of the day" in refused.text


def test_wishes_need_the_form_of_the_page(reading):
    wishes = way_out(reading).replace("/stop/", "/wishes/")
    answer = reading.client().post(wishes, data={"weekday": "friday", "at": "16:30"})
    assert answer.status_code == 400
    assert wanted(reading)[0] == "monday"


def test_who_is_shut_out_has_no_page(reading):
    reading.post("Ada", "/people/7/shut-out", page="/people/7")
    assert reading.client().get(way_out(reading)).status_code == 404
