from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from smarketing.services.people.passwords import Passwords, set_password
from smarketing.services.people.people import Role, disable_person
from smarketing.services.people.sign_in import SignInRefusedError, TooManyTriesError
from tests.services.doors import NOW, CountingHasher, enter, shelf_with

if TYPE_CHECKING:
    from tests.services.shelf import Shelf

SECOND = timedelta(seconds=1)
QUARTER = timedelta(minutes=15)


def fail(shelf: Shelf, times: int, *, email: str = "rita@example.com", every: timedelta = SECOND):
    """Fail some times; return what each was told."""
    told = []
    for number in range(times):
        with pytest.raises(SignInRefusedError) as refused:
            enter(shelf, "not the right one", email, NOW + number * every)
        told.append(refused.value)
    return told


@pytest.mark.parametrize("email", ["rita@example.com", "nobody@example.com"])
def test_from_the_tenth_failure_on_it_is_said_to_wait_whether_the_e_mail_is_known_or_not(
    email: str,
):
    told = fail(shelf_with(), 12, email=email)
    assert [isinstance(error, TooManyTriesError) for error in told] == [False] * 9 + [True] * 3
    assert str(told[-1]) == (
        "Too many tries for this e-mail. Wait a quarter of an hour, "
        "or ask an administrator for a new password."
    )


def test_the_right_password_is_refused_during_the_block_too_and_a_hash_is_compared_all_the_same():
    shelf, hasher = shelf_with(), CountingHasher()
    fail(shelf, 10)
    with pytest.raises(TooManyTriesError):
        enter(shelf, now=NOW + 10 * SECOND, hasher=hasher)
    assert hasher.compared == 1
    assert not shelf.sessions


def test_the_tenth_try_opens_with_the_right_password_and_clears_the_nine_before_it():
    shelf = shelf_with()
    fail(shelf, 9)
    assert enter(shelf, now=NOW + 9 * SECOND)
    assert shelf.failures == {}


def test_the_block_ends_when_the_first_of_the_ten_is_a_quarter_of_an_hour_old():
    shelf = shelf_with()
    fail(shelf, 10)
    with pytest.raises(TooManyTriesError) as refused:
        enter(shelf, now=NOW + QUARTER - SECOND)
    assert refused.value.retry_after == SECOND
    assert enter(shelf, now=NOW + QUARTER)


def test_tries_during_the_block_do_not_make_it_longer():
    shelf = shelf_with()
    fail(shelf, 100)
    assert enter(shelf, now=NOW + QUARTER)


def test_failures_further_apart_never_block():
    told = fail(shelf_with(), 30, every=timedelta(minutes=1, seconds=40))
    assert not any(isinstance(error, TooManyTriesError) for error in told)


def test_the_wait_is_told_in_whole_seconds_rounded_up():
    shelf = shelf_with()
    fail(shelf, 10)
    with pytest.raises(TooManyTriesError) as refused:
        enter(shelf, now=NOW + timedelta(seconds=20, milliseconds=400))
    assert refused.value.retry_after == timedelta(seconds=880)


def test_another_account_is_not_blocked():
    shelf = shelf_with()
    fail(shelf, 20, email="sam@example.com")
    assert enter(shelf)


def test_an_e_mail_in_capitals_is_the_same_account_and_no_e_mail_is_kept():
    shelf = shelf_with()
    fail(shelf, 5)
    fail(shelf, 5, email=" RITA@Example.com ")
    with pytest.raises(TooManyTriesError):
        enter(shelf)
    (account,) = shelf.failures
    assert len(account) == 64


def test_a_new_password_of_an_administrator_ends_the_block():
    shelf = shelf_with()
    fail(shelf, 10)
    set_password(shelf, Passwords(CountingHasher()), "rita@example.com", "quite another one")
    assert enter(shelf, "quite another one", now=NOW + 10 * SECOND)


def test_a_disabled_person_is_blocked_like_anybody_so_that_nothing_tells_them_apart():
    shelf = shelf_with()
    disable_person(shelf, "rita@example.com")
    told = []
    for _ in range(10):
        with pytest.raises(SignInRefusedError) as refused:
            enter(shelf)
        told.append(type(refused.value))
    assert told == [SignInRefusedError] * 9 + [TooManyTriesError]


def test_the_right_password_of_a_role_without_a_portal_is_no_failure():
    shelf = shelf_with(Role.MAIL_ONLY)
    for _ in range(20):
        with pytest.raises(SignInRefusedError, match="does not open the portal"):
            enter(shelf)
