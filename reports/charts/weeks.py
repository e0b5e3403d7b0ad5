"""Leads by week of the hand-off: counted, and rejected on top."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reports.numbers import count, week_number

if TYPE_CHECKING:
    from reports.digest import Digest

MOST_WEEKS = 12
WEEKS_IN_WORDS = 4
_FEWEST_WEEKS = 2


@dataclass(frozen=True)
class Weeks:
    """One bar a week, oldest first; the last one is the digest's."""

    names: tuple[str, ...]
    counted: tuple[int, ...]
    rejected: tuple[int, ...]
    alt: str
    caption: str


def weeks(digest: Digest) -> Weeks | None:
    """Return what the chart shows; None with fewer than two weeks or without any lead."""
    shown = digest.weeks[-MOST_WEEKS:]
    if len(shown) < _FEWEST_WEEKS or not any(week.delivered for week in shown):
        return None
    said = ", ".join(
        f"{week_number(w.week)} {count(w.counted)} (rejected {count(w.rejected)})"
        for w in shown[-WEEKS_IN_WORDS:]
    )
    rejected = any(week.rejected for week in shown)
    return Weeks(
        names=tuple(week_number(week.week) for week in shown),
        counted=tuple(week.counted for week in shown),
        rejected=tuple(week.rejected for week in shown),
        alt=f"Counted leads by week of the hand-off: {said}.",
        caption="Blue and the number: counted leads." + (" Hatched: rejected." if rejected else ""),
    )
