from __future__ import annotations

from math import comb

import pytest

from smarketing.domain.comparison import (
    ALARM,
    WARNING,
    Group,
    difference,
    funnel_limits,
    remarkable,
)


def test_two_providers_that_differ_by_six_points_show_no_evidence_yet():
    found = difference(Group("internal", 164, 200), Group("external", 141, 160))
    assert found is not None
    shown = [round(100 * x, 1) for x in (found.points, found.low, found.high)]
    assert shown == [-6.1, -13.3, 1.4]  # E16
    assert not found.is_evidence


def test_a_difference_of_nothing_due_is_none():
    assert difference(Group("a", 0, 0), Group("b", 1, 2)) is None


def test_of_twenty_leads_anything_from_65_percent_on_may_be_chance():
    low, high = funnel_limits(20, 0.9, ALARM)  # C8
    assert (low, high) == (0.65, 1.0)


@pytest.mark.parametrize(("due", "centre"), [(1, 0.5), (7, 0.3), (40, 0.85), (300, 0.9)])
@pytest.mark.parametrize("level", [WARNING, ALARM])
def test_the_limits_are_exactly_binomial(due: int, centre: float, level: float):
    chances = [comb(due, k) * centre**k * (1 - centre) ** (due - k) for k in range(due + 1)]
    low, high = funnel_limits(due, centre, level)
    tail = (1 - level) / 2
    lowest, highest = round(low * due), round(high * due)
    assert sum(chances[:lowest]) <= tail + 1e-12 < sum(chances[: lowest + 1]) + 2e-12
    assert sum(chances[highest + 1 :]) <= tail + 1e-12 < sum(chances[highest:]) + 2e-12


@pytest.mark.parametrize(("centre", "limits"), [(1.0, (1.0, 1.0)), (0.0, (0.0, 0.0))])
def test_a_sure_thing_has_no_width(centre: float, limits: tuple[float, float]):
    assert funnel_limits(5, centre, ALARM) == limits


def test_only_what_chance_does_not_explain_is_remarkable():
    groups = [Group("few", 1, 3), Group("many", 60, 100), Group("none", 0, 0), Group("fine", 9, 10)]
    assert [group.name for group in remarkable(groups, 0.9)] == ["many"]
