from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

from smarketing.store import bulk

if TYPE_CHECKING:
    from sqlalchemy import Engine

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
