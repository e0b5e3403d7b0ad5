from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smarketing.domain.allocation import Buy, Mix, cheapest_mix, mix_of
from smarketing.domain.errors import ImpossibleGoalError

VECTORS = {
    found["id"]: found
    for found in json.loads(
        (Path(__file__).parents[1] / "data" / "vectors" / "goals.json").read_text()
    )
    if found["topic"] == "stats_allocation"
}


def case(name: str) -> tuple[list[Buy], dict[str, Any], dict[str, Any]]:
    found = VECTORS[f"E14_allocation_{name}"]
    given = found["inputs"]
    columns = (given[key] for key in ("segments", "cost", "value", "minutes", "lb", "ub"))
    return [Buy(*row) for row in zip(*columns, strict=True)], given, found["expected"]


def test_every_vector_about_allocation_has_its_test() -> None:
    assert set(VECTORS) == {f"E14_allocation_{name}" for name in ("loose", "binding", "infeasible")}


@pytest.mark.parametrize("name", ["loose", "binding"])
def test_e14_the_cheapest_mix_and_its_prices(name: str) -> None:
    cells, given, expected = case(name)
    found = cheapest_mix(cells, given["quota"], given["capacity_minutes"])
    assert found.is_reached
    assert found.mix is not None
    assert found.prices is not None
    assert list(found.mix.leads) == expected["milp_leads"]
    assert found.mix.cost == expected["milp_cost"]
    close = pytest.approx
    assert list(found.prices.fractions) == close(expected["lp_leads"], abs=1e-4)
    assert found.prices.quota == close(expected["quota_shadow_price"], abs=1e-4)
    assert found.prices.minute == close(expected["capacity_shadow_price"], abs=1e-4)


def test_e14_an_honest_answer_where_the_quota_is_out_of_reach() -> None:
    cells, given, expected = case("infeasible")
    found = cheapest_mix(cells, given["quota"], given["capacity_minutes"])
    assert not found.is_reached
    assert found.mix is not None
    assert found.mix.value == expected["max_revenue"]
    assert list(found.mix.leads) == expected["argmax"]
    assert (found.shortfall, found.prices) == (11_000, None)


def test_the_published_tight_case() -> None:
    # DOMAIN 4.7: with 15,000 minutes (19, 296, 72), 26,008, and a minute is worth 0.36.
    cells, given, _ = case("binding")
    found = cheapest_mix(cells, given["quota"], 15_000)
    assert found.mix == Mix((19, 296, 72), Fraction(26_008), Fraction(200_080), Fraction(14_990))
    assert found.prices is not None
    assert found.prices.minute == pytest.approx(0.36, abs=0.005)
    assert found.prices.most[1] > 0 == found.prices.most[0]


def test_a_price_is_what_one_more_saves() -> None:
    cells, given, _ = case("binding")
    found = cheapest_mix(cells, given["quota"], 24_000)
    more = cheapest_mix(cells, given["quota"], 24_800)
    dearer = cheapest_mix(cells, given["quota"] + 2_000, 24_000)
    assert found.prices and found.mix and more.mix and dearer.mix  # noqa: PT018
    saved, paid = found.mix.cost - more.mix.cost, dearer.mix.cost - found.mix.cost
    assert float(saved) == pytest.approx(800 * found.prices.minute, abs=15)
    assert float(paid) == pytest.approx(2_000 * found.prices.quota, abs=15)


def test_least_volumes_that_nobody_can_work_are_told() -> None:
    cells, given, _ = case("loose")
    found = cheapest_mix(cells, given["quota"], 1_900)
    assert (found.mix, found.is_reached) == (None, False)
    assert (found.minutes_missing, found.shortfall) == (100, 175_000)


def test_thirds_and_cents_decide_nothing_by_a_hair() -> None:
    cells = [Buy("a", Decimal("0.01"), Fraction(1, 3), Decimal("0.1"), 0, 1000)]
    found = cheapest_mix(cells, Fraction(100, 3), 10)
    assert found.mix == Mix((100,), Fraction(1), Fraction(100, 3), Fraction(10))
    above = cheapest_mix(cells, Fraction(100, 3) + Fraction(1, 10**12), 10)
    assert not above.is_reached
    assert above.shortfall == Fraction(1, 10**12)


def test_large_numbers_are_checked_exactly() -> None:
    cells = [
        Buy("a", 7, Fraction(10**9 + 7, 9973), Fraction(1, 7), 0, 10**6),
        Buy("b", 3, Fraction(10**9 + 9, 31_337), Fraction(1, 11), 0, 10**6),
    ]
    quota = 123_456 * Fraction(10**9 + 7, 9973)
    found = cheapest_mix(cells, quota, 10**6)
    assert found.mix is not None
    assert found.mix.value >= quota
    assert found.mix == mix_of(cells, found.mix.leads)


cell = st.builds(
    Buy,
    name=st.just("cell"),
    cost=st.integers(0, 30),
    value=st.fractions(0, 40, max_denominator=6),
    minutes=st.integers(0, 9),
    least=st.integers(0, 2),
    most=st.integers(2, 7),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(cell, min_size=1, max_size=3), st.integers(0, 300), st.integers(0, 90))
def test_no_mix_is_cheaper_and_no_limit_is_broken(
    cells: list[Buy], quota: int, minutes: int
) -> None:
    every = [
        mix_of(cells, leads)
        for leads in product(*(range(one.least, one.most + 1) for one in cells))
    ]
    workable = [mix for mix in every if mix.minutes <= minutes]
    enough = [mix for mix in workable if mix.value >= quota]
    found = cheapest_mix(cells, quota, minutes)
    if enough:
        assert found.is_reached
        assert found.mix in enough
        assert found.mix is not None
        assert found.mix.cost == min(mix.cost for mix in enough)
    elif workable:
        assert found.mix in workable
        assert found.shortfall == quota - max(mix.value for mix in workable)
    else:
        assert found.mix is None
        assert found.minutes_missing > 0


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ([], "no cell"),
        ([Buy("ent", -1, 1, 1, 0, 1)], "ent: costs"),
        ([Buy("ent", 1, -1, 1, 0, 1)], "ent: costs"),
        ([Buy("ent", 1, 1, 1, -1, 1)], "ent: costs"),
        ([Buy("ent", 1, 1, 1, 5, 4)], "ent: at least 5 leads"),
    ],
)
def test_cells_that_cannot_be_bought_are_refused(cells: list[Buy], sentence: str) -> None:
    with pytest.raises(ImpossibleGoalError, match=sentence):
        cheapest_mix(cells, 100, 100)


def test_leads_worth_nothing_bring_no_quota() -> None:
    found = cheapest_mix([Buy("ent", 1, 0, 1, 0, 9)], 100, 100)
    assert (found.is_reached, found.shortfall) == (False, 100)
    assert cheapest_mix([Buy("ent", 1, 0, 1, 0, 9)], 0, 100).mix == Mix(
        (0,), Fraction(0), Fraction(0), Fraction(0)
    )
