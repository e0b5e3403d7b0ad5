from __future__ import annotations

from datetime import timedelta

import pytest

from smarketing.services.people.sign_in import (
    SignInRefusedError,
    TooManyTriesError,
    Visitor,
    address_sha256,
)
from tests.services.doors import NOW, CountingHasher, enter, shelf_with

SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
HERE, ELSEWHERE = Visitor("198.51.100.7"), Visitor("203.0.113.9")


def fail(shelf, times: int, visitor: Visitor = HERE) -> list[SignInRefusedError]:
    """Guess for another account each time; return what was said."""
    told = []
    for number in range(times):
        with pytest.raises(SignInRefusedError) as refused:
            enter(
                shelf, "a common one", f"p{number}@example.com", NOW + number * SECOND,
                visitor=visitor,
            )  # fmt: skip
        told.append(refused.value)
    return told


def test_after_twenty_failures_for_any_accounts_nobody_signs_in_from_there_for_an_hour():
    shelf, hasher = shelf_with(), CountingHasher()
    told = fail(shelf, 22)
    assert [isinstance(error, TooManyTriesError) for error in told] == [False] * 20 + [True] * 2
    with pytest.raises(TooManyTriesError, match="from your network") as refused:
        enter(shelf, now=NOW + HOUR - SECOND, visitor=HERE, hasher=hasher)
    assert refused.value.retry_after == SECOND
    assert hasher.compared == 0
    assert enter(shelf, now=NOW + HOUR, visitor=HERE)


def test_from_elsewhere_the_door_is_open_meanwhile():
    shelf = shelf_with()
    fail(shelf, 20)
    assert enter(shelf, now=NOW + 30 * SECOND, visitor=ELSEWHERE)


def test_who_is_blocked_by_the_place_does_not_block_the_account_they_guess_for():
    shelf = shelf_with()
    fail(shelf, 20)
    for _ in range(30):
        with pytest.raises(TooManyTriesError):
            enter(shelf, "not the right one", now=NOW + 30 * SECOND, visitor=HERE)
    assert enter(shelf, now=NOW + 31 * SECOND, visitor=ELSEWHERE)


def test_signing_in_is_no_failure_of_the_place_and_forgives_none():
    shelf = shelf_with()
    fail(shelf, 19)
    for number in range(30):
        assert enter(shelf, now=NOW + (60 + number) * SECOND, visitor=HERE)
    assert len(shelf.failures[address_sha256(HERE.address)]) == 19
    with pytest.raises(SignInRefusedError, match="do not go together"):
        enter(shelf, "not the right one", now=NOW + 100 * SECOND, visitor=HERE)
    with pytest.raises(TooManyTriesError):
        enter(shelf, now=NOW + 101 * SECOND, visitor=HERE)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:198.51.100.7", "198.51.100.7", True),
        ("198.51.100.7", "198.51.100.8", False),
        ("fe80::1%eth0", "fe80::2", True),
        ("unix:", "127.0.0.1", False),
    ],
)
def test_an_ipv6_address_counts_with_its_network(one: str, other: str, *, same: bool):
    assert (address_sha256(one) == address_sha256(other)) is same


def test_no_e_mail_is_the_key_of_an_address():
    shelf = shelf_with()
    for _ in range(10):
        with pytest.raises(SignInRefusedError):
            enter(shelf, "x", f"\0{HERE.address}")
    assert address_sha256(HERE.address) not in shelf.failures
    assert enter(shelf, visitor=HERE)
