from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smarketing.domain.deals import deal_size
from smarketing.domain.errors import InvalidError

E9 = next(
    vector
    for vector in json.loads(
        (Path(__file__).parents[1] / "data" / "vectors" / "goals.json").read_text()
    )
    if vector["id"] == "E9_deal_size"
)

AMOUNTS = st.integers(0, 10**8).map(lambda cents: cents / 100)


def test_e9_a_skewed_deal_has_a_mean_with_a_wide_interval() -> None:
    expected, close = E9["expected"], E9["abs_tol"]
    size = deal_size(E9["inputs"]["deals"])
    assert size is not None
    assert size.lognormal is not None
    assert size.bootstrap is not None
    assert (size.mean, size.median) == (expected["mean"], expected["median"])
    assert (size.lognormal.log_mean, size.lognormal.log_sd, size.lognormal.mean) == pytest.approx(
        (expected["log_mean"], expected["log_sd"], expected["lognormal_mean"]), abs=close
    )
    assert [size.lognormal.low, size.lognormal.high] == pytest.approx(expected["cox95"], abs=close)
    assert list(size.bootstrap) == pytest.approx(expected["bootstrap_bca95_approx"], rel=0.05)


def test_one_whale_moves_the_mean() -> None:
    size = deal_size(E9["inputs"]["deals"])
    assert size is not None
    assert size.left_out == pytest.approx(((74_700 - 30_000) / 11, (74_700 - 1_200) / 11))
    assert size.without_largest == pytest.approx(44_700 / 11)


def test_no_deal_has_no_size_and_one_deal_no_interval() -> None:
    assert deal_size([]) is None
    size = deal_size([500.0])
    assert size is not None
    assert (size.count, size.mean, size.median) == (1, 500, 500)
    assert (size.lognormal, size.bootstrap, size.left_out, size.without_largest) == (None,) * 4


def test_equal_deals_leave_no_doubt() -> None:
    size = deal_size([500.0] * 4)
    assert size is not None
    assert size.bootstrap == (500, 500)
    assert size.lognormal is not None
    assert (size.lognormal.low, size.lognormal.high) == pytest.approx((500, 500))


def test_a_deal_without_money_is_averaged_and_has_no_logarithm() -> None:
    size = deal_size([0.0, 100.0])
    assert size is not None
    assert (size.mean, size.lognormal) == (50, None)


def test_a_cent_beside_a_million_is_no_curve() -> None:
    size = deal_size([0.01, 1e6])
    assert size is not None
    assert size.lognormal is None


@pytest.mark.parametrize("amount", [-0.01, float("nan"), float("inf")])
def test_a_deal_below_zero_is_refused(amount: float) -> None:
    with pytest.raises(InvalidError, match="cannot be averaged"):
        deal_size([10.0, amount])


@settings(max_examples=15)
@given(st.lists(AMOUNTS, min_size=2, max_size=12), st.randoms(use_true_random=False))
def test_the_interval_holds_the_mean_in_any_order(amounts: list[float], random: object) -> None:
    size = deal_size(amounts)
    random.shuffle(amounts)  # type: ignore[attr-defined]
    assert size == deal_size(amounts)
    assert size is not None
    assert size.bootstrap is not None
    assert size.left_out is not None
    low, high = size.bootstrap
    assert min(amounts) <= low <= high <= max(amounts)
    assert size.left_out[0] <= size.mean * (1 + 1e-9)
    assert size.mean <= size.left_out[1] * (1 + 1e-9)
