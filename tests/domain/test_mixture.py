from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import ceil

import numpy as np
import pytest

from smarketing.domain.confidence import chance_of, leads_for
from smarketing.domain.deal_draws import AgreedDeals, DealSizes, LognormalDeals, OwnDeals
from smarketing.domain.errors import ImpossibleGoalError
from smarketing.domain.mixture import MixCell, mix_for, normal_scale, outlook_of

EQUAL = OwnDeals(np.array([5000.0]))
SKEWED = OwnDeals(
    np.array(
        [1200.0, 1500, 1800, 2100, 2400, 3000, 3600, 4200, 5400, 7500, 12000, 30000]
    )
)  # fmt: skip


def cell(leads: int = 100, deals: DealSizes = SKEWED, a: float = 12.5, b: float = 188.5) -> MixCell:
    return MixCell("enterprise / manager", Fraction(leads), a, b, deals)


MIX = (cell(100), cell(300, a=8.5, b=400.5), cell(50, LognormalDeals(8.0, 0.7, 5), a=3, b=20))


def test_with_equal_deals_the_simulation_agrees_with_what_is_exact() -> None:
    outlook = outlook_of([cell(deals=EQUAL)], [150], 35_000, seed=1, worlds=20_000)
    assert outlook.chance == pytest.approx(chance_of(7, 150, 12.5, 188.5), abs=4 * outlook.error)
    assert outlook.error == pytest.approx(0.003, abs=0.001)


def test_an_agreed_average_is_known_and_deals_spread_about_it_as_others_do() -> None:
    agreed = AgreedDeals(10_000.0, np.array([1.0, 2.0, 3.0]))
    assert (agreed.mean, agreed.spread) == pytest.approx((10_000, 10_000 * (2 / 3) ** 0.5 / 2))
    draw = agreed.worlds(np.random.default_rng(1), 2)
    deals = draw(np.random.default_rng(1), np.array([3_000, 3_000]))
    assert sorted(set(deals.round())) == [5_000, 10_000, 15_000]
    assert deals.mean() == pytest.approx(10_000, rel=0.02)
    assert AgreedDeals(10_000.0, np.ones(1)).spread == 0


@pytest.mark.parametrize("confidence", [0.5, 0.8, 0.9])
def test_with_equal_deals_the_scale_agrees_with_what_is_exact(confidence: float) -> None:
    found = mix_for([cell(deals=EQUAL)], 35_000, confidence, seed=1, worlds=20_000)
    assert found.leads[0] == pytest.approx(leads_for(7, 12.5, 188.5, confidence), abs=3)


def test_the_scale_found_is_sure_enough_in_other_worlds_too() -> None:
    found = mix_for(MIX, 150_000, 0.8, seed=1)
    again = outlook_of(MIX, found.leads, 150_000, seed=2)
    assert found.outlook.chance >= 0.8
    assert again.chance == pytest.approx(0.8, abs=4 * again.error)


def test_the_mix_keeps_its_proportions_in_whole_leads() -> None:
    found = mix_for(MIX, 150_000, 0.8, seed=1)
    scale = Fraction(found.leads[1], 300)
    assert found.leads[0] == pytest.approx(100 * scale, abs=1)
    assert found.leads[2] == pytest.approx(50 * scale, abs=1)


def test_the_same_seed_gives_the_same_answer_and_another_nearly() -> None:
    first, second, other = (mix_for(MIX, 150_000, 0.8, seed=seed) for seed in (1, 1, 2))
    assert first == second
    assert other != first
    assert other.leads[0] == pytest.approx(first.leads[0], rel=0.05)


def test_a_greater_goal_is_less_likely_and_takes_more_leads() -> None:
    goals = [20_000, 60_000, 100_000, 200_000, 400_000]
    chances = [outlook_of(MIX, [100, 300, 50], goal, seed=1).chance for goal in goals]
    leads = [sum(mix_for(MIX, goal, seed=1).leads) for goal in goals]
    assert chances == sorted(chances, reverse=True)
    assert chances[0] > chances[-1]
    assert leads == sorted(leads)


def test_more_confidence_takes_more_leads() -> None:
    leads = [sum(mix_for(MIX, 150_000, p / 100, seed=1).leads) for p in (50, 80, 90, 95)]
    assert leads == sorted(set(leads))


def test_skewed_deals_make_the_textbook_number_worse_than_a_coin_flip() -> None:
    # E10: naive 280 leads, p = 0.46; 80 % take more than a third above it.
    known = MixCell("all", Fraction(1), 5_000.0, 95_000.0, SKEWED)
    goal = 280 * Fraction(1, 20) * 6225
    textbook = ceil(goal / (Fraction(1, 20) * 6225))
    assert textbook == 280
    assert outlook_of([known], [textbook], goal, seed=1).chance < 0.5
    start = normal_scale([known], goal, 0.8)
    found = mix_for([known], goal, 0.8, seed=1)
    assert 350 < start < found.leads[0] * 1.05


def test_fewer_deals_leave_more_open() -> None:
    few, many = LognormalDeals(8.0, 0.7, 5), LognormalDeals(8.0, 0.7, 5000)
    spans = [
        outlook.high - outlook.low
        for outlook in (outlook_of([cell(deals=deals)], [400], 1, seed=1) for deals in (few, many))
    ]
    assert spans[0] > spans[1] * 1.2


def test_cells_with_the_same_deals_share_what_is_not_known_of_them() -> None:
    own = [OwnDeals(np.array([1000.0, 9000.0])) for _ in range(2)]
    shared = [cell(deals=own[0], a=400, b=600)] * 2
    apart = [cell(deals=deals, a=400, b=600) for deals in own]
    wide, narrow = (outlook_of(cells, [500, 500], 1, seed=1) for cells in (shared, apart))
    assert wide.high - wide.low > 1.2 * (narrow.high - narrow.low)


def test_months_that_differ_for_everyone_widen_the_outlook_and_take_more_leads() -> None:
    even, apart = (
        outlook_of(MIX, [1000, 3000, 500], 10**6, seed=1, spread=spread) for spread in (0.0, 0.3)
    )
    assert apart.high - apart.low > 1.2 * (even.high - even.low)
    assert apart.median == pytest.approx(even.median, rel=0.05)
    leads = [sum(mix_for(MIX, 10**6, seed=1, spread=s).leads) for s in (0.0, 0.1, 0.3)]
    assert leads == sorted(set(leads))


def test_months_that_nobody_can_foresee_take_many_leads_and_no_error() -> None:
    wild = mix_for(MIX, 10**5, 0.7, seed=1, spread=1.04)
    assert sum(wild.leads) > 1.5 * sum(mix_for(MIX, 10**5, 0.7, seed=1).leads)


def test_more_customers_than_leads_never_come_in_a_good_month() -> None:
    sure = cell(deals=EQUAL, a=990.0, b=10.0)
    assert outlook_of([sure], [100], 5000 * 101, seed=1, spread=0.5).chance == 0


@pytest.mark.parametrize("spread", [-0.1, float("inf"), float("nan")])
def test_a_spread_of_months_that_is_none_is_refused(spread: float) -> None:
    with pytest.raises(ImpossibleGoalError, match="months that differ"):
        mix_for(MIX, 1000, seed=1, spread=spread)


def test_a_lognormal_curve_has_its_mean_above_its_median() -> None:
    deals = LognormalDeals(8.25733995205461, 0.9321234650688308, 12)
    assert deals.mean == pytest.approx(5953.693302741467, abs=1e-6)  # E9
    draw = deals.worlds(np.random.default_rng(1), 1)
    assert draw(np.random.default_rng(2), np.array([50])).min() > 0


def test_a_goal_of_zero_is_certain_and_takes_no_lead() -> None:
    found = mix_for(MIX, 0, seed=1)
    assert found.leads == (0, 0, 0)
    assert found.outlook.chance == 1


@pytest.mark.parametrize(
    ("deals", "sentence"),
    [
        ([], "no deal was won"),
        ([100.0, -5.0], "deal of -5.00"),
        ([100.0, float("nan")], "cannot be planned"),
        ([0.0, 0.0], "every deal of this cell is zero"),
    ],
)
def test_deals_that_say_nothing_are_refused(deals: list[float], sentence: str) -> None:
    with pytest.raises(ImpossibleGoalError, match=sentence):
        OwnDeals(np.array(deals))


def test_one_deal_shows_no_spread() -> None:
    with pytest.raises(ImpossibleGoalError, match="do not show how deals vary"):
        LognormalDeals(8.0, 0.7, 1)


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ([], "no leads to scale"),
        ([cell(0)], "no leads to scale"),
        ([cell(-1), cell(5)], "no leads to scale"),
        ([cell(a=0)], "check the history"),
    ],
)
def test_a_mix_that_cannot_be_scaled_is_refused(cells: list[MixCell], sentence: str) -> None:
    with pytest.raises(ImpossibleGoalError, match=sentence):
        mix_for(cells, 1000, seed=1)


@pytest.mark.parametrize(("goal", "chance"), [(1, 1), (10**9, 0)])
def test_what_all_worlds_or_none_of_them_reach_is_not_known_without_error(
    goal: int, chance: int
) -> None:
    outlook = outlook_of([cell(deals=EQUAL)], [900], goal, seed=1)
    assert (outlook.chance, outlook.error) == (chance, 3 / 4_000)


def test_what_is_certain_has_no_error() -> None:
    assert outlook_of([cell()], [300], 0, seed=1).error == 0
    assert outlook_of([cell()], [0], 1, seed=1).error == 0


def test_a_goal_out_of_reach_is_refused_and_named() -> None:
    with pytest.raises(ImpossibleGoalError, match=r"of 1,000,000,000 with .* goal is too high"):
        mix_for([cell(a=0.01, b=1e7)], 10**9, seed=1, worlds=500)


def test_more_customers_than_can_be_simulated_are_refused() -> None:
    with pytest.raises(ImpossibleGoalError, match="plan one segment at a time"):
        mix_for([cell()], 10**10, seed=1)


def test_own_leads_come_first_and_no_more_than_is_missing_is_asked_for() -> None:
    plain = mix_for(MIX, 150_000, 0.8, seed=1)
    mix = (replace(MIX[0], own=plain.leads[0] + 150), *MIX[1:])
    found = mix_for(mix, 150_000, 0.8, seed=1)
    assert found.leads[0] == plain.leads[0] + 150
    assert sum(found.leads[1:]) < sum(plain.leads[1:])
    again = outlook_of(mix, found.leads, 150_000, seed=2)
    assert found.outlook.chance == pytest.approx(0.8, abs=0.02)
    assert again.chance == pytest.approx(found.outlook.chance, abs=4 * again.error)


def test_where_own_leads_are_enough_nothing_is_asked_for() -> None:
    mix = tuple(replace(one, own=10_000) for one in MIX)
    assert mix_for(mix, 150_000, 0.8, seed=1).leads == (10_000, 10_000, 10_000)
