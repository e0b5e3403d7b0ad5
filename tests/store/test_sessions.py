from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import text

from smarketing.services.people.passwords import set_password
from smarketing.services.people.people import Role, add_person, disable_person
from smarketing.services.people.sign_in import person_of, sign_out
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
