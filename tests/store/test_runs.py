from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from smarketing.store.runs import JobRuns, JobState

if TYPE_CHECKING:
    from sqlalchemy import Engine

NOW = datetime(2026, 11, 23, 7, tzinfo=UTC)
SECOND = int(NOW.timestamp())


@pytest.fixture
def runs(engine: Engine) -> JobRuns:
    return JobRuns(engine)


def record(runs: JobRuns, after_s: int, detail: str = "", *, failed: bool = False, job="tick"):
    at = NOW + timedelta(seconds=after_s)
    runs.record(job, started_at=at, ended_at=at, failed=failed, detail=detail)


def rows(engine: Engine) -> list[tuple[str, int, int, str]]:
    sql = "SELECT job, started_at, ended_at, detail FROM job_run ORDER BY id"
    with engine.connect() as connection:
        return [
            (job, start - SECOND, end - SECOND, detail)
            for job, start, end, detail in connection.exec_driver_sql(sql)
        ]


def test_idle_runs_are_one_row_until_something_happens(runs: JobRuns, engine: Engine):
    for after, detail in ((0, ""), (20, ""), (40, "2 planned"), (60, ""), (80, "")):
        record(runs, after, detail)
    assert rows(engine) == [
        ("tick", 0, 20, ""),
        ("tick", 40, 40, "2 planned"),
        ("tick", 60, 80, ""),
    ]


def test_each_job_has_its_own_last_row(runs: JobRuns, engine: Engine):
    for after in (0, 20):
        record(runs, after)
        record(runs, after, job="drain")
    assert rows(engine) == [("tick", 0, 20, ""), ("drain", 0, 20, "")]


def test_the_same_effect_twice_is_two_rows_but_the_same_failure_is_one(runs, engine: Engine):
    record(runs, 0, "1 sent")
    record(runs, 5, "1 sent")
    record(runs, 10, "no server", failed=True)
    record(runs, 15, "no server", failed=True)
    record(runs, 20, "wrong password", failed=True)
    assert rows(engine) == [
        ("tick", 0, 0, "1 sent"),
        ("tick", 5, 5, "1 sent"),
        ("tick", 10, 15, "no server"),
        ("tick", 20, 20, "wrong password"),
    ]


def test_a_state_tells_the_last_sign_of_life_and_the_last_failure(runs: JobRuns):
    record(runs, 0, "no server", failed=True)
    record(runs, 60)
    record(runs, 30, job="drain")
    assert runs.states() == (
        JobState("drain", SECOND + 30, SECOND + 30, None, ""),
        JobState("tick", SECOND, SECOND + 60, SECOND, "no server"),
    )
    assert runs.seen_at("tick") == NOW + timedelta(seconds=60)
    assert runs.seen_at("judge") is None


def test_a_state_tells_since_when_a_job_fails_and_what_it_did_last(runs: JobRuns):
    record(runs, 0, "1 sent")
    record(runs, 60, "no server", failed=True)
    record(runs, 120, "no server at 12:02", failed=True)
    (state,) = runs.states()
    assert (state.failing_since, state.failed_at) == (SECOND + 60, SECOND + 120)
    assert runs.failing_since("tick") == NOW + timedelta(seconds=60)
    assert runs.failing_since("drain") is None
    assert (state.did_at, state.did) == (SECOND, "1 sent")


def test_old_runs_are_forgotten(runs: JobRuns, engine: Engine):
    record(runs, 0, "1 sent")
    record(runs, 60, "2 sent")
    assert runs.drop_before(NOW + timedelta(seconds=60)) == 1
    assert [row[3] for row in rows(engine)] == ["2 sent"]
