"""A worker that stands still, a job that does, and one that fails each time."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from reports.numbers import instant
from smarketing.domain.calendar import instant as instant_of
from smarketing.domain.findings import Finding, FindingKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from smarketing.services.audit.ports import JobState

KINDS: Final = (FindingKind.WORKER, FindingKind.JOB)
TICK: Final = "tick"
PULL: Final = "pull "
"""How the jobs begin that read a source; whether one can be read is looked at there."""

STILL: Final = timedelta(minutes=5)
"""It is due every 20 seconds and notes a sign of life each minute; drawing reports or waiting for
an import may take a minute or two."""
_PATIENCE: Final = timedelta(minutes=15)
_RUNS: Final = 3
"""Runs that a job may miss, or fail, before it is a finding."""

_LOOK: Final = "Restart the worker, and see its log."
START: Final = "Start one with: smarketing scheduler"


def is_still(seen_at: datetime | None, now: datetime) -> bool:
    """Return whether the worker stands still.

    Args:
        seen_at: The last sign of life of its tick; None: it never ran.
        now: When that is asked.
    """
    return seen_at is None or now - seen_at > STILL


def worker_words(seen_at: datetime | None, zone: str) -> str:
    """Return the sentence about a worker that stands still."""
    since = f"since {instant(seen_at, zone)}" if seen_at else "and has never run"
    return (
        f"The worker stands still {since}: no clock is judged, no report planned, no mail sent. "
        f"{START}"
    )


def still_jobs(
    states: Sequence[JobState], rhythms: Mapping[str, timedelta], now: datetime, zone: str
) -> Iterator[Finding]:
    """Yield the worker or its jobs that stand still or never ran, and jobs that fail each time.

    Args:
        states: Every job that ever ran.
        rhythms: Of every job there is now; one that is not among them is not missed.
        now: When.
        zone: Of the instants in sentences.
    """
    known = {state.job: state for state in states}
    tick = known.get(TICK)
    seen_at = None if tick is None else instant_of(tick.seen_at)
    if tick is None or is_still(seen_at, now):
        yield Finding("worker", FindingKind.WORKER, worker_words(seen_at, zone))
        return
    for job, every in rhythms.items():
        if job.startswith(PULL):
            continue
        patience = max(_PATIENCE, _RUNS * every)
        state = known.get(job)
        if state is None:
            fault = _never_ran(instant_of(tick.began_at), now, patience, zone)
        else:
            fault = _hangs(state, now, patience, zone) or _fails(state, now, zone)
        if fault:
            yield Finding(f"job:{job}", FindingKind.JOB, f"The job {job} {fault}")


def _never_ran(since: datetime, now: datetime, patience: timedelta, zone: str) -> str:
    if now - since <= patience:
        return ""
    return (
        f"has not come to an end once since {instant(since, zone)}, while others go on: it hangs. "
        f"{_LOOK}"
    )


def _hangs(state: JobState, now: datetime, patience: timedelta, zone: str) -> str:
    seen_at = instant_of(state.seen_at)
    if now - seen_at <= patience:
        return ""
    return f"was seen last on {instant(seen_at, zone)}, while others go on: it hangs. {_LOOK}"


def _fails(state: JobState, now: datetime, zone: str) -> str:
    if state.failing_since is None or now - instant_of(state.failing_since) <= _PATIENCE:
        return ""
    return f"fails since {instant(instant_of(state.failing_since), zone)}: {state.fault}"
