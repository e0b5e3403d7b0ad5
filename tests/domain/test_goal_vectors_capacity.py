"""The published and computed numbers of tests/data/vectors/goals.json: B1, B3 and B5."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest

from smarketing.domain.capacity import attempts_worth_making, depth_of, leads_a_rep, staffing

VECTORS = {
    found["id"]: found
    for found in json.loads(
        (Path(__file__).parents[1] / "data" / "vectors" / "goals.json").read_text()
    )
    if found["topic"] == "capacity"
}


def test_every_vector_about_capacity_has_its_test() -> None:
    assert set(VECTORS) == {
        "B1_rep_capacity_fixed_attempts", "B3a_contact_hazard_by_attempt", "B3b_optimal_attempts",
        "B5_erlang_c_reference", "B5c_erlang_c_leads",
    }  # fmt: skip


def test_b1_a_rep_works_so_many_leads_as_there_is_time_for() -> None:
    found = VECTORS["B1_rep_capacity_fixed_attempts"]
    given, expected = found["inputs"], found["expected"]
    each = leads_a_rep(
        given["hours_per_month"],
        Fraction(str(given["inbound_share"])),
        given["minutes_per_attempt"],
        given["attempts"],
    )
    assert (each, each * given["reps"]) == (expected["leads_per_rep"], expected["team"])


def test_b3a_giving_up_early_leaves_leads_unreached() -> None:
    found = VECTORS["B3a_contact_hazard_by_attempt"]
    given, expected = found["inputs"], found["expected"]
    depth = depth_of(given["leads_receiving_attempt_k"], given["contacts_at_attempt_k"])
    assert depth is not None
    close = pytest.approx
    assert [float(hazard) for hazard in depth.hazards] == close(
        expected["q_k"], abs=found["abs_tol"]
    )
    assert float(depth.contact_rate) == close(expected["naive_contact_rate"], abs=found["abs_tol"])
    assert float(depth.persistent_rate) == close(
        expected["full_persistence_rate"], abs=found["abs_tol"]
    )
    assert float(depth.persistence_gap) == close(expected["persistence_gap"], abs=found["abs_tol"])
    assert depth_of([], []) is None


def test_b3b_the_last_attempt_is_the_last_that_is_worth_its_cost() -> None:
    found = VECTORS["B3b_optimal_attempts"]
    given = found["inputs"]
    hazards = [Fraction(str(hazard)) for hazard in given["q_k"]]
    best = [
        attempts_worth_making(
            hazards,
            Fraction(given["value_per_contact"]),
            *(Fraction(str(case[name])) for name in ("cost", "shadow_price", "minutes")),
        )
        for case in given["cases"]
    ]
    assert best == found["expected"]["k_star"]
    assert attempts_worth_making(hazards, Fraction(1), Fraction(5), Fraction(0), Fraction(8)) == 0


@pytest.mark.parametrize("name", ["B5_erlang_c_reference", "B5c_erlang_c_leads"])
def test_b5_a_team_keeps_up_as_erlang_says(name: str) -> None:
    found = VECTORS[name]
    given, expected = found["inputs"], found["expected"]
    kept = staffing(
        given["arrivals"],
        given["period_seconds"],
        given["aht_seconds"],
        given["agents"],
        given["target_seconds"],
    )
    assert kept is not None
    assert (kept.load, kept.occupancy, kept.waits, kept.mean_wait, kept.in_time) == pytest.approx(
        tuple(
            expected[key]
            for key in ("erlangs", "occupancy", "p_wait", "asa_seconds", "service_level")
        ),
        abs=found["abs_tol"],
    )


def test_too_few_people_never_keep_up() -> None:
    assert staffing(24, 3600, 600, 4, 300) is None
