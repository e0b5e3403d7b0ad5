"""When and how a person wants the weekly report, and what they may enter for it.

Empty texts stand for what the installation does: the agreement's zone, English as it is written
in the United Kingdom. An empty weekday: no mail, the report is read in the portal.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from reports.locales import DEFAULT, LOCALES
from smarketing.domain.slots import WEEKDAYS, Weekly, next_slot, zone_names

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

_HOUR: Final = 60
_TIME: Final = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True)
class Preferences:
    """When and how somebody wants the weekly report.

    Attributes:
        weekday: One of `WEEKDAYS`; empty: never by mail.
        minute: Of their day.
        timezone: IANA name; empty: the agreement's.
        locale: One of `LOCALES`; empty: the installation's.
        skip_quiet: Whether a week in which nothing happened brings no mail.
    """

    weekday: str = WEEKDAYS[0]
    minute: int = 8 * _HOUR
    timezone: str = ""
    locale: str = ""
    skip_quiet: bool = False

    @property
    def by_mail(self) -> bool:
        """Return whether the report comes by mail."""
        return self.weekday != ""

    @property
    def at(self) -> str:
        """Return the local time as it is typed: `08:00`."""
        return f"{self.minute // _HOUR:02}:{self.minute % _HOUR:02}"

    @property
    def written(self) -> str:
        """Return the locale that dates and numbers are written in."""
        return self.locale or DEFAULT

    def weekly(self, timezone: str) -> Weekly | None:
        """Return when the report comes; None: not by mail.

        Args:
            timezone: The agreement's, for those who named none.
        """
        zone = self.timezone or timezone
        return Weekly(self.weekday, self.minute, zone) if self.by_mail else None

    @property
    def columns(self) -> dict[str, object]:
        """Return the preferences as they are kept."""
        return {
            "digest_weekday": self.weekday,
            "digest_minute": self.minute,
            "timezone": self.timezone,
            "locale": self.locale,
            "skip_quiet": int(self.skip_quiet),
        }

    @property
    def form(self) -> dict[str, str]:
        """Return the preferences as a form sends them."""
        return {
            "weekday": self.weekday,
            "at": self.at,
            "timezone": self.timezone,
            "locale": self.locale,
            "skip_quiet": "1" if self.skip_quiet else "",
        }


def next_report(preferences: Preferences, timezone: str, now: datetime) -> datetime | None:
    """Return when the next report comes; None: not by mail.

    Args:
        preferences: Of the person.
        timezone: The agreement's, for those who named none.
        now: Only what is after it is still to come.
    """
    weekly = preferences.weekly(timezone)
    return None if weekly is None else next_slot(now, weekly).due_at


def preferences_of(row: Mapping[str, Any]) -> Preferences:
    """Return the preferences of a stored person."""
    return Preferences(
        weekday=row["digest_weekday"],
        minute=row["digest_minute"],
        timezone=row["timezone"],
        locale=row["locale"],
        skip_quiet=bool(row["skip_quiet"]),
    )


def preferences_from(form: Mapping[str, str]) -> tuple[Preferences, dict[str, str]]:
    """Return what a form says, and what is wrong by field; of no use while something is."""
    problems: dict[str, str] = {}
    weekday = form.get("weekday", "").strip().lower()
    if weekday and weekday not in WEEKDAYS:
        problems["weekday"] = f"Choose a day by its name: {', '.join(WEEKDAYS)}; or none."
    at = _TIME.fullmatch(form.get("at", "").strip())
    if at is None:
        problems["at"] = "Enter a time of the day from 00:00 to 23:59, as 08:00."
    timezone = form.get("timezone", "").strip()
    if timezone and timezone not in zone_names():
        problems["timezone"] = "Choose a zone of the list, as Europe/Berlin, or none."
    locale = form.get("locale", "").strip()
    if locale and locale not in LOCALES:
        problems["locale"] = f"Choose one of {', '.join(LOCALES)}, or none."
    minute = int(at[1]) * _HOUR + int(at[2]) if at else 0
    read = Preferences(weekday, minute, timezone, locale, form.get("skip_quiet") == "1")
    return (Preferences() if problems else read), problems
