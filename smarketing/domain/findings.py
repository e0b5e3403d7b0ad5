"""What an auditor missed: something that should be there and is not, or the other way round."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime


class FindingKind(StrEnum):
    """What sort of thing is amiss; people are told once a kind and day."""

    WORKER = "worker"
    """No worker marks what falls due."""
    JOB = "job"
    """One of the worker's jobs stands still, or fails each time."""
    REPORT = "report"
    """A weekly report was due and is not planned."""
    LEASE = "lease"
    """A message was claimed, and its lease has been over for long."""
    WAITING = "waiting"
    """A message is due, and nobody sends it."""
    MESSAGE = "message"
    """A message is held for a person, or was given up."""
    CLOCK = "clock"
    """A clock ran out, its source has told beyond it, and there is no verdict."""
    FACTS = "facts"
    """Stored figures differ from a recount."""
    SOURCE = "source"
    """A source cannot be read, or fell silent."""
    BACKUP = "backup"
    """There is no backup of the last nights."""
    RESTORED = "restored"
    """The database was restored: what that left to be done by hand."""


HUMAN: Final = frozenset({FindingKind.MESSAGE, FindingKind.SOURCE, FindingKind.RESTORED})
"""Kinds that wait for a person or for another system, while this one does all that it should:
they do not silence the heartbeat."""


@dataclass(frozen=True)
class Finding:
    """One thing that is amiss.

    Attributes:
        key: What makes it the same one when it is found again, as `report:2026-W47:12`.
        said: A sentence or two: what, since when, what to do.
    """

    key: str
    kind: FindingKind
    said: str


@dataclass(frozen=True)
class KeptFinding(Finding):
    """A finding with its times.

    Attributes:
        found_at: When it was found first, since it was last gone.
        seen_at: When an auditor saw it last.
        gone_at: When an auditor missed it no more, or a person saw to it; None: it is open.
    """

    found_at: datetime
    seen_at: datetime
    gone_at: datetime | None
