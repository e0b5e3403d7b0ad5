from __future__ import annotations

import pytest

from smarketing.services.people.people import Role, disable_person
from tests.web.portal import Portal, form_token, sign_in


@pytest.mark.parametrize(
    ("role", "page"),
    [
        (Role.REP, "/queue"),
        (Role.SALES_MANAGER, "/exceptions"),
        (Role.MARKETING_MANAGER, "/progress"),
        (Role.ADMINISTRATOR, "/progress"),
    ],
)
def test_each_role_comes_to_its_own_first_page(role: Role, page: str):
    client = Portal().client()
    assert sign_in(client, f"{role}@example.com").location == "/"
    assert client.get("/").location == page


def test_a_wrong_password_is_refused_in_one_sentence_and_the_e_mail_stays_in_the_form():
    answer = sign_in(Portal().client(), "rep@example.com", "not the right one")
    assert answer.status_code == 422
    assert "do not go together" in answer.text
    assert 'value="rep@example.com"' in answer.text
    assert "not the right one" not in answer.text


@pytest.mark.parametrize("email", ["rep@example.com", "nobody@example.com"])
def test_after_ten_wrong_passwords_even_the_right_one_is_told_to_wait(email: str):
    portal = Portal()
    client = portal.client()
    told = [sign_in(client, email, "not the right one") for _ in range(10)]
    assert [answer.status_code for answer in told] == [422] * 9 + [429]
    portal.later(minutes=5)
    answer = sign_in(client, email)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "600")
    assert "Too many tries for this e-mail. Wait a quarter of an hour" in answer.text
    assert f'value="{email}"' in answer.text
    assert client.get_cookie("sid") is None


def test_after_the_wait_the_right_password_opens_again():
    portal = Portal()
    client = portal.client()
    for _ in range(10):
        sign_in(client, "rep@example.com", "not the right one")
    portal.later(minutes=15)
    assert sign_in(client, "rep@example.com").status_code == 303


def test_who_only_gets_mail_is_told_so():
    answer = sign_in(Portal().client(), "mail_only@example.com")
    assert answer.status_code == 422
    assert "weekly report by mail" in answer.text


def test_after_signing_out_the_token_is_dead_even_for_who_kept_it():
    portal = Portal()
    client = portal.client(Role.REP)
    kept = client.get_cookie("sid").value
    client.post("/sign-out", data={"csrf_token": form_token(client, "/queue")})
    assert client.get("/queue").status_code == 303
    client.set_cookie("sid", kept)
    assert client.get("/queue").status_code == 303


def test_signing_out_takes_a_press_not_a_visit():
    client = Portal().client(Role.REP)
    answer = client.get("/sign-out")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]
    assert client.get("/queue").status_code == 200


def test_a_disabled_person_is_out_at_once_and_cannot_come_back():
    portal = Portal()
    client = portal.client(Role.REP)
    disable_person(portal.shelf, "rep@example.com")
    assert client.get("/queue").status_code == 303
    assert sign_in(client, "rep@example.com").status_code == 422


def test_a_session_is_over_after_half_a_day():
    portal = Portal()
    client = portal.client(Role.REP)
    portal.later(hours=11)
    assert client.get("/queue").status_code == 200
    portal.later(hours=1)
    assert client.get("/queue").status_code == 303


def test_signing_in_again_gives_a_new_token():
    client = Portal().client(Role.REP)
    first = client.get_cookie("sid").value
    client.delete_cookie("sid")
    sign_in(client, "rep@example.com")
    assert client.get_cookie("sid").value != first


@pytest.mark.parametrize(
    ("wanted", "goes"),
    [
        pytest.param("/progress?month=2026-10", "/progress?month=2026-10", id="a page of ours"),
        pytest.param("https://evil.example/", "/", id="another site"),
        pytest.param("//evil.example/", "/", id="another site without its scheme"),
        pytest.param("/\\evil.example", "/", id="another site with a backslash"),
        pytest.param("/a\r\nSet-Cookie: x=1", "/", id="a header"),
    ],
)
def test_after_signing_in_one_goes_where_one_wanted_within_the_portal(wanted: str, goes: str):
    answer = sign_in(Portal().client(), "administrator@example.com", next=wanted)
    assert answer.location == goes


def test_the_sample_logins_are_shown_where_they_are_given_and_work():
    portal = Portal(demo=(("Sales rep", "rep@example.com", "four words in a row"),))
    page = portal.client().get("/sign-in").text
    assert "Look around" in page
    assert "rep@example.com" in page
    assert "Look around" not in Portal().client().get("/sign-in").text


def test_who_is_signed_in_is_not_asked_again():
    assert Portal().client(Role.REP).get("/sign-in").location == "/"
