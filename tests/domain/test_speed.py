from __future__ import annotations

import json
from math import exp, sqrt
from pathlib import Path
from statistics import NormalDist

import numpy as np
import pytest

from smarketing.domain.errors import ImpossibleGoalError
from smarketing.domain.hours import hour_counts
from smarketing.domain.speed import (
    CAVEATS,
    Stratum,
    e_value,
    leads_an_arm,
    risk_ratio_of,
    speed_effect,
)

VECTORS = {
    found["id"]: found
    for found in json.loads(
        (Path(__file__).parents[1] / "data" / "vectors" / "goals.json").read_text()
    )
    if found["topic"] == "stats_speed"
}


def test_every_vector_about_speed_has_its_test() -> None:
    assert set(VECTORS) == {
        "E13_speed_confounding", "E13b_odds_are_not_probabilities", "E15_queue_experiment_size",
    }  # fmt: skip


def test_e13_most_of_the_crude_effect_is_the_choice_of_leads() -> None:
    found = VECTORS["E13_speed_confounding"]
    given, expected = found["inputs"], found["expected"]
    strata = [
        Stratum(name, *fast, *slow)
        for name, (fast, slow) in zip(
            given["strata"], given["tables_fast_slow_by_won_notwon"], strict=True
        )
    ]
    effect = speed_effect(strata)
    assert effect is not None
    assert effect.odds_ratio is not None
    assert effect.risk_ratio is not None
    told = {
        "crude_rates": [effect.fast_rate, effect.slow_rate],
        "crude_rr": effect.crude_risk_ratio,
        "crude_or": effect.crude_odds_ratio,
        "mh_or": effect.odds_ratio.value,
        "mh_or_ci": [effect.odds_ratio.low, effect.odds_ratio.high],
        "mh_rr": effect.risk_ratio.value,
        "mh_rd": effect.risk_difference.value,
        "standardised_fast": effect.standardised_fast,
        "standardised_slow": effect.standardised_slow,
        "standardised_rd": effect.standardised_difference,
        "evalue_mh_rr": effect.e_value,
        "cmh_p": effect.p_value,
    }
    assert set(told) == set(expected)
    for key, value in told.items():
        assert value == pytest.approx(expected[key], abs=found["abs_tol"]), key


def test_e13b_odds_are_not_chances() -> None:
    found = VECTORS["E13b_odds_are_not_probabilities"]
    given = found["inputs"]
    ratios = [risk_ratio_of(given["odds_ratio"], share) for share in given["baseline_probs"]]
    assert ratios == pytest.approx(found["expected"]["risk_ratio"], abs=found["abs_tol"])


def test_e15_an_experiment_takes_so_many_leads_an_arm() -> None:
    found = VECTORS["E15_queue_experiment_size"]
    given = found["inputs"]
    leads = leads_an_arm(given["p1"], given["p2"], alpha=given["alpha"], power=given["power"])
    assert leads == found["expected"]["n_per_arm"]
    assert leads_an_arm(0.10, 0.12) > leads > leads_an_arm(0.10, 0.20)


def test_one_stratum_has_its_own_ratio_and_an_interval_around_it() -> None:
    effect = speed_effect([Stratum("all", 30, 70, 20, 80)])
    assert effect is not None
    for measure, value in ((effect.risk_ratio, 1.5), (effect.risk_difference, 0.1)):
        assert measure is not None
        assert measure.value == pytest.approx(value)
        assert measure.low < value < measure.high
    # The intervals of one table, by the delta method.
    reach = NormalDist().inv_cdf(0.975)
    of_ratio = sqrt(1 / 30 - 1 / 100 + 1 / 20 - 1 / 100)
    of_difference = sqrt(0.3 * 0.7 / 100 + 0.2 * 0.8 / 100)
    assert effect.risk_ratio is not None
    assert effect.risk_ratio.low == pytest.approx(1.5 * exp(-reach * of_ratio))
    assert effect.risk_difference.low == pytest.approx(0.1 - reach * of_difference)


def test_strata_of_one_kind_only_count_in_the_crude_rates_alone() -> None:
    with_both = Stratum("inbound", 30, 70, 20, 80)
    effect = speed_effect([with_both, Stratum("referral", 9, 1, 0, 0)])
    alone = speed_effect([with_both])
    assert effect is not None
    assert alone is not None
    assert effect.risk_ratio == alone.risk_ratio
    assert effect.fast_rate > alone.fast_rate
    assert effect.standardised_difference is None


@pytest.mark.parametrize(
    "stratum",
    [
        Stratum("nobody won", 0, 5, 0, 5),
        Stratum("all won", 5, 0, 5, 0),
        Stratum("only the fast", 5, 0, 0, 5),
        Stratum("one each", 1, 0, 0, 1),
    ],
    ids=lambda one: one.name,
)
def test_no_table_gives_a_number_that_is_none(stratum: Stratum) -> None:
    effect = speed_effect([stratum])
    assert effect is not None
    told = [
        effect.fast_rate, effect.slow_rate, effect.crude_risk_ratio, effect.crude_odds_ratio,
        effect.p_value, effect.e_value, effect.risk_difference.low, effect.risk_difference.high,
    ]  # fmt: skip
    assert all(value is None or np.isfinite(value) for value in told)


def test_without_both_kinds_of_leads_nothing_is_compared() -> None:
    assert speed_effect([]) is None
    assert speed_effect([Stratum("a", 3, 4, 0, 0), Stratum("b", 0, 0, 3, 4)]) is None


def test_a_harm_needs_as_strong_a_hidden_cause_as_a_gain() -> None:
    assert e_value(0.5) == e_value(2) == pytest.approx(2 + 2**0.5)
    assert e_value(1) == 1


def test_the_caveats_go_with_the_numbers() -> None:
    assert len(CAVEATS) == 4
    assert "random order" in CAVEATS[-1]


@pytest.mark.parametrize(("slow", "fast"), [(0.1, 0.1), (-0.1, 0.2), (0.1, 1.2)])
def test_an_experiment_without_a_difference_is_refused(slow: float, fast: float) -> None:
    with pytest.raises(ImpossibleGoalError, match="two different shares"):
        leads_an_arm(slow, fast)


@pytest.mark.parametrize(("odds", "share"), [(21, 1.5), (-1, 0.1), (float("inf"), 0.1)])
def test_odds_that_cannot_be_are_refused(odds: float, share: float) -> None:
    with pytest.raises(ImpossibleGoalError, match="cannot be"):
        risk_ratio_of(odds, share)


def test_a_negative_count_is_refused() -> None:
    with pytest.raises(ImpossibleGoalError, match="demo: a number of leads"):
        Stratum("demo", 1, -1, 0, 0)


def test_answers_are_counted_by_the_hour_of_the_week() -> None:
    monday_nine, sunday_last = 9, 6 * 24 + 23
    hours = np.array([monday_nine] * 6 + [sunday_last] * 4)
    counts = hour_counts(hours, np.array([True] * 3 + [False] * 3 + [True] * 4))
    assert (counts.due.shape, counts.due.sum(), counts.in_time.sum()) == ((7, 24), 10, 7)
    assert (counts.due[0, 9], counts.in_time[0, 9]) == (6, 3)
    assert (counts.due[6, 23], counts.in_time[6, 23]) == (4, 4)
    rates = counts.rates()
    assert rates[0][9] == 0.5
    assert rates[6][23] is None  # four leads are too few
    assert sum(rate is not None for row in rates for rate in row) == 1


def test_a_week_without_leads_is_blank() -> None:
    counts = hour_counts(np.array([], dtype=np.int64), np.array([], dtype=np.bool_))
    assert {rate for row in counts.rates() for rate in row} == {None}
