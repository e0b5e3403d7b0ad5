"""How numbers, days and instants are written: plain English, with the marks of `reports.locales`.

Percentages are honest: a share never prints as the promise that it misses, as 100 % while
something is missing, or as 0 % while something is there.
"""

from __future__ import annotations

import unicodedata
from fractions import Fraction
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from reports import locales

if TYPE_CHECKING:
    from datetime import date, datetime
    from decimal import Decimal

# Not from `calendar`: its names follow the locale of the process.
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_TEN = 10
_THOUSAND = 1_000
_TENS_OF_THOUSANDS = 10_000
_MILLION = 1_000_000
_MOST_DIGITS = 12


def clean(text: str) -> str:
    """Return `text` on one line, without control characters.

    Titles come from people's files: a line break in one must not become a header or a line of
    the text part, and the marks of the personal parts are control characters.
    """
    shown = (" " if unicodedata.category(char)[0] in "CZ" else char for char in text)
    return " ".join("".join(shown).split())


def count(number: int) -> str:
    """Return a whole number with thousands separated by commas."""
    return locales.number(f"{number:,}")


def compact(number: float) -> str:
    """Return a number that fits a chart: in full below 10,000, then `12k` and `3.4M`."""
    if number < _TENS_OF_THOUSANDS:
        return locales.number(f"{number:,.0f}")
    if number < _MILLION:
        return locales.number(f"{number / 1_000:.3g}k")
    big = f"{number / _MILLION:,.3g}M" if number < 1_000 * _MILLION else f"{number:.1e}"
    return locales.number(big)


def terse(number: int) -> str:
    """Return a number in at most four characters, for a narrow column: `999`, `1.2k`, `12k`."""
    if number < _THOUSAND:
        return str(number)
    scale, letter = (_THOUSAND, "k") if number < _MILLION else (_MILLION, "M")
    tenths = round(number * _TEN / scale)
    shown = f"{tenths / _TEN:g}" if tenths < _TEN * _TEN else f"{tenths / _TEN:.0f}"
    return locales.number(shown) + letter


def leads(number: int) -> str:
    """Return `1 lead` or `7 leads`."""
    return f"{count(number)} lead" if number == 1 else f"{count(number)} leads"


def signed(number: int) -> str:
    """Return a change with its sign: `+7`, `-3`, `0`."""
    return locales.number(f"{number:+,}") if number else "0"


def money(amount: float | Decimal) -> str:
    """Return an amount in whole units, halves to even, without its currency: `12,345`."""
    return locales.number(f"{amount:,.0f}")


def percent(part: int, whole: int, promised: Fraction | None = None) -> str:
    """Return a share in whole percent, or in more digits where whole percent would mislead.

    Args:
        part: Numerator, not above `whole`.
        whole: Denominator, above 0.
        promised: A share that must not be printed for another one. 8,996 of 10,000 against
            90 % is written `90.0 %`: the extra digit says "nearly"; the verdict is never read
            from the print.
    """
    share = Fraction(part, whole)
    shown = (_rounded(share, digits) for digits in range(_MOST_DIGITS))
    honest = next((text for text in shown if _is_honest(text, share, promised)), "not 100 %")
    return locales.number(honest)


def rate(share: Fraction) -> str:
    """Return a promised share: `90 %`, `99.5 %`, in as many digits as it needs, at most 4."""
    return locales.number(_plain_rate(share))


def day(on: date) -> str:
    """Return `5 March 2018`."""
    return locales.full_day(on) or f"{on.day} {MONTHS[on.month - 1]} {on.year}"


def short_day(on: date) -> str:
    """Return `5 Mar`."""
    return locales.short_day(on) or f"{on.day} {MONTHS[on.month - 1][:3]}"


def month_name(on: date) -> str:
    """Return `March`."""
    return MONTHS[on.month - 1]


def instant(at: datetime, zone: str) -> str:
    """Return an instant in `zone`, to the minute: `12 March 2018, 00:00`."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{day(local.date())}, {locales.clock_time(local)}"


def moment(at: datetime, zone: str, now: datetime) -> str:
    """Return an instant as people say it: `today, 14:05`, `Friday, 09:30`, `3 March 2026, 09:30`.

    A weekday alone is never more than six days away.
    """
    local = at.astimezone(ZoneInfo(zone))
    today = now.astimezone(ZoneInfo(zone)).date()
    return f"{_near_day(local.date(), today)}, {locales.clock_time(local)}"


def week_number(week: str) -> str:
    """Return `W10` of `2018-W10`."""
    return week.rpartition("-")[2]


def _near_day(on: date, today: date) -> str:
    away = (on - today).days
    if away in (-1, 0, 1):
        return ("today", "tomorrow", "yesterday")[away]
    return WEEKDAYS[on.weekday()] if abs(away) < len(WEEKDAYS) else day(on)


def _plain_rate(share: Fraction) -> str:
    return f"{float(share * 100):.6g} %"


def _rounded(share: Fraction, digits: int) -> str:
    steps = int(share * 100 * 10**digits + Fraction(1, 2))
    return f"{steps / 10**digits:.{digits}f} %"


def _is_honest(text: str, share: Fraction, promised: Fraction | None) -> bool:
    number = Fraction(text.removesuffix(" %"))
    if number in (0, 100):
        return share * 100 == number
    return promised is None or share == promised or text != _plain_rate(promised)
