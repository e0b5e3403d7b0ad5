"""When something that comes once a week is due: a weekday by name, a local time, a zone.

Weekdays have names, never numbers: the libraries around disagree on which day is 0. Everything
is computed from the calendar, nothing is kept: a rhythm that changes needs no clean-up.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import cache
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo, available_timezones

from smarketing.domain.weeks import week_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
"""The names, in the order of the ISO week."""

_HOUR: Final = 60
_DAY: Final = 24 * _HOUR
_WEEK: Final = timedelta(days=7)


@dataclass(frozen=True)
class Weekly:
    """A time of the week.

    Attributes:
        weekday: One of `WEEKDAYS`.
        minute: Of the local day, from 0 to 1439.
        timezone: IANA name.

    Raises:
        ValueError: There is no such weekday or minute.
    """

    weekday: str
    minute: int
    timezone: str

    def __post_init__(self) -> None:
        if self.weekday not in WEEKDAYS:
            raise ValueError(f"{self.weekday!r} is no weekday: write one of {', '.join(WEEKDAYS)}")
        if not 0 <= self.minute < _DAY:
            raise ValueError(f"{self.minute} is no minute of a day: it is from 0 to {_DAY - 1}")

    @property
    def at(self) -> time:
        """Return the local time."""
        return time(self.minute // _HOUR, self.minute % _HOUR)


def usual(timezone: str) -> Weekly:
    """Return Monday 08:00 of a zone: when reports come where nobody chose another time."""
    return Weekly(WEEKDAYS[0], 8 * _HOUR, timezone)


@dataclass(frozen=True)
class Slot:
    """When the report of a week is due.

    Attributes:
        week: The ISO week before the slot, which it covers, as `2026-W47`.
        due_at: In UTC.
    """

    week: str
    due_at: datetime


def slot_in(monday: date, weekly: Weekly) -> Slot:
    """Return the slot in the ISO week of a Monday; there is exactly one.

    A local time that the clocks jump over is taken as far after the jump as it lies after the
    jump's beginning (PEP 495); of one that comes twice the first counts.
    """
    day = monday + timedelta(days=WEEKDAYS.index(weekly.weekday))
    local = datetime.combine(day, weekly.at, tzinfo=ZoneInfo(weekly.timezone))
    return Slot(week_of(monday - _WEEK).name, local.astimezone(UTC))


def latest_slot(now: datetime, weekly: Weekly) -> Slot:
    """Return the last slot that has come; one that comes right now has come."""
    return next(slots_back(now, weekly))


def next_slot(now: datetime, weekly: Weekly) -> Slot:
    """Return the first slot that is still to come."""
    monday = _monday(now, weekly)
    slots = (slot_in(monday + n * _WEEK, weekly) for n in range(3))
    return next(slot for slot in slots if slot.due_at > now)


def slots_back(now: datetime, weekly: Weekly) -> Iterator[Slot]:
    """Yield the slots that have come, the latest first, without end."""
    monday = _monday(now, weekly)
    while True:
        slot = slot_in(monday, weekly)
        if slot.due_at <= now:
            yield slot
        monday -= _WEEK


def _monday(now: datetime, weekly: Weekly) -> date:
    """Return the Monday of the local week of an instant."""
    return week_of(now.astimezone(ZoneInfo(weekly.timezone)).date()).starts


@cache
def zone_names() -> tuple[str, ...]:
    """Return the IANA zones to choose from, by name.

    Left out are the old names that stand for no place: `EST5EDT`, `GB`, `Etc/GMT+5`.
    """
    named = (name for name in available_timezones() if "/" in name or name == "UTC")
    return tuple(sorted(name for name in named if not name.startswith(("Etc/", "SystemV/"))))
