from __future__ import annotations

from datetime import timedelta
from hashlib import sha256

import pytest

from smarketing.services.people.people import Role, disable_person
from smarketing.services.people.sign_in import SignInRefusedError, person_of, sign_out
from tests.services.doors import NOW, PASSWORD, CountingHasher, enter, shelf_with


def test_who_signs_in_holds_a_token_of_which_only_the_hash_is_kept():
    shelf = shelf_with()
    token = enter(shelf, email="RITA@example.com")
    assert len(token) >= 43
    assert list(shelf.sessions) == [sha256(token.encode()).hexdigest()]
    assert person_of(shelf, token, NOW).email == "rita@example.com"


def test_a_session_ends_after_twelve_hours_and_not_before():
    shelf = shelf_with()
    token = enter(shelf)
    assert person_of(shelf, token, NOW + timedelta(hours=12) - timedelta(seconds=1))
    assert person_of(shelf, token, NOW + timedelta(hours=12)) is None


def test_after_signing_out_the_token_opens_nothing():
    shelf = shelf_with()
    token = enter(shelf)
    sign_out(shelf, token)
    sign_out(shelf, token)
    assert person_of(shelf, token, NOW) is None


@pytest.mark.parametrize(
    ("email", "password"),
    [
        pytest.param("rita@example.com", "another password", id="wrong password"),
        pytest.param("nobody@example.com", PASSWORD, id="unknown e-mail"),
        pytest.param("", "", id="nothing"),
        pytest.param("x\0y@example.com", "x" * 5000, id="a zero character, a long password"),
    ],
)
def test_who_does_not_fit_hears_the_same_and_costs_one_comparison(email: str, password: str):
    hasher = CountingHasher()
    with pytest.raises(SignInRefusedError, match="do not go together"):
        enter(shelf_with(), password, email, hasher=hasher)
    assert hasher.compared == 1


def test_a_person_without_a_password_is_refused_like_a_wrong_one():
    with pytest.raises(SignInRefusedError, match="do not go together"):
        enter(shelf_with(password=None))


def test_a_disabled_person_is_refused_like_a_wrong_password():
    shelf = shelf_with()
    disable_person(shelf, "rita@example.com")
    with pytest.raises(SignInRefusedError, match="do not go together"):
        enter(shelf)


def test_who_only_gets_mail_is_told_so():
    with pytest.raises(SignInRefusedError, match="does not open the portal"):
        enter(shelf_with(Role.MAIL_ONLY))


def test_a_hash_with_old_parameters_is_made_anew_and_the_sessions_stay():
    shelf = shelf_with()
    first = enter(shelf)
    old = shelf.rows["rita@example.com"]["password_hash"]
    enter(shelf, hasher=CountingHasher(time_cost=2))
    assert shelf.rows["rita@example.com"]["password_hash"] != old
    assert person_of(shelf, first, NOW)
