"""The published and computed numbers of tests/data/vectors/goals.json: A, C1, C3, C6."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from smarketing.domain.attainment import (
    attainment,
    due_count,
    nearest_rank,
    response_summary,
    wilson_interval,
)
from smarketing.domain.goals import (
    customers_needed,
    exact_leads,
    lead_value,
    lead_velocity,
    leads_beside_own,
    leads_needed,
    pipeline_needed,
)
from smarketing.domain.pace import goal_line

VECTORS = {
    vector["id"]: vector
    for vector in json.loads(
        (Path(__file__).parents[1] / "data" / "vectors" / "goals.json").read_text()
    )
}


def vector(name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    return VECTORS[name]["inputs"], VECTORS[name]["expected"]


def test_a1_seven_customers_take_140_leads() -> None:
    given, expected = vector("A1_hubspot_waterfall")
    rate = Fraction(given["lead_to_customer_rate"])
    assert leads_needed(given["customers_needed"], rate) == expected["leads"]


def test_a3_rounds_once_at_the_end() -> None:
    given, expected = vector("A3_round_once_at_end")
    revenue = Fraction(given["quota"]) * Fraction(given["marketing_share"])
    customers = customers_needed(revenue, Fraction(given["avg_deal_size"]))
    leads = exact_leads(customers, Fraction(given["lead_to_customer_rate"]))
    assert revenue == expected["marketing_revenue_goal"]
    assert float(customers) == pytest.approx(expected["customers_exact"], abs=1e-9)
    assert float(leads) == pytest.approx(expected["leads_exact"], abs=1e-9)
    rounded = leads_needed(customers, Fraction(given["lead_to_customer_rate"]))
    assert rounded == expected["leads_ceil_at_end"]


@pytest.mark.parametrize("name", ["A4_float_ceil_hazard_9_9", "A4_float_ceil_hazard_9_18"])
def test_a4_is_free_of_floating_point(name: str) -> None:
    given, expected = vector(name)
    assert leads_needed(given["customers"], Fraction(given["rate"])) == expected["leads"]


def test_a5_values_a_lead() -> None:
    given, expected = vector("A5_value_per_lead")
    value = lead_value(Fraction(given["close_rate"]), Fraction(given["avg_revenue_per_customer"]))
    assert value == expected["lead_value"]


def test_a6_values_the_leads_of_a_team() -> None:
    given, expected = vector("A6_roberge_funnel")
    rate = attainment(given["customers"], given["leads_per_rep"])
    assert rate == Fraction(1, 20)
    value = lead_value(rate, given["mrr_per_customer"])
    leads = given["leads_per_rep"] * given["reps"]
    assert (leads, value, leads * value) == (
        expected["team_leads"],
        expected["lead_value_mrr"],
        expected["team_mrr"],
    )


def test_a7_covers_the_target_with_pipeline() -> None:
    given, expected = vector("A7_pipeline_coverage")
    pipeline = pipeline_needed(Fraction(given["target"]), Fraction(given["win_rate"]))
    assert pipeline == expected["required_pipeline"]
    assert pipeline / Fraction(given["target"]) == expected["coverage"]


def test_a10_draws_the_goal_line() -> None:
    given, expected = vector("A10_goal_line")
    line = goal_line(
        given["goal"], given["actual"], elapsed=given["elapsed"], total=given["business_days"]
    )
    assert line.projection is not None
    assert float(line.expected) == pytest.approx(expected["ideal"], abs=1e-9)
    assert float(line.gap) == pytest.approx(expected["gap"], abs=1e-9)
    assert float(line.projection) == pytest.approx(expected["linear_projection"], abs=1e-9)
    assert line.needed_per_day == expected["required_per_day"]


def test_a12_takes_off_what_sales_brings_itself() -> None:
    given, expected = vector("A12_quota_minus_sales_sourced")
    customers = customers_needed(Fraction(given["quota"]), Fraction(given["avg_price"]))
    rate = Fraction(given["close_rate"])
    assert customers == expected["sales_needed"]
    assert leads_needed(customers, rate) == expected["qualified_leads"]
    own = given["sales_sourced_leads"]
    assert leads_beside_own(customers, rate, own) == expected["marketing_leads"]


def test_a13_measures_lead_velocity() -> None:
    given, expected = vector("A13_lead_velocity_rate")
    velocity = lead_velocity(given["this_month"], given["last_month"])
    assert velocity == Fraction(str(expected["lvr"]))


def test_c1_leaves_pending_and_excused_out_and_overdue_in() -> None:
    given, expected = vector("C1_attainment_denominator")
    due = due_count(
        met=given["met"], late=given["responded_late"], overdue=given["open_past_deadline"]
    )
    assert due == expected["denominator"]
    assert attainment(given["met"], due) == Fraction(str(expected["attainment"]))


@pytest.mark.parametrize("name", ["C3_interval_41_of_50", "C3b_interval_0_of_3"])
def test_c3_gives_wilsons_interval(name: str) -> None:
    given, expected = vector(name)
    interval = wilson_interval(given["x"], given["n"], given["confidence"])
    assert interval == pytest.approx(tuple(expected["wilson"]), abs=1e-9)


def test_c6_summarises_responses() -> None:
    given, expected = vector("C6_response_summary")
    summary = response_summary(given["response_minutes"], given["target_minutes"])
    assert summary is not None
    assert summary.within == Fraction(str(expected["tsf"]))
    assert summary.mean == pytest.approx(expected["mean"], abs=1e-9)
    assert summary.median == expected["median"]
    assert summary.geometric_mean == pytest.approx(expected["geometric_mean"], abs=1e-9)
    assert summary.p90 == expected["p90_nearest_rank"]
    assert nearest_rank(given["response_minutes"], Fraction(9, 10)) == 120
