"""What the forms about agreements bring along."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from smarketing.domain.errors import InvalidError

if TYPE_CHECKING:
    from collections.abc import Mapping

_LONGEST: Final = 2_000
"""Characters of what is said with an act."""


def day_from(told: Mapping[str, str], name: str) -> date:
    """Return the day in a field.

    Raises:
        InvalidError: It is none.
    """
    try:
        return date.fromisoformat(told.get(name, ""))
    except ValueError as error:
        raise InvalidError("choose a day, as 2026-11-05", name) from error


def text_from(told: Mapping[str, str], name: str) -> str:
    """Return what was said in a field; PostgreSQL refuses the zero character."""
    return told.get(name, "").replace("\0", "").strip()[:_LONGEST]
