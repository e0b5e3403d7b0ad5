from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from smarketing.domain.clocks import ClockState
from smarketing.domain.errors import NotFoundError
from smarketing.services.leads.acknowledge import acknowledge
from smarketing.services.leads.queue import queue_of
from smarketing.store.queue import Queue
from tests.store.seed import MONDAY, at, hand_off, lead, person, signed_book

if TYPE_CHECKING:
    from sqlalchemy import Engine

NOW = at("2026-11-16 10:00")


def events(engine: Engine, lead_id: int) -> list[tuple[str, str]]:
    with engine.connect() as connection:
        sql = text(
            "SELECT actor, ref FROM lead_event WHERE lead_id = :id AND kind = 'acknowledged'"
        )
        return [tuple(row) for row in connection.execute(sql, {"id": lead_id})]


def test_acknowledging_stops_the_clock_counts_the_fact_and_leaves_the_queue(engine: Engine):
    book = signed_book(engine, MONDAY)
    (lead_id,) = hand_off(engine, book, [lead()], MONDAY)
    answer = acknowledge(Queue(engine), lead_id, person(7), NOW, book)
    assert (answer.is_new, answer.attempt_due_at) == (True, at("2026-11-16 16:00"))
    assert events(engine, lead_id) == [("p7@example.com", "portal:7:acknowledged")]
    assert queue_of(Queue(engine), book, person(), NOW).total == 0
    with engine.connect() as connection:
        facts = connection.execute(text("SELECT acknowledged, ack_met FROM daily_fact")).all()
        clock = text("SELECT state, stopped_at FROM clock ORDER BY commitment_id")
        assert tuple(connection.execute(clock).first()) == (ClockState.MET, NOW.timestamp())
    assert [tuple(row) for row in facts] == [(1, 1)]


def test_a_second_press_changes_nothing_and_says_who_was_first(engine: Engine):
    book = signed_book(engine, MONDAY)
    (lead_id,) = hand_off(engine, book, [lead(owner=None)], MONDAY)
    store = Queue(engine)
    acknowledge(store, lead_id, person(1), NOW, book)
    again = acknowledge(store, lead_id, person(1), NOW + timedelta(minutes=5), book)
    other = acknowledge(store, lead_id, person(2), NOW + timedelta(minutes=5), book)
    assert (again.is_new, again.is_own, again.at) == (False, True, NOW)
    assert (other.is_new, other.is_own, other.by) == (False, False, "p1@example.com")
    assert len(events(engine, lead_id)) == 1


def test_what_the_crm_acknowledged_is_not_acknowledged_again(engine: Engine):
    book = signed_book(engine, MONDAY)
    (lead_id,) = hand_off(engine, book, [lead(accepted_at=int(MONDAY.timestamp()))], MONDAY)
    answer = acknowledge(Queue(engine), lead_id, person(), NOW, book)
    assert (answer.is_new, answer.by, answer.at) == (False, None, MONDAY)


@pytest.mark.parametrize("which", ["foreign", "unknown"])
def test_a_lead_that_is_not_in_the_queue_is_not_found(engine: Engine, which: str):
    book = signed_book(engine, MONDAY)
    (lead_id,) = hand_off(engine, book, [lead(owner="Otto Other")], MONDAY)
    with pytest.raises(NotFoundError):
        acknowledge(Queue(engine), lead_id + (which == "unknown"), person(), NOW, book)
    assert events(engine, lead_id) == []


def test_of_two_people_who_press_at_once_exactly_one_is_first(engine: Engine):
    book = signed_book(engine, MONDAY)
    ids = hand_off(engine, book, [lead(owner=None) for _ in range(12)], MONDAY)
    store = Queue(engine)
    together = Barrier(2)

    def press(number: int) -> list[bool]:
        answers = []
        for lead_id in ids:
            together.wait()
            answers.append(acknowledge(store, lead_id, person(number), NOW, book).is_new)
        return answers

    with ThreadPoolExecutor(2) as pool:
        one, two = pool.map(press, (1, 2))
    assert [first != second for first, second in zip(one, two, strict=True)] == [True] * len(ids)
    assert [len(events(engine, lead_id)) for lead_id in ids] == [1] * len(ids)
