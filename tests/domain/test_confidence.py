from __future__ import annotations

import json
import time
from itertools import pairwise
from math import comb
from pathlib import Path

import pytest

from smarketing.domain.confidence import (
    chance_at_rate,
    chance_of,
    leads_at_rate,
    leads_for,
    widened,
)
from smarketing.domain.errors import ImpossibleGoalError

VECTORS = {
    found["id"]: found
    for found in json.loads(
        (Path(__file__).parents[1] / "data" / "vectors" / "goals.json").read_text()
    )
}
A, B = 12.5, 188.5


def test_e1_leads_at_a_confidence_and_the_chance_of_the_textbook_number() -> None:
    found = VECTORS["E1_leads_for_probability"]
    given, expected = found["inputs"], found["expected"]
    won, leads, needed = (
        given[key] for key in ("history_converted", "history_leads", "customers_needed")
    )
    a, b = won + given["prior"][0], leads - won + given["prior"][1]
    for percent in (50, 80, 90, 95):
        exact = leads_for(needed, a, b, percent / 100)
        plug_in = leads_at_rate(needed, won / leads, percent / 100)
        assert exact == expected[f"leads_p{percent}_betabinom"]
        assert plug_in == expected[f"leads_p{percent}_binomial_plugin"]
    naive = expected["naive_leads"]
    close = pytest.approx
    assert chance_of(needed, naive, a, b) == close(expected["p_hit_at_naive_betabinom"], abs=1e-9)
    assert chance_at_rate(needed, naive, won / leads) == close(
        expected["p_hit_at_naive_binomial"], abs=1e-9
    )


def test_the_published_140_leads_are_a_coin_flip() -> None:
    # E2: 5 % are known from 100 leads or from 1,000; 80 % then take 211 or 181 leads at most.
    assert chance_at_rate(7, 140, 0.05) == pytest.approx(0.55, abs=0.01)
    for leads in (100, 1000):
        assert 175 < leads_for(7, 0.05 * leads + 0.5, 0.95 * leads + 0.5) < 215


def test_more_leads_never_lower_the_chance() -> None:
    chances = [chance_of(7, leads, A, B) for leads in range(400)]
    assert chances == sorted(chances)
    assert chances[6] == 0 < chances[7]


def test_more_confidence_never_takes_fewer_leads() -> None:
    needed = [leads_for(7, A, B, percent / 100) for percent in range(1, 100)]
    assert needed == sorted(needed)
    assert needed[0] < needed[-1]


def test_more_customers_are_less_likely() -> None:
    chances = [chance_of(customers, 150, A, B) for customers in range(60)]
    assert chances[0] == 1
    assert all(more > fewer for more, fewer in pairwise(chances))


def test_the_number_found_is_the_first_that_is_enough() -> None:
    for customers in (1, 2, 30, 500):
        leads = leads_for(customers, A, B, 0.8)
        assert chance_of(customers, leads - 1, A, B) < 0.8 <= chance_of(customers, leads, A, B)


def test_a_known_rate_sums_the_binomial() -> None:
    exact = sum(comb(30, k) * 0.2**k * 0.8 ** (30 - k) for k in range(6, 31))
    assert chance_at_rate(6, 30, 0.2) == pytest.approx(exact, abs=1e-12)
    assert chance_at_rate(30, 30, 1) == 1


def test_a_rate_known_from_a_million_leads_is_as_good_as_known() -> None:
    assert chance_of(50, 1000, 50_000, 950_000) == pytest.approx(
        chance_at_rate(50, 1000, 0.05), abs=1e-3
    )


def test_forty_cells_take_well_under_a_second() -> None:
    started = time.process_time()
    for cell in range(40):
        leads_for(100 + cell, 30.5, 900.5)
    assert time.process_time() - started < 1


def test_no_customer_takes_no_lead() -> None:
    assert leads_for(0, A, B) == leads_at_rate(0, 0.05) == 0
    assert chance_of(0, 0, A, B) == 1
    assert chance_of(1, 0, A, B) == 0


@pytest.mark.parametrize("rate", [0, -0.1, 1.2, float("nan")])
def test_a_rate_that_is_none_is_refused(rate: float) -> None:
    with pytest.raises(ImpossibleGoalError, match="close rate of"):
        leads_at_rate(7, rate)


@pytest.mark.parametrize(("a", "b"), [(0, 10), (5, -1), (float("nan"), 1), (1, float("inf"))])
def test_a_history_with_more_customers_than_leads_is_refused(a: float, b: float) -> None:
    with pytest.raises(ImpossibleGoalError, match="check the history"):
        leads_for(7, a, b)


@pytest.mark.parametrize("confidence", [0, 1, 80, -0.5])
def test_a_confidence_that_cannot_be_kept_is_refused(confidence: float) -> None:
    with pytest.raises(ImpossibleGoalError, match="confidence of"):
        leads_for(7, A, B, confidence)


def test_a_rate_that_nobody_knows_cannot_be_made_sure() -> None:
    with pytest.raises(ImpossibleGoalError, match="too little known"):
        leads_for(1000, 0.01, 1e6, 0.99)


def test_more_customers_than_can_be_summed_are_refused() -> None:
    for refused in (lambda: leads_for(10**9, A, B), lambda: leads_at_rate(10**9, 0.1)):
        with pytest.raises(ImpossibleGoalError, match="check the revenue goal"):
            refused()


def test_a_shared_factor_widens_a_rate_to_the_variance_of_the_product() -> None:
    a, b = widened(12.0, 188.0, 0.2)
    mean, alone = 0.06, 0.06 * 0.94 / 201
    assert a / (a + b) == pytest.approx(mean)
    product = (alone + mean**2) * 1.04 - mean**2
    assert mean * (1 - mean) / (a + b + 1) == pytest.approx(product)


def test_without_a_shared_factor_a_rate_stays_as_it_is() -> None:
    assert widened(12.0, 188.0, 0.0) == pytest.approx((12.0, 188.0))


def test_a_factor_that_is_wider_than_any_rate_leaves_one_lead() -> None:
    assert sum(widened(900.0, 100.0, 0.5)) == pytest.approx(1.0)


def test_a_month_that_may_be_bad_takes_more_leads() -> None:
    assert leads_for(7, *widened(12.0, 188.0, 0.3)) > leads_for(7, 12.0, 188.0)
