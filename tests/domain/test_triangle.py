from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest

from smarketing.domain.goals import leads_needed
from smarketing.domain.triangle import chain_ladder, kaplan_meier, share_in_month

VECTORS = {
    vector["id"]: vector
    for vector in json.loads(
        (Path(__file__).parents[1] / "data" / "vectors" / "goals.json").read_text()
    )
}


def test_e5_open_leads_are_neither_won_nor_lost() -> None:
    given, expected = VECTORS["E5_km_conversion"]["inputs"], VECTORS["E5_km_conversion"]["expected"]
    days, won = given["age_or_conversion_day"], given["converted"]
    assert kaplan_meier(days, won) == Fraction(expected["km_exact_fraction"])
    assert float(kaplan_meier(days, won, 20)) == pytest.approx(expected["km_conversion_20"])
    assert float(kaplan_meier(days, won, 60)) == pytest.approx(expected["km_conversion_60"])


def test_a_lead_won_on_the_day_that_another_is_censored_counts_it_as_there() -> None:
    assert kaplan_meier([5, 5], [False, True]) == Fraction(1, 2)


def test_a_lost_lead_with_the_age_of_today_stays_among_those_that_could_win() -> None:
    today = [100, 100, 100, 10]
    assert kaplan_meier(today, [0, 0, 0, 1]) == Fraction(1, 4)
    assert kaplan_meier([5, 5, 100, 10], [0, 0, 0, 1]) == Fraction(1, 2)


def test_e8_cohorts_are_carried_to_the_age_of_the_oldest() -> None:
    given, expected = VECTORS["E8_chain_ladder"]["inputs"], VECTORS["E8_chain_ladder"]["expected"]
    ladder = chain_ladder(given["cohort_leads"], given["cumulative_wins_by_month_age"])
    assert ladder is not None
    assert ladder.factors == tuple(map(Fraction, expected["dev_factors_exact"]))
    close = VECTORS["E8_chain_ladder"]["abs_tol"]
    assert list(map(float, ladder.shares)) == pytest.approx(expected["share_developed"], abs=close)
    assert list(map(float, ladder.ultimate)) == pytest.approx(expected["ultimate_wins"], abs=close)
    assert float(ladder.naive_rate) == pytest.approx(expected["naive_rate"], abs=close)
    assert float(ladder.rate) == pytest.approx(expected["chain_ladder_rate"], abs=close)
    assert float(ladder.cape_cod_rate) == pytest.approx(expected["cape_cod_rate"], abs=close)
    assert leads_needed(7, ladder.naive_rate) == expected["naive_leads_for_7"]
    assert leads_needed(7, ladder.cape_cod_rate) == expected["cape_cod_leads_for_7"]


def test_a_ladder_whose_first_step_has_no_win_is_none() -> None:
    assert chain_ladder([10, 10], [[0, 4], [0]]) is None
    assert chain_ladder([], []) is None


def test_a_single_cohort_is_what_it_is() -> None:
    ladder = chain_ladder([10], [[3]])
    assert ladder is not None
    assert (ladder.rate, ladder.naive_rate, ladder.shares) == (Fraction(3, 10),) * 2 + ((1,),)


def test_e17_most_wins_of_a_month_come_later() -> None:
    vector = VECTORS["E17_in_month_share"]
    days = vector["inputs"]["T"]
    assert [share_in_month(days, lag) for lag in vector["inputs"]["taus"]] == pytest.approx(
        vector["expected"]["share"], abs=vector["abs_tol"]
    )
    assert share_in_month(30, 0) == 1
