from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from smarketing.domain.clocks import ClockState
from smarketing.domain.scope import QueuePart
from smarketing.services.leads.queue import parts_of, queue_of
from smarketing.services.people.people import Role
from smarketing.store.queue import Queue
from tests.store.seed import MONDAY, at, hand_off, lead, let_in, person, signed_book

if TYPE_CHECKING:
    from sqlalchemy import Engine

NOW = at("2026-11-16 10:00")


@pytest.fixture
def book(engine: Engine):
    let_in(engine, person(1), person(2), owners={"Rita Rep": 1, "Otto Other": 2})
    return signed_book(engine, MONDAY)


def names(engine: Engine, book, part: QueuePart, number: int = 1) -> list[str]:
    page = queue_of(Queue(engine), book, person(number), part, now=NOW)
    assert page.total == len(page.items)
    return [item.name for item in page.items]


def test_a_rep_sees_their_own_leads_and_the_teams_in_the_order_they_are_due(engine, book):
    hand_off(
        engine,
        book,
        [
            lead(created_at=MONDAY + timedelta(hours=1), full_name="Later"),
            lead(full_name="Sooner"),
            lead(full_name="Of the team", owner=None),
            lead(full_name="Unknown owner", owner="Nobody Known"),
            lead(full_name="Foreign", owner="Otto Other"),
            lead(full_name="Next to be called", acknowledged_at=int(NOW.timestamp())),
            lead(
                full_name="Nothing owed",
                acknowledged_at=int(NOW.timestamp()),
                first_attempt_at=int(NOW.timestamp()),
            ),
        ],
        MONDAY,
    )
    assert names(engine, book, QueuePart.MINE) == ["Sooner", "Later", "Next to be called"]
    assert names(engine, book, QueuePart.TEAM) == ["Of the team", "Unknown owner"]
    assert names(engine, book, QueuePart.MINE, 2) == ["Foreign"]
    assert len(names(engine, book, QueuePart.ALL)) == 6


def test_an_item_says_what_is_owed_next(engine, book):
    hand_off(engine, book, [lead()], MONDAY)
    (item,) = queue_of(Queue(engine), book, person(), QueuePart.MINE, now=NOW).items
    assert (item.due_at, item.is_acknowledged) == (at("2026-11-16 12:00"), False)
    assert item.attempt is ClockState.RUNNING
    assert item.attempt_due_at == at("2026-11-16 16:00")


def test_an_owner_is_found_by_e_mail_in_whatever_case(engine, book):
    hand_off(engine, book, [lead(owner="P2@Example.com")], MONDAY)
    assert len(names(engine, book, QueuePart.MINE, 2)) == 1


def test_managers_open_with_everybodys_queue_and_reps_with_their_own():
    assert parts_of(person(role=Role.SALES_MANAGER))[0] is QueuePart.ALL
    assert parts_of(person()) == (QueuePart.MINE, QueuePart.TEAM)


def test_a_late_lead_stays_in_the_queue_until_it_is_answered(engine, book):
    hand_off(engine, book, [lead()], MONDAY)
    late = at("2026-11-17 08:00")
    page = queue_of(Queue(engine), book, person(), QueuePart.MINE, now=late)
    assert (page.total, page.breached, page.items[0].is_breached) == (1, 1, True)


@pytest.mark.parametrize("part", list(QueuePart))
def test_no_query_of_the_queue_walks_all_leads_or_clocks(engine, book, part: QueuePart):
    if engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL plans by its statistics")
    hand_off(engine, book, [lead(owner=f"Rep {n % 9}") for n in range(200)], MONDAY)
    asked: list[str] = []
    with engine.begin() as connection:
        # The pool hands out this very connection again: the trace sees what the store asks.
        connection.connection.driver_connection.set_trace_callback(asked.append)
    Queue(engine).waiting(part, 1, 50, 0)
    Queue(engine).counts(part, 1, 0)
    with engine.connect() as connection:
        connection.connection.driver_connection.set_trace_callback(None)
        queries = [sql for sql in asked if sql.startswith(("WITH", "SELECT"))]
        plans = [connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}") for sql in queries]
        steps = [step[3] for plan in plans for step in plan]
    assert len(queries) == 2
    assert not [step for step in steps if step in ("SCAN lead", "SCAN clock")]
