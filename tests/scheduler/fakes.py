"""A clock that is set by hand, and a place for runs that can be read."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from smarketing.scheduler.jobs import WorkerParts

if TYPE_CHECKING:
    from collections.abc import Callable

NOW = datetime(2026, 11, 23, 7, tzinfo=UTC)


class Run(NamedTuple):
    job: str
    failed: bool
    detail: str


@dataclass
class Clock:
    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Runs:
    runs: list[Run] = field(default_factory=list)

    def record(
        self,
        job: str,
        *,
        started_at: datetime,  # noqa: ARG002  (the protocol)
        ended_at: datetime,  # noqa: ARG002
        failed: bool,
        detail: str,
    ) -> None:
        self.runs.append(Run(job, failed, detail))


def saying(*texts: str) -> Callable[[datetime], str]:
    """Return work that says one text a call, then nothing."""
    left = list(texts)
    return lambda _now: left.pop(0) if left else ""


def idle(_now: datetime) -> str:
    return ""


def parts(runs: Runs | None = None, **changed: object) -> WorkerParts:
    """Jobs that do nothing, but those that are given."""
    works = {one.name: idle for one in fields(WorkerParts) if one.name not in ("runs", "pulls")}
    return WorkerParts(**works | {"runs": runs or Runs()} | changed)
