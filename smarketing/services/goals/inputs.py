"""What a cell of a plan is computed with: each number from what was typed in, agreed, or history.

The first of the three that has the number wins. What was agreed is taken as known; what history
says is doubted as far as history leaves it open.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from fractions import Fraction
from math import log
from typing import TYPE_CHECKING, Final

import numpy as np

from smarketing.domain.deal_draws import AgreedDeals, LognormalDeals, OwnDeals
from smarketing.domain.errors import ImpossibleGoalError
from smarketing.domain.goals import Given, GoalInputs, Origin

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from decimal import Decimal

    from numpy.typing import NDArray

    from smarketing.domain.agreement import GoalCell
    from smarketing.domain.deal_draws import DealSizes
    from smarketing.domain.deals import DealSize
    from smarketing.services.conclusions.book import Cell
    from smarketing.services.goals.history import GoalHistory
    from smarketing.services.goals.rates import CellLag, CellRate, Statistics

OWN_DEALS: Final = 10
"""From so many on a cell's own deals are drawn again in a simulation."""
FEW_DEALS: Final = 3
"""With fewer a cell does not show how its deals vary: they are taken to vary as all do."""
_FITS: Final = 2
"""How far the average of a curve may lie above that of the deals it was laid through."""
_HARDLY_ANY: Final = 1e-3
_FINE: Final = 1_000_000
_KNOWN: Final = 1e9
"""Leads that a rate counts for which is taken as known."""
_MONEY: Final = 10_000


@dataclass(frozen=True)
class TypedCell:
    """What somebody tries for a cell; None: as it is."""

    average_deal: Decimal | None = None
    close_rate: Fraction | None = None


@dataclass(frozen=True)
class DealInput:
    """What a customer of a cell brings.

    Attributes:
        given: What the textbook divides by.
        history: What the cell's own deals say, whether it is used or not; None: there are none.
        draws: What a deal may bring in a simulation.
    """

    given: Given
    history: DealSize | None
    draws: DealSizes


@dataclass(frozen=True)
class RateInput:
    """How many leads of a cell become customers.

    Attributes:
        given: What the textbook divides by; None: it has no number, for nobody was won so far.
        history: What the cell's history says, whether it is used or not; None: there is none.
        a: Of the Beta that its future rate is taken to follow; b: the other one.
        as_of: The last day of history.
    """

    given: Given | None
    history: CellRate | None
    a: float
    b: float
    as_of: date

    @property
    def mean(self) -> Fraction:
        """Return the rate that leads are planned with: what was agreed, exactly, or corrected."""
        if self.is_known and self.given is not None:
            return self.given.value
        return Fraction(self.a / (self.a + self.b)).limit_denominator(_FINE)

    @property
    def is_known(self) -> bool:
        """Return whether it was agreed or typed in, and so is not in doubt."""
        return self.given is not None and self.given.origin is not Origin.HISTORY


@dataclass(frozen=True)
class LagInput:
    """How long before its revenue a lead of a cell has to come.

    Attributes:
        origin: None: nobody knows, and the leads are asked for in the month of the revenue.
        history: What was read from history, whether it is used or not.
    """

    lag: timedelta
    origin: Origin | None
    history: CellLag | None


@dataclass(frozen=True)
class CellInputs:
    """All of them for one cell."""

    cell: GoalCell
    deal: DealInput
    rate: RateInput
    lag: LagInput

    @property
    def name(self) -> str:
        """Return what a message calls the cell."""
        return f"{self.cell.segment} / {self.cell.tier}"


@dataclass(frozen=True)
class Inputs:
    """Where the inputs of a goal's cells come from.

    Attributes:
        found: What history comes to.
        typed: What somebody tries.
        by_history: Use history instead of what was agreed wherever it has a number; an average of
            deals only where they are not few.
    """

    found: Statistics
    typed: Mapping[Cell, TypedCell] = field(default_factory=dict)
    by_history: bool = False

    def of(self, cell: GoalCell) -> CellInputs:
        """Return what a cell is computed with.

        Raises:
            ImpossibleGoalError: Nobody knows its average deal or its close rate.
        """
        return CellInputs(cell, self._deal(cell), self._rate(cell), self.lag_of(cell))

    def _deal(self, cell: GoalCell) -> DealInput:
        key, history = (cell.segment, cell.tier), self.found.history
        size, known = self.found.deals.get(key), inputs_of(history, key)
        said = self.typed.get(key, TypedCell()).average_deal
        is_told = self.by_history and size is not None and size.count >= FEW_DEALS
        given = _given(said, cell.average_deal, known.average_deal, by_history=is_told)
        if given is None:
            raise ImpossibleGoalError(
                f"nobody knows the average deal of {key[0]} / {key[1]}: the agreement leaves it "
                f"open, and {_unpriced(history, key)}; write average_deal into that cell of the "
                "goal"
            )
        return DealInput(given, size, _draws(given, history, key))

    def _rate(self, cell: GoalCell) -> RateInput:
        key, history = (cell.segment, cell.tier), self.found.history
        rate, known = self.found.rates.get(key), inputs_of(history, key)
        said, on = self.typed.get(key, TypedCell()).close_rate, history.last_day
        told = known.close_rate if rate is not None else None
        given = _given(said, cell.close_rate, told, by_history=self.by_history)
        if given is not None and given.origin is not Origin.HISTORY:
            value = float(given.value)
            none = max(_HARDLY_ANY, (1 - value) * _KNOWN)
            return RateInput(given, rate, value * _KNOWN, none, on)
        if rate is None:
            raise ImpossibleGoalError(
                f"nobody knows the close rate of {key[0]} / {key[1]}: the agreement leaves it "
                f"open, and {_unwon(history)}; write close_rate into that cell of the goal"
            )
        plain = given if rate.wins else None
        return RateInput(plain, rate, rate.pooled.alpha, rate.pooled.beta, on)

    def lag_of(self, cell: GoalCell) -> LagInput:
        """Return how long a win of a cell takes."""
        known = self.found.lags.get((cell.segment, cell.tier))
        if cell.lag is not None and not (self.by_history and known):
            return LagInput(cell.lag, Origin.AGREEMENT, known)
        if known is None:
            return LagInput(timedelta(0), None, None)
        return LagInput(timedelta(days=known.days), Origin.HISTORY, known)


def inputs_of(history: GoalHistory, cell: Cell) -> GoalInputs:
    """Return the plain numbers of a cell's past: customers / leads, and what a customer brought."""
    mine = history.cells.get(cell)
    if mine is None:
        return GoalInputs(average_deal=None, close_rate=None)
    deals, on = mine.brought.size, history.last_day
    total = int(mine.brought.sum())
    deal = Given(Fraction(total, deals * _MONEY), Origin.HISTORY, deals, on) if total else None
    rate = Given(Fraction(mine.customers, mine.leads), Origin.HISTORY, mine.leads, on)
    return GoalInputs(average_deal=deal, close_rate=rate)


def _given(
    typed: Fraction | Decimal | None,
    agreed: Fraction | Decimal | None,
    known: Given | None,
    *,
    by_history: bool,
) -> Given | None:
    if typed is not None:
        return Given(Fraction(typed), Origin.TYPED)
    if agreed is not None and not (by_history and known):
        return Given(Fraction(agreed), Origin.AGREEMENT)
    return known


def _draws(given: Given, history: GoalHistory, cell: Cell) -> DealSizes:
    """Return where the deals of a cell come from in a simulation."""
    mine = history.cells.get(cell)
    own = mine.brought / _MONEY if mine is not None else np.empty(0)
    if given.origin is not Origin.HISTORY or own.size < FEW_DEALS:
        return AgreedDeals(float(given.value), _like(own, history))
    if own.size >= OWN_DEALS or own.min() <= 0:
        return OwnDeals(own)
    logs = np.log(own)
    middle, spread = float(logs.mean()), float(logs.std(ddof=1))
    # One deal of 1 among some of 20,000, and the curve has deals that no customer can pay.
    if middle + spread**2 / 2 > log(_FITS * own.mean()):
        return OwnDeals(own)
    return LognormalDeals(middle, spread, logs.size)


def _like(own: NDArray[np.float64], history: GoalHistory) -> NDArray[np.float64]:
    """Return deals that show how those of a cell vary: its own, or of all cells where few."""
    if own.size >= FEW_DEALS and own.any():
        return own
    others = [
        one.brought / one.brought.mean() for one in history.cells.values() if one.brought.any()
    ]
    every = np.concatenate(others) if others else np.ones(1)
    return every if every.size >= FEW_DEALS else np.ones(1)


def _unpriced(history: GoalHistory, cell: Cell) -> str:
    """Return why a cell's deals have no average."""
    mine = history.cells.get(cell)
    if mine is None or not mine.customers:
        return _unwon(history) if not history.together.customers else "none of its leads was won"
    customers = f"its {mine.customers:,} customers" if mine.customers > 1 else "its one customer"
    return " ".join((f"{customers} brought no amount that is known.", *history.problems)).rstrip(
        "."
    )


def _unwon(history: GoalHistory) -> str:
    leads = history.together.leads
    if not leads:
        return "there is no history yet"
    return f"none of the {leads:,} leads known by {history.last_day} has been won so far"
