"""Numbers in a file: money as int64 of ten-thousandths, counts as int64; exact, never by floats.

Which sign is the decimal one is decided value by value: of a point and a comma the last one; a
sign that stands more than once separates thousands; a comma before exactly three digits separates
thousands, too (`1,234`), while a point there is a decimal one (`1.234`), as machines write it.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING, Final

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Callable

SCALE: Final = 10_000
_LARGEST: Final = 2**63 - 1
_PLAIN: Final = r"^-?\d{1,14}(?:\.\d{1,4})?$"
_CURRENCY: Final = r"(?:[A-Z]{1,3}\s?\$|[A-Z]{3}|[$€£¥₹₽₺₩₪₴₫฿]|R\$|kr\.?|zł|Kč|Fr\.)"
_AMOUNT: Final = re.compile(
    rf"(?P<open>\()?(?P<minus>[-−+])?\s*{_CURRENCY}?\s*(?P<inner>[-−])?"
    r"(?P<digits>\d[\d.,'’\s]*|[.,]\d+)\s*(?P<unit>k|K|m|M|mn|Mn|mio|Mio\.?|b|B|bn|Bn)?"
    rf"\s*{_CURRENCY}?(?P<trailing>-)?(?P<close>\))?"
)
_UNITS: Final = {"": 1, "k": 10**3, "m": 10**6, "b": 10**9}
_GROUPED: Final = re.compile(r"\d{1,3}(?:(?P<sign>[.,'’ ])\d{3})(?:(?P=sign)\d{3})*")


def amounts(text: pl.Series) -> pl.Series:
    """Return ten-thousandths (Int64), null where a text is null or no amount of money.

    Read are `1234567.5`, `1.234,56`, `$22,700.00`, `R$ 1.000,00`, `$342.09K`, `(12.50)`; more
    than four decimals are rounded half to even.
    """
    plain = text.str.contains(_PLAIN)
    whole = text.str.extract(r"^(-?\d+)")
    decimals = text.str.extract(r"\.(\d+)$").fill_null("").str.pad_end(4, "0")
    digits = (whole + decimals).set(~plain, None)
    return _with_others(digits.cast(pl.Int64, strict=False), text, parsed_amount)


def counts(text: pl.Series) -> pl.Series:
    """Return whole numbers (Int64), null where a text is null or no whole number.

    Read are `1200`, `1,200`, `1.200`, `1 200` and `250.0`, but no ranges such as `11-50`.
    """
    digits = text.set(~text.str.contains(r"^\d{1,15}$"), None)
    return _with_others(digits.cast(pl.Int64, strict=False), text, parsed_count)


def _with_others(
    found: pl.Series, text: pl.Series, parse: Callable[[str], int | None]
) -> pl.Series:
    left = (found.is_null() & text.is_not_null()).arg_true()
    if not len(left):
        return found
    texts = text.gather(left)
    known = {one: parse(one) for one in texts.unique().to_list()}
    return found.scatter(left, pl.Series([known[one] for one in texts], dtype=pl.Int64))


def parsed_amount(text: str) -> int | None:
    """Return one amount in ten-thousandths; None where it is none or too large for 64 bits."""
    found = _AMOUNT.fullmatch(text.replace("\u00a0", " ").replace("\u202f", " "))
    if not found or bool(found["open"]) != bool(found["close"]):
        return None
    signs = [found[name] for name in ("open", "minus", "inner", "trailing") if found[name]]
    if len(signs) > 1:
        return None
    digits = _plain_digits(found["digits"].strip())
    if digits is None:
        return None
    unit = _UNITS[(found["unit"] or "")[:1].lower()]
    value = (Decimal(digits) * unit * SCALE).quantize(Decimal(1), ROUND_HALF_EVEN)
    if value > _LARGEST:
        return None
    return -int(value) if signs and signs != ["+"] else int(value)


def parsed_count(text: str) -> int | None:
    """Return one whole number, not negative; None where it is none."""
    text = text.replace("\u00a0", " ").replace("\u202f", " ")
    if _GROUPED.fullmatch(text):
        text = re.sub(r"\D", "", text)
    found = re.fullmatch(r"(\d{1,15})(?:[.,]0+)?", text, re.ASCII)
    return int(found[1]) if found else None


def _plain_digits(text: str) -> str | None:
    """Return the digits with a decimal point at most; None where the signs make no sense."""
    if _GROUPED.fullmatch(text) and not re.fullmatch(r"\d+\.\d{3}", text):
        return re.sub(r"\D", "", text)
    last = max(text.rfind("."), text.rfind(","))
    whole, decimals = (text, "") if last < 0 else (text[:last], text[last + 1 :])
    if whole.isdecimal() or not whole or _GROUPED.fullmatch(whole):
        plain = re.sub(r"\D", "", whole) + "." + decimals
        return plain if decimals.isdecimal() or not decimals else None
    return None
