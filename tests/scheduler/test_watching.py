"""What the worker's auditors find in a real installation, on both databases, and what they leave.

Each test breaks one thing as it breaks in life, and looks for just that finding.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from smarketing.bootstrap import House, audit_all, rebuild_facts, recount
from smarketing.domain.calendar import seconds
from smarketing.scheduler.jobs import rhythms_of
from smarketing.scheduler.parts import worker_parts
from smarketing.services.people.people import Role
from smarketing.settings import load_settings
from smarketing.store.outbox import OutboxStore
from tests.connectors.server import Reply, serving
from tests.store.seed import CONFIG, MONDAY, hand_off, lead, let_in, person, signed_book
from tests.store.test_outbox import message

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sqlalchemy import Engine

NOW = MONDAY + timedelta(hours=3)
DAY = timedelta(days=1)


@pytest.fixture
def house(engine: Engine, tmp_path: Path) -> House:
    """An installation that does well at NOW: a report was planned, a worker and a backup ran."""
    signed_book(engine, MONDAY - 14 * DAY)
    let_in(engine, replace(person(1), role=Role.ADMINISTRATOR), person(2))
    told = {"SMARKETING_HOME": str(tmp_path), "SMARKETING_CONFIG": str(CONFIG)}
    house = House(load_settings(told, tmp_path), engine)
    ran(house)
    house.marks.claim("night:backup", NOW.replace(hour=1))
    return house


def ran(
    house: House,
    job: str = "tick",
    at: datetime = NOW,
    *,
    failed: bool = False,
    detail: str = "no room",
) -> None:
    detail = detail if failed else ""
    house.runs.record(job, started_at=at, ended_at=at, failed=failed, detail=detail)


def do(house: House, sql: str, **values: object) -> None:
    with house.engine.begin() as connection:
        connection.execute(text(sql), values)


def found(house: House, now: datetime = NOW) -> dict[str, str]:
    """Audit, and return what is open: key to sentence."""
    audit_all(house, rhythms_of(worker_parts(house, now)), now)
    return {one.key: one.said for one in house.findings.open()}


def test_where_nothing_is_amiss_nothing_is_found_and_nothing_written(house: House):
    assert found(house) == {}
    assert house.findings.mended() == ()


def read_reports(house: House) -> None:
    do(house, "UPDATE person SET audience = 'both' WHERE id = 1")


def lose_a_lease(house: House) -> None:
    outbox = OutboxStore(house.engine)
    outbox.plan([replace(message(), not_before=NOW, expires_at=NOW + DAY)])
    outbox.claim(limit=1, lease=timedelta(minutes=-11), now=NOW)


def leave_a_message(house: House) -> None:
    since = NOW - timedelta(minutes=11)
    OutboxStore(house.engine).plan([replace(message(), not_before=since, expires_at=NOW + DAY)])


def hold_a_message(house: House) -> None:
    OutboxStore(house.engine).plan([replace(message(), created_at=NOW, expires_at=NOW + DAY)])
    do(house, "UPDATE outbox SET state = 'held'")


def give_up_a_message(house: House) -> None:
    hold_a_message(house)
    do(house, "UPDATE outbox SET state = 'failed'")


def leave_a_clock(house: House) -> None:
    hand_off(house.engine, house.book(), [lead(created_at=MONDAY - 4 * DAY)], MONDAY - 4 * DAY)


def lose_a_backup(house: House) -> None:
    do(house, "UPDATE planner_mark SET planned_until = planned_until - 172800")


def silence_a_source(house: House) -> None:
    do(house, "INSERT INTO source (id, name, first_recorded_at) VALUES (7, 'forms', 0)")
    for days in (20, 19, 16, 15, 12):
        do(
            house,
            "INSERT INTO import_run (source_id, kind, mapping, label, started_at, report) "
            "VALUES (7, 'leads', '', '', :at, '{}')",
            at=seconds(NOW - days * DAY),
        )


def stop_a_job(house: House) -> None:
    ran(house, "drain", NOW - timedelta(minutes=16))


def fail_a_job(house: House) -> None:
    ran(house, "backup", NOW - timedelta(minutes=16), failed=True)
    ran(house, "backup", NOW, failed=True)


def fail_in_other_words_each_time(house: House) -> None:
    for minutes in range(16, -1, -1):
        at = NOW - timedelta(minutes=minutes)
        ran(house, "backup", at, failed=True, detail=f"no room at {minutes}")


def hang_in_the_first_run(house: House) -> None:
    do(house, "UPDATE job_run SET started_at = started_at - 901")
    for job in rhythms_of(worker_parts(house, NOW)):
        if job not in ("tick", "drain"):
            ran(house, job)


def stop_the_worker(house: House) -> None:
    do(house, "UPDATE job_run SET started_at = started_at - 301, ended_at = ended_at - 301")


@pytest.mark.parametrize(
    ("breaks", "key", "says"),
    [
        (read_reports, "report:2026-W46", "The weekly report of 2026-W46 was due from 16 November"),
        (lose_a_lease, "lease", "1 message is claimed, and the lease has been over since"),
        (leave_a_message, "waiting", "1 message is due since 16 November 2026, 11:49"),
        (hold_a_message, "message:held", "1 message is held"),
        (leave_a_clock, "clock", "Clocks ran out before 16 November 2026, 11:50"),
        (lose_a_backup, "backup", "There is no backup of the database since that of"),
        (silence_a_source, "source:forms", "never before did it stay silent for more than 3 days"),
        (stop_a_job, "job:drain", "was seen last on 16 November 2026, 11:44"),
        (fail_a_job, "job:backup", "fails since 16 November 2026, 11:44: no room"),
        (fail_in_other_words_each_time, "job:backup", "fails since 16 November 2026, 11:44: no"),
        (hang_in_the_first_run, "job:drain", "has not come to an end once since 16 November"),
        (stop_the_worker, "worker", "The worker stands still since 16 November 2026, 11:54"),
    ],
    ids=lambda value: "" if isinstance(value, str) else value.__name__,
)
def test_what_breaks_is_found_alone_and_is_gone_when_it_is_mended(
    house: House, breaks: Callable[[House], None], key: str, says: str
):
    breaks(house)
    told = found(house)
    assert list(told) == [key]
    assert says in told[key]
    for table in ("outbox", "clock", "import_run"):
        do(house, f"DELETE FROM {'receipt' if table == 'outbox' else table}")  # noqa: S608
        do(house, f"DELETE FROM {table}")  # noqa: S608
    do(house, "UPDATE person SET audience = ''")
    do(house, "DELETE FROM job_run")
    house.marks.claim("night:backup", NOW)
    ran(house)
    assert found(house) == {}
    assert [one.key for one in house.findings.mended()] == [key]


@pytest.mark.parametrize(
    ("breaks", "keys"), [(hold_a_message, ["message:held"]), (give_up_a_message, [])]
)
def test_a_month_later_only_what_waits_for_a_person_is_told_of(
    house: House, breaks: Callable[[House], None], keys: list[str]
):
    breaks(house)
    do(house, f"UPDATE outbox SET created_at = created_at - {30 * 86_400}")  # noqa: S608
    assert list(found(house)) == keys


def test_administrators_get_one_mail_a_kind_and_day_and_none_about_what_heals(house: House):
    parts = worker_parts(house, NOW)
    outbox = OutboxStore(house.engine)
    hold_a_message(house)
    assert parts.audit(NOW) == "1 finding"
    do(house, "UPDATE outbox SET state = 'sent' WHERE state = 'held'")
    ran(house, at=NOW + timedelta(minutes=5))
    assert parts.audit(NOW + timedelta(minutes=5)) == "1 mended"
    do(house, "UPDATE outbox SET state = 'held'")
    asked = []
    for minutes in (8, 12, 14):
        ran(house, at=NOW + timedelta(minutes=minutes))
        asked.append(parts.audit(NOW + timedelta(minutes=minutes)))
    assert asked == ["1 finding", "1 mails planned", ""]
    with house.engine.connect() as connection:
        mails = connection.execute(
            text("SELECT recipient, subject FROM outbox WHERE kind = 'finding'")
        ).all()
    assert mails == [("p1@example.com", "[smarketing] Messages wait for you")]
    assert outbox.planned(["finding:message:2026-11-16:1"])


def test_facts_that_differ_are_reported_and_put_right_only_by_hand(house: House):
    hand_off(house.engine, house.book(), [lead(), lead()], MONDAY)
    parts = worker_parts(house, NOW)
    assert parts.facts(NOW) == "as a recount has it"
    do(house, "UPDATE daily_fact SET delivered = delivered + 5")
    assert parts.facts(NOW) == "", "this night's recount is done"
    assert parts.facts(NOW + DAY) == "1 differ from a recount"
    assert [one.key for one in house.findings.open()] == ["facts"]
    assert recount(house, NOW + DAY) == 1
    rebuild_facts(house, NOW + DAY)
    assert recount(house, NOW + DAY) == 0
    assert parts.facts(NOW + 2 * DAY) == "as a recount has it"
    assert house.findings.open() == ()


def test_the_time_of_a_finding_is_of_this_installation(house: House):
    assert NOW.tzinfo is UTC
    stop_the_worker(house)
    assert "11:54" in found(house)["worker"], "an hour after UTC, as in Berlin"


@pytest.mark.parametrize(
    ("breaks", "beats"),
    [(None, True), (hold_a_message, True), (lose_a_lease, False), (stop_the_worker, False)],
    ids=["all is well", "a person is waited for", "a lease is stale", "the worker stands still"],
)
def test_the_heart_beats_only_while_the_installation_does_what_it_should(
    house: House, breaks: Callable[[House], None] | None, *, beats: bool
):
    with serving(Reply()) as script:
        settings = house.settings.model_copy(update={"heartbeat_url": f"{script.url}/x"})
        parts = worker_parts(House(settings, house.engine), NOW)
        if breaks:
            breaks(house)
        parts.audit(NOW)
        assert bool(script.requests) is beats
