from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from smarketing.domain.cure import Cure
from smarketing.domain.lag import NEVER, Development, Finding
from smarketing.services.goals.history import CellHistory, GoalHistory, of_columns
from smarketing.services.goals.rates import statistics_of
from tests.services.goals.made import (
    CELL,
    SMALL,
    TWO,
    a_year,
    agreement,
    day_s,
    deals_of,
    found,
    leads_of,
    nothing,
)

TODAY = date(2026, 6, 1)


def test_a_cell_with_many_wins_has_a_lag_of_its_own_and_others_that_of_all():
    known = found(a_year(TODAY, leads=3_000))
    assert known.lags[CELL].is_own
    few = found(a_year(TODAY, leads=300))
    assert isinstance(few.curve, Development)
    assert {(lag.days, lag.is_own) for lag in few.lags.values()} == {(few.curve.median_lag, False)}


def test_the_lag_is_the_median_of_the_wins():
    lags = [lag.days for lag in found(a_year(TODAY, leads=20_000)).lags.values()]
    assert all(24 <= days <= 32 for days in lags)  # ln 2 x 40 days are 27.7


def test_the_second_opinion_agrees_where_both_see_enough():
    known = found(a_year(TODAY, leads=20_000))
    assert isinstance(known.cure, Cure)
    assert known.warnings == ()


def test_a_second_opinion_that_disagrees_is_a_warning():
    known = found(a_year(TODAY))
    assert isinstance(known.cure, Cure)
    far = replace(known, cure=replace(known.cure, rate=0.3, low=0.25, high=0.35))
    (warning,) = far.warnings
    assert warning.startswith("Counted in a second way, 30.0 % of all leads would be won")


def test_a_record_that_is_short_against_the_lag_tells_a_lower_bound():
    known = found(a_year(TODAY, lag=400.0))
    assert all(rate.high is None for rate in known.rates.values())
    assert any("the rates are a lower bound" in warning for warning in known.warnings)


def test_too_few_wins_leave_the_rates_as_they_are_and_say_so():
    leads = leads_of(*((CELL, day_s(date(2026, 3, 1 + n % 28))) for n in range(50)))
    won = [(n, "won", "EUR", 5_000, day_s(date(2026, 4, 9))) for n in range(3)]
    deals = deals_of(*won, (99, "lost", None, None, day_s(date(2026, 2, 2))))
    history = of_columns(leads, deals, agreement(TWO), TODAY.toordinal())
    known = statistics_of(history, [CELL])
    assert isinstance(known.curve, Finding)
    assert known.rates[CELL].pooled.raw == 3 / 50
    assert "Wins seen: 3 of 50 leads" in known.warnings[0]
    assert known.lags == {}


def test_a_cell_without_leads_is_what_its_tier_is():
    history = a_year(TODAY, cells=(CELL,))
    known = statistics_of(history, [CELL, SMALL])
    assert known.rates[SMALL].pooled.weight == 0
    assert known.rates[SMALL].naive is None
    assert abs(known.rates[SMALL].pooled.rate - known.rates[CELL].pooled.rate) < 0.01


def test_leads_that_were_lost_do_not_drop_out():
    leads = leads_of(*((CELL, day_s(date(2026, 1, 1 + n % 28))) for n in range(100)))
    won = [(n, "won", "EUR", 1, day_s(date(2026, 2, 20))) for n in range(20)]
    lost = [(n, "lost", None, None, day_s(date(2026, 2, 21))) for n in range(20, 100)]
    both = [
        statistics_of(of_columns(leads, deals_of(*deals), agreement(TWO), TODAY.toordinal()))
        for deals in (won, won + lost)
    ]
    assert both[0].rates[CELL].leads == both[1].rates[CELL].leads == 100
    assert both[0].rates[CELL].pooled.rate == both[1].rates[CELL].pooled.rate


def test_the_record_begins_with_the_first_deal_that_ended_also_a_lost_one():
    leads = leads_of((CELL, day_s(date(2026, 1, 5))))
    deals = deals_of((0, "lost", None, None, day_s(date(2026, 2, 3))))
    history = of_columns(leads, deals, agreement(TWO), TODAY.toordinal())
    assert history.recorded_on == date(2026, 2, 3)
    assert nothing(TODAY).recorded_on is None


def test_a_deal_that_was_entered_afterwards_does_not_make_all_later_leads_look_lost():
    day = TODAY.toordinal()
    random = np.random.default_rng(3)
    handed = day_s(TODAY) - random.integers(86_400, 300 * 86_400, 3_000)
    won = [
        (n, "won", "EUR", 900, int(at) + 20 * 86_400)
        for n, at in enumerate(handed)
        if n % 9 == 0 and at + 20 * 86_400 < day_s(TODAY)
    ]
    stray = (3_000, "lost", "EUR", 900, day_s(TODAY) - 800 * 86_400)
    leads = leads_of(*((CELL, int(at)) for at in handed))
    without, with_it = (
        of_columns(leads, deals_of(*deals), agreement(TWO), day) for deals in (won, [*won, stray])
    )
    assert with_it.record_from == without.record_from
    assert "1 deal ended long before all others" in " ".join(with_it.problems)
    assert statistics_of(with_it).rates[CELL].pooled.rate == (
        statistics_of(without).rates[CELL].pooled.rate
    )


def test_the_interval_of_a_rate_holds_what_all_rates_share():
    stats = found(a_year(TODAY))
    told = stats.rates[CELL]
    low, high = told.pooled.interval(0.8)
    assert stats.spread > 0
    assert told.low < low
    assert told.high > high


def test_a_win_at_an_age_beyond_the_curve_raises_no_rate():
    """Twelve old leads, won after 150 days of which the record covers 100: a fact, but no rate."""
    young = [(CELL, day_s(TODAY - timedelta(days=100))) for _ in range(300)]
    old = [(SMALL, day_s(TODAY - timedelta(days=300))) for _ in range(12)]
    wins = [(n, "won", "EUR", 1_000, day_s(TODAY - timedelta(days=99 - n % 5))) for n in range(90)]
    late = [(300 + n, "won", "EUR", 1_000, day_s(TODAY - timedelta(days=150))) for n in range(12)]
    closed = deals_of(*wins, *late, (999, "lost", None, None, day_s(TODAY - timedelta(days=301))))
    rates = found(
        of_columns(leads_of(*young, *old), closed, agreement(TWO), TODAY.toordinal())
    ).rates
    assert (rates[SMALL].wins, rates[SMALL].leads) == (12, 12)
    assert rates[SMALL].pooled.raw is None  # no lead of it had an age that is covered
    assert rates[SMALL].pooled.rate < rates[CELL].pooled.rate


def test_to_know_less_is_no_smaller_doubt():
    few = found(a_year(TODAY, leads=15))
    assert isinstance(few.curve, Finding)
    assert few.spread == 0.2


def test_leads_of_before_the_record_say_nothing_of_a_rate_while_enough_others_do():
    """One in ten of all buys, but of the older ones nobody late, which is all the record saw."""
    day = TODAY.toordinal()
    handed = np.arange(day - 600, day).repeat(5)
    of_record = handed >= day - 300
    won = (np.arange(handed.size) % 10 == 0) & of_record & (handed + 20 < day)
    mine = CellHistory(
        handed, np.where(won, handed + np.arange(handed.size) % 40, NEVER), np.ones(won.sum(), int)
    )
    known = statistics_of(GoalHistory({CELL: mine}, day - 300, day, ()), [CELL])
    assert known.rates[CELL].leads == 3_000
    assert known.rates[CELL].pooled.raw == pytest.approx(0.1, rel=0.05)
    few = GoalHistory({CELL: mine}, day - 15, day, ())
    assert statistics_of(few, [CELL]).rates[CELL].pooled.raw > 0
