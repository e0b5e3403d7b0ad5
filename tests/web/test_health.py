from __future__ import annotations

from datetime import timedelta

import pytest

from smarketing.services.audit.standing import Standing
from tests.web.portal import Portal, watching


def test_health_says_that_the_database_answers():
    answer = Portal().client().get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"database": "answers"})


def test_health_is_503_when_it_does_not():
    answer = Portal(answers=False).client().get("/healthz")
    assert (answer.status_code, answer.json) == (503, {"database": "does not answer"})


def test_it_is_ready_when_the_worker_lives_and_messages_leave():
    answer = Portal().client().get("/readyz")
    assert (answer.status_code, answer.json) == (
        200,
        {"stands_still": [], "worker_tick_age_s": 12, "oldest_due_message_age_s": 0},
    )


@pytest.mark.parametrize(
    ("portal", "still"),
    [
        pytest.param(Portal(answers=False), ["the database"], id="the database"),
        pytest.param(
            Portal(watch=watching(Standing(900, 700, ("the worker", "the outbox")))),
            ["the worker", "the outbox"],
            id="the worker, and what it sends",
        ),
    ],
)
def test_it_is_503_with_what_stands_still(portal: Portal, still: list[str]):
    answer = portal.client().get("/readyz")
    assert (answer.status_code, answer.json["stands_still"]) == (503, still)


def test_a_worker_that_stops_is_told_within_minutes_and_one_that_comes_back_is_well(office):
    assert office.client().get("/readyz").status_code == 200
    office.now += timedelta(minutes=6)
    answer = office.client().get("/readyz")
    assert (answer.status_code, answer.json["worker_tick_age_s"]) == (503, 360)
    office.tick(office.now)
    assert office.client().get("/readyz").status_code == 200


def test_a_worker_whose_tick_fails_each_time_is_told_within_minutes(office):
    for seconds in range(0, 361, 20):
        at = office.now + timedelta(seconds=seconds)
        office.house.runs.record(
            "tick", started_at=at, ended_at=at, failed=True, detail=f"no room, {seconds}"
        )
    office.now += timedelta(seconds=360)
    answer = office.client().get("/readyz")
    assert (answer.status_code, answer.json["stands_still"]) == (503, ["the worker"])
