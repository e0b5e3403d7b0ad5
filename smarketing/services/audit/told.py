"""The jobs of the worker as people see them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from smarketing.domain.calendar import instant

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime, timedelta

    from smarketing.services.audit.ports import JobState


@dataclass(frozen=True)
class JobLine:
    """One job.

    Attributes:
        every: How often it runs; None: no worker has it any more.
        seen_at: Its last sign of life; None: it never ran.
        next_at: When it is due next, at the latest; None: nobody knows.
        did_at: When it did something last; None: never.
        did: What it did then.
        failed_at: When it failed last; None: never.
        fault: What went wrong then.
        fails: Whether its last run failed.
    """

    name: str
    every: timedelta | None
    seen_at: datetime | None
    next_at: datetime | None
    did_at: datetime | None
    did: str
    failed_at: datetime | None
    fault: str
    fails: bool


def job_lines(states: Iterable[JobState], rhythms: Mapping[str, timedelta]) -> tuple[JobLine, ...]:
    """Return every job there is, in the order of the table, and then those of the past.

    Args:
        states: Every job that ever ran.
        rhythms: Job to how often it runs, in the order of the table.
    """
    known = {state.job: state for state in states}
    names = (*rhythms, *(name for name in known if name not in rhythms))
    return tuple(_line(name, known.get(name), rhythms.get(name)) for name in names)


def _line(name: str, state: JobState | None, every: timedelta | None) -> JobLine:
    if state is None:
        return JobLine(name, every, None, None, None, "", None, "", fails=False)
    seen_at = instant(state.seen_at)
    return JobLine(
        name=name,
        every=every,
        seen_at=seen_at,
        next_at=None if every is None else seen_at + every,
        did_at=None if state.did_at is None else instant(state.did_at),
        did=state.did,
        failed_at=None if state.failed_at is None else instant(state.failed_at),
        fault=state.fault,
        fails=state.failing_since is not None,
    )
