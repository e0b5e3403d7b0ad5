"""Backtests, kept as long as their history: a page does not replay years each time."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from smarketing.services.goals.backtest.replay import backtest_of

if TYPE_CHECKING:
    from smarketing.services.goals.backtest.replay import Backtest, WorkingDays
    from smarketing.services.goals.history import GoalHistory


class KeptBacktests:
    """The backtests of histories that somebody still holds, as `goals.kept` does."""

    def __init__(self) -> None:
        self._kept: WeakKeyDictionary[GoalHistory, Backtest] = WeakKeyDictionary()

    def of(self, history: GoalHistory, working_days: WorkingDays) -> Backtest:
        """Return the backtest of a history; see `replay.backtest_of`.

        Args:
            history: Of one version: the calendar is always that of its promise.
            working_days: By that calendar.
        """
        found = self._kept.get(history)
        if found is None:
            found = self._kept[history] = backtest_of(history, working_days)
        return found
