"""The tables of the page of capacity: heat maps hour by hour, and what may be typed in."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from smarketing.services.agreements.scopes import whom
from smarketing.services.capacity.typed import MOST

if TYPE_CHECKING:
    from collections.abc import Mapping

    from smarketing.services.capacity.page import CapacityPage
    from smarketing.services.reaching.heat import Heat

SHADES: Final = (0.5, 0.7, 0.8, 0.9)
"""Where the shades of a heat map begin after the first one: most promises are above 80 %."""

FIELDS: Final = (
    ("reps", "Reps"),
    ("hours_a_month", "Hours of one in the month"),
    ("time_for_leads", "Time for leads, in %"),
    ("minutes_an_attempt", "Minutes an attempt"),
)
"""What may be tried: the name of the field and its label."""


@dataclass(frozen=True)
class HeatCell:
    """One hour of one weekday.

    Attributes:
        shade: 1 to 5, the lightest for the lowest rates; 0: too few to say.
        words: `5/7`, in time of due; empty: too few.
        is_open: Whether the calendar works then.
    """

    shade: int
    words: str
    is_open: bool


@dataclass(frozen=True)
class HeatRow:
    """One hour of the day, Monday to Sunday."""

    hour: str
    cells: tuple[HeatCell, ...]


@dataclass(frozen=True)
class TryField:
    """A field in which a number may be tried.

    Attributes:
        typed: What stands in it.
        problem: Why that cannot be used; empty: it can.
    """

    name: str
    label: str
    typed: str
    problem: str


def heat_rows(heat: Heat) -> tuple[HeatRow, ...]:
    """Return the hours from the first to the last that are open or have a rate on some weekday."""
    due, kept = heat.counts.due.tolist(), heat.counts.in_time.tolist()
    rates = heat.counts.rates()
    used = [
        hour
        for hour in range(24)
        if any(rates[day][hour] is not None or heat.opened[day][hour] for day in range(7))
    ]
    return tuple(
        HeatRow(
            f"{hour:02}:00",
            tuple(
                HeatCell(
                    _shade(rates[day][hour]),
                    "" if rates[day][hour] is None else f"{kept[day][hour]}/{due[day][hour]}",
                    heat.opened[day][hour],
                )
                for day in range(7)
            ),
        )
        for hour in (range(used[0], used[-1] + 1) if used else ())
    )


def _shade(rate: float | None) -> int:
    return 0 if rate is None else bisect_right(SHADES, rate) + 1


def try_fields(
    page: CapacityPage, typed: Mapping[str, str], problems: Mapping[str, str]
) -> tuple[TryField, ...]:
    """Return the fields: what people have, and how many leads there are of cells without history.

    Args:
        page: Whose cells are known or not.
        typed: What was typed, by the field's name.
        problems: What cannot be used of it.
    """
    cells = {
        f"{MOST}{segment}.{tier}": f"Most {whom(segment, tier, page.agreement)} a month"
        for segment, tier in page.mix.open_cells
    }
    asked = {name: name for name in typed if name.startswith(MOST) and name not in cells}
    return tuple(
        TryField(name, label, typed.get(name, ""), problems.get(name, ""))
        for name, label in (*FIELDS, *cells.items(), *((n, _named(n, page)) for n in asked))
    )


def _named(field: str, page: CapacityPage) -> str:
    segment, _, tier = field.removeprefix(MOST).partition(".")
    named = {line.cell: line.buy.name for line in page.mix.lines}
    return f"Most {named.get((segment, tier), f'{segment} {tier}')} a month"
