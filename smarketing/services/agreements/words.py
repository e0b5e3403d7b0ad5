"""Numbers and times as a sentence says them, in English."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from smarketing.domain.calendar_spec import WEEKDAYS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import timedelta
    from decimal import Decimal
    from fractions import Fraction

    from smarketing.domain.calendar import Calendar, Span


def percent(share: Fraction) -> str:
    """Return a share as per cent with as few decimals as are exact, four at most: `90 %`."""
    text = f"{float(share * 100):.4f}".rstrip("0").rstrip(".")
    return f"{text} %"


def per_cent(share: float, decimals: int = 1) -> str:
    """Return an estimated share as per cent, rounded: `13.7 %`."""
    return f"{100 * share:.{decimals}f} %"


def amount(money: Decimal) -> str:
    """Return an amount with separators of thousands, cents only where there are any."""
    whole = money == money.to_integral_value()
    return f"{money:,.0f}" if whole else f"{money:,.2f}"


def spoken_time(time: timedelta, kind: str = "") -> str:
    """Return hours and minutes, as `1 hour 30 minutes`.

    Args:
        time: Whole minutes.
        kind: Put before the unit, as `working `.
    """
    hours, minutes = divmod(int(time.total_seconds()) // 60, 60)
    parts = [
        _counted(hours, f"{kind}hour"),
        _counted(minutes, f"{kind if not hours else ''}minute"),
    ]
    return " ".join(part for part in parts if part) or f"0 {kind}minutes"


def spoken_days(time: timedelta) -> str:
    """Return whole days, as `1 day` or `30 days`."""
    return _counted(time.days, "day")


def listed(items: Sequence[str], last: str) -> str:
    """Return `a, b and c`, with `last` before the last one."""
    return f" {last} ".join(part for part in (", ".join(items[:-1]), *items[-1:]) if part)


def hours_of(calendar: Calendar) -> str:
    """Return the weekly hours and their zone, as `Mon-Fri 09:00-17:00 Europe/Berlin`."""
    week = [(number, calendar.hours.get(number, ())) for number in range(len(WEEKDAYS))]
    runs = [
        ([number for number, _ in run], spans)
        for spans, run in groupby(week, key=lambda day: day[1])
        if spans
    ]
    hours = ", ".join(f"{_days(days)} {spans_of(spans)}" for days, spans in runs)
    return f"{hours or 'on single dates only'} {calendar.timezone}"


def _days(numbers: list[int]) -> str:
    first, last = (WEEKDAYS[number].capitalize() for number in (numbers[0], numbers[-1]))
    return first if first == last else f"{first}-{last}"


def spans_of(spans: Sequence[Span]) -> str:
    """Return the hours of a day, as `09:00-12:00 and 13:00-17:00`."""
    return " and ".join(f"{_time(opens)}-{_time(closes)}" for opens, closes in spans)


def _time(second: int) -> str:
    return f"{second // 3600:02}:{second % 3600 // 60:02}"


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit}{'s' if number != 1 else ''}" if number else ""
