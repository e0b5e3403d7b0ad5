"""What the forms and pages say about the weekly report: what there is to choose, when it comes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from reports.locales import DEFAULT, LOCALES
from reports.numbers import instant
from smarketing.domain.slots import WEEKDAYS, zone_names
from smarketing.services.people.preferences import next_report

if TYPE_CHECKING:
    from datetime import datetime

    from smarketing.services.people.preferences import Preferences

Options = tuple[tuple[str, str], ...]
"""Value and title of each thing to choose."""

_NO_MAIL: Final = ("", "Not by mail: I read it in the portal")


def choices(timezone: str) -> dict[str, Options]:
    """Return what the form of the weekly report offers.

    Args:
        timezone: The agreement's, for those who name none.
    """
    zones = ((name, name.replace("_", " ")) for name in zone_names())
    return {
        "weekdays": (*((name, name.capitalize()) for name in WEEKDAYS), _NO_MAIL),
        "zones": (("", f"As the agreement: {timezone}"), *zones),
        "locales": (("", f"As the installation: {LOCALES[DEFAULT]}"), *LOCALES.items()),
    }


def comes_next(preferences: Preferences, timezone: str, now: datetime) -> str:
    """Return a sentence that says when the next report comes."""
    at = next_report(preferences, timezone, now)
    if at is None:
        return "No report comes by mail: it is read in the portal."
    zone = preferences.timezone or timezone
    weekday = WEEKDAYS[at.astimezone(ZoneInfo(zone)).weekday()].capitalize()
    return f"The next report comes on {weekday}, {instant(at, zone)} ({zone})."
