from __future__ import annotations

from fractions import Fraction

from smarketing.domain.pace import goal_line, unevenness


def test_before_the_first_working_day_nothing_is_projected() -> None:
    line = goal_line(140, 0, elapsed=0, total=22)
    assert (line.expected, line.projection) == (0, None)
    assert line.needed_per_day == Fraction(140, 22)


def test_after_the_last_working_day_nothing_can_be_needed() -> None:
    line = goal_line(140, 120, elapsed=22, total=22)
    assert (line.gap, line.needed_per_day, line.projection) == (-20, None, 120)


def test_a_goal_reached_needs_nothing_more() -> None:
    assert goal_line(140, 150, elapsed=12, total=22).needed_per_day == 0


def test_part_of_a_day_counts_in_part() -> None:
    assert goal_line(100, 0, elapsed=Fraction(5, 2), total=10).expected == 25


def test_a_period_without_working_days_expects_all_at_once() -> None:
    line = goal_line(10, 4, elapsed=0, total=0)
    assert (line.expected, line.needed_per_day, line.projection) == (10, None, None)


def test_an_even_month_has_no_distance_from_its_line() -> None:
    assert unevenness(20, [5, 5, 5, 5]) == 0


def test_a_late_flood_is_uneven_although_the_goal_is_met() -> None:
    # A11: 100 of 100 at the end, yet 41 behind after five of ten days.
    assert unevenness(100, [2, 2, 2, 2, 1, 11, 20, 20, 20, 20]) == Fraction(41, 100)


def test_an_early_flood_is_as_uneven() -> None:
    assert unevenness(100, [50, 0, 0, 50]) == Fraction(1, 4)


def test_without_a_goal_or_a_day_there_is_no_evenness() -> None:
    assert unevenness(0, [1]) is None
    assert unevenness(10, []) is None


def test_a_month_that_is_not_over_is_measured_by_its_days_so_far() -> None:
    assert unevenness(20, [5, 9], total=4) == Fraction(4, 20)
