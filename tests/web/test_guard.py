from __future__ import annotations

import re

import pytest

from smarketing.services.people.people import SIGNS_IN, Role
from smarketing.web.guard import POLICY, PUBLIC
from tests.web.portal import Portal, form_token

RULES = [
    (rule.endpoint, re.sub("<.*>", "1", rule.rule), method)
    for rule in Portal().app().url_map.iter_rules()
    for method in sorted(rule.methods - {"HEAD", "OPTIONS"})
]
CLOSED = [rule for rule in RULES if rule[0] not in ("static", *PUBLIC)]


def test_every_route_is_in_the_table_and_the_table_has_no_other():
    assert {endpoint for endpoint, _, _ in RULES} == PUBLIC | set(POLICY)


@pytest.mark.parametrize(("endpoint", "path", "method"), CLOSED)
def test_who_is_not_signed_in_is_sent_to_the_form(endpoint: str, path: str, method: str):
    answer = Portal().client().open(path, method=method)
    assert answer.status_code == 303, endpoint
    assert answer.location.startswith("/sign-in")


@pytest.mark.parametrize("role", sorted(SIGNS_IN))
@pytest.mark.parametrize(("endpoint", "path", "method"), CLOSED)
def test_a_route_opens_for_the_roles_of_the_table_and_no_other(
    endpoint: str, path: str, method: str, role: Role
):
    portal = Portal()
    portal.queue.rows[0]["acknowledged"] = 1
    client = portal.client(role)
    page = "/queue" if role is not Role.MARKETING_MANAGER else "/progress"
    data = {"csrf_token": form_token(client, page)} if method == "POST" else {}
    answer = client.open(path, method=method, data=data)
    assert (answer.status_code != 403) == (role in POLICY[endpoint])


@pytest.mark.parametrize("path", ["/sign-in", "/healthz", "/static/tokens.css"])
def test_what_is_public_is_open(path: str):
    answer = Portal().client().get(path)
    assert answer.status_code == 200
    answer.close()


def test_a_route_that_is_missing_from_the_table_is_closed_to_everybody():
    app = Portal().app()
    app.add_url_rule("/forgotten", "forgotten", lambda: "open")
    client = app.test_client()
    token = form_token(client)
    told = {"csrf_token": token, "email": "administrator@example.com"}
    client.post("/sign-in", data={**told, "password": "four words in a row"})
    assert client.get("/forgotten").status_code == 403


def test_a_form_without_its_token_is_refused():
    client = Portal().client(Role.REP)
    answer = client.post("/queue/1/acknowledge")
    assert answer.status_code == 400
    assert "reload" in answer.text


def test_a_form_sent_by_another_site_is_refused_even_with_a_token():
    client = Portal().client(Role.REP)
    token = form_token(client, "/queue")
    answer = client.post(
        "/queue/1/acknowledge",
        data={"csrf_token": token},
        headers={"Sec-Fetch-Site": "cross-site"},
    )
    assert answer.status_code == 400


def test_an_act_is_never_where_one_goes_after_signing_in():
    client = Portal().client()
    assert client.post("/queue/1/acknowledge").location == "/sign-in"
    assert client.get("/progress?month=2026-10").location == (
        "/sign-in?next=/progress?month%3D2026-10"
    )
