from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest

from smarketing.domain.good_months import month_spread
from smarketing.domain.lag import NEVER, Development, developed
from smarketing.domain.targets import months, next_month

if TYPE_CHECKING:
    from smarketing.domain.lag import Days

FIRST, UNTIL = date(2024, 1, 1), date(2025, 7, 1)


def company(seed: int, *, apart: float, lag: float = 40.0, a_day: int = 20) -> tuple[Days, Days]:
    """Eighteen months of leads of which 10 % are won; by month more or fewer."""
    random = np.random.default_rng(seed)
    every, better = [], []
    for month in months(FIRST, UNTIL):
        days = (next_month(month) - month).days
        every += [(month + timedelta(days=n)).toordinal() for n in range(days)]
        better += [random.gamma(apart**-2, apart**2) if apart else 1.0] * days
    lead_days = np.repeat(np.array(every, dtype=np.int64), a_day)
    won = random.random(lead_days.size) < 0.1 * np.repeat(better, a_day)
    wins = lead_days + random.exponential(lag, lead_days.size).astype(np.int64)
    wins[~won | (wins >= UNTIL.toordinal())] = NEVER
    return lead_days, wins


def curve_of(leads: tuple[Days, Days]) -> Development:
    found = developed(*leads, FIRST.toordinal(), UNTIL.toordinal())
    assert isinstance(found, Development)
    return found


@pytest.mark.parametrize("lag", [5.0, 40.0, 80.0])
@pytest.mark.parametrize("apart", [0.15, 0.3])
def test_months_that_differ_are_seen_however_long_wins_take(apart: float, lag: float) -> None:
    told = []
    for seed in range(30):
        leads = company(seed, apart=apart, lag=lag)
        told.append(month_spread(curve_of(leads), *leads))
    assert np.sqrt(np.mean(np.square(told))) == pytest.approx(apart, rel=0.25)


def test_by_the_day_of_the_win_good_months_are_smeared_over_the_time_that_wins_take() -> None:
    made = [company(seed, apart=0.2, lag=60.0) for seed in range(20)]
    by_win = [curve_of(leads).month_spread for leads in made]
    by_lead = [month_spread(curve_of(leads), *leads) for leads in made]
    assert np.mean(by_win) < 0.12
    assert 0.16 < np.mean(by_lead) < 0.25


def test_months_that_differ_by_chance_alone_are_doubted_a_little() -> None:
    told = []
    for seed in range(30):
        leads = company(seed, apart=0.0)
        told.append(month_spread(curve_of(leads), *leads))
    assert 0 < np.mean(told) < 0.08


def test_with_hardly_a_win_the_usual_is_taken() -> None:
    lead_days = np.repeat(np.arange(FIRST.toordinal(), FIRST.toordinal() + 200), 2)
    win_days = np.where(np.arange(400) % 80 == 0, lead_days + 3, NEVER)
    curve = developed(lead_days, win_days, FIRST.toordinal(), FIRST.toordinal() + 200)
    assert isinstance(curve, Development)
    assert month_spread(curve, lead_days, win_days) == pytest.approx(0.2, abs=0.05)
