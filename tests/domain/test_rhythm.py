from __future__ import annotations

import json
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from smarketing.domain.forecast import forecast
from smarketing.domain.rhythm import (
    EVEN,
    dispersion,
    expected_dispersion,
    exposure,
    weekday_weights,
    weights_of,
)

VECTORS = {
    found["id"]: found
    for found in json.loads(
        (Path(__file__).parents[1] / "data" / "vectors" / "goals.json").read_text()
    )
}
MONDAY = date(2026, 3, 2)


def worked(weeks: int) -> list[date]:
    days = (MONDAY + timedelta(days=n) for n in range(7 * weeks))
    return [day for day in days if day.weekday() < 5]


def test_e12b_days_differ_twice_as_much_as_chance_lets_them() -> None:
    found = VECTORS["E12b_fano"]
    assert dispersion(found["inputs"]["daily"]) == pytest.approx(
        found["expected"]["fano"], abs=found["abs_tol"]
    )


def test_what_weekdays_explain_is_no_dispersion() -> None:
    daily = [30, 10, 10, 10, 10] * 4
    weights = [Fraction(n, 14) for n in daily]
    assert (dispersion(daily) or 0) > 4
    assert dispersion(daily, weights) == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("daily", [[], [7], [0, 0, 0]])
def test_too_few_days_show_no_dispersion(daily: list[int]) -> None:
    assert dispersion(daily) is None


def test_a_day_of_no_weight_is_left_out() -> None:
    assert dispersion([4, 100, 6], [Fraction(1), Fraction(0), Fraction(1)]) == pytest.approx(0.4)


def test_that_one_month_is_better_than_another_is_no_burst() -> None:
    even = [Fraction(1)] * 20
    quiet, busy = [4, 6, 5, 5] * 5, [40, 60, 50, 50] * 5
    assert (dispersion(quiet + busy) or 0) > 15
    assert expected_dispersion([(quiet, even), (busy, even)]) < 2


def test_few_days_leave_the_usual_and_many_say_it_themselves() -> None:
    even = [Fraction(1)] * 200
    calm = [5, 4, 6, 5] * 50
    assert expected_dispersion([]) == pytest.approx(10 * 2 / 8)
    assert expected_dispersion([(calm[:4], even[:4])]) > 2
    assert expected_dispersion([(calm, even)]) == 1


@pytest.mark.parametrize("gone", [5, 8, 15])
def test_a_first_month_without_history_holds_its_range(gone: int) -> None:
    """Weekdays and bursts are learnt from the few days of the month itself."""
    held = {bursts: _first_months(bursts, gone) for bursts in (1.3, 2.0, 3.5)}
    assert 0.75 <= sum(held.values()) / 3 <= 0.87
    assert min(held.values()) >= 0.7  # a company of bursts is seen as one only after some days


def _first_months(bursts: float, gone: int) -> float:
    """The share of 500 first months whose end lay in the range that was told after some days."""
    random, days = np.random.default_rng([gone, int(10 * bursts)]), worked(5)[:22]
    held = 0
    for _ in range(500):
        means = random.uniform(4, 30) * random.lognormal(0, 0.2, 7)[[d.weekday() for d in days]]
        leads = random.negative_binomial(means / (bursts - 1), 1 / bursts).tolist()
        weights = weekday_weights(dict(zip(days[:gone], leads[:gone], strict=True)))
        weigh = [weights[day.weekday()] for day in days]
        found = forecast(
            1,
            sum(leads[:gone]),
            elapsed=sum(weigh[:gone]),
            total=sum(weigh),
            dispersion=expected_dispersion([(leads[:gone], weigh[:gone])]),
        )
        assert found is not None
        held += found.low <= sum(leads) <= found.high
    return held / 500


def test_without_history_all_weekdays_weigh_alike() -> None:
    assert weekday_weights({}) == weekday_weights({MONDAY: 0}) == EVEN


def test_a_long_history_shows_the_weekday_and_a_short_one_hardly() -> None:
    long = weekday_weights({day: 20 if day.weekday() == 0 else 10 for day in worked(50)})
    short = weekday_weights({day: 2 if day.weekday() == 0 else 1 for day in worked(1)})
    assert float(long[0]) == pytest.approx(20 / 12, abs=0.02)
    assert 1 < short[0] < Fraction(11, 10)
    assert long[5] == long[6] == 1


def test_bursts_tell_less_of_a_weekday() -> None:
    days = worked(8)
    smooth = {day: 12 if day.weekday() == 0 else 8 for day in days}
    burst = {day: 2 * n * (day.isocalendar().week % 2) for day, n in smooth.items()}
    assert sum(smooth.values()) == sum(burst.values())
    assert 1 < weekday_weights(burst)[0] < weekday_weights(smooth)[0]


def test_exposure_is_the_sum_of_what_days_weigh() -> None:
    weights = (Fraction(3, 2), *[Fraction(7, 8)] * 4, Fraction(1), Fraction(1))
    days = worked(2)
    assert exposure(days, weights) == sum(weights_of(days, weights).values()) == 10
    assert exposure(days) == 10
    assert exposure([day for day in days if day != MONDAY], weights) == Fraction(17, 2)
