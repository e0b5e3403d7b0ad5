from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from smarketing.store.imports import ImportShelf
from smarketing.store.uploads import UploadShelf

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine


@pytest.fixture
def shelf(engine: Engine, tmp_path: Path) -> UploadShelf:
    with engine.begin() as connection:
        for number in (1, 2):
            connection.execute(
                text(
                    "INSERT INTO person (id, email, name, role, audience, alerts, password_hash, "
                    "active, created_at) VALUES (:id, :mail, 'P', 'rep', '', 0, '', 1, 0)"
                ),
                {"id": number, "mail": f"{number}@example.com"},
            )
    return UploadShelf(engine, tmp_path / "uploads")


def bring(shelf: UploadShelf, now: int = 1_000) -> str:
    return shelf.bring("a.csv", "{}", 1, now, lambda path: path.write_bytes(b"a,b\n") and None)


def test_a_file_is_there_for_who_brought_it_alone(shelf: UploadShelf):
    token = bring(shelf)
    assert shelf.find(token, 1) == {"token": token, "name": "a.csv", "settings": "{}"}
    assert shelf.find(token, 2) is None
    assert shelf.find("../../etc/passwd", 1) is None
    assert shelf.path(token).read_bytes() == b"a,b\n"


def test_nobody_else_of_the_machine_reads_the_folder(shelf: UploadShelf):
    assert shelf.path(bring(shelf)).parent.stat().st_mode & 0o077 == 0


def test_of_two_changes_of_the_same_settings_one_counts(shelf: UploadShelf):
    token = bring(shelf)
    assert shelf.change(token, '{"a": 1}', "{}")
    assert not shelf.change(token, '{"a": 2}', "{}")
    assert shelf.find(token, 1)["settings"] == '{"a": 1}'


def test_what_is_old_goes_with_its_bytes_and_bytes_without_a_row(shelf: UploadShelf):
    assert shelf.drop_before(500) == 0  # nothing was brought yet, not even a folder is there
    old, new = bring(shelf, 1_000), bring(shelf, 2_000)
    shelf.rejected(old).write_text("x")
    lost, fresh = shelf.path("lost"), shelf.path("fresh")
    for path, at in ((lost, 1_000), (fresh, 2_000), (shelf.path(new), 1_000)):
        path.touch()
        os.utime(path, (at, at))
    assert shelf.drop_before(1_500) == 1
    assert {path.name for path in lost.parent.iterdir()} == {new, "fresh"}
    assert shelf.find(old, 1) is None
    assert shelf.find(new, 1) is not None


def test_what_undoing_would_put_back_is_dropped_with_its_time(engine: Engine, tmp_path: Path):
    with engine.begin() as connection:
        connection.execute(
            text("INSERT INTO source (id, name, first_recorded_at) VALUES (1, 'crm', 0)")
        )
        for number, at in ((1, 1_000), (2, 2_000)):
            connection.execute(
                text(
                    "INSERT INTO import_run (id, source_id, kind, mapping, label, started_at, "
                    "report) VALUES (:id, 1, 'leads', 'm', 'f', :at, '{}')"
                ),
                {"id": number, "at": at},
            )
            connection.execute(
                text("INSERT INTO import_before VALUES (:id, 'lead', 7, '{}')"), {"id": number}
            )
    assert ImportShelf(engine, tmp_path).forget_before(1_500) == 1
    with engine.connect() as connection:
        left = connection.execute(text("SELECT import_id FROM import_before")).scalars().all()
    assert left == [2]
