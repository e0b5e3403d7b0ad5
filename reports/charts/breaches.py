"""Breaches by week and kind, a row for each side, and what the last statement comes to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reports.numbers import clean, count, week_number
from reports.remedies import kinds, statement_sentence, week_sentence

if TYPE_CHECKING:
    from reports.digest import BreachWeek, Digest

MOST_WEEKS = 12
MOST_SIDES = 3
WEEKS_IN_WORDS = 4


@dataclass(frozen=True)
class Side:
    """The breaches of one party; a number a week, oldest first."""

    title: str
    missing: tuple[int, ...]
    late: tuple[int, ...]
    wrong: tuple[int, ...]


@dataclass(frozen=True)
class BreachChart:
    """One row a party, in the order of the agreement; all have the same weeks."""

    weeks: tuple[str, ...]
    sides: tuple[Side, ...]
    alt: str
    caption: str


def breach_chart(digest: Digest) -> BreachChart | None:
    """Return what the chart shows; None without a breach in these weeks."""
    sides: dict[str, list[BreachWeek]] = {}
    for one in digest.breaches:
        sides.setdefault(one.party, []).append(one)
    shown = [weeks[-MOST_WEEKS:] for weeks in sides.values()][:MOST_SIDES]
    if not any(week.total for weeks in shown for week in weeks):
        return None
    return BreachChart(
        tuple(week_number(week.week) for week in shown[0]),
        tuple(_side(weeks) for weeks in shown),
        "Breaches by week. " + " ".join(map(_alt, shown)),
        _caption(digest),
    )


def _side(weeks: list[BreachWeek]) -> Side:
    return Side(
        clean(weeks[0].by),
        tuple(week.missing for week in weeks),
        tuple(week.late for week in weeks),
        tuple(week.wrong for week in weeks),
    )


def _alt(weeks: list[BreachWeek]) -> str:
    said = ", ".join(
        f"{week_number(week.week)} {count(week.total)}"
        + (f" ({kinds([week])})" if week.total else "")
        for week in weeks[-WEEKS_IN_WORDS:]
    )
    return f"{clean(weeks[0].by)}: {said}."


def _caption(digest: Digest) -> str:
    found = week_sentence(digest) or "No breach began this week."
    return " ".join(filter(None, (found, statement_sentence(digest))))
