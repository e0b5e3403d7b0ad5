from __future__ import annotations

import re

import pytest

from smarketing.services.people.passwords import Passwords
from smarketing.services.people.sign_in import sign_in
from smarketing.store.people import People
from tests.web.office import NAMES, TOKEN, Office

NEW = {
    "email": "Nora@Example.com", "name": "Nora", "role": "rep", "audience": "sales",
    "alerts": "1", "way": "made",
}  # fmt: skip
TYPED = {"way": "typed", "password": "a good long sentence", "again": "a good long sentence"}
ADA = NAMES.index("Ada") + 1


def shown_password(page: str) -> str:
    found = re.search(r"<code>([a-z0-9-]{19})</code>", page)
    assert found, page
    return found[1]


def opens(office: Office, email: str, password: str) -> bool:
    return bool(sign_in(People(office.house.engine), Passwords(), email, password, office.now))


def of(office: Office, column: str, email: str) -> object:
    return office.one(f"SELECT {column} FROM person WHERE email = :email", email=email)  # noqa: S608


def test_everyone_is_listed_with_what_they_do(office):
    page = office.client("Ada").get("/people").text
    for name in NAMES:
        assert f"{name.lower()}@example.com" in page
    assert "Marketing manager" in page
    assert "Fair Ltd" in page
    assert "Hetty H." in page
    assert "no password yet" in page


def asked_by(office: Office, path: str) -> tuple[list[str], list[str]]:
    """What the database is asked for a page, and the steps of its plans."""
    office.client("Ada").get(path)
    asked: list[str] = []
    with office.house.engine.connect() as connection:
        # The pool hands out this very connection again.
        connection.connection.driver_connection.set_trace_callback(asked.append)
    assert office.client("Ada").get(path).status_code == 200
    with office.house.engine.connect() as connection:
        connection.connection.driver_connection.set_trace_callback(None)
        queries = [sql for sql in asked if sql.startswith(("WITH", "SELECT"))]
        plans = [connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}") for sql in queries]
        return queries, [step[3] for plan in plans for step in plan]


@pytest.mark.parametrize(("path", "most"), [("/people", 4), ("/people/1", 4), ("/owners", 4)])
def test_a_page_asks_little_and_never_walks_all_leads(office, path: str, most: int):
    queries, steps = asked_by(office, path)
    of_people = re.compile(r"FROM (person|portal_session|owner_name|delivered|cell)\b")
    assert 0 < len([sql for sql in queries if of_people.search(sql)]) <= most
    assert not [step for step in steps if step == "SCAN lead"]


def test_who_is_added_gets_a_password_that_is_shown_once_and_opens_the_portal(office):
    answer = office.post("Ada", "/people/new", page="/people/new", **NEW)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    password = shown_password(answer.text)
    assert opens(office, "nora@example.com", password)
    assert password not in office.client("Ada").get("/people").text
    assert not any(password in cookie for cookie in answer.headers.getlist("Set-Cookie"))
    assert (of(office, "audience", "nora@example.com"), of(office, "role", "nora@example.com")) == (
        "sales", "rep",
    )  # fmt: skip


def test_a_password_may_be_typed_twice_and_is_shown_nowhere(office):
    answer = office.post("Ada", "/people/new", **NEW | TYPED)
    assert answer.status_code == 303
    assert "Nora is added." in office.client("Ada").get(answer.location).text
    assert opens(office, "nora@example.com", "a good long sentence")


def test_who_only_gets_mail_gets_no_password(office):
    answer = office.post("Ada", "/people/new", **NEW | {"role": "mail_only"})
    assert answer.status_code == 303
    assert of(office, "password_hash", "nora@example.com") == ""


def test_somebody_whose_e_mail_is_an_owner_holds_those_leads_at_once(office):
    email = "nobody.known@example.com"
    with office.house.engine.begin() as connection:
        for table in ("lead", "cell"):
            sql = f"UPDATE {table} SET owner = ? WHERE owner = 'Nobody Known'"  # noqa: S608
            connection.exec_driver_sql(sql, (email,))
    office.post("Ada", "/people/new", **NEW | {"email": email})
    assert office.one("SELECT holder_id FROM lead WHERE id = 3") == len(NAMES) + 1


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"email": "nora@"}, "email"),
        ({"email": "hetty@example.com"}, "email"),
        ({"name": " "}, "name"),
        ({"role": "king"}, "role"),
        ({"role": "supplier"}, "provider"),
        ({"audience": "all"}, "audience"),
        ({**TYPED, "password": "short"}, "password"),
        ({**TYPED, "again": "a good long sentense"}, "again"),
    ],
)
def test_what_cannot_be_used_is_said_at_its_field_and_what_was_typed_is_kept(
    office, told: dict[str, str], field: str
):
    answer = office.post("Ada", "/people/new", **NEW | told)
    assert answer.status_code == 422
    assert f'id="{field}-problem"' in answer.text
    assert answer.text.count('class="problem"') == 1
    kept = NEW | told
    assert f'value="{kept["email"]}"' in answer.text
    assert f'value="{kept.get("password", "nothing typed")}"' not in answer.text
    assert office.one("SELECT COUNT(*) FROM person") == len(NAMES)


def test_a_form_with_nothing_in_it_is_answered_field_by_field(office):
    answer = office.post("Ada", "/people/new")
    assert answer.status_code == 422
    for field in ("email", "name", "role"):
        assert f'id="{field}-problem"' in answer.text


def test_a_person_is_changed_and_their_leads_go_back_when_they_may_hold_none(office):
    form = {"name": "Hetty Harmsen", "role": "marketing_manager", "audience": "both"}
    answer = office.post("Ada", "/people/1", page="/people/1", **form)
    assert answer.status_code == 303
    page = office.client("Ada").get("/people").text
    assert "Kept. 1 lead changed hands." in page
    assert "Hetty Harmsen" in page
    assert of(office, "alerts", "hetty@example.com") == 0
    assert office.one("SELECT COUNT(*) FROM lead WHERE holder_id = 1") == 0
    assert office.client("Hetty").get("/progress").status_code == 200


def test_a_change_that_cannot_be_is_said_at_its_field(office):
    answer = office.post("Ada", "/people/1", name="", role="rep", audience="")
    assert answer.status_code == 422
    assert 'id="name-problem"' in answer.text
    assert of(office, "name", "hetty@example.com") == "Hetty"


def test_another_password_is_made_shown_once_and_ends_the_sessions(office):
    assert office.client("Hetty").get("/queue").status_code == 200
    answer = office.post("Ada", "/people/1/password", way="made")
    assert opens(office, "hetty@example.com", shown_password(answer.text))
    assert office.client("Hetty").get("/queue").status_code == 303


def test_another_password_that_was_typed_is_checked_first(office):
    bad = office.post("Ada", "/people/1/password", **TYPED | {"again": "x"})
    assert bad.status_code == 422
    assert 'id="again-problem"' in bad.text
    assert office.client("Hetty").get("/queue").status_code == 200
    good = office.post("Ada", "/people/1/password", **TYPED)
    assert "Hetty has a new password" in office.client("Ada").get(good.location).text
    assert opens(office, "hetty@example.com", TYPED["password"])


def test_somebody_is_signed_out_everywhere(office):
    office.client("Hetty").get("/queue")
    answer = office.post("Ada", "/people/1/sign-out")
    assert "Hetty is signed out everywhere." in office.client("Ada").get(answer.location).text
    assert office.client("Hetty").get("/queue").status_code == 303


def test_who_is_shut_out_is_out_at_once_and_what_they_held_goes_to_the_team_until_they_are_back(
    office,
):
    office.client("Hetty").get("/queue")
    answer = office.post("Ada", "/people/1/shut-out")
    assert "Hetty is shut out. 1 lead changed hands." in (
        office.client("Ada").get(answer.location).text
    )
    assert office.client("Hetty").get("/queue").status_code == 303
    assert office.one("SELECT holder_id FROM lead WHERE id = 1") is None
    assert "Let Hetty in again" in office.client("Ada").get("/people/1").text
    answer = office.post("Ada", "/people/1/let-in")
    assert "Hetty may come in again. 1 lead changed hands." in (
        office.client("Ada").get(answer.location).text
    )
    assert office.one("SELECT holder_id FROM lead WHERE id = 1") == 1


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("shut-out", {}),
        ("", {"name": "Ada", "role": "sales_manager", "audience": ""}),
    ],
    ids=["shut out", "made something else"],
)
def test_the_last_administrator_stays_one(office, path: str, form: dict[str, str]):
    answer = office.post("Ada", f"/people/{ADA}/{path}".rstrip("/"), **form)
    assert answer.status_code == 409
    assert "Besides Ada no administrator can sign in" in answer.text
    assert (of(office, "role", "ada@example.com"), of(office, "active", "ada@example.com")) == (
        "administrator", 1,
    )  # fmt: skip


@pytest.mark.parametrize("path", ["", "/password", "/sign-out", "/shut-out", "/let-in"])
def test_nobody_unknown_is_changed(office, path: str):
    assert office.post("Ada", f"/people/99{path}", **NEW).status_code == 404


@pytest.mark.parametrize("name", ["Hetty", "Sally", "Mark"])
def test_only_an_administrator_changes_people(office, name: str):
    form = {"name": name, "role": "administrator", "audience": ""}
    number = NAMES.index(name) + 1
    for path in (f"/people/{number}", "/people/new", "/people/5/shut-out", "/people/5/password"):
        assert office.post(name, path, **NEW | form).status_code == 403
    assert office.one("SELECT COUNT(*) FROM person WHERE role = 'administrator'") == 1
    assert "/people" not in office.client(name).get("/queue").text


def test_what_people_are_called_is_never_markup(office):
    office.post("Ada", "/people/new", **NEW | TYPED | {"name": "<b>Nora</b>"})
    page = office.client("Ada").get("/people").text
    assert "&lt;b&gt;Nora" in page
    assert "<b>Nora" not in page


def test_every_form_of_a_page_carries_the_token(office):
    for path in ("/people/new", "/people/1", "/owners", "/account"):
        page = office.client("Ada").get(path).text
        assert len(TOKEN.findall(page)) == page.count('method="post"'), path
