"""Dates that are not written as day, month and year in numbers: rare, so read one by one.

All of them are local times: the zone is applied by `connectors.instants`.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Final

_MONTHS: Final = (
    *("jan", "feb", "mar", "apr", "may", "jun"),
    *("jul", "aug", "sep", "oct", "nov", "dec"),
)
_TIME: Final = (
    r"(?:[,T]?\s+(?:at\s+)?(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d+)?)?"
    r"\s*(?:(?P<half>[ap])\.?m\.?)?)?$"
)
_DAY: Final = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?\.?"
_MONTH: Final = r"(?P<month>[a-z]{3})[a-z]*\.?"
_SHAPES: Final = tuple(
    re.compile(shape + _TIME, re.IGNORECASE | re.ASCII)
    for shape in (
        rf"(?:[a-z]{{3,9}},?\s+)?{_DAY}[\s-]+{_MONTH},?[\s-]+(?P<year>\d{{4}})",
        rf"(?:[a-z]{{3,9}},?\s+)?{_MONTH}\s+{_DAY},?\s+(?P<year>\d{{4}})",
    )
)
_SERIAL: Final = re.compile(r"\d{5}(?:\.\d+)?", re.ASCII)
_COMPACT: Final = re.compile(r"(?P<year>[12]\d{3})(?P<month>\d{2})(?P<day>\d{2})", re.ASCII)
_EPOCH: Final = datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet's day 0, local as its days are
_NOON: Final = 12


def spelled(text: str) -> datetime | None:
    """Return the local time of `15 Apr, 2021 00:03:00`, `45631.5` or `20210415`; None if none."""
    if _SERIAL.fullmatch(text):
        return _EPOCH + timedelta(seconds=round(float(text) * 86_400))
    if found := _COMPACT.fullmatch(text):
        return _moment(found, int(found["month"]), 0, 0, 0)
    for shape in _SHAPES:
        if (found := shape.match(text)) and found["month"].lower() in _MONTHS:
            return _with_time(found)
    return None


def _with_time(found: re.Match[str]) -> datetime | None:
    month = _MONTHS.index(found["month"].lower()) + 1
    hour = int(found["hour"] or 0)
    if found["half"]:
        if not 1 <= hour <= _NOON:
            return None
        hour = hour % _NOON + (_NOON if found["half"].lower() == "p" else 0)
    return _moment(found, month, hour, int(found["minute"] or 0), int(found["second"] or 0))


def _moment(
    found: re.Match[str], month: int, hour: int, minute: int, second: int
) -> datetime | None:
    try:
        day = date(int(found["year"]), month, int(found["day"]))
        return datetime(day.year, day.month, day.day, hour, minute, second)  # noqa: DTZ001 - local
    except ValueError:
        return None
