from __future__ import annotations

from importlib.resources import files

import pytest

from smarketing.domain.errors import NotFoundError
from smarketing.services.people.passwords import (
    SHORTEST,
    Passwords,
    WeakPasswordError,
    check_strength,
    set_password,
)
from smarketing.services.people.people import Role, add_person
from smarketing.services.people.sign_in import SignInRefusedError, person_of
from tests.services.doors import NOW, PASSWORD, CountingHasher, enter, shelf_with
from tests.services.shelf import Shelf


@pytest.mark.parametrize(
    "password",
    [
        pytest.param("eleven char", id="11 characters"),
        pytest.param("x" * 12, id="one character over and over"),
        pytest.param("Rita.Rep@Example.com", id="the e-mail"),
        pytest.param("Password1234", id="among the commonest, with a capital"),
        pytest.param("x " * 600, id="longer than 1,024"),
    ],
)
def test_a_weak_password_is_refused(password: str):
    with pytest.raises(WeakPasswordError):
        check_strength(password, "rita.rep@example.com")


def test_twelve_characters_of_any_kind_are_enough():
    check_strength("aaaaaaaaaaab", "rita@example.com")


def test_a_weak_password_is_neither_added_nor_set():
    shelf, passwords = shelf_with(), Passwords(CountingHasher())
    with pytest.raises(WeakPasswordError):
        set_password(shelf, passwords, "rita@example.com", "123456789012")
    with pytest.raises(WeakPasswordError):
        add_person(
            shelf, passwords, email="sam@example.com", name="Sam", role=Role.REP, now=NOW,
            password="123456789012",
        )  # fmt: skip
    assert list(shelf.rows) == ["rita@example.com"]
    assert enter(shelf)


def test_the_commonest_passwords_are_listed_once_as_they_are_compared():
    text = (files("smarketing.services.people") / "common_passwords.txt").read_text("utf-8")
    listed = text.splitlines()
    assert len(listed) >= 40
    assert listed == sorted({password.lower() for password in listed})
    assert all(len(password) >= SHORTEST for password in listed)


def test_another_password_ends_the_sessions_and_the_old_one():
    shelf = shelf_with()
    token = enter(shelf)
    set_password(shelf, Passwords(CountingHasher()), "rita@example.com", "quite another one")
    assert person_of(shelf, token, NOW) is None
    with pytest.raises(SignInRefusedError):
        enter(shelf)
    assert enter(shelf, "quite another one")


def test_nobody_unknown_gets_a_password():
    with pytest.raises(NotFoundError):
        set_password(Shelf(), Passwords(CountingHasher()), "nobody@example.com", PASSWORD)


def test_a_hash_that_is_none_fits_nothing():
    assert not Passwords(CountingHasher()).fits("not a hash", PASSWORD)
