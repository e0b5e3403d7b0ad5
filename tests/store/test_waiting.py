"""Deals and activities that came before their lead are found by their key alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

from tests.builders import Company, at

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine

NOW = at("2026-04-27 09:00")
ACTIVITIES = "id,lead,kind,direction,at,result\n"
DEALS = "id,lead,outcome,amount,currency,closed\n"


def test_records_that_wait_get_their_lead(engine: Engine, tmp_path: Path):
    company = Company(engine, tmp_path)
    company.take("activities", ACTIVITIES + "1,a,call,outbound,2026-04-20 12:00,\n", NOW)
    company.take(
        "deals",
        DEALS + "1,a,won,9,EUR,2026-04-21 10:00\n2,a,lost,9,EUR,2026-04-01 10:00\n"
        "3,b,won,9,EUR,2026-04-21 10:00\n",
        NOW,
    )
    company.take("leads", "id,created\na,2026-04-20 10:00\n", NOW)
    with engine.connect() as connection:
        (lead_id,) = connection.exec_driver_sql("SELECT id FROM lead").one()
        deals = connection.exec_driver_sql(
            "SELECT source_key, lead_id, before_lead FROM deal ORDER BY 1"
        ).all()
        acts = connection.exec_driver_sql("SELECT lead_id FROM activity").all()
    assert [tuple(deal) for deal in deals] == [("1", lead_id, 0), ("2", lead_id, 1), ("3", None, 0)]
    assert [tuple(act) for act in acts] == [(lead_id,)]


@pytest.mark.parametrize("table", ["activity", "deal"])
def test_no_lead_that_arrives_walks_all_that_wait(engine: Engine, tmp_path: Path, table: str):
    if engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL plans by its statistics")
    company, asked = Company(engine, tmp_path), []
    with company.desk.ledger() as ledger:
        connection = ledger._connection.connection.driver_connection  # noqa: SLF001
        connection.set_trace_callback(asked.append)
        arrived = {"id": [1, 2], "source_key": ["a", "b"], "created_at": [0, 0]}
        ledger.bind(1, pl.DataFrame(arrived))
        connection.set_trace_callback(None)
        queries = [sql for sql in asked if sql.startswith(f"SELECT {table}.id")]
        plans = [connection.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall() for sql in queries]
    index = f"SEARCH {table} USING INDEX ix_{table}_waiting (source_id=? AND lead_key=?)"
    assert [[step[3] for step in plan][:2] for plan in plans] == [["SCAN arrived", index]]
