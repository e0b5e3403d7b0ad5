from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smarketing.domain.good_months import month_spread
from smarketing.domain.lag import NEVER, Development, developed
from smarketing.domain.ultimate import Cohort, Corrected, corrected, shared_doubt

if TYPE_CHECKING:
    from smarketing.domain.lag import Days


def history(days: int, a_day: int, rate: float, lag: float, seed: int = 1) -> tuple[Days, Days]:
    random = np.random.default_rng(seed)
    lead_days = np.repeat(np.arange(days), a_day)
    won = random.random(lead_days.size) < rate
    after = random.exponential(lag, lead_days.size).astype(np.int64)
    return lead_days, np.where(won, lead_days + after, NEVER)


def months(lead_days: Days, win_days: Days, length: int = 30) -> list[Cohort]:
    return [
        Cohort(str(month), lead_days[here], win_days[here])
        for month in range(int(lead_days.max()) // length + 1)
        for here in [lead_days // length == month]
    ]


def development(lead_days: Days, win_days: Days, record_from: int, as_of: int) -> Development:
    found = developed(lead_days, win_days, record_from, as_of)
    assert isinstance(found, Development)
    return found


def test_young_cohorts_are_corrected_upwards_to_what_comes() -> None:
    lead_days, win_days = history(days=360, a_day=20, rate=0.1, lag=40)
    curve = development(lead_days, win_days, 0, 360)
    cohorts = months(lead_days, win_days)
    found = corrected(curve, cohorts)
    ends = [float((cohort.win_days != NEVER).mean()) for cohort in cohorts]
    assert found[-1].naive < 0.05
    assert found[-1].corrected == pytest.approx(0.1, abs=0.025)
    assert sum(one.low <= end <= (one.high or 1) for one, end in zip(found, ends, strict=True)) >= 9
    naive = sum(abs(one.naive - end) for one, end in zip(found, ends, strict=True))
    assert sum(abs(one.corrected - end) for one, end in zip(found, ends, strict=True)) < naive / 2


def test_months_and_a_young_curve_are_doubts_that_all_cells_share() -> None:
    lead_days, win_days = history(days=360, a_day=20, rate=0.1, lag=40)
    curve = development(lead_days, win_days, 0, 360)
    alike = month_spread(curve, lead_days, win_days)
    assert 0 < alike < shared_doubt(curve, lead_days, win_days) < 0.1
    young = shared_doubt(curve, lead_days[-400:], win_days[-400:])
    assert young > shared_doubt(curve, lead_days, win_days)
    wild = np.where((lead_days // 30) % 2 == 0, win_days, NEVER)
    assert shared_doubt(development(lead_days, wild, 0, 360), lead_days, wild) > 0.5


def test_a_win_at_an_age_that_the_curve_does_not_cover_tells_no_rate() -> None:
    """300 leads of late, 3 in 10 won at once; 12 old ones, of which 5 were won after 150 days."""
    lead_days = np.array([0] * 12 + [200] * 300, dtype=np.int64)
    win_days = np.array([150] * 5 + [NEVER] * 7 + [201] * 90 + [NEVER] * 210, dtype=np.int64)
    curve = development(lead_days, win_days, 0, 300)
    old = Cohort("old", lead_days[:12], win_days[:12])
    young = Cohort("young", lead_days[12:], win_days[12:])
    new = Cohort("new", np.full(9, 299), np.full(9, NEVER))
    assert curve.covers < 150
    assert curve.wins_of(old.lead_days, old.win_days) == 0
    found = {one.name: one for one in corrected(curve, [old, young])}
    assert found["old"].wins == 5
    assert found["old"].corrected == found["old"].naive
    assert found["young"].corrected == pytest.approx(0.3)
    beside = corrected(curve, [old, young, new])[2]
    assert beside.corrected <= corrected(curve, [young, new])[1].corrected


def test_where_all_is_mature_the_corrected_rate_is_the_naive_one() -> None:
    lead_days, win_days = history(days=30, a_day=20, rate=0.2, lag=5)
    curve = development(lead_days, win_days, 0, 600)
    (found,) = corrected(curve, [Cohort("all", lead_days, win_days)])
    assert found.exposure == pytest.approx(found.leads)
    assert found.corrected == pytest.approx(found.naive)
    assert found.low == pytest.approx(found.naive)


def test_a_short_record_says_at_least() -> None:
    lead_days, win_days = history(days=60, a_day=40, rate=0.2, lag=200)
    curve = development(lead_days, win_days, 0, 60)
    (found,) = corrected(curve, [Cohort("all", lead_days, win_days)])
    assert found.at_least
    assert found.naive <= found.low <= found.corrected


def test_a_cohort_from_before_the_record_is_no_measure_for_its_peers() -> None:
    lead_days, win_days = history(days=300, a_day=10, rate=0.1, lag=20)
    curve = development(lead_days, win_days, 120, 300)
    cohorts = months(lead_days, win_days)
    found = corrected(curve, cohorts)
    assert [one.is_fitted for one in found] == [False] * 4 + [True] * 6
    assert corrected(curve, cohorts[4:]) == found[4:]
    assert found[0].exposure < found[3].exposure < found[4].exposure
    assert found[4].exposure == pytest.approx(300)


def test_a_cohort_without_time_says_what_its_peers_say() -> None:
    lead_days, win_days = history(days=300, a_day=20, rate=0.1, lag=30)
    curve = development(lead_days, win_days, 0, 300)
    fresh = Cohort("fresh", np.full(5, 299), np.full(5, NEVER))
    *_, last = corrected(curve, [*months(lead_days, win_days), fresh])
    assert last.naive == 0
    assert last.corrected == pytest.approx(0.1, abs=0.02)
    (alone,) = corrected(curve, [fresh])
    assert alone.corrected == pytest.approx(curve.rate, abs=0.02)


def test_cohorts_without_a_lead_are_left_out() -> None:
    lead_days, win_days = history(days=300, a_day=20, rate=0.1, lag=30)
    curve = development(lead_days, win_days, 0, 300)
    later = Cohort("later", np.array([300]), np.array([NEVER]))
    assert corrected(curve, [later]) == ()


def test_months_that_are_better_or_worse_for_everyone_widen_the_interval() -> None:
    lead_days, win_days = history(days=336, a_day=20, rate=0.1, lag=40)
    curve = development(lead_days, win_days, 0, 336)
    calm, wild = (
        corrected(replace(curve, month_spread=spread), months(lead_days, win_days, 28))[-1]
        for spread in (0.0, 0.5)
    )
    assert wild.corrected == calm.corrected
    assert calm.high is not None
    assert wild.high is not None
    assert wild.high - wild.low > 1.3 * (calm.high - calm.low)


@pytest.mark.parametrize(("age", "is_open"), [(10, False), (70, True)])
def test_wins_in_the_later_half_of_the_record_let_more_come_after_it(
    age: int,
    is_open: bool,  # noqa: FBT001  (a case)
) -> None:
    lead_days = np.zeros(100, dtype=np.int64)
    win_days = np.where(np.arange(100) < 20, np.where(np.arange(100) < 10, 5, age), NEVER)
    curve = development(lead_days, win_days, 0, 100)
    assert not curve.is_short
    (found,) = corrected(curve, [Cohort("all", lead_days, win_days)])
    assert found.corrected == pytest.approx(0.2)
    assert found.high is not None
    assert (found.high > 0.22) is is_open


@settings(max_examples=20)
@given(
    st.integers(0, 2**16),
    st.floats(0.03, 0.9),
    st.integers(1, 60),
    st.integers(30, 200),
    st.randoms(use_true_random=False),
)
def test_every_cohort_has_numbers_in_any_order(
    seed: int, rate: float, lag: int, as_of: int, random: object
) -> None:
    lead_days, win_days = history(200, 4, rate, lag, seed)
    found = developed(lead_days, win_days, 20, as_of)
    cohorts = [*months(lead_days, win_days), Cohort("one", np.array([0]), np.array([NEVER]))]
    if not isinstance(found, Development):
        return
    rates = {one.name: one for one in corrected(found, cohorts)}
    random.shuffle(cohorts)  # type: ignore[attr-defined]
    for one in corrected(found, cohorts):
        assert_like(one, rates[one.name])
        assert 0 <= one.naive <= one.corrected + 1e-12 <= 1 + 1e-9
        assert one.naive - 1e-12 <= one.low <= one.corrected
        assert one.high is None or one.corrected <= one.high <= 1
        assert one.wins <= one.exposure <= one.leads


def assert_like(one: Corrected, other: Corrected) -> None:
    assert (one.leads, one.wins, one.exposure) == (other.leads, other.wins, other.exposure)
    assert one.corrected == pytest.approx(other.corrected, abs=1e-4)
    assert one.low == pytest.approx(other.low, abs=2 / one.leads)
