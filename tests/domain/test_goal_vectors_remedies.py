"""The published and computed numbers of tests/data/vectors/goals.json: D1 to D8."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from smarketing.domain.remedies import (
    Band,
    EarnBack,
    Fee,
    budget,
    chosen,
    earned_back,
    full_credit,
    is_issued,
    share_by_gap,
    share_by_schedule,
)

VECTORS = {
    vector["id"]: vector
    for vector in json.loads(
        (Path(__file__).parents[1] / "data" / "vectors" / "goals.json").read_text()
    )
}


def vector(name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    return VECTORS[name]["inputs"], VECTORS[name]["expected"]


def percent(number: str | int) -> Fraction:
    return Fraction(number) / 100


def test_every_vector_about_remedies_has_its_test() -> None:
    about = {name for name, found in VECTORS.items() if found["topic"] == "remedy"}
    assert about == {
        "D1_dir_credit", "D3_tier_edges_aws", "D3b_de_minimis", "D4_point_gap",
        "D6_earnback_50_6", "D7_downtime_budget", "D8_one_incident_one_credit", "G2_surge_relief",
    }  # fmt: skip


def test_d1_is_a_part_of_a_part_of_what_is_at_risk() -> None:
    given, expected = vector("D1_dir_credit")
    invoice, at_risk, pool, allocation = (
        Fraction(given[name]) for name in ("invoice", "at_risk", "pool_allocation",
                                           "credit_allocation")
    )  # fmt: skip
    assert full_credit(invoice, at_risk, pool, allocation) == expected["credit"]
    assert Fee(invoice, at_risk).at_risk_amount == expected["at_risk_amount"]


def test_d3_puts_the_edge_of_a_band_into_the_band_above() -> None:
    given, expected = vector("D3_tier_edges_aws")
    bands = tuple(Band(percent(below), percent(credit)) for below, credit in given["table"])
    shares = [share_by_schedule(bands, percent(level)) for level in given["uptime"]]
    assert [share * 100 for share in shares] == expected["credit_percent"]


def test_d3b_does_not_owe_what_is_not_more_than_the_minimum() -> None:
    given, expected = vector("D3b_de_minimis")
    credit = Fraction(given["fee"]) * percent(given["percent"])
    assert float(credit) == pytest.approx(expected["credit"], abs=1e-12)
    assert is_issued(credit, Fraction(given["minimum"])) is expected["issued"]


def test_d4_credits_the_points_below_the_promise() -> None:
    given, expected = vector("D4_point_gap")
    share = share_by_gap(Fraction(given["target"]), Fraction(given["achieved"]))
    assert share * 100 == expected["credit_percent"]


def test_d6_earns_half_back_after_six_months() -> None:
    given, expected = vector("D6_earnback_50_6")
    rule = EarnBack(Fraction(1, 2), 6)
    back = [earned_back(Fraction(given["credit"]), rule, n) for n in given["months_met_after"]]
    assert back == expected["earn_back"]


def test_d7_is_a_budget_of_hours() -> None:
    given, expected = vector("D7_downtime_budget")
    hours = budget(Fraction(given["target"]), Fraction(given["days"] * 24))
    assert float(hours) == pytest.approx(expected["hours"], abs=1e-9)


def test_d8_gives_one_credit_for_one_incident() -> None:
    given, expected = vector("D8_one_incident_one_credit")
    owed = {str(n): Fraction(credit) for n, credit in enumerate(given["incident_credits"])}
    name = chosen(owed)
    assert name is not None
    assert owed[name] == expected["credit"]
