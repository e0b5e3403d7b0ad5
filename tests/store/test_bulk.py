from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

from smarketing.store import bulk

if TYPE_CHECKING:
    from sqlalchemy import Engine

NAMED = 70
SOURCE = {"name": ["crm"], "first_recorded_at": [5]}


def test_what_stands_already_is_left_alone(engine: Engine):
    with engine.begin() as connection:
        bulk.insert_new(connection, "source", pl.DataFrame(SOURCE))
        bulk.insert_new(connection, "source", pl.DataFrame(SOURCE | {"first_recorded_at": [9]}))
        found = bulk.fetch(connection, "SELECT first_recorded_at FROM source", {"at": pl.Int64()})
    assert found["at"].to_list() == [5]


def test_a_missing_value_is_an_error_and_not_a_row_that_stands_already(engine: Engine):
    nameless = pl.DataFrame(SOURCE).with_columns(pl.lit(None, dtype=pl.String).alias("name"))
    with engine.connect() as connection, pytest.raises(Exception, match=r"(?i)not.null"):
        bulk.insert_new(connection, "source", nameless)


def test_every_row_goes_in_once_whether_or_not_it_fills_a_statement(engine: Engine):
    rows = {"name": [f"crm {n}" for n in range(NAMED)], "first_recorded_at": [*range(NAMED)]}
    with engine.begin() as connection:
        bulk.insert(connection, "source", pl.DataFrame(rows))
        sql = "SELECT name, first_recorded_at FROM source ORDER BY first_recorded_at"
        found = bulk.fetch(connection, sql, {"name": pl.String(), "first_recorded_at": pl.Int64()})
    assert found.to_dict(as_series=False) == rows


def test_rows_that_are_all_alike_go_in_once_each(engine: Engine):
    with engine.begin() as connection:
        staged = bulk.stage(connection, pl.DataFrame({"id": [7, 7, 7]}), "alike")
        found = bulk.fetch(connection, f"SELECT id FROM {staged} AS alike", {"id": pl.Int64()})  # noqa: S608  (our own name)
    assert found["id"].to_list() == [7, 7, 7]


@pytest.mark.parametrize("count", [0, 1, 1_000, 1_001], ids=["none", "one", "few", "many"])
def test_numbers_and_gaps_are_staged_as_they_are_however_many(engine: Engine, count: int):
    schema = {"id": pl.Int64(), "day": pl.Int64()}
    rows = [(number, None if number % 3 else -number) for number in range(count)]
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    with engine.begin() as connection:
        staged = bulk.stage(connection, frame, "gaps")
        sql = f"SELECT id, day FROM {staged} AS gaps ORDER BY id"  # noqa: S608  (our own name)
        assert bulk.fetch(connection, sql, schema).equals(frame)
