from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smarketing.domain.agreement import Goal, GoalCell
from smarketing.domain.errors import ImpossibleGoalError
from smarketing.domain.goals import exact_leads, lead_value, targets_of, value_target
from smarketing.domain.plan import (
    goal_month,
    lag_in_months,
    revenue_month,
    split_month,
    whole_parts,
)
from smarketing.domain.targets import target_of

MARCH = date(2026, 3, 1)
EVEN = {
    day: Fraction(1)
    for day in (MARCH + timedelta(days=n) for n in range(31))
    if day.weekday() < 5
}  # fmt: skip


@pytest.mark.parametrize(
    ("days", "months"),
    [(0, 0), (15, 0), (15.21875, 1), (16, 1), (45, 1), (46, 2), (91, 3), (400, 13)],
)
def test_a_lag_is_rounded_to_the_nearest_month_and_a_half_upwards(days: float, months: int) -> None:
    assert lag_in_months(timedelta(days=days)) == months


def test_the_goal_month_is_the_revenue_month_less_the_lag() -> None:
    assert goal_month(date(2026, 2, 17), timedelta(days=92)) == date(2025, 11, 1)
    assert goal_month(date(2026, 2, 17), timedelta(days=3)) == date(2026, 2, 1)
    assert revenue_month(date(2025, 11, 30), timedelta(days=92)) == date(2026, 2, 1)


def test_a_customer_before_its_lead_is_refused() -> None:
    with pytest.raises(ImpossibleGoalError, match="before its lead"):
        goal_month(MARCH, timedelta(days=-1))


@given(
    st.integers(0, 10_000),
    st.lists(st.fractions(0, 10, max_denominator=50), min_size=1, max_size=40),
)
def test_parts_sum_to_the_whole_and_lie_within_one_of_their_share(
    total: int, weights: list[Fraction]
) -> None:
    parts = whole_parts(total, weights)
    assert sum(parts) == total
    if whole := sum(weights):
        assert all(
            abs(part - total * weight / whole) < 1
            for part, weight in zip(parts, weights, strict=True)
        )


def test_the_largest_remainders_are_rounded_up() -> None:
    assert whole_parts(10, [Fraction(1), Fraction(1), Fraction(1)]) == (4, 3, 3)
    assert whole_parts(10, [Fraction(15), Fraction(16), Fraction(69)]) == (1, 2, 7)
    assert whole_parts(5, [Fraction(0), Fraction(0)]) == (3, 2)


def test_a_month_is_split_into_weeks_and_days_that_sum_up() -> None:
    weeks = split_month(140, date(2026, 3, 20), EVEN)
    assert [part.week.name for part in weeks] == [f"2026-W{n}" for n in range(10, 15)]
    assert sum(part.target for part in weeks) == 140
    for part in weeks:
        assert sum(day.target for day in part.days) == part.target
    assert [day.day for part in weeks for day in part.days] == sorted(EVEN)
    assert [part.target for part in weeks] == [32, 32, 32, 32, 12]
    assert [day.target for day in weeks[0].days] == [7, 7, 6, 6, 6]


def test_a_week_is_less_than_a_lead_away_from_what_progress_asks_for() -> None:
    for part in split_month(137, MARCH, EVEN):
        exact = target_of(137, MARCH, part.week.starts, part.week.ends, sorted(EVEN))
        assert abs(part.target - exact) < 1


def test_a_heavier_weekday_is_asked_for_more() -> None:
    heavy = {day: Fraction(3 if day.weekday() == 0 else 1) for day in EVEN}
    monday, *others = split_month(300, MARCH, heavy)[1].days
    assert all(2.5 * other.target < monday.target for other in others)


def test_a_month_without_working_days_is_spread_over_all_its_days() -> None:
    weeks = split_month(31, MARCH, {})
    assert [day.target for part in weeks for day in part.days] == [1] * 31
    assert weeks[0].target == 1  # the first of March is a Sunday


def test_a_target_in_value_is_the_cells_part_of_the_revenue() -> None:
    rate, deal = Fraction(7, 200), Decimal(7200)
    leads = exact_leads(Fraction(100_000, 7200), rate)
    assert value_target(leads, rate, deal) == 100_000
    assert value_target(400, rate, deal) == 400 * lead_value(rate, deal)
    assert value_target(1, Fraction(1, 3), 100) == Decimal("33.3334")


def one_cell() -> Goal:
    cell = GoalCell("enterprise", "manager", Fraction(1), Decimal(25_000), Fraction(1, 4))
    return Goal(Decimal(100_000), Fraction(1), (cell,))


def test_what_sales_brings_itself_is_taken_off_its_cell() -> None:
    (target,) = targets_of(one_cell(), {}, {("enterprise", "manager"): 2})
    assert (target.exact_leads, target.own_leads, target.leads) == (16, 2, 14)  # A12
    assert targets_of(one_cell(), {}, {("smb", "manager"): 2})[0].leads == 16


def test_sales_cannot_bring_less_than_nothing() -> None:
    with pytest.raises(ImpossibleGoalError, match="enter 0"):
        targets_of(one_cell(), {}, {("enterprise", "manager"): -2})
