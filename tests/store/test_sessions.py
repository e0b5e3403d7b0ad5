from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import text

from smarketing.services.people.passwords import set_password
from smarketing.services.people.people import Role, add_person, disable_person
from smarketing.services.people.sign_in import (
    Visitor,
    digest,
    person_of,
    sign_in,
    sign_out,
)
from tests.store.door import NOW, PASSWORD, PASSWORDS, enter, with_rita

if TYPE_CHECKING:
    from sqlalchemy import Engine


def sessions(engine: Engine) -> int:
    with engine.connect() as connection:
        return connection.execute(text("SELECT COUNT(*) FROM portal_session")).scalar_one()


def test_a_session_lives_until_it_expires_or_is_ended(engine: Engine):
    store = with_rita(engine)
    token = enter(store)
    assert person_of(store, token, NOW + timedelta(hours=11)).email == "rita@example.com"
    assert person_of(store, token, NOW + timedelta(hours=12)) is None
    sign_out(store, token)
    assert person_of(store, token, NOW) is None


def test_a_disabled_person_is_out_at_once_and_other_people_stay(engine: Engine):
    store = with_rita(engine)
    add_person(
        store, PASSWORDS, email="sam@example.com", name="Sam", role=Role.REP, now=NOW,
        password=PASSWORD,
    )  # fmt: skip
    token, other = enter(store), enter(store, email="sam@example.com")
    disable_person(store, "rita@example.com")
    assert person_of(store, token, NOW) is None
    assert person_of(store, other, NOW).name == "Sam"


def test_another_password_ends_the_sessions(engine: Engine):
    store = with_rita(engine)
    token = enter(store)
    set_password(store, PASSWORDS, "rita@example.com", "quite another one")
    assert person_of(store, token, NOW) is None


def test_signing_in_throws_the_expired_sessions_away(engine: Engine):
    store = with_rita(engine)
    enter(store)
    enter(store)
    assert sessions(engine) == 2
    enter(store, NOW + timedelta(hours=13))
    assert sessions(engine) == 1


def test_the_sessions_of_a_person_are_told_the_newest_first_and_ended_one_by_one(engine: Engine):
    store = with_rita(engine)
    rita = store.account("rita@example.com")["id"]
    later = NOW + timedelta(hours=1)
    visitor = Visitor("198.51.100.7", "Firefox\0 on a zero")
    for at in (NOW, later):
        sign_in(store, PASSWORDS, "rita@example.com", PASSWORD, at, visitor=visitor)
    found = store.open_sessions(rita, later)
    assert [(row["created_at"], row["agent"]) for row in found] == [
        (later, "Firefox on a zero"), (NOW, "Firefox on a zero"),
    ]  # fmt: skip
    assert store.signed_in(later) == [(rita, later)]
    assert store.signed_in(NOW + timedelta(days=1)) == []
    ref = found[0]["token_sha256"][:16]
    assert not store.end_one(rita + 1, ref)
    assert store.end_one(rita, ref)
    assert not store.end_one(rita, ref)
    assert [row["created_at"] for row in store.open_sessions(rita, later)] == [NOW]


def test_all_sessions_of_a_person_end_but_one(engine: Engine):
    store = with_rita(engine)
    rita = store.account("rita@example.com")["id"]
    tokens = [enter(store) for _ in range(3)]
    assert store.end_all(rita, digest(tokens[1])) == 2
    assert [person_of(store, token, NOW) is None for token in tokens] == [True, False, True]
    assert store.end_all(rita) == 1
