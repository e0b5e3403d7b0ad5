"""The cheapest mix of leads for the goal of an agreement, with the people there are.

Costs are those of the agreement, values those that the signatures froze (else deal x rate), most is
1.5 times the best month, least what is signed as a number; targets that the goal itself asks for
are what is to be found here, so that they only stand beside the mix.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from smarketing.domain.allocation import Buy, cheapest_mix, mix_of
from smarketing.domain.goals import marketing_revenue
from smarketing.domain.metrics import Metric
from smarketing.services.agreements.scopes import whom
from smarketing.services.progress.targets import monthly_targets

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from smarketing.domain.agreement import Goal, GoalCell
    from smarketing.domain.allocation import Allocation, Mix
    from smarketing.services.capacity.capacity import Capacity
    from smarketing.services.conclusions.book import Cell, InForce

_MONEY: Final = 10_000
_MORE: Final = Fraction(3, 2)
"""How much more than in its best month there is of a cell, at most."""


@dataclass(frozen=True)
class Line:
    """One segment and tier of the goal.

    Attributes:
        cell: Segment and tier.
        most_from: Where the most comes from, in words.
        value_from: The same of the value.
        signed: The target of the month that is signed; None: none is.
        leads: Of the mix; None: there is no mix.
    """

    cell: Cell
    buy: Buy
    most_from: str
    value_from: str
    signed: int | None
    leads: int | None


@dataclass(frozen=True)
class Allotted:
    """The cheapest mix, with everything that it was reckoned from.

    Attributes:
        currency: Of every amount.
        quota: Revenue that leads from marketing are to bring in a usual month, beside those that
            sales brings itself.
        minutes: Of the reps, for the leads of the goal's cells.
        reserved: Minutes that the leads of other cells take, and those that sales brings itself.
        signed: What the signed targets come to; None: some cell has none.
        allocation: None where something is missing.
        missing: A sentence for each thing that nobody knows; empty: nothing is missing.
        open_cells: Cells of which nobody knows how many leads there are at most.
    """

    currency: str
    quota: Fraction
    minutes: Fraction
    reserved: Fraction
    lines: tuple[Line, ...]
    signed: Mix | None
    allocation: Allocation | None
    missing: tuple[str, ...]
    open_cells: tuple[Cell, ...] = ()


def allotted(version: InForce, capacity: Capacity, typed: Mapping[Cell, int]) -> Allotted:
    """Return the cheapest mix for the goal of a version.

    Args:
        version: Its goal, its costs, its signed targets.
        capacity: What a lead takes, and what the reps have.
        typed: The most leads of cells, where somebody typed them in.
    """
    agreement, goal = version.agreement, version.agreement.goal
    if goal is None:
        nothing = Fraction(0)
        none = ("The agreement has no goal: add [goal] to it, and there is a mix to be found.",)
        return Allotted(agreement.currency, nothing, nothing, nothing, (), None, None, none)
    reserved = _reserved(capacity, goal)
    quota = max(Fraction(0), marketing_revenue(goal) - _own_value(goal, version))
    left = max(Fraction(0), (capacity.minutes or Fraction(0)) - reserved)
    missing = tuple(_missing(version, goal, capacity, typed))
    if missing:
        unknown = tuple(_of(cell) for cell in goal.cells if not _most(cell, capacity, typed))
        return Allotted(agreement.currency, quota, left, reserved, (), None, None, missing, unknown)
    lines = tuple(_line(cell, version, capacity, typed) for cell in goal.cells)
    found = cheapest_mix([line.buy for line in lines], quota, left)
    signed = [line.signed for line in lines]
    return Allotted(
        currency=agreement.currency,
        quota=quota,
        minutes=left,
        reserved=reserved,
        lines=tuple(_with(line, found, place) for place, line in enumerate(lines)),
        signed=None if None in signed else mix_of([o.buy for o in lines], [n or 0 for n in signed]),
        allocation=found,
        missing=(),
    )


def _missing(
    version: InForce, goal: Goal, capacity: Capacity, typed: Mapping[Cell, int]
) -> Iterator[str]:
    agreement = version.agreement
    if capacity.minutes is None or capacity.inputs.minutes is None or not capacity.attempts:
        yield "The time of the reps is not known yet: see what is missing above."
    costless = [whom(*_of(cell), agreement) for cell in goal.cells if cell.cost is None]
    if costless:
        yield (
            f'Nobody said what a lead costs of {"; ".join(costless)}: write cost = "60" under '
            "[[goal.cells]] in the agreement."
        )
    worthless = [whom(*_of(cell), agreement) for cell in goal.cells if not _value(cell, version)[0]]
    if worthless:
        yield (
            f"Nobody knows what a lead is worth of {'; '.join(worthless)}: write average_deal and "
            "close_rate under [[goal.cells]], or let history tell."
        )
    unknown = [
        whom(*_of(cell), agreement) for cell in goal.cells if not _most(cell, capacity, typed)
    ]
    if unknown:
        yield (
            f"No lead came in the last six whole months of {'; '.join(unknown)}: type in how many "
            "there are in a month at most."
        )


def _line(cell: GoalCell, version: InForce, capacity: Capacity, typed: Mapping[Cell, int]) -> Line:
    of = _of(cell)
    promise = version.commitment(Metric.LEADS_DELIVERED)
    written = [t.target for t in (promise.terms if promise else ()) if (t.segment, t.tier) == of]
    least = next((target for target in written if target is not None), 0)
    most, most_from = _most(cell, capacity, typed) or (0, "")
    if least > most:
        most, most_from = least, "signed, and more than ever came"
    value, value_from = _value(cell, version)
    buy = Buy(
        name=whom(*of, version.agreement),
        cost=cell.cost or Decimal(0),
        value=value,
        minutes=capacity.minutes_of(*of) or Fraction(0),
        least=least,
        most=most,
    )
    month = capacity.inputs.month.starts
    signed = monthly_targets(version, promise, month).get(of) if promise else None
    return Line(of, buy, most_from, value_from, signed, None)


def _most(cell: GoalCell, capacity: Capacity, typed: Mapping[Cell, int]) -> tuple[int, str] | None:
    if found := typed.get(_of(cell)):
        return found, "typed in"
    best = capacity.flow.best.get(_of(cell), 0)
    return (int(best * _MORE), f"1.5 × {best:,} of the best month") if best > 0 else None


def _value(cell: GoalCell, version: InForce) -> tuple[Fraction, str]:
    if frozen := version.frozen.values.get(_of(cell)):
        return Fraction(frozen, _MONEY), "as signed"
    if cell.average_deal is None or cell.close_rate is None:
        return Fraction(0), ""
    return Fraction(cell.average_deal) * cell.close_rate, "deal x close rate"


def _with(line: Line, found: Allocation, place: int) -> Line:
    leads = found.mix.leads[place] if found.mix else None
    return Line(line.cell, line.buy, line.most_from, line.value_from, line.signed, leads)


def _own_value(goal: Goal, version: InForce) -> Fraction:
    """Return what the leads that sales brings itself are worth."""
    return sum((cell.own_leads * _value(cell, version)[0] for cell in goal.cells), Fraction(0))


def _reserved(capacity: Capacity, goal: Goal) -> Fraction:
    """Return the minutes of the month that leads take which are not to be bought for the goal."""
    wanted = {_of(cell) for cell in goal.cells}
    days = capacity.inputs.month.days
    own = sum(
        (cell.own_leads * (capacity.minutes_of(*_of(cell)) or Fraction(0)) for cell in goal.cells),
        Fraction(0),
    )
    return own + sum(
        (
            a_day * days * (capacity.minutes_of(*cell) or Fraction(0))
            for cell, a_day in capacity.flow.a_day.items()
            if cell not in wanted
        ),
        Fraction(0),
    )


def _of(cell: GoalCell) -> Cell:
    return cell.segment, cell.tier
