from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from smarketing.domain.errors import ConflictError
from smarketing.scheduler.jobs import Job
from smarketing.scheduler.runner import Runner
from tests.scheduler.fakes import NOW, Clock, Run, Runs, idle, saying

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime


@pytest.fixture
def runs() -> Runs:
    return Runs()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def runner(runs: Runs, clock: Clock) -> Runner:
    return Runner(runs, clock, lambda: False)


def job(*steps: Callable[[datetime], str], again: bool = False) -> Job:
    return Job("tick", timedelta(seconds=20), steps, again=again)


def failing(error: Exception) -> Callable[[datetime], str]:
    def work(_now: datetime) -> str:
        raise error

    return work


def test_a_run_with_an_effect_is_noted_with_what_every_step_did(runner: Runner, runs: Runs):
    runner.run(job(saying("3 clocks breached"), idle, saying("2 reports planned")))
    assert runs.runs == [Run("tick", False, "3 clocks breached, 2 reports planned")]


def test_idle_runs_leave_a_sign_of_life_a_minute(runner: Runner, runs: Runs, clock: Clock):
    for _ in range(9):
        runner.run(job(idle))
        clock.now += timedelta(seconds=20)
    assert runs.runs == [Run("tick", False, "")] * 3


def test_a_clock_set_back_silences_no_sign_of_life(runner: Runner, runs: Runs, clock: Clock):
    runner.run(job(idle))
    clock.now -= timedelta(days=1)
    runner.run(job(idle))
    assert len(runs.runs) == 2


def test_a_failing_job_is_noted_and_the_next_one_runs(runner: Runner, runs: Runs):
    runner.run(job(failing(ZeroDivisionError("division by zero"))))
    runner.run(job(saying("done")))
    assert runs.runs == [
        Run("tick", True, "ZeroDivisionError: division by zero"),
        Run("tick", False, "done"),
    ]


def test_an_expected_error_is_noted_in_its_own_words(runner: Runner, runs: Runs):
    runner.run(job(failing(ConflictError("the agreement is not signed"))))
    assert runs.runs == [Run("tick", True, "the agreement is not signed")]


def test_a_step_that_fails_keeps_no_other_from_its_turn(runner: Runner, runs: Runs):
    later: list[datetime] = []
    steps = failing(ValueError("no")), lambda now: str(later.append(now)), failing(KeyError("k"))
    runner.run(job(*steps))
    assert later == [NOW]
    assert runs.runs == [Run("tick", True, "ValueError: no; KeyError: 'k'")]


def test_a_job_that_asks_for_it_goes_on_while_there_is_something_to_do(runner, runs: Runs):
    runner.run(job(saying("20 sent", "20 sent", "3 sent"), again=True))
    assert [run.detail for run in runs.runs] == ["20 sent", "20 sent", "3 sent"]


def test_a_job_that_asks_for_it_does_not_repeat_a_failure(runner: Runner, runs: Runs):
    runner.run(job(failing(ValueError("no")), again=True))
    assert len(runs.runs) == 1


def test_every_step_gets_the_instant_of_the_run(runner: Runner):
    seen: list[datetime] = []
    runner.run(job(lambda now: seen.append(now) or "", lambda now: seen.append(now) or ""))
    assert seen == [NOW, NOW]


def test_nothing_begins_any_more_when_the_worker_ends(runs: Runs, clock: Clock):
    Runner(runs, clock, lambda: True).run(job(saying("done")))
    assert runs.runs == []
