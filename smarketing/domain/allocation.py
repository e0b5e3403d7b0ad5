"""The cheapest mix of leads that brings the revenue, with the people there are (E14).

Costs, values and minutes are exact. A solver (HiGHS, by scipy) proposes whole leads; the proposal
counts only after it kept every limit in exact arithmetic. Prices are those of the mix in fractions
of leads (the linear programme) and floats: they say what a limit is worth, and decide nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor, lcm
from typing import TYPE_CHECKING, Final

import numpy as np

from smarketing.domain.errors import ImpossibleGoalError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from numpy.typing import NDArray

    Exact = int | Fraction | Decimal

_MOST_EXACT: Final = 2**31  # of a row; times whole leads, still exact as floats
_MOST_TRIES: Final = 5


@dataclass(frozen=True)
class Buy:
    """What a lead of one segment and tier costs and brings, and how many there can be.

    Attributes:
        name: As a sentence calls it.
        cost: Of a lead, 0 or more.
        value: Expected revenue of a lead: close rate x average deal, 0 or more.
        minutes: Of a rep's time that a lead takes, 0 or more.
        least: Whole leads that are bought in any case.
        most: Whole leads that there are at most, as 1.5 times the best month.
    """

    name: str
    cost: Exact
    value: Exact
    minutes: Exact
    least: int
    most: int


@dataclass(frozen=True)
class Mix:
    """Whole leads of each cell, and what they come to, exactly."""

    leads: tuple[int, ...]
    cost: Fraction
    value: Fraction
    minutes: Fraction


@dataclass(frozen=True)
class Prices:
    """What one more of something would change, about; above 0 is always in one's favour or price.

    Attributes:
        quota: What one more unit of revenue costs.
        minute: What one more minute of the reps saves.
        most: What one more lead of each cell, were there more, saves; 0 where there are enough.
        fractions: The mix in fractions of leads that these prices belong to.
    """

    quota: float
    minute: float
    most: tuple[float, ...]
    fractions: tuple[float, ...]


@dataclass(frozen=True)
class Allocation:
    """The cheapest mix, or the best that there is.

    Attributes:
        mix: Reaches the quota where `shortfall` is 0: the cheapest; else that of most revenue;
            None: not even the least volumes can be worked.
        shortfall: Revenue that is missing, exactly.
        prices: None where the quota is not reached.
        minutes_missing: Of the least volumes alone; above 0 only where there is no mix.
    """

    mix: Mix | None
    shortfall: Fraction
    prices: Prices | None
    minutes_missing: Fraction = Fraction(0)

    @property
    def is_reached(self) -> bool:
        """Return whether the mix brings the quota."""
        return self.mix is not None and not self.shortfall


def cheapest_mix(cells: Sequence[Buy], quota: Exact, minutes: Exact) -> Allocation:
    """Return the cheapest whole leads with value >= quota within the minutes and the volumes.

    Args:
        cells: At least one.
        quota: Revenue to be brought.
        minutes: Of all reps, for these leads.

    Raises:
        ImpossibleGoalError: A cell has a negative number, or more leads at least than at most.
    """
    _check(cells)
    least = mix_of(cells, [cell.least for cell in cells])
    if least.minutes > minutes:
        missing = max(Fraction(0), Fraction(quota) - least.value)
        return Allocation(None, missing, None, least.minutes - Fraction(minutes))
    cheapest = _solve(cells, [cell.cost for cell in cells], minutes, quota)
    if cheapest is not None:
        return Allocation(cheapest, Fraction(0), _prices(cells, quota, minutes))
    best = _solve(cells, [-Fraction(cell.value) for cell in cells], minutes, None) or least
    return Allocation(best, max(Fraction(0), Fraction(quota) - best.value), None)


def mix_of(cells: Sequence[Buy], leads: Sequence[int]) -> Mix:
    """Return what so many leads of each cell come to, exactly."""
    cost, value, minutes = (
        sum(map(_times, leads, column), start=Fraction(0))
        for column in zip(*((cell.cost, cell.value, cell.minutes) for cell in cells), strict=True)
    )
    return Mix(tuple(leads), cost, value, minutes)


def _times(leads: int, each: Exact) -> Fraction:
    return leads * Fraction(each)


def _check(cells: Sequence[Buy]) -> None:
    if not cells:
        raise ImpossibleGoalError("there is no cell to buy leads of; give at least one")
    for cell in cells:
        if min(cell.cost, cell.value, cell.minutes, cell.least) < 0:
            raise ImpossibleGoalError(
                f"{cell.name}: costs, values, minutes and volumes cannot be below zero"
            )
        if cell.most < cell.least:
            raise ImpossibleGoalError(
                f"{cell.name}: at least {cell.least:,} leads and at most {cell.most:,} leave none; "
                "raise the most or lower the least"
            )


def _solve(
    cells: Sequence[Buy], weights: Sequence[Exact], minutes: Exact, quota: Exact | None
) -> Mix | None:
    """Return the mix of whole leads of least weight that keeps every limit exactly; None: none.

    A proposal that breaks a limit by the solver's tolerance is asked for again with the limit
    that much tighter.
    """
    asked, spent = None if quota is None else Fraction(quota), Fraction(minutes)
    for _ in range(_MOST_TRIES):
        mix = _proposed(cells, weights, spent, asked)
        if mix is None or _keeps(cells, mix, minutes, quota):
            return mix
        spent -= max(Fraction(0), mix.minutes - Fraction(minutes))
        if asked is not None and quota is not None:
            asked += max(Fraction(0), Fraction(quota) - mix.value)
    return None


def _proposed(
    cells: Sequence[Buy], weights: Sequence[Exact], minutes: Fraction, quota: Fraction | None
) -> Mix | None:
    from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: PLC0415

    row, scale = _whole([cell.minutes for cell in cells])
    limits = [LinearConstraint(row, ub=floor(minutes * scale))]
    if quota is not None:
        row, scale = _whole([cell.value for cell in cells])
        limits.append(LinearConstraint(row, lb=ceil(quota * scale)))
    found = milp(
        [float(weight) for weight in weights],
        constraints=limits,
        bounds=Bounds([cell.least for cell in cells], [cell.most for cell in cells]),
        integrality=np.ones(len(cells)),
        options={"mip_rel_gap": 0},
    )
    return None if found.x is None else mix_of(cells, [round(number) for number in found.x])


def _keeps(cells: Sequence[Buy], mix: Mix, minutes: Exact, quota: Exact | None) -> bool:
    return (
        mix.minutes <= minutes
        and (quota is None or mix.value >= quota)
        and all(cell.least <= n <= cell.most for cell, n in zip(cells, mix.leads, strict=True))
    )


def _whole(numbers: Sequence[Exact]) -> tuple[NDArray[np.float64], int]:
    """Return a row in whole numbers, and what it was multiplied by.

    A whole mix that breaks a limit then does so by 1 at least, far above the solver's tolerance.
    Where the numbers would become too large they stay as they are.
    """
    exact = [Fraction(number) for number in numbers]
    scale = lcm(*(number.denominator for number in exact))
    if any(number * scale > _MOST_EXACT for number in exact):
        scale = 1
    return np.array([float(number * scale) for number in exact]), scale


def _prices(cells: Sequence[Buy], quota: Exact, minutes: Exact) -> Prices:
    from scipy.optimize import linprog  # noqa: PLC0415

    found = linprog(
        [float(cell.cost) for cell in cells],
        A_ub=[[-float(cell.value) for cell in cells], [float(cell.minutes) for cell in cells]],
        b_ub=[-float(quota), float(minutes)],
        bounds=[(cell.least, cell.most) for cell in cells],
        method="highs",
    )
    # Marginals are d cost / d bound: <= 0 for each of these; the quota's row is turned round.
    quota_price, minute_price = (abs(float(price)) for price in found.ineqlin.marginals)
    return Prices(
        quota_price,
        minute_price,
        tuple(abs(float(price)) for price in found.upper.marginals),
        tuple(float(number) for number in found.x),
    )
