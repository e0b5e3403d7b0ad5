"""A calendar as people write it: weekdays, "09:00" to "17:00", dates.

The keys are `timezone, hours, holidays, date_hours, breaks`; "24:00" is the end of the local
day. What cannot be read is named with its key and what to write instead.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from smarketing.domain.calendar import Calendar
from smarketing.domain.errors import SmarketingError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from smarketing.domain.calendar import Span

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_KEYS: Final = ("timezone", "hours", "holidays", "date_hours", "breaks")
_TIME: Final = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)(?::([0-5]\d))?")
_DAY_S: Final = 86_400


class CalendarSpecError(SmarketingError):
    """A calendar cannot be read.

    Attributes:
        key: Where, dotted, as `hours.mon`.
        reason: What is wrong there.
        mend: What to write instead.
    """

    def __init__(self, key: str, reason: str, mend: str) -> None:
        super().__init__(f"{key}: {reason}. {mend}")
        self.key, self.reason, self.mend = key, reason, mend


def calendar_from(spec: Mapping[str, object]) -> Calendar:
    """Return the calendar that a configuration describes.

    Raises:
        CalendarSpecError: A key is unknown or a value cannot be read.
    """
    for key in spec:
        if key not in _KEYS:
            raise CalendarSpecError(key, "no such key", f"Use one of {', '.join(_KEYS)}.")
    return Calendar(
        timezone=_zone(spec.get("timezone")),
        hours={
            _weekday(day): _spans(f"hours.{day}", spans)
            for day, spans in _table("hours", spec).items()
        },
        holidays=frozenset(_date("holidays", day) for day in _list("holidays", spec)),
        date_hours=_by_date("date_hours", spec),
        breaks=_by_date("breaks", spec),
    )


def _by_date(key: str, spec: Mapping[str, object]) -> dict[date, tuple[Span, ...]]:
    table = _table(key, spec)
    return {_date(f"{key}.{day}", day): _spans(f"{key}.{day}", table[day]) for day in table}


def _zone(name: object) -> str:
    mend = 'Write an IANA zone, as timezone = "Europe/Berlin".'
    if not isinstance(name, str):
        raise CalendarSpecError("timezone", "is missing", mend)
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise CalendarSpecError("timezone", f"{name!r} is not a zone", mend) from error
    return name


def _weekday(name: str) -> int:
    if name not in WEEKDAYS:
        raise CalendarSpecError(f"hours.{name}", "is not a weekday", f"Use {', '.join(WEEKDAYS)}.")
    return WEEKDAYS.index(name)


def _table(key: str, spec: Mapping[str, object]) -> Mapping[str, object]:
    value = spec.get(key) or {}
    if not isinstance(value, dict):
        raise CalendarSpecError(key, "is not a table", f"Write [{key}] and one line a day.")
    return {str(day): spans for day, spans in value.items()}


def _list(key: str, spec: Mapping[str, object]) -> list[object]:
    value = spec.get(key) or []
    if not isinstance(value, list):
        raise CalendarSpecError(key, "is not a list", f'Write {key} = ["2026-12-25"].')
    return value


def _date(key: str, day: object) -> date:
    try:
        return day if isinstance(day, date) else date.fromisoformat(str(day))
    except ValueError as error:
        raise CalendarSpecError(key, f"{day!r} is not a date", "Write 2026-12-25.") from error


def _spans(key: str, spans: object) -> tuple[Span, ...]:
    if not isinstance(spans, list):
        raise CalendarSpecError(key, "is not a list of spans", 'Write [["09:00", "17:00"]].')
    return tuple(_span(key, span) for span in spans)


def _span(key: str, span: object) -> Span:
    if not isinstance(span, list | tuple) or len(span) != len(("from", "to")):
        raise CalendarSpecError(key, f"{span!r} is not a span", 'Write ["09:00", "17:00"].')
    start, end = (_seconds_of_day(key, time) for time in span)
    if start >= end:
        raise CalendarSpecError(
            key, f"{span!r} ends before it starts", "Write a night as two spans, to and from 24:00."
        )
    return start, end


def _seconds_of_day(key: str, time: object) -> int:
    match = _TIME.fullmatch(time) if isinstance(time, str) else None
    hour, minute, second = (int(part or 0) for part in match.groups()) if match else (25, 0, 0)
    total = hour * 3600 + minute * 60 + second
    if total > _DAY_S:
        raise CalendarSpecError(
            key, f"{time!r} is not a time of day", 'Write "09:00"; the day ends at "24:00".'
        )
    return total
