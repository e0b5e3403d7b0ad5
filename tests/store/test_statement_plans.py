"""Levels, statements and exceptions read by indexes: never all leads, clocks, breaches, mails."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from smarketing.store.breach_words import BreachShelf
from smarketing.store.exceptions import ExceptionDesk
from smarketing.store.levels import LevelDesk
from smarketing.store.statements import StatementDesk

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Engine

QUESTIONS: dict[str, Callable[[Engine], object]] = {
    "clocks": lambda engine: LevelDesk(engine).clocks(1, 2),
    "values": lambda engine: LevelDesk(engine).values(1, 2),
    "readings": lambda engine: LevelDesk(engine).readings("crm", 1, 2),
    "reports": lambda engine: LevelDesk(engine).reports("digest:2026-W10:"),
    "leads known": lambda engine: LevelDesk(engine).leads_known(20_000, 20_031),
    "breaches": lambda engine: StatementDesk(engine).breaches("2026-03"),
    "exceptions": lambda engine: ExceptionDesk(engine).overdue("attempts_made", 1),
    "breaches of a lead": lambda engine: BreachShelf(engine).of_lead(1),
    "late leads": lambda engine: StatementDesk(engine).late_leads(1, 2, [1]),
}
TABLES = ("lead", "clock", "breach", "breach_word", "outbox", "import_run", "lead_event")


@pytest.mark.parametrize("question", QUESTIONS)
def test_no_question_walks_a_whole_table(engine: Engine, question: str):
    if engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL plans by its statistics")
    asked: list[str] = []
    with engine.connect() as connection:
        connection.connection.driver_connection.set_trace_callback(asked.append)
    QUESTIONS[question](engine)
    with engine.begin() as connection:
        connection.connection.driver_connection.set_trace_callback(None)
        connection.exec_driver_sql("CREATE TEMPORARY TABLE IF NOT EXISTS temp_late_by (id INTEGER)")
        queries = [sql for sql in asked if sql.startswith(("WITH", "SELECT"))]
        plans = [connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}") for sql in queries]
        steps = [step[3] for plan in plans for step in plan]
    assert queries
    assert not [step for step in steps if step in {f"SCAN {table}" for table in TABLES}]
