from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from smarketing.store.outbox import OutboxStore
from smarketing.store.receipts import Receipts
from tests.store.test_outbox import LEASE, NOW, claim_one, message

if TYPE_CHECKING:
    from sqlalchemy import Engine


@pytest.fixture
def outbox(engine: Engine) -> OutboxStore:
    store = OutboxStore(engine)
    store.plan([message(1)])
    return store


@pytest.fixture
def receipts(engine: Engine) -> Receipts:
    return Receipts(engine)


def told(receipts: Receipts, number: int = 1) -> list[tuple[str, int, str]]:
    return [(one.what, one.attempt, one.said) for one in receipts.of(number)]


def test_every_step_of_a_message_leaves_a_receipt(outbox: OutboxStore, receipts: Receipts):
    first = claim_one(outbox)
    outbox.put_back(first.id, first.token, "451 busy", NOW)
    second = claim_one(outbox)
    outbox.mark_dot(second.id, second.token)
    outbox.mark_sent(second.id, second.token, "250 queued as 7", NOW)
    assert told(receipts) == [
        ("planned", 0, ""),
        ("claimed", 1, ""),
        ("put back", 1, "451 busy"),
        ("claimed", 2, ""),
        ("handed over", 2, ""),
        ("sent", 2, "250 queued as 7"),
    ]


def test_a_step_that_lost_its_lease_leaves_none(outbox: OutboxStore, receipts: Receipts):
    claimed = claim_one(outbox, lease=timedelta(seconds=-10))
    claim_one(outbox)
    assert not outbox.mark_dot(claimed.id, claimed.token)
    assert [what for what, *_ in told(receipts)] == ["planned", "claimed", "claimed"]


def test_what_a_person_decides_says_who_it_was(outbox: OutboxStore, receipts: Receipts):
    claimed = claim_one(outbox)
    outbox.mark_dot(claimed.id, claimed.token)
    outbox.mark_doubtful(claimed.id, claimed.token, "connection lost")
    assert outbox.release(
        claimed.id, "ada@example.com", now=NOW, expires_at=NOW + timedelta(hours=1)
    )
    assert outbox.cancel(claimed.id, "ada@example.com")
    assert not outbox.cancel(claimed.id, "ada@example.com")
    assert outbox.claim(limit=1, lease=LEASE, now=NOW) == ()
    assert told(receipts)[-3:] == [
        ("in doubt", 1, "connection lost"),
        ("released", 0, "by ada@example.com"),
        ("cancelled", 0, "by ada@example.com"),
    ]


@pytest.fixture
def in_doubt(engine: Engine) -> OutboxStore:
    """An outbox that sends again, and a message that may have arrived."""
    outbox = OutboxStore(engine, ["digest"])
    outbox.plan([message(1)])
    claimed = claim_one(outbox)
    outbox.mark_dot(claimed.id, claimed.token)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE outbox SET lease_until = lease_until - 1000")
    outbox.settle(NOW)
    return outbox


def test_a_message_sent_again_in_doubt_is_flagged_right_before_it_goes(
    in_doubt: OutboxStore, receipts: Receipts
):
    assert told(receipts)[-1][0] == "put back, in doubt"
    again = claim_one(in_doubt)
    assert again.mime == message(1).mime
    assert not receipts.message(1).maybe_twice
    in_doubt.mark_dot(again.id, again.token)
    assert receipts.message(1).maybe_twice


def test_a_message_in_doubt_that_expires_before_it_goes_again_came_once_at_most(
    in_doubt: OutboxStore, receipts: Receipts
):
    assert in_doubt.settle(NOW + timedelta(hours=48)).expired == 1
    found = receipts.message(1)
    assert (found.state, found.maybe_twice) == ("failed", False)


def test_a_message_in_doubt_that_a_person_sends_again_is_flagged(
    engine: Engine, receipts: Receipts
):
    outbox = OutboxStore(engine)
    outbox.plan([message(1)])
    claimed = claim_one(outbox)
    outbox.mark_dot(claimed.id, claimed.token)
    outbox.mark_doubtful(claimed.id, claimed.token, "connection lost")
    outbox.release(claimed.id, "ada", now=NOW, expires_at=NOW + timedelta(hours=1))
    assert not receipts.message(1).maybe_twice
    claimed = claim_one(outbox)
    outbox.mark_dot(claimed.id, claimed.token)
    outbox.mark_sent(claimed.id, claimed.token, "250", NOW)
    assert receipts.message(1).maybe_twice


def test_a_refused_message_that_a_person_sends_again_is_not_flagged(
    engine: Engine, receipts: Receipts
):
    outbox = OutboxStore(engine)
    outbox.plan([message(1)])
    claimed = claim_one(outbox)
    outbox.mark_dot(claimed.id, claimed.token)
    outbox.mark_failed(claimed.id, claimed.token, "554 spam")
    outbox.release(claimed.id, "ada", now=NOW, expires_at=NOW + timedelta(hours=1))
    claimed = claim_one(outbox)
    outbox.mark_dot(claimed.id, claimed.token)
    assert not receipts.message(1).maybe_twice


def test_two_messages_that_find_no_recipient_stop_what_is_sent_to_it(
    engine: Engine, receipts: Receipts
):
    outbox = OutboxStore(engine)
    same = [message(n).__class__(**{**vars(message(n)), "recipient": r}) for n, r in enumerate(
        ("Gone@example.com", "gone@example.com", "gone@example.com")
    )]  # fmt: skip
    outbox.plan(same[:1])
    for number in (0, 1):
        outbox.plan(same[number : number + 1])
        claimed = claim_one(outbox)
        outbox.mark_failed(claimed.id, claimed.token, "550 5.1.1 unknown", bounced=True)
    outbox.plan(same[2:])
    assert outbox.claim(limit=9, lease=LEASE, now=NOW) == ()
    assert outbox.settle(NOW).suppressed == 1
    assert [one.recipient for one in receipts.shut()] == ["gone@example.com"]
    assert "no such recipient" in receipts.messages(1)[0].said
    assert outbox.lift("GONE@example.com")
    assert receipts.shut() == ()
    number = receipts.messages(1)[0].id
    assert outbox.release(number, "ada", now=NOW, expires_at=NOW + timedelta(hours=1))
    assert claim_one(outbox).id == number


def test_a_message_that_is_taken_forgives_the_bounce_before(engine: Engine, receipts: Receipts):
    outbox = OutboxStore(engine)
    for number, ends in enumerate(("bounce", "sent", "bounce")):
        outbox.plan([message(1).__class__(**{**vars(message(1)), "dedupe_key": str(number)})])
        claimed = claim_one(outbox)
        if ends == "sent":
            outbox.mark_dot(claimed.id, claimed.token)
            outbox.mark_sent(claimed.id, claimed.token, "250", NOW)
        else:
            outbox.mark_failed(claimed.id, claimed.token, "550", bounced=True)
    assert receipts.shut() == ()


def test_a_way_out_that_takes_nothing_rests_and_no_attempt_counts(
    engine: Engine, outbox: OutboxStore, receipts: Receipts
):
    claimed = claim_one(outbox)
    outbox.rest("mail", "example.org:25: refused")
    assert outbox.give_back([claimed.id], claimed.token, "example.org:25: refused") == 1
    (resting,) = receipts.resting()
    assert resting.since_at == receipts.of(1)[-1].at
    assert (resting.channel, resting.said) == ("mail", "example.org:25: refused")
    assert outbox.claim(limit=1, lease=LEASE, now=NOW) == ()
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE breaker SET open_until = 0")
    assert claim_one(outbox).attempts == 1


def test_a_way_out_rests_longer_each_time_and_a_message_that_is_taken_ends_it(
    engine: Engine, outbox: OutboxStore
):
    def rests() -> int:
        outbox.rest("mail", "refused")
        with engine.begin() as connection:
            clock = "CAST(strftime('%s', 'now') AS INTEGER)"
            if engine.dialect.name == "postgresql":
                clock = "CAST(EXTRACT(EPOCH FROM clock_timestamp()) AS BIGINT)"
            sql = f"SELECT open_until - {clock} FROM breaker"  # noqa: S608  (our own words)
            return round(connection.exec_driver_sql(sql).scalar_one(), -1)

    assert [rests() for _ in range(6)] == [60, 120, 300, 600, 900, 900]
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE breaker SET open_until = 0")
    claimed = claim_one(outbox)
    outbox.mark_dot(claimed.id, claimed.token)
    outbox.mark_sent(claimed.id, claimed.token, "250", NOW)
    assert rests() == 60


def test_messages_are_listed_by_what_is_asked_for(engine: Engine, receipts: Receipts):
    outbox = OutboxStore(engine)
    outbox.plan(message(number) for number in range(1, 6))
    claimed = claim_one(outbox)
    outbox.mark_failed(claimed.id, claimed.token, "550 no")
    assert [one.id for one in receipts.messages(2)] == [5, 4]
    assert [one.id for one in receipts.messages(2, before=4)] == [3, 2]
    assert [one.said for one in receipts.messages(9, state="failed")] == ["550 no"]
    assert [one.id for one in receipts.messages(9, recipient="PERSON3@example.com")] == [3]
    assert receipts.messages(9, kind="alert") == ()
    assert receipts.message(99) is None
