"""`smarketing backup`, `restore`, `facts` and `doctor` as a person runs them."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.end_to_end.conftest import Command


def checked(smarketing: Command) -> dict[str, dict[str, object]]:
    """What doctor says, by what it looked at."""
    return {line["what"]: line for line in json.loads(smarketing("doctor", "--json").stdout)}


@pytest.fixture
def database(smarketing: Command) -> Path:
    smarketing.done("init")
    return smarketing.home / "smarketing.db"


def change(database: Path, sql: str) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute(sql)


def test_a_backup_is_put_back_and_what_it_replaces_is_kept(
    smarketing: Command, database: Path, tmp_path: Path
):
    made = smarketing("backup", "--to", str(tmp_path / "mine"))
    assert made.returncode == 0
    (file,) = (tmp_path / "mine").iterdir()
    assert made.stdout == f"{file}\n"
    change(database, "INSERT INTO source (name, first_recorded_at) VALUES ('later', 0)")
    looked = smarketing("restore", str(file), "--dry-run")
    assert "a sound backup of" in looked.stderr
    assert "Nothing was changed. 0 messages would be held." in looked.stderr
    assert "later" in smarketing("sources").stdout
    done = smarketing("restore", str(file))
    assert done.returncode == 0
    assert "What was there is kept: " in done.stderr
    assert "later" not in smarketing("sources").stdout
    (aside,) = smarketing.home.glob("smarketing-replaced-*.db")
    with closing(sqlite3.connect(aside)) as connection:
        assert connection.execute("SELECT name FROM source").fetchall() == [("later",)]
    told = checked(smarketing)["finding restored"]
    assert told["ok"] is False
    assert str(told["told"]).startswith("The database was restored on")


def test_a_database_that_is_open_is_locked_and_a_file_that_is_none_is_refused(
    smarketing: Command, database: Path, tmp_path: Path
):
    smarketing.done("backup")
    (file,) = (smarketing.home / "backups").iterdir()
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("SELECT COUNT(*) FROM source").fetchone()
        locked = smarketing("restore", str(file))
    assert (locked.returncode, locked.stderr.startswith("the database is in use")) == (5, True)
    (tmp_path / "other.db").write_text("no database")
    refused = smarketing("restore", str(tmp_path / "other.db"))
    assert (refused.returncode, "is no backup" in refused.stderr) == (1, True)


def test_figures_that_differ_are_told_and_put_right_by_hand(smarketing: Command):
    smarketing.done("demo", "--no-serve")
    change(smarketing.home / "smarketing.db", "UPDATE daily_fact SET accepted = accepted + 1")
    assert smarketing("facts").returncode == 1
    assert checked(smarketing)["facts"]["ok"] is False
    mended = smarketing("facts", "--rebuild")
    assert (mended.returncode, "0 differ now" in mended.stderr) == (0, True)
    assert smarketing("facts").returncode == 0


def test_the_doctor_says_what_there_is_and_what_is_missing(smarketing: Command, database: Path):
    assert database.exists()
    told = checked(smarketing)
    assert told["worker"]["ok"] is False
    assert "smarketing scheduler" in str(told["worker"]["told"])
    assert told["backups"]["ok"] is False
    assert told["SQLite library"]["ok"] is True
    assert "finding worker" not in told
    assert "finding backup" in told
    smarketing.done("backup")
    told = checked(smarketing)
    assert told["backups"]["ok"] is True
    assert "finding backup" not in told
