"""What the jobs of the worker did, without four thousand rows a day of nothing.

A run with an effect is a row of its own. Runs without one, and a failure that repeats itself,
extend the last row of their job instead: its `ended_at` is the sign of life, and the table
grows only when something happens.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import text

from smarketing.domain.calendar import instant
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
_SEEN: Final = "SELECT job, MIN(started_at), MAX(ended_at) FROM job_run GROUP BY job ORDER BY job"
_NEWEST: Final = "SELECT started_at, ended_at, failed, detail FROM job_run WHERE job = :job"
_FAILING_SINCE: Final = (
    "SELECT MIN(started_at) FROM job_run WHERE job = :job AND id > "
    "COALESCE((SELECT MAX(id) FROM job_run WHERE job = :job AND failed = 0), 0)"
)
_LAST_RUN: Final = f"{_NEWEST} ORDER BY id DESC LIMIT 1"
_LAST_FAILURE: Final = f"{_NEWEST} AND failed = 1 ORDER BY id DESC LIMIT 1"
_LAST_EFFECT: Final = f"{_NEWEST} AND failed = 0 AND detail <> '' ORDER BY id DESC LIMIT 1"


@dataclass(frozen=True)
class JobState:
    """How a job is.

    Attributes:
        began_at: Start of its first run that is still known, in seconds of UTC.
        seen_at: End of its last run that was noted.
        failed_at: End of its last failure; None: it never failed.
        fault: What went wrong then; empty when it never failed.
        failing_since: Start of the first run that failed after the last good one, whatever each
            of them said; None: the last run was well.
        did_at: End of the last run that did something; None: there was none.
        did: What it did.
    """

    job: str
    began_at: int
    seen_at: int
    failed_at: int | None
    fault: str
    failing_since: int | None = None
    did_at: int | None = None
    did: str = ""


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
            seen = connection.execute(text(_SEEN)).all()
            return tuple(_state(connection, *row) for row in seen)

    def seen_at(self, job: str) -> datetime | None:
        """Return the last sign of life of a job; None: it never ran."""
        with reading(self._engine) as connection:
            last = connection.execute(text(_LAST_RUN), {"job": job}).first()
        return None if last is None else instant(last.ended_at)

    def failing_since(self, job: str) -> datetime | None:
        """Return when the runs of a job began to fail; None: its last one was well."""
        with reading(self._engine) as connection:
            since = connection.execute(text(_FAILING_SINCE), {"job": job}).scalar_one()
        return None if since is None else instant(since)

    def drop_before(self, before: datetime) -> int:
        """Forget the runs that ended before an instant; return how many."""
        sql = "DELETE FROM job_run WHERE ended_at < :before"
        with self._engine.begin() as connection:
            found = connection.execute(text(sql), {"before": int(before.timestamp())})
            return found.rowcount


def _extended(connection: Connection, row: dict[str, object]) -> bool:
    """Extend the last row of a job if it says the same; False: it does not."""
    last = connection.execute(text(_LAST), row).scalar_one_or_none()
    if last is None:
        return False
    connection.execute(text(_EXTEND), {"ended_at": row["ended_at"], "id": last})
    return True


def _state(connection: Connection, job: str, began_at: int, seen_at: int) -> JobState:
    failure, effect = (
        connection.execute(text(sql), {"job": job}).first() for sql in (_LAST_FAILURE, _LAST_EFFECT)
    )
    return JobState(
        job,
        began_at,
        seen_at,
        failed_at=failure.ended_at if failure else None,
        fault=failure.detail if failure else "",
        failing_since=connection.execute(text(_FAILING_SINCE), {"job": job}).scalar_one(),
        did_at=effect.ended_at if effect else None,
        did=effect.detail if effect else "",
    )
