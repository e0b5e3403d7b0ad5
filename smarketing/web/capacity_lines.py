"""The shades of the maps on the page of capacity, and what may be typed in there."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from smarketing.services.agreements.scopes import whom
from smarketing.services.capacity.typed import MOST

if TYPE_CHECKING:
    from collections.abc import Mapping

    from smarketing.services.capacity.page import CapacityPage
    from smarketing.services.reaching.heat import HourCell

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


def shade_of(cell: HourCell) -> int:
    """Return the shade of a cell: 1 to 5, the lightest for the lowest rates; 0: too few to say."""
    return 0 if cell.rate is None else bisect_right(SHADES, cell.rate) + 1


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
