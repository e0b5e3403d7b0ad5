from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smarketing.domain.lag import NEVER, Development, Finding, Missing, developed, recorded_from

if TYPE_CHECKING:
    from smarketing.domain.lag import Days

leads = st.lists(
    st.tuples(st.integers(0, 200), st.one_of(st.just(NEVER), st.integers(0, 400))), max_size=60
)


def days(*numbers: int) -> Days:
    return np.array(numbers, dtype=np.int64)


def developed_of(
    lead_days: Days, win_days: Days, record_from: int = 0, as_of: int = 1_000
) -> Development:
    found = developed(lead_days, win_days, record_from, as_of)
    assert isinstance(found, Development)
    return found


def test_wins_are_divided_by_the_leads_that_had_that_age() -> None:
    lead_days = days(*[0] * 10, *[8] * 10)
    win_days = days(*[0] * 3, *[9] * 2, *[NEVER] * 5, *[8] * 3, *[NEVER] * 7)
    found = developed_of(lead_days, win_days, as_of=10)
    assert found.leads.tolist() == [20] * 2 + [10] * 8
    assert found.wins.tolist() == [6] + [0] * 8 + [2]
    assert found.rate == pytest.approx(6 / 20 + 2 / 10)
    assert found.share(0) == pytest.approx(0.6)
    assert found.exposure(days(8)) == pytest.approx(0.6)


def test_a_lead_from_before_the_record_tells_of_its_late_ages_only() -> None:
    lead_days = days(*[0] * 20, *[10] * 20)
    win_days = days(*[NEVER] * 16, *[14] * 4, *[10] * 8, *[NEVER] * 12)
    found = developed_of(lead_days, win_days, record_from=10, as_of=20)
    assert found.leads.tolist() == [20] * 20
    assert found.rate == pytest.approx(8 / 20 + 4 / 20)
    assert found.exposure(days(0)) == pytest.approx(1 / 3)
    assert found.exposure(days(0, 10)) == pytest.approx(1)


def test_wins_before_the_record_and_after_it_are_not_seen() -> None:
    lead_days = days(*[0] * 20)
    win_days = days(*[2] * 5, *[6] * 5, *[12] * 5, *[NEVER] * 5)
    found = developed(lead_days, win_days, 5, 10)
    assert isinstance(found, Finding)
    assert found.missing is Missing.COVER
    fresh = developed_of(days(*lead_days, *[5] * 10), days(*win_days, *[NEVER] * 10), 5, 10)
    assert fresh.wins.sum() == 5


def test_lost_leads_stay_among_those_that_could_win() -> None:
    """E6: censoring them at the day they were lost would give 39 % where 30 % is true."""
    win_days = days(*[5] * 30, *[NEVER] * 70)
    assert developed_of(days(*[0] * 100), win_days, as_of=60).rate == pytest.approx(0.3)


def test_a_win_noted_before_its_lead_counts_on_the_day_of_the_lead() -> None:
    found = developed_of(days(*[5] * 10), days(*[2] * 6, *[NEVER] * 4), as_of=20)
    assert found.wins[0] == 6
    assert found.share(-1) == 0
    assert found.share(0) == found.share(500) == 1


def test_the_day_of_the_forecast_is_not_known_yet() -> None:
    lead_days = days(*[0] * 10, *[5] * 10)
    win_days = days(*[9] * 6, *[NEVER] * 4, *[10] * 6, *[NEVER] * 4)
    assert developed_of(lead_days, win_days, as_of=10).wins.sum() == 6
    assert developed_of(lead_days, win_days, as_of=11).wins.sum() == 12


def test_ages_that_few_leads_have_are_left_out() -> None:
    found = developed_of(
        days(*[0] * 9, *[100] * 200), days(*[NEVER] * 9, *[101] * 20, *[NEVER] * 180), as_of=150
    )
    assert found.covers == 50
    late = developed_of(
        days(*[0] * 9, *[100] * 200), days(*[120] * 9, *[101] * 20, *[NEVER] * 180), as_of=150
    )
    assert (late.wins.sum(), late.month_spread) == (20, found.month_spread)


def test_a_record_is_short_until_it_covers_three_median_lags() -> None:
    wins = [10] * 8 + [NEVER] * 12
    assert developed_of(days(*[0] * 20), days(*wins), as_of=29).is_short
    assert not developed_of(days(*[0] * 20), days(*wins), as_of=30).is_short
    assert developed_of(days(*[0] * 20), days(*wins), as_of=30).median_lag == 10


def test_months_that_differ_by_chance_have_no_spread_and_good_and_bad_ones_have() -> None:
    every_day = np.repeat(np.arange(112), 20)
    steady = np.where(np.arange(every_day.size) % 20 < 2, every_day, NEVER)
    rising = np.where(np.arange(every_day.size) % 20 < 1 + every_day // 28 * 4, every_day, NEVER)
    assert developed_of(every_day, steady, as_of=112).month_spread == 0
    found = developed_of(every_day, rising, as_of=112)
    assert found.months == 4
    assert found.month_spread == pytest.approx(np.std([28, 140, 252, 364], ddof=1) / 196, abs=0.02)


@pytest.mark.parametrize(
    ("lead_days", "win_days", "missing", "says"),
    [
        (days(), days(), Missing.LEADS, "There is no lead yet"),
        (days(2_000), days(NEVER), Missing.LEADS, "There is no lead yet"),
        (
            days(1),
            days(2),
            Missing.COVER,
            "Leads whose wins are known from their first day on: 1; it takes 10",
        ),
        (
            days(*[1] * 50),
            days(*[NEVER] * 50),
            Missing.WINS,
            "Wins seen: 0 of 50 leads; it takes 5",
        ),
    ],
)
def test_what_a_record_lacks_is_said(
    lead_days: Days, win_days: Days, missing: Missing, says: str
) -> None:
    found = developed(lead_days, win_days, 0, 1_000)
    assert isinstance(found, Finding)
    assert found.missing is missing
    assert found.says.startswith(says)


@settings(max_examples=60)
@given(leads, st.integers(0, 150), st.integers(1, 250))
def test_every_win_seen_in_time_is_expected_once(
    some: list[tuple[int, int]], record_from: int, span: int
) -> None:
    """Wins per lead times leads, over all ages, are the wins; nothing is NaN; order is nothing."""
    lead_days, win_days = days(*(one for one, _ in some)), days(*(won for _, won in some))
    found = developed(lead_days, win_days, record_from, record_from + span)
    again = developed(lead_days[::-1], win_days[::-1], record_from, record_from + span)
    if isinstance(found, Finding):
        assert found == again
        return
    assert isinstance(again, Development)
    assert np.array_equal(found.rates, again.rates)
    assert found.month_spread == again.month_spread
    assert found.exposure(lead_days) * found.rate == pytest.approx(found.wins.sum())
    assert np.isfinite(found.shares).all()
    assert (np.diff(found.shares) >= 0).all()
    assert found.shares[-1] == 1
    assert found.month_spread >= 0


@pytest.mark.parametrize(
    ("days", "begins", "strays"),
    [
        ([], None, 0),
        ([500], 500, 0),
        ([100, 500, 510], 100, 0),
        ([100, *range(500, 560)], 500, 1),
        ([100, 120, *range(500, 560)], 500, 2),
        ([100, *range(180, 240)], 100, 0),
        ([*range(100, 110), *range(500, 560)], 100, 0),
    ],
    ids=["none", "one", "too few to tell", "a stray", "two strays", "near enough", "too many"],
)
def test_deals_are_recorded_from_the_first_that_is_no_stray(
    days: list[int], begins: int | None, strays: int
):
    assert recorded_from(np.array(days[::-1], dtype=np.int64)) == (begins, strays)
