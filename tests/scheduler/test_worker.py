from __future__ import annotations

import os
import signal
from threading import Event, Timer
from typing import TYPE_CHECKING

import pytest

from smarketing.scheduler.worker import run, start
from tests.scheduler.fakes import Clock, Runs, parts

if TYPE_CHECKING:
    from datetime import datetime

SOON = 10
"""Seconds that a test waits at most for a thread."""


def test_every_job_runs_once_at_the_start():
    begun = {name: Event() for name in ("mark", "judge", "alert", "plan", "drain", "housekeep")}

    def beginning(event: Event):
        return lambda _now: event.set() or ""

    worker = start(parts(Runs(), **{name: beginning(event) for name, event in begun.items()}))
    assert all(event.wait(SOON) for event in begun.values())
    worker.stop()


def test_a_job_that_fails_stops_no_other():
    runs, drained = Runs(), Event()

    def fail(_now: datetime) -> str:
        raise ValueError("no")

    worker = start(parts(runs, mark=fail, drain=lambda _: drained.set() or ""), Clock())
    assert drained.wait(SOON)
    worker.stop()
    assert [run.detail for run in runs.runs if run.failed] == ["ValueError: no"]


def test_stopping_lets_the_running_job_finish_and_may_be_said_twice():
    begun, finished, go = Event(), Event(), Event()

    def slow(_now: datetime) -> str:
        begun.set()
        go.wait(SOON)
        finished.set()
        return ""

    worker = start(parts(Runs(), drain=slow))
    assert begun.wait(SOON)
    Timer(0.1, go.set).start()
    worker.stop()
    assert finished.is_set()
    worker.stop()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_worker_after_the_running_job(number: signal.Signals):
    finished = Event()

    def ended_from_outside(_now: datetime) -> str:
        os.kill(os.getpid(), number)
        finished.set()
        return ""

    before = signal.getsignal(number)
    run(parts(Runs(), housekeep=ended_from_outside))
    assert finished.is_set()
    assert signal.getsignal(number) is before
