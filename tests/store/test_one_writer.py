"""Many at once on one database: every figure is counted once, and nobody fails."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import TYPE_CHECKING

from smarketing.domain.calendar import seconds
from smarketing.domain.moment import FOREVER
from smarketing.services.conclusions.as_of import FactsAsOf
from smarketing.services.conclusions.audit import differing_facts
from smarketing.services.conclusions.watch import mark_due
from smarketing.services.leads.acknowledge import acknowledge
from smarketing.services.people.people import Role
from smarketing.store.acts import ActDesk
from smarketing.store.facts import FactsNow
from tests.builders import Company
from tests.store.seed import MONDAY, act, hand_off, lead, let_in, person, signed_book

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sqlalchemy import Engine

    from smarketing.services.conclusions.book import Book

LEADS = 400
LATER = MONDAY + timedelta(days=4)


def at_once(*works: Callable[[], object]) -> list[object]:
    """What each work returned; they begin together."""
    together = Barrier(len(works))

    def begin(work: Callable[[], object]) -> object:
        together.wait()
        return work()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(begin, works))


def wrong(engine: Engine, book: Book) -> int:
    """How many days and cells have other figures than a recount gives."""
    company = Company(engine, None)
    told = {"told_before": FOREVER, "happened_before": FOREVER}
    recounted = FactsAsOf(company.history, book, seconds(LATER), **told)
    return differing_facts(FactsNow(engine), recounted)


def test_four_ticks_at_once_count_what_fell_due_once(engine: Engine, tmp_path: Path):
    book = signed_book(engine, MONDAY)
    hand_off(engine, book, [lead(owner=f"Rep {n % 9}") for n in range(LEADS)], MONDAY)
    desk = Company(engine, tmp_path).desk

    def tick() -> int:
        with desk.ledger() as ledger:
            return mark_due(ledger, book, seconds(LATER)).breached

    breached = at_once(*[tick] * 4)
    with engine.connect() as connection:
        sql = "SELECT SUM(ack_overdue) FROM daily_fact"
        assert connection.exec_driver_sql(sql).scalar() == LEADS
        marked = "SELECT COUNT(*) FROM clock WHERE breached_at IS NOT NULL"
        assert sum(breached) == connection.exec_driver_sql(marked).scalar()
    assert wrong(engine, book) == 0


def test_ticks_beside_acknowledgements_and_an_import_end_well(engine: Engine, tmp_path: Path):
    book = signed_book(engine, MONDAY)
    ids = hand_off(engine, book, [lead(owner=f"Rep {n % 9}") for n in range(LEADS)], MONDAY)
    company, desk = Company(engine, tmp_path), ActDesk(engine)
    let_in(engine, person(role=Role.SALES_MANAGER))

    def tick() -> None:
        for hour in range(0, 96, 6):
            with company.desk.ledger() as ledger:
                mark_due(ledger, book, seconds(MONDAY + timedelta(hours=hour)))

    def answer(numbers: list[int]) -> Callable[[], int]:
        def press() -> int:
            now = MONDAY + timedelta(hours=2)
            manager = [act(1, now, role=Role.SALES_MANAGER) for _ in numbers]
            told = zip(numbers, manager, strict=True)
            return sum(acknowledge(desk, n, who, book).is_new for n, who in told)

        return press

    def take() -> int:
        rows = (f"L{n},2026-11-16 08:00,Rep {n % 7},{n}\n" for n in range(1, LEADS + 100))
        return company.take("leads", "id,created,owner,employees\n" + "".join(rows), LATER).updated

    mine = ids[1::9]
    told = at_once(tick, tick, take, answer(mine[::-1][:12]), answer(mine[:12]))
    assert told[2] > 0
    with company.desk.ledger() as ledger:
        mark_due(ledger, book, seconds(LATER))
    assert wrong(engine, book) == 0
