"""What the jobs of the worker did, without four thousand rows a day of nothing.

A run with an effect is a row of its own. Runs without one, and a failure that repeats itself,
extend the last row of their job instead: its `ended_at` is the sign of life, and the table
grows only when something happens.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import text

from smarketing.store.engine import reading

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection, Engine

_LAST: Final = (
    "SELECT id FROM job_run WHERE id = (SELECT MAX(id) FROM job_run WHERE job = :job) "
    "AND failed = :failed AND detail = :detail"
)
_EXTEND: Final = "UPDATE job_run SET ended_at = :ended_at WHERE id = :id"
_INSERT: Final = (
    "INSERT INTO job_run (job, started_at, ended_at, failed, detail) "
    "VALUES (:job, :started_at, :ended_at, :failed, :detail)"
)
_SEEN: Final = (
    "SELECT job, MAX(ended_at), MAX(CASE WHEN failed = 1 THEN ended_at END) "
    "FROM job_run GROUP BY job ORDER BY job"
)
_FAULT: Final = (
    "SELECT detail FROM job_run WHERE job = :job AND failed = 1 ORDER BY id DESC LIMIT 1"
)


@dataclass(frozen=True)
class JobState:
    """How a job is.

    Attributes:
        seen_at: End of its last run that was noted, in seconds of UTC.
        failed_at: End of its last failure; None: it never failed.
        fault: What went wrong then; empty when it never failed.
    """

    job: str
    seen_at: int
    failed_at: int | None
    fault: str


class JobRuns:
    """The table `job_run`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def record(
        self, job: str, *, started_at: datetime, ended_at: datetime, failed: bool, detail: str
    ) -> None:
        """Note a run.

        Args:
            job: Its name.
            started_at: When it began.
            ended_at: When it was over.
            failed: Whether it raised.
            detail: What it did or what went wrong; empty when there was nothing to do.
        """
        row = {
            "job": job,
            "started_at": int(started_at.timestamp()),
            "ended_at": int(ended_at.timestamp()),
            "failed": int(failed),
            "detail": detail,
        }
        with self._engine.begin() as connection:
            if not ((failed or not detail) and _extended(connection, row)):
                connection.execute(text(_INSERT), row)

    def states(self) -> tuple[JobState, ...]:
        """Return each job that ever ran, by name."""
        with reading(self._engine) as connection:
            return tuple(
                JobState(job, seen_at, failed_at, _fault(connection, job))
                for job, seen_at, failed_at in connection.execute(text(_SEEN)).all()
            )

    def drop_before(self, instant: datetime) -> int:
        """Forget the runs that ended before an instant; return how many."""
        sql = "DELETE FROM job_run WHERE ended_at < :instant"
        with self._engine.begin() as connection:
            found = connection.execute(text(sql), {"instant": int(instant.timestamp())})
            return found.rowcount


def _extended(connection: Connection, row: dict[str, object]) -> bool:
    """Extend the last row of a job if it says the same; False: it does not."""
    last = connection.execute(text(_LAST), row).scalar_one_or_none()
    if last is None:
        return False
    connection.execute(text(_EXTEND), {"ended_at": row["ended_at"], "id": last})
    return True


def _fault(connection: Connection, job: str) -> str:
    return str(connection.execute(text(_FAULT), {"job": job}).scalar_one_or_none() or "")
