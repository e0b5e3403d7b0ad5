"""What was known on an earlier day, and what is known now of the months since.

Known then is what had occurred before the first instant of that day: leads handed off, deals won.
A record that was told late counts from the day on which it occurred, for a history of columns does
not say when it was told; so a company whose CRM is filled in weeks later knew less than is taken
here. What a deal brought is left out: the backtest counts customers.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from smarketing.domain.lag import LONG_ENOUGH, NEVER, Development, Finding, developed
from smarketing.domain.targets import months
from smarketing.domain.ultimate import shared_doubt
from smarketing.services.goals.history import CellHistory
from smarketing.services.goals.rates import pooled_rates

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from smarketing.domain.lag import Days
    from smarketing.domain.pooling import Pooled
    from smarketing.services.conclusions.book import Cell
    from smarketing.services.goals.history import GoalHistory

_MOST: Final = 0.8
"""Share of its wins that a month must have had, by today's curve, before it is judged."""


@dataclass(frozen=True, eq=False)
class Known:
    """What a history comes to on one day.

    Attributes:
        history: Ends before that day.
        curve: How wins came with age.
        rates: What the future rate of every cell is expected to be.
        spread: How far all rates may be wrong together (`ultimate.shared_doubt`).
    """

    history: GoalHistory
    curve: Development
    rates: Mapping[Cell, Pooled]
    spread: float

    def is_over(self, month: date, after: date) -> bool:
        """Return whether a month's leads had time to close, as far as this history can tell.

        Three median lags must have gone since its end, and most of its wins must have come.

        Args:
            month: Its first day.
            after: The day after its last one.
        """
        gone = self.history.ends - after.toordinal()
        if self.curve.is_short or gone < LONG_ENOUGH * max(1, self.curve.median_lag):
            return False
        return self.share_of(month, after) >= _MOST

    def share_of(self, month: date, after: date) -> float:
        """Return the share of the wins of a month's leads that should have come, 0 to 1."""
        ends = self.history.ends
        ages = range(ends - after.toordinal(), ends - month.toordinal())
        return sum(self.curve.share(age) for age in ages) / len(ages)


@dataclass(frozen=True, eq=False)
class Cohorts:
    """The leads of a history by month, in all and by cell.

    Attributes:
        history: Of all cells.
        firsts: First day of each month with its end known or running, oldest first.
    """

    history: GoalHistory
    firsts: tuple[date, ...]

    @cached_property
    def all(self) -> CellHistory:
        """Return all leads as one cell."""
        return self.history.together

    def of(self, mine: CellHistory, starts: date, ends: date) -> CellHistory:
        """Return the leads of the days `[starts, ends)`."""
        here = (mine.lead_days >= starts.toordinal()) & (mine.lead_days < ends.toordinal())
        return CellHistory(mine.lead_days[here], mine.win_days[here], mine.brought[:0])


def cohorts_of(history: GoalHistory) -> Cohorts:
    """Return the months of a history, from its first lead to the day before it ends."""
    days = history.together.lead_days
    if not days.size:
        return Cohorts(history, ())
    span = date.fromordinal(int(days.min())), date.fromordinal(history.ends)
    return Cohorts(history, tuple(months(*span)))


def cut(history: GoalHistory, ends: date) -> GoalHistory:
    """Return the history as it stood at the beginning of a day."""
    day = ends.toordinal()
    cells = {cell: _cut(mine, day) for cell, mine in history.cells.items()}
    return replace(
        history,
        cells={cell: mine for cell, mine in cells.items() if mine.leads},
        record_from=min(history.record_from, day),
        ends=day,
        problems=(),
    )


def known_of(history: GoalHistory, cells: Sequence[Cell]) -> Known | Finding:
    """Return what a history comes to, or why it comes to nothing.

    Args:
        history: As it was known.
        cells: Whose rates are asked for; they may have no lead yet.
    """
    together = history.together
    curve = developed(together.lead_days, together.win_days, history.record_from, history.ends)
    if isinstance(curve, Finding):
        return curve
    return Known(
        history=history,
        curve=curve,
        rates=pooled_rates(cells, history, curve),
        spread=shared_doubt(curve, together.lead_days, together.win_days),
    )


def _cut(mine: CellHistory, day: int) -> CellHistory:
    known = mine.lead_days < day
    wins: Days = np.where(mine.win_days[known] < day, mine.win_days[known], NEVER)
    return CellHistory(mine.lead_days[known], wins, mine.brought[:0])
