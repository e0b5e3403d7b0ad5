from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from smarketing.domain.clocks import ClockState
from smarketing.domain.errors import NotFoundError
from smarketing.domain.scope import QueuePart
from smarketing.services.leads.acknowledge import acknowledge
from smarketing.services.leads.queue import queue_of
from smarketing.store.acts import ActDesk
from smarketing.store.queue import Queue
from tests.store.seed import MONDAY, act, at, hand_off, lead, let_in, person, signed_book

if TYPE_CHECKING:
    from sqlalchemy import Engine

NOW = at("2026-11-16 10:00")


def events(engine: Engine, lead_id: int) -> list[tuple[str, str | None]]:
    with engine.connect() as connection:
        sql = text("SELECT kind, actor FROM lead_event WHERE lead_id = :id AND ref <> ''")
        return [tuple(row) for row in connection.execute(sql, {"id": lead_id})]


def holder(engine: Engine, lead_id: int) -> int | None:
    with engine.connect() as connection:
        sql = text("SELECT holder_id FROM lead WHERE id = :id")
        return connection.execute(sql, {"id": lead_id}).scalar()


@pytest.fixture
def book(engine: Engine):
    let_in(engine, person(1), person(2), owners={"Rita Rep": 1, "Otto Other": 2})
    return signed_book(engine, MONDAY)


def test_acknowledging_stops_the_clock_counts_the_fact_and_leaves_the_next_one(engine, book):
    (lead_id,) = hand_off(engine, book, [lead()], MONDAY)
    answer = acknowledge(ActDesk(engine), lead_id, act(1, NOW), book)
    assert (answer.is_new, answer.attempt_due_at) == (True, at("2026-11-16 16:00"))
    assert events(engine, lead_id) == [("acknowledged", "p1@example.com")]
    page = queue_of(Queue(engine), book, person(1), QueuePart.MINE, now=NOW)
    assert [(item.is_acknowledged, item.due_at) for item in page.items] == [
        (True, at("2026-11-16 16:00"))
    ]
    with engine.connect() as connection:
        facts = connection.execute(text("SELECT acknowledged, ack_met FROM daily_fact")).all()
        clock = text("SELECT state, stopped_at FROM clock ORDER BY commitment_id")
        assert tuple(connection.execute(clock).first()) == (ClockState.MET, NOW.timestamp())
    assert [tuple(row) for row in facts] == [(1, 1)]


def test_who_takes_a_lead_that_nobody_holds_holds_it(engine, book):
    (lead_id,) = hand_off(engine, book, [lead(owner="Nobody Known")], MONDAY)
    assert holder(engine, lead_id) is None
    acknowledge(ActDesk(engine), lead_id, act(2, NOW), book)
    assert holder(engine, lead_id) == 2


def test_a_second_press_changes_nothing_and_says_who_was_first(engine, book):
    (lead_id,) = hand_off(engine, book, [lead(owner=None)], MONDAY)
    store = ActDesk(engine)
    acknowledge(store, lead_id, act(1, NOW), book)
    soon = NOW + timedelta(minutes=5)
    again = acknowledge(store, lead_id, act(1, soon), book)
    other = acknowledge(store, lead_id, act(2, soon), book)
    assert (again.is_new, again.is_own, again.at) == (False, True, NOW)
    assert (other.is_new, other.is_own, other.by) == (False, False, "p1@example.com")
    assert len(events(engine, lead_id)) == 2
    with pytest.raises(NotFoundError):
        acknowledge(store, lead_id, act(2, NOW + timedelta(minutes=11)), book)


def test_the_same_form_sent_twice_is_one_act(engine, book):
    (lead_id,) = hand_off(engine, book, [lead(owner=None)], MONDAY)
    form = act(1, NOW, "the-same-word")
    acknowledge(ActDesk(engine), lead_id, form, book)
    acknowledge(ActDesk(engine), lead_id, form, book)
    assert len(events(engine, lead_id)) == 2


def test_what_the_crm_acknowledged_is_not_acknowledged_again(engine, book):
    (lead_id,) = hand_off(engine, book, [lead(accepted_at=int(MONDAY.timestamp()))], MONDAY)
    answer = acknowledge(ActDesk(engine), lead_id, act(1, NOW), book)
    assert (answer.is_new, answer.by, answer.at) == (False, None, MONDAY)


@pytest.mark.parametrize("which", ["foreign", "unknown"])
def test_a_lead_out_of_reach_is_not_found(engine, book, which: str):
    (lead_id,) = hand_off(engine, book, [lead(owner="Otto Other")], MONDAY)
    with pytest.raises(NotFoundError):
        acknowledge(ActDesk(engine), lead_id + (which == "unknown"), act(1, NOW), book)
    assert events(engine, lead_id) == []


@pytest.mark.timeout(300)
def test_of_two_reps_who_press_at_once_exactly_one_holds_the_lead(engine, book):
    ids = hand_off(engine, book, [lead(owner=None) for _ in range(200)], MONDAY)
    store = ActDesk(engine)
    together = Barrier(2)

    def press(number: int) -> list[tuple[bool, bool]]:
        answers = []
        for lead_id in ids:
            together.wait()
            answer = acknowledge(store, lead_id, act(number, NOW), book)
            answers.append((answer.is_new, answer.is_own))
        return answers

    with ThreadPoolExecutor(2) as pool:
        one, two = pool.map(press, (1, 2))
    assert all(first != second for first, second in zip(one, two, strict=True))
    assert {*one, *two} == {(True, True), (False, False)}
    winners = [1 if first[0] else 2 for first in one]
    assert [holder(engine, lead_id) for lead_id in ids] == winners
    assert [len(events(engine, lead_id)) for lead_id in ids] == [2] * len(ids)
