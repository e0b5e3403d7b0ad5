"""What every delivery of every connector keeps to, whoever wrote it."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

import openpyxl
import polars as pl
import pytest

from connectors.address import Address
from connectors.folder import Folder
from connectors.http import Fetcher
from connectors.protocol import COLUMNS, REQUIRED, Kind
from connectors.tabular import Reading, file_delivery
from tests.connectors.server import Reply, serving

NOW = datetime(2024, 6, 1, tzinfo=UTC)
TABLE = [
    ["id", "email", "created", "shoe size"],
    ["1", "A@x.com", "2024-01-01 10:00:00", "42"],
    ["2", "", "never", "43"],
    ["", "c@x.com", "2024-01-01 10:00:00", ""],
    ["4", "d@x.com", "2024-01-02", ""],
]
TEXT = "\n".join(",".join(row) for row in TABLE) + "\n"


@pytest.fixture
def reading(mappings):
    return Reading(Kind.LEADS, mappings, timezone="UTC")


@pytest.fixture
def csv_file(write, mappings):
    return file_delivery(write(TEXT), kind=Kind.LEADS, mappings_folder=mappings, timezone="UTC")


@pytest.fixture
def workbook(tmp_path, mappings):
    book = openpyxl.Workbook()
    for row in TABLE:
        book.active.append(row)
    path = tmp_path / "leads.xlsx"
    book.save(path)
    return file_delivery(path, kind=Kind.LEADS, mappings_folder=mappings, timezone="UTC")


@pytest.fixture
def folder(tmp_path, reading):
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "leads.csv").write_text(TEXT, encoding="utf-8")
    long_ago = (NOW - timedelta(days=1)).timestamp()
    os.utime(inbox / "leads.csv", (long_ago, long_ago))
    return next(iter(Folder("crm", inbox, reading, NOW).deliveries(None)))


@pytest.fixture
def address(tmp_path, reading):
    fetcher = Fetcher(lambda _: None, lambda: 0.0, NOW, lambda _: False, folder=tmp_path)
    with serving(Reply(body=TEXT.encode())) as script:
        return next(iter(Address("crm", script.url, reading, fetcher).deliveries(None)))


@pytest.fixture(params=["csv_file", "workbook", "folder", "address"])
def delivery(request):
    return request.getfixturevalue(request.param)


def test_a_delivery_says_what_it_is(delivery):
    opened = delivery.open()
    assert delivery.label
    assert (opened.mapping, opened.source, opened.kind) == ("generic", "import", Kind.LEADS)
    assert opened.supplied == {"source_id", "email", "created_at", "extra"}
    assert opened.size > 0
    assert delivery.cursor is None or isinstance(delivery.cursor, str)


def test_batches_have_the_promised_columns(delivery):
    for batch in delivery.open().batches:
        schema = {"row": pl.Int64(), **COLUMNS[Kind.LEADS], "extra": pl.String()}
        assert dict(batch.frame.schema) == schema
        assert batch.rejected.columns == ["row", *TABLE[0]]
        assert set(batch.rejected.dtypes[1:]) == {pl.String()}


def test_every_record_is_either_taken_or_rejected_with_a_reason(delivery):
    for batch in delivery.open().batches:
        taken, rejected = set(batch.frame["row"]), set(batch.rejected["row"])
        assert taken | rejected == set(range(1, batch.read + 1))
        assert not taken & rejected
        assert [problem.row for problem in batch.problems] == sorted(rejected) == [2, 3]
        assert all(problem.reason and problem.mend for problem in batch.problems)


def test_required_columns_are_never_null_and_text_is_never_blank(delivery):
    for batch in delivery.open().batches:
        for name in REQUIRED[Kind.LEADS]:
            assert batch.frame[name].null_count() == 0
        texts = batch.frame.select(pl.col(pl.String))
        assert not texts.select(pl.any_horizontal(pl.all().str.strip_chars() == "").any()).item()


def test_a_delivery_reads_the_same_twice(delivery):
    first, second = ([batch.frame for batch in delivery.open().batches] for _ in range(2))
    assert pl.concat(first).equals(pl.concat(second))


def test_a_delivery_can_be_settled(delivery):
    delivery.settle(failed=False, report="read")
