"""Every route against every role, and against leads that are one's own, foreign or missing."""

from __future__ import annotations

import re

import pytest

from smarketing.services.people.people import Role
from smarketing.services.people.policy import HOLDS, POLICY, SIGNS_IN, Action
from smarketing.web.guard import PUBLIC, ROUTES
from tests.web.office import LEADS, NAMES, ROLES
from tests.web.portal import Portal, form_token

WHO = {role: name for name, role in zip(NAMES[::-1], ROLES[::-1], strict=True)}
"""A name for each role; of the two reps it is Hetty."""

RULES = [
    (rule.endpoint, rule.rule, method)
    for rule in Portal().app().url_map.iter_rules()
    for method in sorted(rule.methods - {"HEAD", "OPTIONS"})
]
CLOSED = [rule for rule in RULES if rule[0] not in PUBLIC]
OF_A_LEAD = [rule for rule in CLOSED if "lead_id" in rule[1]]
FORMS: dict[str, dict[str, object]] = {
    "acts.attempt": {"way": "call"},
    "acts.reject": {"reason": "duplicate"},
    "acts.recycle": {"reason": "not_now"},
    "acts.pause": {"reason": "away", "until": "2026-11-18T09:00"},
}
"""What a form has to bring along to be understood."""

SEES = {
    Role.REP: {"own", "team"},
    Role.SUPPLIER: {"delivered"},
    Role.SALES_MANAGER: set(LEADS),
    Role.MARKETING_MANAGER: set(LEADS),
    Role.ADMINISTRATOR: set(LEADS),
}


def filled(rule: str, lead: int = 1) -> str:
    return re.sub("<.*?>", str(lead), rule)


def test_every_route_is_in_the_table_and_the_table_has_no_other():
    assert {endpoint for endpoint, _, _ in RULES} == PUBLIC | set(ROUTES)


def test_every_action_of_the_policy_is_somebodys_and_somewhere():
    assert set(POLICY) == set(Action)
    assert set(ROUTES.values()) <= set(Action)
    assert set(POLICY[Action.ANSWER_LEADS]) == HOLDS


@pytest.mark.parametrize(("endpoint", "rule", "method"), CLOSED)
def test_who_is_not_signed_in_is_sent_to_the_form(office, endpoint: str, rule: str, method: str):
    data = {"csrf_token": form_token(office.client())} if method == "POST" else {}
    answer = office.client().open(filled(rule), method=method, data=data)
    assert answer.status_code == 303, endpoint
    assert answer.location.startswith("/sign-in")


@pytest.mark.parametrize("role", sorted(SIGNS_IN))
@pytest.mark.parametrize(("endpoint", "rule", "method"), CLOSED)
def test_a_route_opens_for_the_roles_of_the_table_and_no_other(
    office, endpoint: str, rule: str, method: str, role: Role
):
    name = WHO[role]
    ask = office.client(name).get if method == "GET" else lambda path: office.post(name, path)
    answer = ask(filled(rule, LEADS["own"]))
    may = role in POLICY[ROUTES[endpoint]]
    assert (answer.status_code == 403) != may, answer.text
    assert answer.status_code < 500


@pytest.mark.parametrize("which", [*LEADS, "missing"])
@pytest.mark.parametrize(
    ("route", "role"),
    [
        pytest.param(route, role, id=f"{route[0]} {role}")
        for route in OF_A_LEAD
        for role in sorted(POLICY[ROUTES[route[0]]])
        if role in SIGNS_IN
    ],
)
def test_a_foreign_lead_is_as_if_it_were_not_there(office, route, role: Role, which: str):
    endpoint, rule, method = route
    path, name = filled(rule, LEADS.get(which, 99)), WHO[role]
    if method == "GET":
        answer = office.client(name).get(path)
    else:
        answer = office.post(name, path, **FORMS.get(endpoint, {}))
    assert (answer.status_code == 404) == (which not in SEES[role]), answer.text
    changed = office.one("SELECT COUNT(*) FROM lead_event WHERE ref <> ''")
    assert not changed or which in SEES[role]


@pytest.mark.parametrize("path", ["/sign-in", "/healthz", "/static/tokens.css"])
def test_what_is_public_is_open(path: str):
    answer = Portal().client().get(path)
    assert answer.status_code == 200
    answer.close()


def test_a_route_that_is_missing_from_the_table_is_closed_to_everybody(office):
    office.app.add_url_rule("/forgotten", "forgotten", lambda: "open")
    assert office.client("Ada").get("/forgotten").status_code == 404


def test_a_form_without_its_token_is_refused(office):
    answer = office.client("Hetty").post("/leads/1/acknowledge")
    assert answer.status_code == 400
    assert "reload" in answer.text


def test_a_form_sent_by_another_site_is_refused_even_with_a_token(office):
    client = office.client("Hetty")
    answer = client.post(
        "/leads/1/acknowledge",
        data={"csrf_token": form_token(client, "/queue")},
        headers={"Sec-Fetch-Site": "cross-site"},
    )
    assert answer.status_code == 400


def test_an_act_is_never_where_one_goes_after_signing_in():
    client = Portal().client()
    data = {"csrf_token": form_token(client)}
    assert client.post("/leads/1/acknowledge", data=data).location == "/sign-in"
    assert client.get("/progress?month=2026-10").location == (
        "/sign-in?next=/progress?month%3D2026-10"
    )
