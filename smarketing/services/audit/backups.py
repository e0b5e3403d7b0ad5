"""Backups that are missing."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from reports.numbers import instant
from smarketing.domain.findings import Finding, FindingKind
from smarketing.domain.marks import nightly
from smarketing.domain.nights import night_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

KINDS: Final = (FindingKind.BACKUP,)
WORK: Final = "backup"
_GRACE: Final = timedelta(hours=12)
"""A night's backup may be made up for in the morning, by a worker that slept."""


def missing_backup(marks: Mapping[str, datetime], now: datetime, zone: str) -> Iterator[Finding]:
    """Yield that the last night's backup is not there by the afternoon."""
    done = marks.get(nightly(WORK))
    if done is None or done < night_of(now - _GRACE, zone):
        since = f"since that of {instant(done, zone)}" if done else "at all"
        yield Finding(
            "backup",
            FindingKind.BACKUP,
            f"There is no backup of the database {since}. See what the job backup says, and make "
            "one now with: smarketing backup",
        )
