"""What the import page calls the shape of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

DELIMITERS: Final[Mapping[str, str]] = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}

ORDERS: Final[Mapping[str, str]] = {
    "ymd": "2026-12-31",
    "dmy": "31.12.2026",
    "mdy": "12/31/2026",
}
"""Order of numbers in dates to the last day of a year, written so."""
