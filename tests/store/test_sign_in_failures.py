from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from smarketing.services.people.passwords import set_password
from smarketing.services.people.sign_in import (
    SignInRefusedError,
    TooManyTriesError,
    Visitor,
    sign_in,
)
from smarketing.store.people import People
from tests.store.door import NOW, PASSWORD, PASSWORDS, enter, with_rita

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Engine

SECOND = timedelta(seconds=1)
QUARTER = timedelta(minutes=15)
HOUR = timedelta(hours=1)
RITA, SAM = "a" * 64, "b" * 64


def kept(engine: Engine) -> list[tuple[str, int]]:
    """Accounts, and how long after NOW each failed."""
    with engine.connect() as connection:
        sql = text("SELECT account_sha256, at FROM sign_in_failure ORDER BY id")
        return [(account, at - int(NOW.timestamp())) for account, at in connection.execute(sql)]


def fail(store: People, times: int) -> None:
    for number in range(times):
        with pytest.raises(SignInRefusedError):
            enter(store, NOW + number * SECOND, "not the right one")


def test_a_failure_is_kept_by_account_and_those_before_it_are_told(engine: Engine):
    store = People(engine)
    told = [
        store.record_failure(account, NOW + number * SECOND, NOW - QUARTER, 10, NOW - HOUR)
        for number, account in enumerate((RITA, SAM, RITA, RITA))
    ]
    assert told == [[], [], [NOW], [NOW, NOW + 2 * SECOND]]
    assert kept(engine) == [(RITA, 0), (SAM, 1), (RITA, 2), (RITA, 3)]


def test_what_is_too_old_to_count_is_not_told_and_what_is_too_old_to_keep_is_dropped_for_all(
    engine: Engine,
):
    store = People(engine)
    for number, account in enumerate((RITA, SAM, RITA)):
        store.record_failure(account, NOW + number * SECOND, NOW - QUARTER, 10, NOW - HOUR)
    later = NOW + QUARTER + SECOND
    told = store.record_failure(RITA, later, later - QUARTER, 10, later - HOUR)
    assert told == [NOW + 2 * SECOND]
    assert kept(engine) == [(RITA, 0), (SAM, 1), (RITA, 2), (RITA, 901)]
    late = NOW + HOUR + SECOND
    assert store.record_failure(RITA, late, late - QUARTER, 10, late - HOUR) == []
    assert kept(engine) == [(RITA, 2), (RITA, 901), (RITA, 3601)]


def test_one_failure_is_forgotten_and_those_at_other_instants_or_of_others_stay(engine: Engine):
    store = People(engine)
    for account in (RITA, RITA, SAM):
        store.record_failure(account, NOW, NOW - QUARTER, 10, NOW - HOUR)
    store.forget_failure(RITA, NOW)
    store.forget_failure(RITA, NOW + SECOND)
    assert kept(engine) == [(RITA, 0), (SAM, 0)]


def test_an_account_that_has_the_most_gets_none_added(engine: Engine):
    store = People(engine)
    told = [len(store.record_failure(RITA, NOW, NOW - QUARTER, 2, NOW - HOUR)) for _ in range(5)]
    assert told == [0, 1, 2, 2, 2]
    assert len(kept(engine)) == 2


def test_of_many_tries_at_once_no_more_than_ten_are_counted_as_not_blocked(engine: Engine):
    store = People(engine)
    together = Barrier(8)

    def some(_thread: int) -> list[int]:
        together.wait()
        return [
            len(store.record_failure(RITA, NOW, NOW - QUARTER, 10, NOW - HOUR)) for _ in range(4)
        ]

    with ThreadPoolExecutor(8) as pool:
        told = sorted(before for threads in pool.map(some, range(8)) for before in threads)
    assert told == [*range(10)] + [10] * 22


def test_ten_failures_block_until_the_quarter_is_over_and_signing_in_clears_them(engine: Engine):
    store = with_rita(engine)
    fail(store, 10)
    with pytest.raises(TooManyTriesError) as refused:
        enter(store, NOW + 10 * SECOND)
    assert refused.value.retry_after == QUARTER - 10 * SECOND
    assert len(kept(engine)) == 10
    assert enter(store, NOW + QUARTER)
    assert kept(engine) == []


def test_signing_in_leaves_the_failures_of_others(engine: Engine):
    store = with_rita(engine)
    store.record_failure(SAM, NOW, NOW - QUARTER, 10, NOW - HOUR)
    enter(store)
    assert kept(engine) == [(SAM, 0)]


def test_another_password_ends_the_block(engine: Engine):
    store = with_rita(engine)
    fail(store, 10)
    set_password(store, PASSWORDS, "rita@example.com", "quite another one")
    assert enter(store, NOW + 10 * SECOND, "quite another one")


def test_twenty_failures_from_one_address_shut_that_door_for_an_hour_and_no_other(engine: Engine):
    store = with_rita(engine)

    def tried(address: str, at: datetime, email: str, password: str) -> str:
        return sign_in(store, PASSWORDS, email, password, at, visitor=Visitor(address))

    for number in range(20):
        with pytest.raises(SignInRefusedError):
            tried("198.51.100.7", NOW + number * SECOND, f"p{number}@example.com", "a guess")
    late = NOW + HOUR - SECOND
    with pytest.raises(TooManyTriesError, match="from your network"):
        tried("198.51.100.7", late, "rita@example.com", PASSWORD)
    assert tried("198.51.100.8", late, "rita@example.com", PASSWORD)
    assert tried("198.51.100.7", NOW + HOUR, "rita@example.com", PASSWORD)
    assert len(kept(engine)) == 19 + 19
