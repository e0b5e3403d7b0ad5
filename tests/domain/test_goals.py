from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from smarketing.domain.agreement import Goal, GoalCell
from smarketing.domain.errors import ImpossibleGoalError
from smarketing.domain.goals import (
    Given,
    GoalInputs,
    Origin,
    chain_rate,
    customers_needed,
    exact_leads,
    lead_value,
    lead_velocity,
    leads_beside_own,
    leads_for_value,
    leads_needed,
    pipeline_needed,
    targets_of,
)

HALF = Fraction(1, 2)


def cell(
    tier: str = "manager",
    share: Fraction = HALF,
    deal: str | None = "5000",
    rate: Fraction | None = Fraction(1, 20),
) -> GoalCell:
    return GoalCell("enterprise", tier, share, Decimal(deal) if deal else None, rate)


def goal(*cells: GoalCell) -> Goal:
    return Goal(Decimal(200000), Fraction(3, 5), cells)


def test_revenue_share_becomes_customers_and_leads() -> None:
    # A2: 100,000 x 60 % / 5,000 = 12 customers; / 5 % = 240 leads.
    revenue = Decimal(100000) * Decimal("0.6")
    customers = customers_needed(revenue, 5000)
    assert (customers, leads_needed(customers, Decimal("0.05"))) == (12, 240)


def test_no_rate_asks_for_one_lead_too_many() -> None:
    # A4: a whole number of leads comes back from its customers, whatever the rate.
    rates = [Fraction(per_mille, 1000) for per_mille in range(1, 1001)]
    assert {leads_needed(1000 * rate, rate) for rate in rates} == {1000}


def test_early_rounding_is_not_done() -> None:
    customers = customers_needed(Decimal(155000), 7200)
    assert customers == Fraction(775, 36)
    assert leads_needed(customers, Decimal("0.035")) == 616


def test_the_rates_of_three_steps_make_five_of_a_hundred() -> None:
    # A8: 4/10 x 4/10 x 3/10.
    through = chain_rate([Fraction(4, 10), Fraction(4, 10), Fraction(3, 10)])
    assert through == Fraction(48, 1000)
    assert round(100 * through) == 5


def test_a_share_in_value_becomes_whole_leads() -> None:
    # A5b: 200,000 a month in leads of 1,600.
    assert leads_for_value(200000, lead_value(Decimal("0.01"), 160000)) == 125


def test_a_lead_value_is_rounded_to_ten_thousandths() -> None:
    assert lead_value(Fraction(1, 3), 100) == Decimal("33.3333")


def test_own_leads_of_sales_never_make_marketing_owe_less_than_nothing() -> None:
    assert leads_beside_own(1, HALF, 10) == 0


def test_there_is_no_velocity_after_a_month_without_leads() -> None:
    assert lead_velocity(5, 0) is None


@pytest.mark.parametrize(
    "rate", [0, Fraction(-1, 2), Fraction(3, 2)], ids=["zero", "negative", "above all"]
)
def test_an_impossible_close_rate_is_refused(rate: Fraction) -> None:
    with pytest.raises(ImpossibleGoalError, match="close rate of"):
        exact_leads(7, rate)


def test_a_deal_worth_nothing_is_refused() -> None:
    with pytest.raises(ImpossibleGoalError, match="average deal is zero"):
        customers_needed(1000, 0)


def test_a_lead_worth_nothing_is_refused() -> None:
    with pytest.raises(ImpossibleGoalError, match="worth nothing"):
        leads_for_value(1000, 0)


def test_a_win_rate_of_zero_needs_an_endless_pipeline() -> None:
    with pytest.raises(ImpossibleGoalError, match="no pipeline"):
        pipeline_needed(1000, 0)


def test_each_cell_gets_its_own_target_and_value() -> None:
    # A9: the same revenue from decision makers takes fewer, dearer leads.
    dear, cheap = targets_of(
        goal(cell("decision_maker", deal="12000", rate=Fraction(1, 10)), cell("intern")), {}
    )
    assert (dear.leads, dear.lead_value) == (50, Decimal(1200))
    assert (cheap.leads, cheap.lead_value) == (240, Decimal(250))
    assert dear.revenue == cheap.revenue == 60000


def test_a_target_is_rounded_up_once() -> None:
    (target,) = targets_of(goal(cell(share=Fraction(1), deal="7200", rate=Fraction(7, 200))), {})
    assert (target.exact_leads, target.leads) == (Fraction(10000, 21), 477)


def test_what_the_agreement_leaves_open_comes_from_history_and_says_so() -> None:
    known = Given(Fraction(1, 25), Origin.HISTORY, sample=310, as_of=date(2026, 6, 30))
    history = {("enterprise", "manager"): GoalInputs(average_deal=None, close_rate=known)}
    (target,) = targets_of(goal(cell(share=Fraction(1), rate=None)), history)
    assert target.close_rate is known
    assert target.average_deal == Given(Fraction(5000), Origin.AGREEMENT)
    assert target.leads == 600


@pytest.mark.parametrize(
    ("open_cell", "what"),
    [
        (cell(rate=None), "close rate of enterprise / manager"),
        (cell(deal=None), "average deal of enterprise / manager"),
    ],
    ids=["no close rate", "no average deal"],
)
def test_a_cell_that_nobody_knows_is_named(open_cell: GoalCell, what: str) -> None:
    with pytest.raises(ImpossibleGoalError, match=what):
        targets_of(goal(open_cell), {})


def test_a_cell_that_never_closed_is_named() -> None:
    never = Given(Fraction(0), Origin.HISTORY, sample=40, as_of=date(2026, 6, 30))
    history = {("enterprise", "manager"): GoalInputs(average_deal=None, close_rate=never)}
    with pytest.raises(ImpossibleGoalError, match=r"enterprise / manager: a close rate of 0\.0%"):
        targets_of(goal(cell(rate=None)), history)
