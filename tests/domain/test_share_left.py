from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from smarketing.domain.share_left import share_left

NINE_TENTHS = Fraction(9, 10)


def days(kept: int, due: int, count: int) -> list[tuple[int, int]]:
    return [(kept, due)] * count


def test_what_is_over_is_kept_or_not_exactly() -> None:
    for kept, chance in ((89, 0.0), (90, 1.0)):
        found = share_left(NINE_TENTHS, [(kept, 100)], [], 0)
        assert found
        assert (found.chance, found.expected) == (chance, kept / 100)
    assert share_left(NINE_TENTHS, [], [], 0) is None


def test_few_that_fell_due_tell_nothing() -> None:
    assert share_left(NINE_TENTHS, days(1, 1, 9), [], 50) is None
    assert share_left(NINE_TENTHS, [], days(9, 10, 20), 50)


def test_more_kept_makes_it_likelier_and_out_of_reach_is_nothing() -> None:
    found = [share_left(NINE_TENTHS, [(kept, 60)], [], 40) for kept in range(40, 61)]
    chances = [one.chance for one in found if one]
    assert chances == sorted(chances)
    assert chances[0] == 0  # 40 of 60 and all of 40 more are 80 %
    assert chances[-1] > 0.9


@pytest.mark.parametrize("spread", [0.0, 0.1])
def test_what_is_stated_is_what_happens(spread: float) -> None:
    """Teams that keep 85 to 95 %, with days that are better or worse for all leads of them."""
    random, said, came = np.random.default_rng(4), [], []
    for _ in range(1500):
        rate = random.uniform(0.85, 0.95)
        due = random.poisson(6, 60)
        daily = np.clip(rate + random.normal(0, spread, 60), 0, 1)
        kept = random.binomial(due, daily)
        told = [*zip(kept.tolist(), due.tolist(), strict=True)]
        found = share_left(NINE_TENTHS, told[40:50], told[:40], int(due[50:].sum()))
        assert found
        said.append(found.chance)
        came.append(kept[40:].sum() >= 0.9 * due[40:].sum())
    stated, happened = np.array(said), np.array(came)
    for low in (0.0, 0.25, 0.5, 0.75):
        here = (stated >= low) & (stated <= low + 0.25)
        assert stated[here].mean() == pytest.approx(happened[here].mean(), abs=0.09)
