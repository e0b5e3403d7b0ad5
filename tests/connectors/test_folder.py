from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

import pytest

from connectors.folder import Folder
from connectors.protocol import ConnectorError, Kind
from connectors.tabular import Reading

NOW = datetime(2024, 1, 1, tzinfo=UTC)


@pytest.fixture
def inbox(tmp_path):
    path = tmp_path / "inbox"
    path.mkdir()
    return path


@pytest.fixture
def folder(inbox, mappings):
    return Folder("crm", inbox, Reading(Kind.LEADS, mappings, timezone="UTC"), NOW)


def put(inbox, name, age=timedelta(hours=1), text="id,created\n1,2024-01-01\n"):
    path = inbox / name
    path.write_text(text, encoding="utf-8")
    changed = (NOW - age).timestamp()
    os.utime(path, (changed, changed))
    return path


def labels(folder):
    return [delivery.label for delivery in folder.deliveries(None)]


def test_files_come_in_the_order_of_their_names(folder, inbox):
    for name in ("b.csv", "a.csv", "c.xlsx"):
        put(inbox, name)
    assert labels(folder) == ["a.csv", "b.csv", "c.xlsx"]


@pytest.mark.parametrize("name", [".hidden.csv", "~$leads.xlsx", "leads.csv.part", "leads.TMP"])
def test_hidden_and_unfinished_files_are_left_alone(folder, inbox, name):
    put(inbox, name)
    assert labels(folder) == []


def test_a_file_that_changed_just_now_is_left_for_later(folder, inbox):
    put(inbox, "old.csv", timedelta(seconds=30))
    put(inbox, "new.csv", timedelta(seconds=29))
    assert labels(folder) == ["old.csv"]


def test_what_was_read_goes_to_done_with_its_report(folder, inbox):
    put(inbox, "a.csv")
    (delivery,) = folder.deliveries(None)
    assert sum(batch.read for batch in delivery.open().batches) == 1
    delivery.settle(failed=False, report="1 record read")
    assert (inbox / "done" / "a.csv").exists()
    assert (inbox / "done" / "a.csv.report.txt").read_text(encoding="utf-8") == "1 record read\n"
    assert labels(folder) == []


def test_nothing_is_ever_overwritten(folder, inbox):
    for _ in range(3):
        put(inbox, "a.csv")
        for delivery in folder.deliveries(None):
            delivery.settle(failed=True, report="no")
    assert sorted(path.name for path in (inbox / "failed").iterdir()) == [
        "a (2).csv",
        "a (2).csv.report.txt",
        "a (3).csv",
        "a (3).csv.report.txt",
        "a.csv",
        "a.csv.report.txt",
    ]


def test_a_file_that_cannot_be_moved_is_one_sentence(folder, inbox):
    put(inbox, "a.csv")
    (inbox / "done").write_text("in the way", encoding="utf-8")
    (delivery,) = folder.deliveries(None)
    with pytest.raises(ConnectorError, match=r"a\.csv cannot be moved"):
        delivery.settle(failed=False, report="")


def test_a_missing_folder_is_one_sentence(folder, inbox):
    inbox.rmdir()
    with pytest.raises(ConnectorError, match=r"source crm: .* cannot be listed"):
        labels(folder)
