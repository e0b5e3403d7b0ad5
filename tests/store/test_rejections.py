from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from smarketing.services.leads.acts import undo
from smarketing.services.leads.answers import reject
from smarketing.services.people.people import Role
from smarketing.services.progress.deliveries import deliveries
from smarketing.store.acts import ActDesk
from smarketing.store.facts import FactsNow
from smarketing.store.rejections import RejectionShelf
from tests.store.seed import MONDAY, act, hand_off, lead, let_in, person, signed_book

if TYPE_CHECKING:
    from sqlalchemy import Engine

BOSS = {"role": Role.SALES_MANAGER, "now": MONDAY + timedelta(hours=1)}
SUE = person(6, Role.SUPPLIER, "Fair Ltd")


@pytest.fixture
def book(engine: Engine):
    let_in(engine, person(1), person(9, Role.SALES_MANAGER), SUE)
    return signed_book(engine, MONDAY)


def months(engine: Engine, book, who=SUE):
    return deliveries(FactsNow(engine), RejectionShelf(engine), book, who, MONDAY)


def test_a_supplier_sees_twelve_months_with_the_reasons_of_rejections(engine, book):
    told = [lead(provider="Fair Ltd", employees=n * 400) for n in range(5)]
    told += [lead(provider="Fair Ltd", created_at=MONDAY - timedelta(days=30))]
    told += [lead(provider="Other Ltd"), lead()]
    ids = hand_off(engine, book, told, MONDAY)
    desk = ActDesk(engine)
    for n, reason in enumerate(("duplicate", "wrong_tier", "duplicate")):
        reject(desk, ids[n], act(9, **BOSS), book, reason=reason)
    reject(desk, ids[6], act(9, **BOSS), book, reason="competitor")  # of the other one
    shown = months(engine, book)
    assert len(shown) == 12
    assert (shown[0].month, shown[11].month) == (date(2026, 11, 1), date(2025, 12, 1))
    now = shown[0]
    assert (now.delivered, now.rejected, now.counted) == (5, 3, 2)
    assert now.reasons == (("duplicate", 2), ("wrong_tier", 1))
    assert (shown[1].delivered, shown[1].reasons) == (1, ())
    assert sum(month.delivered for month in shown) == 6


def test_the_reasons_sum_up_to_the_rejected_leads_and_forget_what_was_taken_back(engine, book):
    ids = hand_off(engine, book, [lead(provider="Fair Ltd") for _ in range(2)], MONDAY)
    desk = ActDesk(engine)
    for lead_id in ids:
        done = reject(desk, lead_id, act(9, **BOSS), book, reason="duplicate")
    undo(desk, [ids[1]], done.ref, act(9, **BOSS), book)
    reject(desk, ids[1], act(9, **BOSS), book, reason="competitor")
    now = months(engine, book)[0]
    assert now.rejected == 2
    assert now.reasons == (("competitor", 1), ("duplicate", 1))


def test_a_reason_is_one_however_a_source_writes_it(engine, book):
    at = int((MONDAY + timedelta(hours=1)).timestamp())
    told = [
        lead(provider="Fair Ltd", rejected_at=at, reject_reason=reason)
        for reason in ("Wrong tier", "wrong-tier", "WRONG_TIER")
    ]
    hand_off(engine, book, told, MONDAY)
    assert months(engine, book)[0].reasons == (("wrong_tier", 3),)


def test_a_supplier_without_a_name_sees_nothing_not_the_leads_without_a_provider(engine, book):
    hand_off(engine, book, [lead()], MONDAY)
    assert months(engine, book, person(7, Role.SUPPLIER)) == ()


def test_no_query_walks_all_leads(engine, book):
    if engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL plans by its statistics")
    (lead_id, *_) = hand_off(engine, book, [lead(provider="Fair Ltd") for _ in range(9)], MONDAY)
    reject(ActDesk(engine), lead_id, act(9, **BOSS), book, reason="duplicate")
    asked: list[str] = []
    with engine.begin() as connection:
        connection.connection.driver_connection.set_trace_callback(asked.append)
    months(engine, book)
    with engine.connect() as connection:
        connection.connection.driver_connection.set_trace_callback(None)
        queries = [sql for sql in asked if sql.startswith("SELECT")]
        plans = [connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}") for sql in queries]
        steps = [step[3] for plan in plans for step in plan]
    assert len(queries) == 2
    assert not [step for step in steps if step in ("SCAN lead", "SCAN lead_event")]
