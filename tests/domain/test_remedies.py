from __future__ import annotations

from fractions import Fraction

import pytest

from smarketing.domain.breaches import Kind
from smarketing.domain.remedies import (
    Chronic,
    Points,
    chosen,
    is_chronic,
    is_issued,
    make_good,
    share_by_gap,
    share_by_points,
    within_cap,
)

TARGET, BAND, CAP = Fraction(100_000), Fraction(1, 10), Fraction(1, 4)


@pytest.mark.parametrize(
    ("delivered", "owed"),
    [(100_000, 0), (90_000, 0), (89_999, 1), (80_000, 10_000), (65_000, 25_000), (0, 25_000)],
    ids=["all", "at the band", "just below it", "beyond it", "at the cap", "nothing delivered"],
)
def test_g1_makes_good_what_is_beyond_the_band_up_to_the_cap(delivered: int, owed: int) -> None:
    assert make_good(TARGET, Fraction(delivered), BAND, CAP) == owed


@pytest.mark.parametrize(
    ("points", "per_cent"),
    [(4, 0), (5, 0), (9, 0), (10, 2), (14, 2), (15, 4), (29, 8), (30, 10), (99, 10)],
)
def test_d5_gives_more_for_more_points(points: int, per_cent: int) -> None:
    steps = [(least, Fraction(share, 100)) for least, share in
             ((5, 0), (10, 2), (15, 4), (20, 6), (25, 8), (30, 10))]  # fmt: skip
    assert share_by_points(steps, points) * 100 == per_cent


def test_points_are_given_by_the_kind_of_breach() -> None:
    points = Points({Kind.LATE: 1, Kind.MISSING: 3}, ())
    assert points.total({Kind.LATE: 4, Kind.MISSING: 2, Kind.WRONG: 9}) == 10


def test_a_level_above_the_promise_has_no_gap() -> None:
    assert share_by_gap(Fraction(9, 10), Fraction(95, 100)) == 0


def test_a_cap_that_is_used_up_leaves_nothing() -> None:
    assert within_cap(Fraction(50), Fraction(100), used=Fraction(80)) == 20
    assert within_cap(Fraction(50), Fraction(100), used=Fraction(120)) == 0
    assert within_cap(Fraction(50), None, used=Fraction(120)) == 50


def test_what_is_just_the_minimum_is_not_owed() -> None:
    assert not is_issued(Fraction(1), Fraction(1))
    assert is_issued(Fraction(101, 100), Fraction(1))
    assert not is_issued(Fraction(0), Fraction(0))


def test_the_beneficiary_may_choose_the_lower_credit_but_not_one_that_is_not_owed() -> None:
    owed = {"slow": Fraction(800), "late": Fraction(1_200), "none": Fraction(0)}
    assert chosen(owed, "slow") == "slow"
    assert chosen(owed, "none") == "late"
    assert chosen({"none": Fraction(0)}) is None


def test_failing_is_chronic_by_the_latest_months_alone() -> None:
    rule = Chronic(failed=2, months=3)
    assert is_chronic([True, None, True], rule)
    assert not is_chronic([True, True, False, None, True], rule)
    assert not is_chronic([], rule)
