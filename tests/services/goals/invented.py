"""Companies whose truth is known: arrays of leads and wins, as `of_columns` would make them."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from smarketing.domain.lag import NEVER
from smarketing.domain.targets import months, next_month
from smarketing.services.agreements.file import parse_agreement
from smarketing.services.goals.backtest.calibration import calibration_of
from smarketing.services.goals.backtest.replay import backtest_of
from smarketing.services.goals.backtest.shown import Replayed
from smarketing.services.goals.history import CellHistory, GoalHistory
from smarketing.services.goals.worked import days_worked
from tests.builders import AGREEMENT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

FIRST = date(2024, 1, 1)
CELLS = (("enterprise", "decision_maker"), ("small", "decision_maker"))
RATES = (0.12, 0.06)


def office_days(month: date) -> tuple[date, ...]:
    """Mondays to Fridays."""
    after = next_month(month)
    days = (month + timedelta(days=n) for n in range((after - month).days))
    return tuple(day for day in days if day.weekday() < 5)


def company(
    seed: int,
    until: date,
    *,
    a_day: float = 8.0,
    spread: float = 0.0,
    factors: Sequence[float] = (),
    lag: float = 25.0,
    starts: date = FIRST,
    wander: float = 0.0,
) -> GoalHistory:
    """A company of two cells; Poisson leads on working days, exponential lags.

    `spread` is how far months differ for everyone; `factors` say it month by month instead.
    `wander` is how far the level of leads moves in a week, as a standard deviation of 1.
    """
    random, moves = np.random.default_rng(seed), np.random.default_rng([seed, 1])
    level = 1.0
    lead_days, better = [], []
    for place, month in enumerate(months(starts, until)):
        chance = random.gamma(spread**-2, spread**2) if spread else 1.0
        factor = factors[place % len(factors)] if factors else chance
        for day in office_days(month):
            level *= 1.0 if day.weekday() else float(np.exp(wander * moves.standard_normal()))
            came = int(random.poisson(a_day * level))
            lead_days += [day.toordinal()] * came
            better += [factor] * came
    days = np.array(lead_days, dtype=np.int64)
    cell = random.integers(0, len(CELLS), days.size)
    won = random.random(days.size) < np.array(RATES)[cell] * np.array(better)
    wins = days + random.exponential(lag, days.size).astype(np.int64)
    wins[~won | (wins >= until.toordinal())] = NEVER
    known = days < until.toordinal()
    return history_of(days[known], wins[known], cell[known], until, starts)


def history_of(
    days: NDArray[np.int64],
    wins: NDArray[np.int64],
    cell: NDArray[np.int64],
    until: date,
    record_from: date = FIRST,
) -> GoalHistory:
    nothing = np.empty(0, dtype=np.int64)
    return GoalHistory(
        cells={
            name: CellHistory(days[cell == place], wins[cell == place], nothing)
            for place, name in enumerate(CELLS)
            if (cell == place).any()
        },
        record_from=record_from.toordinal(),
        ends=until.toordinal(),
        problems=(),
    )


def replayed_of(history: GoalHistory) -> Replayed:
    """The backtest under the agreement of the other tests."""
    agreement = parse_agreement(AGREEMENT)
    found = backtest_of(history, partial(days_worked, agreement))
    return Replayed(agreement, {agreement.name: agreement}, history, found, calibration_of(found))
