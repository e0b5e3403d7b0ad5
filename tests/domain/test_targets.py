from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smarketing.domain.targets import months, share_of_month, target_of

FIRST, END = date(2025, 12, 1), date(2027, 2, 1)
ALL_DAYS = [FIRST + timedelta(days=n) for n in range((END - FIRST).days)]
WORKED = [day for day in ALL_DAYS if day.weekday() < 5]
DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))


def between(target: int, starts_on: date, ends_on: date, worked: list[date]) -> Fraction:
    parts = (target_of(target, on, starts_on, ends_on, worked) for on in months(starts_on, ends_on))
    return sum(parts, start=Fraction(0))


def test_a_whole_month_is_exactly_its_target() -> None:
    # 22 working days do not divide 100.
    assert target_of(100, date(2026, 4, 9), date(2026, 4, 1), date(2026, 5, 1), WORKED) == 100


def test_two_whole_months_are_twice_the_target() -> None:
    assert between(1350, date(2026, 11, 1), date(2027, 1, 1), WORKED) == 2700


def test_a_week_is_its_part_of_the_working_days() -> None:
    # April 2026 has 22 working days.
    week = target_of(100, date(2026, 4, 1), date(2026, 4, 6), date(2026, 4, 13), WORKED)
    assert week == Fraction(100 * 5, 22)


def test_a_weekend_has_no_target() -> None:
    assert between(100, date(2026, 4, 4), date(2026, 4, 6), WORKED) == 0


def test_a_holiday_moves_its_share_to_the_other_days() -> None:
    worked = [day for day in WORKED if day != date(2026, 4, 3)]
    assert share_of_month(date(2026, 4, 1), date(2026, 4, 1), date(2026, 4, 2), worked) == Fraction(
        1, 21
    )


def test_a_month_that_is_never_worked_is_spread_over_its_days() -> None:
    half = target_of(30, date(2026, 4, 1), date(2026, 4, 1), date(2026, 4, 16), [])
    assert half == 15


@pytest.mark.parametrize(
    ("starts_on", "ends_on"),
    [
        (date(2026, 5, 1), date(2026, 6, 1)),
        (date(2026, 4, 20), date(2026, 4, 10)),
        (date(2026, 4, 20), date(2026, 4, 20)),
    ],
    ids=["another month", "reversed", "empty"],
)
def test_days_that_are_not_in_the_month_have_nothing(starts_on: date, ends_on: date) -> None:
    assert target_of(100, date(2026, 4, 1), starts_on, ends_on, WORKED) == 0


def test_a_reversed_span_has_no_months() -> None:
    assert list(months(date(2026, 4, 20), date(2026, 4, 10))) == []
    assert list(months(date(2026, 12, 31), date(2027, 1, 2))) == [
        date(2026, 12, 1),
        date(2027, 1, 1),
    ]


@given(st.lists(DAYS, min_size=3, max_size=3).map(sorted), st.integers(0, 5000))
def test_spans_add_up(days: list[date], target: int) -> None:
    a, b, c = days
    parts = between(target, a, b, WORKED) + between(target, b, c, WORKED)
    assert parts == between(target, a, c, WORKED)
