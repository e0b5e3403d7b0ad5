from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread
from typing import TYPE_CHECKING

import pytest

from smarketing.domain.messages import Message, Settled
from smarketing.store.outbox import OutboxStore
from smarketing.store.receipts import Receipts

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from smarketing.domain.messages import Claimed

NOW = datetime(2026, 11, 23, 7, tzinfo=UTC)
LEASE = timedelta(minutes=10)
OVER = timedelta(seconds=-10)
"""A lease that has ended when it begins."""


def message(number: int = 1) -> Message:
    return Message(
        dedupe_key=f"digest:2026-W47:{number}",
        kind="digest",
        recipient=f"person{number}@example.com",
        subject="82 of 80 leads",
        message_id=f"<{number}@example.com>",
        mime=b"Subject: caf\xc3\xa9\r\n\r\n.\r\n\x00",
        not_before=NOW,
        expires_at=NOW + timedelta(hours=48),
        created_at=NOW,
    )


@pytest.fixture
def outbox(engine: Engine) -> OutboxStore:
    return OutboxStore(engine)


def claim_one(outbox: OutboxStore, lease: timedelta = LEASE, now: datetime = NOW) -> Claimed:
    (claimed,) = outbox.claim(limit=1, lease=lease, now=now)
    return claimed


def test_planning_twice_plans_once(outbox: OutboxStore):
    assert outbox.plan([message(1), message(2)]) == 2
    assert outbox.plan([message(2), replace(message(1), mime=b"other"), message(3)]) == 1
    assert claim_one(outbox).mime == message(1).mime


def test_planned_keys_are_known_and_others_are_not(outbox: OutboxStore):
    outbox.plan(map(message, range(1200)))
    keys = {message(number).dedupe_key for number in range(1200)}
    assert outbox.planned(keys | {"digest:2026-W47:9999"}) == keys
    assert outbox.planned([]) == frozenset()


def test_a_claimed_message_is_whole_and_nobody_else_gets_it(outbox: OutboxStore):
    outbox.plan([message()])
    claimed = claim_one(outbox)
    assert (claimed.recipient, claimed.mime, claimed.attempts) == (
        "person1@example.com",
        message().mime,
        1,
    )
    assert outbox.claim(limit=9, lease=LEASE, now=NOW) == ()


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        pytest.param(NOW - timedelta(seconds=1), 0, id="before it may be sent"),
        pytest.param(NOW, 1, id="just when it may be sent"),
        pytest.param(NOW + timedelta(hours=48, seconds=-1), 1, id="just before it expires"),
        pytest.param(NOW + timedelta(hours=48), 0, id="when it has expired"),
    ],
)
def test_a_message_is_claimed_only_in_its_time(outbox: OutboxStore, now: datetime, expected: int):
    outbox.plan([message()])
    assert len(outbox.claim(limit=1, lease=LEASE, now=now)) == expected


def test_two_claimers_at_once_get_distinct_messages(engine: Engine):
    OutboxStore(engine).plan(map(message, range(60)))
    barrier, got = Barrier(4), []

    def claimer() -> None:
        outbox = OutboxStore(engine)
        barrier.wait()
        while claims := outbox.claim(limit=5, lease=LEASE, now=NOW):
            got.extend(claimed.id for claimed in claims)

    threads = [Thread(target=claimer) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == len(set(got)) == 60


def test_two_planners_at_once_plan_each_message_once(engine: Engine):
    barrier, new = Barrier(2), []

    def planner(numbers: range) -> None:
        barrier.wait()
        new.append(OutboxStore(engine).plan(map(message, numbers)))

    threads = [Thread(target=planner, args=[numbers]) for numbers in (range(80), range(79, -1, -1))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(new) == 80


def test_a_lease_that_is_over_gives_the_message_to_the_next_drain(outbox: OutboxStore):
    outbox.plan([message()])
    first, second = claim_one(outbox, OVER), claim_one(outbox)
    assert (second.id, second.attempts) == (first.id, 2)
    assert second.token != first.token


def test_a_lost_lease_can_mark_nothing(engine: Engine, outbox: OutboxStore):
    outbox.plan([message()])
    lost = claim_one(outbox, OVER)
    held = claim_one(outbox)
    key = (lost.id, lost.token)
    assert not outbox.mark_dot(*key)
    assert not outbox.mark_sent(*key, "250", NOW)
    assert not outbox.put_back(*key, "451", NOW)
    assert not outbox.mark_failed(*key, "550")
    assert not outbox.mark_doubtful(*key, "?")
    assert outbox.mark_dot(held.id, held.token)
    assert Receipts(engine).counts() == {"dot": 1}


def test_a_message_goes_from_claim_over_the_dot_to_sent_once(engine: Engine, outbox: OutboxStore):
    outbox.plan([message()])
    claimed = claim_one(outbox)
    key = (claimed.id, claimed.token)
    assert outbox.mark_dot(*key)
    assert not outbox.mark_dot(*key)
    assert outbox.mark_sent(*key, "250 taken", NOW)
    assert not outbox.mark_sent(*key, "250 taken", NOW)
    assert not outbox.put_back(*key, "no", NOW)
    assert Receipts(engine).counts() == {"sent": 1}


def test_a_message_put_back_waits_for_its_time(outbox: OutboxStore):
    outbox.plan([message()])
    claimed = claim_one(outbox)
    later = NOW + timedelta(minutes=5)
    assert outbox.put_back(claimed.id, claimed.token, "451 greylisted", later)
    assert outbox.claim(limit=1, lease=LEASE, now=NOW) == ()
    assert claim_one(outbox, now=later).attempts == 2


def test_a_wait_beyond_its_use_is_cut_once_for_a_last_try(outbox: OutboxStore):
    outbox.plan([message()])
    claimed = claim_one(outbox)
    too_late, last = NOW + timedelta(hours=49), NOW + timedelta(hours=48, minutes=-2)
    outbox.put_back(claimed.id, claimed.token, "451 busy", too_late)
    assert outbox.claim(limit=1, lease=LEASE, now=last - timedelta(seconds=1)) == ()
    claimed = claim_one(outbox, now=last)
    outbox.put_back(claimed.id, claimed.token, "451 busy", too_late)
    assert outbox.claim(limit=1, lease=LEASE, now=last + timedelta(seconds=60)) == ()
    assert outbox.settle(NOW + timedelta(hours=48)).expired == 1


def test_a_refused_message_is_shown_with_the_reply(engine: Engine, outbox: OutboxStore):
    outbox.plan([message()])
    claimed = claim_one(outbox)
    assert outbox.mark_failed(claimed.id, claimed.token, "550 unknown")
    trouble = Receipts(engine).message(1)
    assert (trouble.state, trouble.recipient, trouble.subject, trouble.said) == (
        "failed",
        "person1@example.com",
        "82 of 80 leads",
        "550 unknown",
    )


def test_a_doubtful_message_is_held_until_a_person_releases_it(engine: Engine, outbox: OutboxStore):
    outbox.plan([message()])
    claimed = claim_one(outbox)
    outbox.mark_dot(claimed.id, claimed.token)
    assert outbox.mark_doubtful(claimed.id, claimed.token, "connection lost")
    assert Receipts(engine).counts() == {"held": 1}
    assert outbox.claim(limit=1, lease=LEASE, now=NOW) == ()
    until = NOW + timedelta(hours=1)
    assert outbox.release(claimed.id, "ada", now=NOW, expires_at=until)
    assert not outbox.release(claimed.id, "ada", now=NOW, expires_at=until)
    assert claim_one(outbox).attempts == 1


@pytest.mark.parametrize(("policy", "state"), [((), "held"), (("digest",), "pending")])
def test_what_a_dead_drain_left_at_the_dot_is_decided_by_the_policy(engine: Engine, policy, state):
    outbox = OutboxStore(engine, policy)
    outbox.plan([message()])
    claimed = claim_one(outbox)
    outbox.mark_dot(claimed.id, claimed.token)
    assert outbox.settle(NOW) == Settled(0, 0)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE outbox SET lease_until = lease_until - 1000")
    assert outbox.settle(NOW) == Settled(0, 1)
    assert outbox.settle(NOW) == Settled(0, 0)
    assert Receipts(engine).counts() == {state: 1}


def test_where_doubt_means_retry_a_lost_answer_waits_for_the_end_of_the_lease(engine: Engine):
    outbox = OutboxStore(engine, ["digest"])
    outbox.plan([message()])
    claimed = claim_one(outbox)
    outbox.mark_dot(claimed.id, claimed.token)
    assert outbox.mark_doubtful(claimed.id, claimed.token, "connection lost")
    assert Receipts(engine).counts() == {"dot": 1}


def test_what_has_expired_is_given_up_but_not_what_a_drain_still_has(
    engine: Engine, outbox: OutboxStore
):
    outbox.plan([message(1), message(2), message(3)])
    claim_one(outbox)
    back = claim_one(outbox)
    outbox.put_back(back.id, back.token, "451 busy", NOW)
    late = NOW + timedelta(hours=48)
    assert outbox.settle(late - timedelta(seconds=1)) == Settled(0, 0)
    assert outbox.settle(late) == Settled(2, 0)
    assert Receipts(engine).counts() == {"claimed": 1, "failed": 2}
    assert {one.said for one in Receipts(engine).messages(9, state="failed")} == {
        "given up: too old to be of use",
        "451 busy - given up: too old to be of use",
    }


def test_an_idle_look_takes_no_write_lock(engine: Engine):
    outbox = OutboxStore(engine)
    if engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL has no single writer")
    with engine.begin():
        assert outbox.claim(limit=1, lease=LEASE, now=NOW) == ()
        assert outbox.settle(NOW) == Settled(0, 0)


def test_a_note_gives_way_to_a_message_that_somebody_asks_for(outbox: OutboxStore):
    due_at = NOW - timedelta(days=8)
    notes = [
        replace(message(n), state=state, mime=b"", said="too late", due_at=due_at)
        for n, state in ((1, "skipped"), (2, "unwanted"))
    ]
    outbox.plan(notes)
    assert outbox.plan_noted([message(1), message(2), message(3)]) == 3
    claimed = outbox.claim(limit=9, lease=LEASE, now=NOW)
    assert [one.mime for one in claimed] == [message(n).mime for n in (1, 2, 3)]


def test_what_is_under_way_or_sent_stays_when_somebody_asks_for_it_again(outbox: OutboxStore):
    outbox.plan([message(1), message(2)])
    claimed = claim_one(outbox)
    outbox.mark_dot(claimed.id, claimed.token)
    outbox.mark_sent(claimed.id, claimed.token, "250 ok", NOW)
    again = [replace(message(n), mime=b"other") for n in (1, 2)]
    assert outbox.plan_noted(again) == 0
    assert claim_one(outbox).mime == message(2).mime
