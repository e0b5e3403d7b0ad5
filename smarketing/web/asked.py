"""What the address of a progress page asks for; links of the weekly report stay good."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from smarketing.domain.errors import NotFoundError
from smarketing.domain.targets import next_month

if TYPE_CHECKING:
    from collections.abc import Mapping

_YEARS: Final = range(1970, 9999)


@dataclass(frozen=True)
class Asked:
    """What to show.

    Attributes:
        month: First day of a month; None: the current one, or a span.
        span: First day, and first day after; None: a month.
        segment: Only this one; None: all. tier: the same.
        agreement: Only the leads of this one; None: all.
    """

    month: date | None
    span: tuple[date, date] | None
    segment: str | None
    tier: str | None
    agreement: str | None = None

    def has(self, segment: str | None, tier: str | None) -> bool:
        """Return whether a cell is asked for."""
        return self.segment in (None, segment) and self.tier in (None, tier)


def asked_from(args: Mapping[str, str]) -> Asked:
    """Return what a query asks for; days that make a whole month are that month.

    Raises:
        NotFoundError: A day or a month cannot be read, or the span is empty.
    """
    only = tuple(args.get(key) or None for key in ("segment", "tier", "agreement"))
    starts, ends = args.get("from"), args.get("to")
    if starts and ends:
        span = _span(starts, ends)
        if span[0].day == 1 and span[1] == next_month(span[0]):
            return Asked(span[0], None, *only)
        return Asked(None, span, *only)
    month = args.get("month")
    return Asked(_date(f"{month}-01", month) if month else None, None, *only)


def _span(starts: str, ends: str) -> tuple[date, date]:
    span = _date(starts, starts), _date(ends, ends)
    if span[0] >= span[1]:
        raise NotFoundError(f"no day lies from {starts} until before {ends}", f"{starts}/{ends}")
    return span


def _date(text: str, found: str) -> date:
    try:
        on = date.fromisoformat(text)
    except ValueError:
        on = date.min
    if on.year not in _YEARS:
        raise NotFoundError(f"“{found}” is no day or month; write 2026-11-05 or 2026-11", found)
    return on
