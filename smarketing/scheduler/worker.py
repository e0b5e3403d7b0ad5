"""The worker: APScheduler as a heartbeat, and a clean end.

The job store is in memory, and nothing rests on it: after any restart every job runs once at
once and finds what is due in the database.
"""

from __future__ import annotations

import logging
import signal
from datetime import UTC, datetime
from queue import Empty, SimpleQueue
from threading import Event
from typing import TYPE_CHECKING, Final

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from smarketing.scheduler.jobs import jobs_of
from smarketing.scheduler.runner import Runner

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    from smarketing.scheduler.jobs import WorkerParts

_DEFAULTS: Final = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)


def utc_now() -> datetime:
    """Return this instant."""
    return datetime.now(UTC)


class Worker:
    """A running worker; `start` makes one.

    Args:
        scheduler: Started.
        ending: Set when no job is to begin any more.
    """

    def __init__(self, scheduler: BackgroundScheduler, ending: Event) -> None:
        self._scheduler = scheduler
        self._ending = ending

    def stop(self) -> None:
        """End the worker; jobs that run are finished first. A second call does nothing."""
        if not self._ending.is_set():
            self._ending.set()
            self._scheduler.shutdown(wait=True)


def start(parts: WorkerParts, clock: Callable[[], datetime] = utc_now) -> Worker:
    """Return a worker that runs in threads of this process; a job begins once it has waited."""
    jobs = jobs_of(parts)
    # It warns whenever a job takes longer than its rhythm, which an import may well do.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    ending = Event()
    runner = Runner(parts.runs, clock, ending.is_set)
    scheduler = BackgroundScheduler(
        # A thread for every job: none has to wait for another.
        executors={"default": ThreadPoolExecutor(len(jobs))},
        job_defaults=_DEFAULTS,
        timezone=UTC,
    )
    for job in jobs:
        scheduler.add_job(
            runner.run,
            "interval",
            args=[job],
            id=job.name,
            seconds=job.every.total_seconds(),
            next_run_time=utc_now() + job.waits,  # APScheduler's own clock, not the business one
        )
    scheduler.start()
    return Worker(scheduler, ending)


def run(parts: WorkerParts, clock: Callable[[], datetime] = utc_now) -> None:
    """Run the worker until SIGTERM or SIGINT; what runs then is finished first."""
    # A queue, not an event: its put may be called while the same thread waits in its get.
    received: SimpleQueue[int] = SimpleQueue()

    def note(number: int, _frame: FrameType | None) -> None:
        received.put(number)

    before = {number: signal.signal(number, note) for number in _SIGNALS}
    worker = start(parts, clock)
    try:
        _wait_for(received)
    finally:
        worker.stop()
        for number, handler in before.items():
            signal.signal(number, handler)


def _wait_for(received: SimpleQueue[int]) -> None:
    """Return once a signal was received.

    The wait is cut into seconds: a signal that the system hands to another thread does not
    interrupt this one, and its handler runs only when this one does something.
    """
    while True:
        try:
            received.get(timeout=1)
        except Empty:
            continue
        return
