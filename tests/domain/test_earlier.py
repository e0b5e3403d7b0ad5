from __future__ import annotations

from math import sqrt

import numpy as np
import pytest

from smarketing.domain.earlier import prior_of
from smarketing.domain.forecast import forecast


def test_other_periods_tell_the_rate_and_how_far_it_may_be_off() -> None:
    alike = prior_of([(100, 20), (105, 21), (110, 22), (95, 19)])
    apart = prior_of([(50, 20), (150, 21), (110, 22), (95, 19)])
    assert alike is not None
    assert apart is not None
    assert alike.a / alike.b == pytest.approx(5, rel=0.01)
    assert alike.a <= 100  # a standard deviation of 10 % and more
    assert apart.a < alike.a / 2


def test_bursts_explain_a_part_of_how_periods_differ() -> None:
    periods = [(50, 20), (150, 21), (110, 22), (95, 19)]
    plain, burst = prior_of(periods), prior_of(periods, 8.0)
    assert plain is not None
    assert burst is not None
    assert burst.a / burst.b == pytest.approx(405 / 82, rel=0.1)


@pytest.mark.parametrize("periods", [[], [(9, 3), (9, 3)], [(0, 20)] * 5, [(9, 0)] * 5])
def test_too_few_periods_tell_nothing(periods: list[tuple[int, int]]) -> None:
    assert prior_of(periods) is None


def test_a_period_without_a_lead_at_the_end_still_leaves_a_rate() -> None:
    prior = prior_of([(900, 20), (0, 20), (0, 20), (0, 20)])
    assert prior is not None
    assert 0 < prior.a / prior.b < 900 / 80


def test_a_company_that_grows_is_expected_near_its_last_months() -> None:
    growing = prior_of([(round(1000 * 1.06**n), 21) for n in range(6)])
    assert growing is not None
    last, mean = 1000 * 1.06**5 / 21, 1000 * sum(1.06**n for n in range(6)) / 6 / 21
    assert abs(growing.a / growing.b - last) < abs(growing.a / growing.b - mean)


@pytest.mark.parametrize(
    ("growth", "apart"),
    [(0.0, 0.0), (0.0, 0.15), (0.03, 0.0), (0.06, 0.0), (-0.05, 0.05), (0.06, 0.1)],
    ids=str,
)
def test_the_range_with_earlier_months_holds_in_four_of_five(growth: float, apart: float) -> None:
    random = np.random.default_rng(11)
    held = companies = 0
    for _ in range(600):
        factors = random.gamma(apart**-2, apart**2, 7) if apart else np.ones(7)
        rates = random.uniform(5, 30) * (1 + growth) ** np.arange(7) * factors
        leads = [int(random.poisson(rate * 21)) for rate in rates[:6]]
        gone = int(random.poisson(rates[6] * 8))
        prior = prior_of([(count, 21) for count in leads])
        assert prior is not None
        found = forecast(1, gone, elapsed=8, total=21, prior=prior)
        assert found is not None
        held += found.low <= gone + random.poisson(rates[6] * 13) <= found.high
        companies += 1
    error = sqrt(0.8 * 0.2 / companies)
    assert 0.75 - error <= held / companies <= 0.87 + error
