"""The page "What if" as it is shown: its fields with their sliders, and the lines of the answer."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from reports.numbers import count, month_name
from smarketing.services.agreements.scopes import whom
from smarketing.services.agreements.words import per_cent
from smarketing.services.goals.tried import RATE, Kind
from smarketing.services.goals.words import title

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smarketing.services.goals.plan import CellPlan
    from smarketing.services.goals.tried import Field
    from smarketing.services.goals.what_if import WhatIf

_STEPS: Final = 100
"""Of a slider of money, at least."""
_FEW_CELLS: Final = 2
_MONEY: Final = Decimal(10_000)
"""The middle of a slider of money where nobody knows the number."""
_USUAL_MOST: Final = {
    "reps": 20,
    "minutes_an_attempt": 30,
    "attempts": 12,
}
"""Where a slider of a count ends, unless twice what stands is more."""


@dataclass(frozen=True)
class Slider:
    """A number with its slider.

    Attributes:
        id: Of the field.
        written: What stands in it.
        low: Where the slider begins; high: where it ends; step: how far it moves at once.
        problem: Why the number cannot be used; empty: it can.
    """

    id: str
    field: Field
    written: str
    low: str
    high: str
    step: str
    problem: str

    @property
    def shown(self) -> str:
        """Return what stands as people read it; empty: nobody knows."""
        stands = self.field.stands
        return f"{Decimal(stands):,}" if stands else ""

    @property
    def is_tried(self) -> bool:
        """Return whether it is another number than the one that stands."""
        return self.written != self.field.stands


@dataclass(frozen=True)
class Form:
    """The fields, as they are put together.

    Attributes:
        goal: Of the whole goal.
        cells: Name of a cell to its fields.
        people: Of those who work the leads.
    """

    goal: tuple[Slider, ...]
    cells: tuple[tuple[str, tuple[Slider, ...]], ...]
    people: tuple[Slider, ...]

    @property
    def sliders(self) -> tuple[Slider, ...]:
        """Return all of them."""
        return (*self.goal, *(one for _, cell in self.cells for one in cell), *self.people)

    def are_open(self, fields: Sequence[Slider]) -> bool:
        """Return whether the fields of a cell are in sight from the start.

        They are where cells are few, and where a number is tried, wrong, or asked for.
        """
        asked = any(one.is_tried or one.problem or not one.written for one in fields)
        return asked or len(self.cells) <= _FEW_CELLS


@dataclass(frozen=True)
class AnswerLine:
    """One cell of the answer, or all together."""

    name: str
    hand_off: str
    customers: str
    in_force: str
    leads: str
    difference: str
    chance: str


def form_of(found: WhatIf) -> Form:
    """Return the fields of the page."""
    sliders = [_slider(number, one, found) for number, one in enumerate(found.fields, 1)]
    cells = dict.fromkeys(one.field.cell for one in sliders if one.field.cell is not None)
    first = next((n for n, one in enumerate(sliders) if one.field.cell is not None), len(sliders))
    alone = [(n, one) for n, one in enumerate(sliders) if one.field.cell is None]
    return Form(
        goal=tuple(one for n, one in alone if n < first),
        cells=tuple(
            (
                whom(*cell, found.agreement),
                tuple(one for one in sliders if one.field.cell == cell),
            )
            for cell in cells
        ),
        people=tuple(one for n, one in alone if n >= first),
    )


def lines_of(found: WhatIf) -> tuple[AnswerLine, ...]:
    """Return a line a cell; none without a plan."""
    cells = found.plan.cells if found.plan else ()
    return tuple(
        _line(cell, signed, found) for cell, signed in zip(cells, found.targets, strict=True)
    )


def total_of(found: WhatIf) -> AnswerLine | None:
    """Return the line of all cells together; None without a plan."""
    plan = found.plan
    if plan is None:
        return None
    known = [number for number in found.targets if number is not None]
    signed = sum(known) if len(known) == len(found.targets) else None
    return AnswerLine(
        name="Together",
        hand_off="–",
        customers=f"{float(sum(cell.customers for cell in plan.cells)):,.1f}",
        in_force=_number(signed),
        leads=count(plan.leads),
        difference=_difference(plan.leads, signed),
        chance="",
    )


def query_of(found: WhatIf) -> dict[str, str]:
    """Return what the address says of an answer: the agreement, the month, and what is tried."""
    asked = {"agreement": found.version.name} if len(found.others) > 1 else {}
    return {**asked, "month": f"{found.month:%Y-%m}", **found.words}


def _line(cell: CellPlan, signed: int | None, found: WhatIf) -> AnswerLine:
    name = title(cell, found.plan) if found.plan else ""
    return AnswerLine(
        name=f"{name[:1].upper()}{name[1:]}",
        hand_off=f"{month_name(cell.month)} {cell.month.year}",
        customers=f"{float(cell.customers):,.1f}",
        in_force=_number(signed),
        leads=count(cell.leads),
        difference=_difference(cell.leads, signed),
        chance="" if cell.chance is None else per_cent(cell.chance, 0),
    )


def _number(leads: int | None) -> str:
    return "–" if leads is None else count(leads)


def _difference(leads: int, signed: int | None) -> str:
    if signed is None:
        return "–"
    if leads == signed:
        return "none"
    return f"{'+' if leads > signed else '−'}{count(abs(leads - signed))}"


def _slider(number: int, one: Field, found: WhatIf) -> Slider:
    low, high, step = _bounds(one)
    return Slider(
        id=f"tried-{number}",
        field=one,
        written=found.words.get(one.name, one.stands),
        low=low,
        high=high,
        step=step,
        problem=found.problems.get(one.name, ""),
    )


def _bounds(one: Field) -> tuple[str, str, str]:
    """Return where a slider begins and ends, and its step: what stands is about in the middle."""
    stands = Decimal(one.stands or 0)
    if one.kind is Kind.CONFIDENCE:
        return "50", "99", "1"
    if one.kind is Kind.COUNT:
        return "1", str(max(_USUAL_MOST[one.name], int(stands) * 2)), "1"
    if one.kind is Kind.MONEY:
        whole = 2 * (stands or _MONEY)
        step = _nice(whole / _STEPS)
        return f"{step:f}", f"{_up(whole, step):f}", f"{step:f}"
    if one.name.startswith(f"{RATE}."):
        most = min(Decimal(100), max(Decimal(5), _up(stands * 2, Decimal(1))))
        return "0.1", f"{most:f}", "0.1"
    return "1", "100", "1"


def _nice(step: Decimal) -> Decimal:
    """Return a step of one figure and zeros, rounded down."""
    power = Decimal(1).scaleb(step.adjusted())
    return power * (step // power)


def _up(value: Decimal, step: Decimal) -> Decimal:
    return -(-value // step) * step
