"""The values of an agreement file: text as people write it to exact values.

Each parser takes what TOML gave and raises `ValueFaultError` with the reason and the mend.
Decimals of the file arrive as `Decimal` (tomllib's parse_float): nothing is ever a float.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from fractions import Fraction
from typing import Final, Literal, TypeVar

from pydantic_core import PydanticCustomError

Member = TypeVar("Member", bound=StrEnum)

GOAL: Final = "goal"
"""A target that is computed from the goal."""

_ALLOWANCE: Final = re.compile(r"(?:([0-9]{1,5})\s*h)?\s*(?:([0-9]{1,5})\s*m(?:in)?)?")
_DAYS: Final = re.compile(r"([1-9][0-9]{0,3})\s*days?")
_LAG: Final = re.compile(r"([0-9]{1,4})\s*d(?:ays?)?")
_MONTH: Final = re.compile(r"([12][0-9]{3})-(0[1-9]|1[0-2])")
_RATE: Final = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*(%?)")
_WEEK_HOUR: Final = re.compile(r"([a-z]+)\s+([0-9]{1,2}):([0-9]{2})")
_WEEKDAYS: Final = (
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
)  # fmt: skip
_MOST_MONEY: Final = 10**14  # as ten-thousandths it still fits the 64 bits it is stored in


def fault(reason: str, mend: str) -> PydanticCustomError:
    """Return the error of one value, to be raised inside a validator."""
    return PydanticCustomError("fault", "{reason}", {"reason": reason, "mend": mend})


def allowance(found: object) -> timedelta:
    """Return working time written as "30m", "4h" or "1h30m"; "0h" is due at once."""
    mend = 'Write hours and minutes of working time, as "30m", "4h" or "1h30m"'
    if isinstance(found, str) and re.search(r"\d\s*(d|w|day|week)", found):
        raise fault(
            f"{found!r} is in days or weeks, and a working day is as long as its calendar says",
            'Say how many working hours are meant, as "16h" for two days of eight',
        )
    match = _ALLOWANCE.fullmatch(found.strip()) if isinstance(found, str) else None
    if not match or not any(match.groups()):
        raise fault(f"{found!r} is not an allowance", mend)
    return timedelta(hours=int(match[1] or 0), minutes=int(match[2] or 0))


def days(found: object) -> timedelta:
    """Return whole days, one or more, from "30 days"; they are days of the calendar on the wall."""
    match = _DAYS.fullmatch(found.strip()) if isinstance(found, str) else None
    if not match:
        raise fault(f"{str(found)!r} is not a number of days", 'Write it as "30 days"')
    return timedelta(days=int(match[1]))


def lag(found: object) -> timedelta:
    """Return whole days from the hand-off to the win, from "45d" or "45 days"; "0d" is at once."""
    match = _LAG.fullmatch(found.strip()) if isinstance(found, str) else None
    if not match:
        raise fault(f"{str(found)!r} is not a lag", 'Write whole days, as "45d"')
    return timedelta(days=int(match[1]))


def month(found: str) -> date | None:
    """Return the first day of a month written as 2027-01; None: it is none."""
    match = _MONTH.fullmatch(found)
    return date(int(match[1]), int(match[2]), 1) if match else None


def rate(found: object) -> Fraction:
    """Return a share above 0 and up to 1, exactly, from "90 %", "0.90" or a bare 0.90."""
    found_share = share(found)
    if not found_share:
        raise fault(f"{found} is not above 0 % and at most 100 %", 'Write it as "90 %" or "0.90"')
    return found_share


def share(found: object) -> Fraction:
    """Return a share from 0 to 1, exactly, written as a rate is."""
    mend = 'Write it as "90 %" or "0.90"'
    text = str(found) if isinstance(found, str | Decimal | int) else ""
    match = _RATE.fullmatch(text.strip())
    if not match or isinstance(found, bool):
        raise fault(f"{found!r} is not a rate", mend)
    exact = Fraction(match[1]) / (100 if match[2] else 1)
    if exact > 1:
        raise fault(f"{text} is not above 0 % and at most 100 %", mend)
    return exact


def money(found: object) -> Decimal:
    """Return an amount from text or a whole number; not below 0, at most 4 decimals."""
    if isinstance(found, Decimal):
        raise fault(
            f"{found} is written as a floating-point number, and money is exact",
            f'Put it in quotes: "{found}"',
        )
    amount = None if isinstance(found, bool) else _decimal(found)
    fits = amount is not None and amount.is_finite() and 0 <= amount <= _MOST_MONEY
    if amount is None or not fits or amount != round(amount, 4):
        raise fault(
            f"{found!r} is not an amount", 'Write it with a point and at most 4 decimals: "1200.50"'
        )
    return amount


def _decimal(found: object) -> Decimal | None:
    try:
        return Decimal(found) if isinstance(found, int | str) else None
    except InvalidOperation:
        return None


def day(found: object) -> date:
    """Return a date written as 2026-01-31, in quotes or not."""
    try:
        if isinstance(found, str):
            return date.fromisoformat(found)
        if isinstance(found, date) and not isinstance(found, datetime):
            return found
    except ValueError:
        pass
    raise fault(f"{str(found)!r} is not a day", "Write year, month and day, as 2026-01-31")


def week_hour(found: object) -> tuple[int, time]:
    """Return an ISO weekday and a local time from "monday 09:00"."""
    match = _WEEK_HOUR.fullmatch(found.strip().lower()) if isinstance(found, str) else None
    try:
        if match:
            return _WEEKDAYS.index(match[1]) + 1, time(int(match[2]), int(match[3]))
    except ValueError:
        pass
    raise fault(
        f"{str(found)!r} is not an hour of a week", 'Write day and local time, as "monday 09:00"'
    )


def target(found: object) -> int | Literal["goal"]:
    """Return a whole number of leads a period, not below 0, or "goal"."""
    if found == GOAL:
        return "goal"
    if isinstance(found, bool) or not isinstance(found, int) or found < 0:
        raise fault(
            f"{str(found)!r} is not a number of leads",
            'Write a whole number from 0, or "goal" for what the goal asks for',
        )
    return found


def one_of(kind: type[Member], found: object) -> Member:
    """Return the member with that value."""
    try:
        return kind(str(found))
    except ValueError:
        raise fault(f"{found!r} is not known", f"Use one of {', '.join(kind)}") from None
