from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from smarketing.domain.cure import Cure, FollowUp, Form, cured, disagree, follow_up
from smarketing.domain.lag import NEVER, Finding, Missing, Window

E7 = next(
    vector
    for vector in json.loads(
        (Path(__file__).parents[1] / "data" / "vectors" / "goals.json").read_text()
    )
    if vector["id"] == "E7_mixture_cure"
)


def leads_of_e7() -> FollowUp:
    open_until = np.array(E7["inputs"]["open_ages"])
    return FollowUp(np.array(E7["inputs"]["converted_days"]), np.zeros(open_until.size), open_until)


def fitted(leads: FollowUp, form: Form = Form.WEIBULL) -> Cure:
    found = cured(leads, form)
    assert isinstance(found, Cure)
    return found


def test_e7_an_exponential_lag() -> None:
    expected, close = E7["expected"]["exponential"], E7["abs_tol"]
    found = fitted(leads_of_e7(), Form.EXPONENTIAL)
    assert (found.rate, found.per_day, found.mean_lag, found.log_likelihood) == pytest.approx(
        [expected[key] for key in ("ultimate_rate", "rate_per_day", "mean_lag_days", "loglik")],
        abs=close,
    )
    lifelines = E7["expected"]["lifelines_exponential"]
    assert (found.rate, found.mean_lag) == pytest.approx(tuple(lifelines.values()), abs=close)
    assert found.low < found.rate < found.high


def test_e7_a_weibull_lag() -> None:
    expected = E7["expected"]["weibull"]
    found = fitted(leads_of_e7())
    assert (found.rate, found.per_day, found.shape, found.log_likelihood) == pytest.approx(
        [expected[key] for key in ("ultimate_rate", "lam", "k", "loglik")], abs=E7["abs_tol"]
    )


def test_the_rate_is_found_in_a_record_with_two_edges() -> None:
    """Wins before the record are not seen: leads from before it are not simply open."""
    random = np.random.default_rng(3)
    lead_days = np.sort(random.integers(0, 600, 20_000))
    win_days = np.where(
        random.random(lead_days.size) < 0.1,
        lead_days + random.exponential(30, lead_days.size).astype(np.int64),
        NEVER,
    )
    found = fitted(follow_up(Window(300, 620), lead_days, win_days))
    assert found.rate == pytest.approx(0.1, abs=0.008)
    assert found.low < 0.1 < found.high
    assert found.mean_lag == pytest.approx(30, rel=0.1)
    assert found.shape == pytest.approx(1, abs=0.06)


def test_too_few_wins_give_no_second_opinion() -> None:
    found = cured(FollowUp(np.array([3.0, 4.0]), np.zeros(5), np.full(5, 90.0)))
    assert isinstance(found, Finding)
    assert (found.missing, found.says.startswith("Wins seen: 2;")) == (Missing.WINS, True)


def test_a_short_follow_up_gives_no_second_opinion() -> None:
    """Wins that come evenly over all the days there are: nobody knows when they end."""
    even = np.arange(1.0, 31.0)
    found = cured(FollowUp(even, np.zeros(300), np.full(300, 31.0)), Form.EXPONENTIAL)
    assert isinstance(found, Finding)
    assert found.missing in {Missing.FOLLOW_UP, Missing.CERTAINTY}


def test_wins_that_are_all_of_one_age_are_no_curve() -> None:
    found = cured(FollowUp(np.full(8, 4.0), np.zeros(0), np.zeros(0)))
    assert isinstance(found, Finding)
    assert found.missing is Missing.CERTAINTY


@pytest.mark.parametrize(
    ("rate", "low", "high", "is_so"),
    [
        (0.5, 0.4, 0.6, False),
        (0.2, 0.15, 0.25, True),
        (0.45, 0.44, 0.46, False),
        (0.9, 0.85, 0.95, True),
        (0.2, 0.15, None, False),
        (0.9, 0.85, None, True),
    ],
)
def test_two_opinions_disagree_when_each_is_outside_of_the_other(
    rate: float,
    low: float,
    high: float | None,
    is_so: bool,  # noqa: FBT001
) -> None:
    cure = replace(fitted(leads_of_e7()), low=0.35, high=0.68)
    assert disagree(cure, rate, low, high) is is_so
