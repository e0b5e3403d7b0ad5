"""The wrapper around every job: it notes what the run did, and survives what it raises."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Protocol

from smarketing.domain.errors import SmarketingError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from smarketing.scheduler.jobs import Job

_LOG: Final = logging.getLogger(__name__)
_SIGN_OF_LIFE: Final = timedelta(minutes=1)
"""How often a run without effect is noted: each costs a write."""


class Runs(Protocol):
    """Where runs are noted."""

    def record(
        self, job: str, *, started_at: datetime, ended_at: datetime, failed: bool, detail: str
    ) -> None:
        """Note a run; `detail` is what it did or what went wrong."""
        ...


class Runner:
    """Runs jobs; one job at a time in each thread.

    Args:
        runs: Where runs are noted.
        clock: Returns this instant.
        stopping: Returns whether the worker is about to end.
    """

    def __init__(
        self, runs: Runs, clock: Callable[[], datetime], stopping: Callable[[], bool]
    ) -> None:
        self._runs = runs
        self._clock = clock
        self._stopping = stopping
        self._noted: dict[str, datetime] = {}

    def run(self, job: Job) -> None:
        """Run a job, and again as long as it asks for that and finds something to do."""
        while not self._stopping() and self._once(job) and job.again:
            pass

    def _once(self, job: Job) -> bool:
        """Return whether a run did something; a failed one did not."""
        started_at = self._clock()
        done, faults = [], []
        for step in job.steps:
            try:
                done.append(step(started_at))
            except Exception as error:  # noqa: BLE001  (the one place: what fails stops no other)
                faults.append(_told(job, error))
        effect = ", ".join(filter(None, done))
        if faults:
            self._note(job, started_at, "; ".join(faults), failed=True)
        elif effect or self._is_silent(job, started_at):
            self._note(job, started_at, effect, failed=False)
        return bool(effect) and not faults

    def _is_silent(self, job: Job, now: datetime) -> bool:
        noted = self._noted.get(job.name)
        return noted is None or abs(now - noted) >= _SIGN_OF_LIFE

    def _note(self, job: Job, started_at: datetime, detail: str, *, failed: bool) -> None:
        ended_at = self._clock()
        self._runs.record(
            job.name, started_at=started_at, ended_at=ended_at, failed=failed, detail=detail
        )
        self._noted[job.name] = ended_at


def _told(job: Job, error: Exception) -> str:
    """Log what a step raised; return it in words."""
    if isinstance(error, SmarketingError):
        _LOG.warning("job %s: %s", job.name, error)
        return str(error)
    _LOG.error("job %s failed", job.name, exc_info=error)
    return f"{type(error).__name__}: {error}"
