from __future__ import annotations

import re

import pytest
from sqlalchemy import text

from smarketing.services.people.passwords import Passwords, set_password
from smarketing.store.people import People
from tests.web.office import TOKEN, Office

OLD, NEW = "four words in a row", "quite another sentence"
PHONE = "Mozilla/5.0 (Linux; Android 16) Chrome/142.0 Mobile Safari/537.36"


@pytest.fixture
def signed_in(office) -> Office:
    """The office; Hetty signed in by herself, on a phone."""
    set_password(People(office.house.engine), Passwords(), "hetty@example.com", OLD)
    client = office.clients["Hetty"] = office.app.test_client()
    enter(client, OLD)
    return office


def enter(client, password: str):
    token = TOKEN.search(client.get("/sign-in").text)[1]
    told = {"csrf_token": token, "email": "hetty@example.com", "password": password}
    return client.post("/sign-in", data=told, headers={"User-Agent": PHONE})


def change(office: Office, **told: str):
    form = {"old": OLD, "password": NEW, "again": NEW} | told
    return office.post("Hetty", "/account/password", page="/account", **form)


@pytest.mark.parametrize("name", ["Hetty", "Sally", "Mark", "Ada", "Sue"])
def test_everybody_who_signs_in_has_an_account_and_the_own_name_leads_to_it(office, name: str):
    page = office.client(name).get("/account").text
    assert f"{name.lower()}@example.com" in page
    assert f'href="/account" title="Your account: {name.lower()}@example.com"' in page


def test_a_session_says_which_browser_it_is_and_since_when(signed_in):
    page = signed_in.client("Hetty").get("/account").text
    assert "Chrome on Android" in page
    assert "since today, 10:00" in page
    assert page.count("this one") == 1
    assert signed_in.one("SELECT agent FROM portal_session") == PHONE


def test_another_password_leaves_this_browser_in_and_puts_the_others_out(signed_in):
    other = signed_in.app.test_client()
    enter(other, OLD)
    before = signed_in.client("Hetty").get_cookie("sid").value
    answer = change(signed_in)
    assert answer.location == "/account"
    assert "You have a new password." in signed_in.client("Hetty").get("/account").text
    assert signed_in.client("Hetty").get_cookie("sid").value != before
    assert other.get("/account").status_code == 303
    assert enter(signed_in.app.test_client(), OLD).status_code == 422
    assert enter(signed_in.app.test_client(), NEW).status_code == 303


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"old": "not the right one"}, "old"),
        ({"old": ""}, "old"),
        ({"password": "short", "again": "short"}, "password"),
        ({"again": "something else"}, "again"),
    ],
)
def test_what_is_wrong_with_a_password_is_said_at_its_field(signed_in, told, field: str):
    answer = change(signed_in, **told)
    assert answer.status_code == 422
    assert f'id="{field}-problem"' in answer.text
    assert NEW not in answer.text
    assert enter(signed_in.app.test_client(), OLD).status_code == 303


def test_who_guesses_the_old_password_is_told_to_wait(signed_in):
    told = [change(signed_in, old="a guess").status_code for _ in range(10)]
    assert told == [422] * 9 + [429]
    answer = change(signed_in)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) == 900
    assert "Too many tries" in answer.text


def test_mails_about_leads_are_turned_off_and_on(office):
    for sent, kept in (({}, 0), ({"alerts": "1"}, 1)):
        answer = office.post("Hetty", "/account/alerts", **sent)
        assert answer.location == "/account"
        assert office.one("SELECT alerts FROM person WHERE id = 1") == kept
        page = office.client("Hetty").get("/account").text
        assert ('name="alerts" value="1" checked' in page) is bool(kept)
    assert office.one("SELECT MIN(alerts) FROM person WHERE id <> 1") == 1


def test_who_holds_no_leads_is_not_asked_about_mails_of_them(office):
    for name, asked in (("Hetty", True), ("Sally", True), ("Mark", False), ("Sue", False)):
        assert ('name="alerts"' in office.client(name).get("/account").text) is asked


def ref_of(office: Office, person_id: int) -> object:
    sql = "SELECT substr(token_sha256, 1, 16) FROM portal_session WHERE person_id = :id"
    return office.one(sql, id=person_id)


def test_one_other_browser_is_signed_out_or_all_of_them(signed_in):
    others = [signed_in.app.test_client() for _ in range(3)]
    for client in others:
        enter(client, OLD)
    page = signed_in.client("Hetty").get("/account").text
    ref = page.split('name="session" value="')[1].split('"')[0]
    signed_in.post("Hetty", "/account/sessions/end", page="/account", session=ref)
    assert [client.get("/account").status_code for client in others].count(303) == 1
    signed_in.post("Hetty", "/account/sessions/end-others", page="/account")
    assert "2 other browsers are signed out." in signed_in.client("Hetty").get("/account").text
    assert {client.get("/account").status_code for client in others} == {303}


@pytest.mark.parametrize("ref", ["foreign", "", "0" * 16, "%"])
def test_the_session_of_somebody_else_is_as_if_it_were_not_there(office, ref: str):
    office.client("Otto").get("/queue")
    foreign = ref_of(office, 2)
    answer = office.post("Hetty", "/account/sessions/end", session=foreign if ref else "")
    assert answer.status_code == 404
    assert office.client("Otto").get("/queue").status_code == 200


def test_signing_in_again_in_the_same_browser_ends_the_session_before(signed_in):
    client = signed_in.client("Hetty")
    before = client.get_cookie("sid").value
    form = {"csrf_token": TOKEN.search(client.get("/account").text)[1], "password": OLD}
    client.post("/sign-in", data=form | {"email": "hetty@example.com"})
    client.set_cookie("sid", before)
    assert client.get("/account").status_code == 303


def test_twenty_wrong_passwords_from_one_address_are_enough_for_an_hour(office):
    client = office.app.test_client()
    token = TOKEN.search(client.get("/sign-in").text)[1]
    told = []
    for number in range(21):
        form = {"csrf_token": token, "email": f"p{number}@example.com", "password": "a guess"}
        told.append(
            client.post("/sign-in", data=form, headers={"X-Forwarded-For": f"203.0.113.{number}"})
        )
    assert [answer.status_code for answer in told] == [422] * 20 + [429]
    assert told[-1].headers["Retry-After"] == "3600"
    assert "from your network" in told[-1].text
    elsewhere = {"REMOTE_ADDR": "203.0.113.77"}
    form = {"csrf_token": token, "email": "p@example.com", "password": "a guess"}
    assert client.post("/sign-in", data=form, environ_overrides=elsewhere).status_code == 422


def with_report(office: Office, person: int, audience: str = "sales") -> None:
    with office.house.engine.begin() as connection:
        sql = "UPDATE person SET audience = :audience WHERE id = :person"
        connection.execute(text(sql), {"audience": audience, "person": person})


REPORT = {"weekday": "friday", "at": "16:30", "timezone": "America/New_York", "locale": "de"}


def test_everybody_says_when_and_how_the_report_comes(office):
    with_report(office, 1)
    office.post("Hetty", "/account/report", page="/account", **REPORT, skip_quiet="1")
    page = office.client("Hetty").get("/account").text
    said = "The next report comes on Friday, 20 November 2026, 16:30 (America/New_York)."
    assert page.count(said) == 2  # what came of the act, and how it stands
    assert '<option value="friday" selected>' in page
    assert re.search(r'name="skip_quiet" value="1" checked', page)


def test_who_wants_no_mail_is_told_where_the_report_is(office):
    with_report(office, 1)
    office.post("Hetty", "/account/report", page="/account", **(REPORT | {"weekday": ""}))
    assert "it is read in the portal" in office.client("Hetty").get("/account").text


def test_a_wrong_wish_is_said_beside_its_field_and_what_was_typed_stays(office):
    with_report(office, 1)
    wrong = REPORT | {"timezone": "Mars/Olympus"}
    answer = office.post("Hetty", "/account/report", page="/account", **wrong)
    assert answer.status_code == 422
    assert "Choose a zone of the list" in answer.text
    assert '<option value="friday" selected>' in answer.text
    assert office.one("SELECT digest_weekday FROM person WHERE id = 1") == "monday"


def test_an_administrator_says_it_for_somebody_else(office):
    with_report(office, 7, "both")
    office.post("Ada", "/people/7/report", page="/people/7", **REPORT)
    assert office.one("SELECT digest_weekday FROM person WHERE id = 7") == "friday"
    assert office.one("SELECT timezone FROM person WHERE id = 7") == "America/New_York"
    wrong = office.post("Ada", "/people/7/report", page="/people/7", **(REPORT | {"at": "noon"}))
    assert wrong.status_code == 422
    assert "Enter a time of the day" in wrong.text
