from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from smarketing.domain.clocks import ClockState
from smarketing.services.leads.queue import Scope, queue_of
from smarketing.services.people.people import Role
from smarketing.store.queue import Queue
from tests.store.seed import MONDAY, at, hand_off, lead, person, signed_book

if TYPE_CHECKING:
    from sqlalchemy import Engine

NOW = at("2026-11-16 10:00")


def test_a_rep_sees_their_own_leads_and_the_teams_in_the_order_they_are_due(engine: Engine):
    book = signed_book(engine, MONDAY)
    ids = hand_off(
        engine,
        book,
        [
            lead(created_at=MONDAY + timedelta(hours=1), full_name="Later"),
            lead(full_name="Sooner"),
            lead(full_name="Of the team", owner=None, created_at=MONDAY + timedelta(minutes=30)),
            lead(full_name="Foreign", owner="Otto Other"),
            lead(full_name="Answered", acknowledged_at=int(NOW.timestamp())),
        ],
        MONDAY,
    )
    page = queue_of(Queue(engine), book, person(), NOW)
    assert [item.name for item in page.items] == ["Sooner", "Of the team", "Later"]
    assert [item.lead_id for item in page.items] == [ids[1], ids[2], ids[0]]
    assert (page.total, page.breached) == (3, 0)
    assert page.items[0].due_at == at("2026-11-16 12:00")
    assert page.items[0].attempt is ClockState.RUNNING
    assert page.items[0].attempt_due_at == at("2026-11-16 16:00")


def test_a_sales_manager_sees_all_and_a_rep_without_a_name_only_the_teams(engine: Engine):
    book = signed_book(engine, MONDAY)
    hand_off(engine, book, [lead(), lead(owner="Otto Other"), lead(owner=None)], MONDAY)
    store = Queue(engine)
    assert queue_of(store, book, person(role=Role.SALES_MANAGER), NOW).total == 3
    assert queue_of(store, book, person(owner=None), NOW).total == 1


def test_a_late_lead_stays_in_the_queue_until_it_is_answered(engine: Engine):
    book = signed_book(engine, MONDAY)
    hand_off(engine, book, [lead()], MONDAY)
    page = queue_of(Queue(engine), book, person(), at("2026-11-17 08:00"))
    assert (page.total, page.breached, page.items[0].is_breached) == (1, 1, True)


@pytest.mark.parametrize("everyone", [False, True], ids=["of a rep", "of all"])
def test_no_query_of_the_queue_walks_all_leads_or_clocks(engine: Engine, *, everyone: bool):
    if engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL plans by its statistics")
    book = signed_book(engine, MONDAY)
    hand_off(engine, book, [lead(owner=f"Rep {n % 9}") for n in range(200)], MONDAY)
    asked: list[str] = []
    with engine.begin() as connection:
        # The pool hands out this very connection again: the trace sees what the store asks.
        connection.connection.driver_connection.set_trace_callback(asked.append)
    scope = Scope(everyone=everyone, owner="Rep 1")
    Queue(engine).waiting(scope, 50, 0)
    Queue(engine).counts(scope, 0)
    with engine.connect() as connection:
        connection.connection.driver_connection.set_trace_callback(None)
        queries = [sql for sql in asked if sql.startswith(("WITH", "SELECT"))]
        plans = [connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}") for sql in queries]
        steps = [step[3] for plan in plans for step in plan]
    assert len(queries) == 2
    assert not [step for step in steps if step in ("SCAN lead", "SCAN clock")]
