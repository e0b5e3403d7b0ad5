"""What auditors ask of the store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime, timedelta

    from smarketing.domain.findings import Finding, FindingKind, KeptFinding

Backlog = tuple[int, "datetime | None"]
"""How many there are, and since when the first of them; None: there is none."""


class Shelf(Protocol):
    """Where findings are kept."""

    def see(
        self, findings: Sequence[Finding], kinds: Collection[FindingKind], now: datetime
    ) -> tuple[int, int]:
        """Keep what was found; what else is open of these kinds is gone. Returns new and gone."""
        ...

    def open(self) -> Sequence[KeptFinding]:
        """Return what is amiss, the oldest first."""
        ...

    def mended(self) -> Sequence[KeptFinding]:
        """Return what was amiss, the last that went first."""
        ...

    def see_to(self, key: str, now: datetime) -> bool:
        """Say that a person saw to a finding; False: it is not open."""
        ...


class Messages(Protocol):
    """Messages that do not go their way."""

    def stale_leases(self, grace: timedelta) -> Backlog:
        """Return messages that are claimed long after their lease."""
        ...

    def waiting(self, since: datetime, now: datetime) -> Backlog:
        """Return messages that were due at `since` and still wait."""
        ...

    def troubles(self, state: str, since: datetime | None) -> Backlog:
        """Return messages planned since an instant (None: ever) that are in a state."""
        ...


class Sources(Protocol):
    """What sources delivered when."""

    def sources(self) -> Sequence[tuple[str, datetime | None, str]]:
        """Return name, last read (None: never) and fault (empty: none) of every source."""
        ...

    def deliveries(self, source: str, limit: int) -> Sequence[datetime]:
        """Return when the last deliveries of a source were taken in, the oldest first."""
        ...


class JobState(Protocol):
    """How a job of the worker is; instants in seconds of UTC."""

    @property
    def job(self) -> str:
        """Return its name."""
        ...

    @property
    def began_at(self) -> int:
        """Return the start of its first run that is known."""
        ...

    @property
    def seen_at(self) -> int:
        """Return its last sign of life."""
        ...

    @property
    def fault(self) -> str:
        """Return what went wrong last; empty: nothing ever."""
        ...

    @property
    def failed_at(self) -> int | None:
        """Return when it failed last; None: never."""
        ...

    @property
    def did_at(self) -> int | None:
        """Return when it did something last; None: never."""
        ...

    @property
    def did(self) -> str:
        """Return what it did then; empty: nothing ever."""
        ...

    @property
    def failing_since(self) -> int | None:
        """Return since when it fails; None: its last run was well."""
        ...


class Runs(Protocol):
    """What the worker's jobs did."""

    def states(self) -> Sequence[JobState]:
        """Return every job that ever ran."""
        ...


class Marks(Protocol):
    """Marks of time by kind."""

    def all(self) -> Mapping[str, datetime]:
        """Return the mark of each kind that has one."""
        ...


class Planned(Protocol):
    """What the outbox has."""

    def planned(self, keys: Collection[str]) -> Collection[str]:
        """Return which of these dedupe keys are planned."""
        ...
