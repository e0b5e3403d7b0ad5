"""What happens once a night: when the last night began, in local time."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

_AT: Final = time(2)
"""When most people sleep, and before the first of them reads a page."""


def night_of(now: datetime, zone: str) -> datetime:
    """Return when the last night began: two o'clock in a zone, at `now` at the latest, in UTC.

    Each day has one, also where the clocks jump over two o'clock or come to it twice.
    """
    local = now.astimezone(ZoneInfo(zone))
    tonight = datetime.combine(local.date(), _AT, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    if tonight <= now:
        return tonight
    eve = local.date() - timedelta(days=1)
    return datetime.combine(eve, _AT, tzinfo=ZoneInfo(zone)).astimezone(UTC)
