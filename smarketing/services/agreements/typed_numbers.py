"""Numbers that somebody types into a form, read the same way on every page.

A comma only parts thousands of an amount or a count, in whole groups of three. A number that
another country reads differently is refused, never guessed: `7,5`, `24000,50`, `24.000`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from smarketing.services.agreements import values

if TYPE_CHECKING:
    from decimal import Decimal
    from fractions import Fraction

_FINEST: Final = 1_000_000
"""Shares are whole millionths: per cent with four decimals."""
_GROUPED: Final = re.compile(r"[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_AMOUNT: Final = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_THOUSANDS_BY_POINT: Final = re.compile(r"[1-9][0-9]{0,2}(?:\.[0-9]{3})+")
_LONGEST: Final = 24


class MarkError(ValueError):
    """A comma or a point that may mean two things; the text says how to write the number."""


def plain(text: str, *, is_share: bool = False) -> str:
    """Return a number without the per cent sign, and without commas between its thousands.

    Args:
        text: As typed.
        is_share: Per cent are never grouped: a comma stays, and `share` refuses it.
    """
    bare = text.strip().removesuffix("%").strip()
    return bare.replace(",", "") if not is_share and _GROUPED.fullmatch(bare) else bare


def amount(text: str) -> Decimal:
    """Return an amount of money above 0, with at most 4 decimals.

    Raises:
        MarkError: It may mean two amounts.
        ValueError: It is none.
    """
    bare = plain(text)
    if "," in bare or _THOUSANDS_BY_POINT.fullmatch(bare):
        raise MarkError("write 24000.50, with a point, and commas only between thousands")
    if not _AMOUNT.fullmatch(bare):
        raise ValueError
    found = values.money(bare)
    if not found:
        raise ValueError
    return found


def share(text: str) -> Fraction:
    """Return a share above 0 and up to 1 from per cent with at most 4 decimals.

    Raises:
        MarkError: It has a comma.
        ValueError: It is none.
    """
    bare = plain(text, is_share=True)
    if "," in bare:
        raise MarkError("write 7.5, with a point")
    found = values.rate(f"{bare} %")
    if (found * _FINEST).denominator != 1:
        raise ValueError
    return found


def count(text: str, most: int) -> int:
    """Return a whole number from 1 to `most`.

    Raises:
        ValueError: It is none.
    """
    bare = plain(text)
    found = int(bare) if bare.isascii() and bare.isdigit() and len(bare) < _LONGEST else 0
    if not 1 <= found <= most:
        raise ValueError
    return found
