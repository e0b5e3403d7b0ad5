from __future__ import annotations

import json
from math import isfinite
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smarketing.domain.errors import InvalidError
from smarketing.domain.pooling import (
    WEAK,
    Basis,
    Cell,
    Prior,
    log_likelihood,
    moment_rho,
    pooled,
    prior_of,
    shrunk,
)

E3 = next(
    vector
    for vector in json.loads(
        (Path(__file__).parents[1] / "data" / "vectors" / "goals.json").read_text()
    )
    if vector["id"] == "E3_empirical_bayes_cells"
)
CELLS = [
    Cell(cell["segment"], cell["tier"], cell["converted"], cell["leads"])
    for cell in E3["inputs"]["cells"]
]

cells = st.builds(
    lambda segment, tier, exposed, share: Cell(segment, tier, int(exposed * share), exposed),
    st.sampled_from(["a", "b", "c"]),
    st.sampled_from(["A", "B", "C", "D", "E"]),
    st.floats(0, 1000, allow_subnormal=False),
    st.floats(0, 1),
)


def test_e3_cells_shrink_to_what_they_have_in_common() -> None:
    expected, close = E3["expected"], E3["abs_tol"]
    prior = prior_of(CELLS)
    assert (prior.mean, prior.strength, prior.alpha, prior.beta) == pytest.approx(
        [expected[key] for key in ("prior_mean", "prior_strength", "alpha", "beta")], abs=close
    )
    assert log_likelihood(CELLS, prior.mean, prior.strength) == pytest.approx(
        expected["max_loglik"], abs=close
    )
    for cell in CELLS:
        rate, wanted = shrunk(cell, prior), expected["posterior"][f"{cell.segment}.{cell.tier}"]
        assert (rate.raw, rate.rate, rate.weight, *rate.interval(0.95)) == pytest.approx(
            (wanted["raw"], wanted["shrunk"], wanted["weight_on_data"], *wanted["ci95"]), abs=close
        )


def test_e3_moments_agree_with_kleinman() -> None:
    rho = moment_rho(CELLS)
    assert rho == pytest.approx(E3["expected"]["moment_rho"], abs=1e-9)
    assert 1 / rho - 1 == pytest.approx(E3["expected"]["moment_strength"], abs=1e-6)


def test_cells_of_one_tier_are_fitted_together() -> None:
    together = [Cell(f"{cell.segment}.{cell.tier}", "all", cell.converted, cell.exposed)
                for cell in CELLS]  # fmt: skip
    rates = pooled(together)
    assert [rate.rate for rate in rates] == pytest.approx(
        [wanted["shrunk"] for wanted in E3["expected"]["posterior"].values()], abs=E3["abs_tol"]
    )
    assert {rate.basis for rate in rates} == {Basis.FITTED}


def test_cells_that_differ_by_chance_alone_get_one_rate() -> None:
    rates = pooled([Cell(str(number), "A", 10, 200) for number in range(6)])
    assert {rate.basis for rate in rates} == {Basis.ALIKE}
    assert {rate.rate for rate in rates} == {60.5 / 1201}
    assert rates[0].weight == pytest.approx(200 / 1201)


def test_few_cells_keep_most_of_what_they_saw() -> None:
    few = pooled([Cell("a", "A", 0, 3), Cell("b", "A", 30, 300)])
    assert {rate.basis for rate in few} == {Basis.FEW}
    assert few[0].rate == pytest.approx(WEAK * 30.5 / 301 / (3 + WEAK))
    assert few[1].weight == 300 / (300 + WEAK)


def test_cells_go_to_their_own_tier_and_not_to_the_mean_of_all() -> None:
    good = [Cell(str(number), "A", wins, 200) for number, wins in enumerate((30, 60, 45, 40))]
    bad = [Cell(str(number), "B", wins, 200) for number, wins in enumerate((2, 12, 6, 3))]
    rates = {(rate.cell.segment, rate.cell.tier): rate for rate in
             pooled([*good, *bad, Cell("new", "A", 0, 0), Cell("new", "B", 0, 0)])}  # fmt: skip
    assert rates["new", "A"].raw is None
    assert rates["new", "A"].rate == pytest.approx(0.22, abs=0.03)
    assert rates["new", "B"].rate == pytest.approx(0.03, abs=0.015)


def test_a_tier_is_drawn_to_the_whole() -> None:
    tier = [Cell(str(number), "A", wins, 20) for number, wins in enumerate((1, 9, 4, 3))]
    alone, within = prior_of(tier), prior_of(tier, Prior(0.05, WEAK, Basis.FEW))
    assert alone.basis is within.basis is Basis.FITTED
    assert 0.05 < within.mean < alone.mean - 0.02


def test_tiers_that_differ_by_chance_alone_are_one() -> None:
    rates = pooled([Cell("a", tier, 10, 200) for tier in "ABCDE"])
    assert {rate.basis for rate in rates} == {Basis.ALIKE}
    assert {rate.rate for rate in rates} == {50.5 / 1001}


def test_wins_above_the_effective_leads_are_a_rate_of_at_most_one() -> None:
    (rate,) = pooled([Cell("a", "A", 3, 2.5)])
    assert rate.raw == 1
    assert 0 < rate.rate < 1


def test_less_than_nothing_is_refused_with_its_name() -> None:
    with pytest.raises(InvalidError, match="smb / A has -1 wins of 10 leads"):
        pooled([Cell("smb", "A", -1, 10)])


@settings(max_examples=40)
@given(st.lists(cells, max_size=9))
def test_every_rate_lies_between_its_own_and_the_rates_of_others(some: list[Cell]) -> None:
    rates = pooled(some)
    assert [rate.cell.segment for rate in rates] == [cell.segment for cell in some]
    for rate in rates:
        low, high = rate.interval(0.8)
        assert 0 <= low <= high <= 1
        assert isfinite(rate.rate)
        assert 0 < rate.rate < 1
        assert 0 <= rate.weight <= 1
        if rate.basis is not Basis.ALIKE and rate.raw is not None:
            prior = (rate.alpha - rate.cell.converted) / (
                rate.alpha + rate.beta - rate.cell.exposed
            )
            ends = sorted((rate.raw, prior))
            assert ends[0] - 1e-9 <= rate.rate <= ends[1] + 1e-9


@settings(max_examples=20)
@given(st.lists(cells, min_size=2, max_size=9), st.randoms(use_true_random=False))
def test_the_order_of_cells_is_of_no_matter(some: list[Cell], random: object) -> None:
    order = list(range(len(some)))
    random.shuffle(order)  # type: ignore[attr-defined]
    straight, mixed = pooled(some), pooled([some[place] for place in order])
    for new, old in enumerate(order):
        assert mixed[new].rate == pytest.approx(straight[old].rate, abs=1e-4)


def test_the_only_cell_knows_nothing_but_what_it_saw() -> None:
    (alone,) = pooled([Cell("a", "A", 12, 200)])
    assert (alone.alpha, alone.beta) == (12.5, 188.5)  # Jeffreys, as in E1


def test_a_cell_that_is_alone_in_its_tier_does_not_count_its_leads_twice() -> None:
    alone, *_ = pooled([Cell("a", "A", 0, 153), Cell("a", "B", 10, 100), Cell("a", "C", 30, 300)])
    assert alone.alpha > 0.5
    assert alone.interval(0.95)[1] > 0.015  # 3 / 153: nothing in 153 leads is no proof of 1 %


def test_of_two_tiers_with_a_cell_each_one_is_judged_by_what_the_other_saw() -> None:
    alone, _ = pooled([Cell("a", "A", 0, 153), Cell("a", "B", 10, 100)])
    assert alone.alpha == pytest.approx(20 * 10.5 / 101)
    assert alone.alpha + alone.beta == pytest.approx(20 + 153)
