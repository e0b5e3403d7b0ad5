from __future__ import annotations

from fractions import Fraction

import pytest

from smarketing.domain.attainment import (
    attainment,
    is_met,
    is_too_few_to_judge,
    nearest_rank,
    response_summary,
    wilson_interval,
)

NINETY = Fraction(9, 10)


@pytest.mark.parametrize(
    ("kept", "due", "met"),
    [(8996, 10000, False), (9000, 10000, True), (9, 10, True), (0, 3, False), (0, 0, None)],
    ids=["prints 90.0 % and is not", "exactly", "exactly, small", "none of three", "nothing due"],
)
def test_a_promise_is_compared_exactly(kept: int, due: int, met: bool | None) -> None:  # noqa: FBT001
    assert is_met(kept, due, NINETY) is met  # C2


def test_a_share_of_nothing_is_none() -> None:
    assert attainment(0, 0) is None
    assert wilson_interval(0, 0) is None
    assert response_summary([], 5) is None


@pytest.mark.parametrize(
    ("kept", "due", "unsure"),
    [(0, 0, True), (2, 3, True), (41, 50, True), (8996, 10000, True), (80, 200, False)],
    ids=["nothing due", "two of three", "41 of 50", "a hair below", "far below"],
)
def test_few_answers_are_called_too_few(kept: int, due: int, unsure: bool) -> None:  # noqa: FBT001
    assert is_too_few_to_judge(kept, due, NINETY) is unsure


@pytest.mark.parametrize(
    ("share", "value"),
    [(Fraction(1, 2), 20), (Fraction(1, 4), 10), (Fraction(1), 40), (Fraction(1, 100), 10)],
    ids=["half", "exactly a quarter", "all", "less than one"],
)
def test_a_percentile_is_one_of_the_values(share: Fraction, value: int) -> None:
    assert nearest_rank([40, 10, 30, 20], share) == value


def test_an_answer_at_once_has_no_geometric_mean() -> None:
    summary = response_summary([0, 4], 5)
    assert summary is not None
    assert (summary.geometric_mean, summary.within) == (None, 1)
