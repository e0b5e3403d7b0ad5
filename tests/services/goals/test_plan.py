from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import isfinite

import pytest

from smarketing.domain.errors import ImpossibleGoalError
from smarketing.domain.goals import Origin
from smarketing.services.goals.inputs import TypedCell
from smarketing.services.goals.plan import outlook_with, plan_of
from smarketing.services.goals.words import conclusion, plan_notes
from tests.services.goals.made import CELL, HUBSPOT, TWO, a_year, agreement, found, nothing

AGREED = TWO.replace('share = "0.', 'average_deal = "5000"\nclose_rate = "5 %"\nshare = "0.')
TODAY = date(2026, 6, 1)
MONTH = date(2026, 9, 1)


def test_the_textbooks_140_leads_are_a_coin_flip():
    plan = plan_of(agreement(HUBSPOT), found(nothing(TODAY), CELL), MONTH)
    assert (plan.textbook_leads, plan.leads) == (140, 180)
    assert conclusion(plan) == (
        "Asking for 140 leads reaches the goal with 55 %; 180 reach it with 80 %."
    )
    assert plan.sure.error == 0  # one cell and agreed deals: nothing is simulated


def test_a_higher_confidence_asks_for_more():
    known = found(nothing(TODAY), CELL)
    leads = [
        plan_of(agreement(HUBSPOT), known, MONTH, confidence=Fraction(p, 100)).leads
        for p in (50, 80, 90, 95)
    ]
    assert leads == sorted(set(leads))


def test_rates_of_the_past_are_corrected_for_leads_that_are_still_open():
    plan = plan_of(agreement(TWO), found(a_year(TODAY, leads=20_000)), MONTH)
    for cell in plan.cells:
        told = cell.inputs.rate.history
        assert told is not None
        assert told.naive is not None
        assert told.naive < told.pooled.rate
        assert abs(told.pooled.rate - 0.08) < abs(told.naive - 0.08)


def test_what_the_textbook_takes_is_the_plain_rate_with_its_sample_and_date():
    plan = plan_of(agreement(TWO), found(a_year(TODAY)), MONTH)
    given = plan.cells[0].inputs.rate.given
    assert given is not None
    assert (given.origin, given.sample, given.as_of) == (Origin.HISTORY, 1500, date(2026, 5, 31))


def test_several_cells_help_each_other_out():
    plan = plan_of(agreement(AGREED), found(nothing(TODAY)), MONTH)
    assert plan.sure.chance >= 0.8
    assert 0 < plan.sure.error < 0.01
    assert all(cell.leads < cell.alone for cell in plan.cells)


def test_the_same_history_gives_the_same_plan():
    one, other = (plan_of(agreement(TWO), found(a_year(TODAY)), MONTH) for _ in range(2))
    assert [cell.leads for cell in one.cells] == [cell.leads for cell in other.cells]
    assert one.sure == other.sure


def test_leads_are_asked_for_before_their_revenue_by_the_lag():
    plan = plan_of(agreement(TWO), found(a_year(TODAY)), MONTH)
    assert {cell.month for cell in plan.cells} == {date(2026, 8, 1)}
    text = TWO.replace('share = "0.6"', 'share = "0.6"\nlag = "61d"')
    assert plan_of(agreement(text), found(a_year(TODAY)), MONTH).cells[0].month == date(2026, 7, 1)


def test_weeks_and_days_sum_to_the_month():
    plan = plan_of(agreement(TWO), found(a_year(TODAY)), MONTH)
    for cell in plan.cells:
        assert sum(week.target for week in cell.weeks) == cell.leads
        assert all(sum(d.target for d in week.days) == week.target for week in cell.weeks)
        assert all(day.day.isoweekday() < 6 for week in cell.weeks for day in week.days)


def test_a_month_with_a_revenue_of_its_own_is_planned_with_it():
    text = HUBSPOT.replace(
        "[[goal.cells]]", '[goal.months]\n"2026-09" = "140000"\n\n[[goal.cells]]'
    )
    known = found(nothing(TODAY), CELL)
    assert plan_of(agreement(text), known, MONTH).textbook_leads == 280
    assert plan_of(agreement(text), known, date(2026, 10, 1)).textbook_leads == 140


def test_what_sales_brings_itself_is_taken_off():
    known = found(nothing(TODAY), CELL)
    revenue = HUBSPOT.replace('"70000"', '"90000"\nown_revenue = "20000"')
    assert plan_of(agreement(revenue), known, MONTH).textbook_leads == 140
    own = HUBSPOT.replace('\nshare = "1"', '\nshare = "1"\nown_leads = 40')
    plan = plan_of(agreement(own), known, MONTH)
    assert (plan.textbook_leads, plan.leads) == (100, 140)
    assert plan.textbook is not None
    assert round(plan.textbook.chance, 3) == 0.554  # the same leads, whoever brings them


def test_a_lead_is_worth_its_rate_times_its_deal():
    plan = plan_of(agreement(HUBSPOT), found(nothing(TODAY), CELL), MONTH)
    (cell,) = plan.cells
    assert (cell.lead_value, cell.value) == (Decimal(500), Decimal(180 * 500))


def test_in_value_the_plan_speaks_of_money():
    text = HUBSPOT.replace("leads_delivered", "lead_value_delivered").replace(
        "target = 21", 'target = "goal"'
    )
    text = text.replace("[goal]", '[goal]\nmode = "value"')
    plan = plan_of(agreement(text), found(nothing(TODAY), CELL), MONTH)
    assert conclusion(plan) == (
        "Asking for leads worth EUR 70,000 (140 leads) reaches the goal with 55 %; EUR 90,000 (180 "
        "leads) reach it with 80 %."
    )


def test_what_is_typed_in_wins_and_says_so():
    typed = {CELL: TypedCell(average_deal=Decimal(20_000), close_rate=Fraction(1, 10))}
    plan = plan_of(agreement(HUBSPOT), found(nothing(TODAY), CELL), MONTH, typed=typed)
    assert plan.textbook_leads == 35
    inputs = plan.cells[0].inputs
    assert inputs.rate.given is not None
    assert {inputs.deal.given.origin, inputs.rate.given.origin} == {Origin.TYPED}


def test_agreed_numbers_are_held_against_the_past():
    text = TWO.replace('share = "0.6"', 'share = "0.6"\nclose_rate = "30 %"')
    plan = plan_of(agreement(text), found(a_year(TODAY)), MONTH)
    assert plan.textbook is not None
    assert plan.by_history is not None
    assert plan.by_history.chance < plan.textbook.chance
    notes = plan_notes(plan, TODAY)
    assert any("a close rate of 30 % is taken, and the past says" in note for note in notes)


def test_a_rate_of_100_percent_takes_a_lead_a_customer():
    text = HUBSPOT.replace('"5 %"', '"100 %"')
    plan = plan_of(agreement(text), found(nothing(TODAY), CELL), MONTH)
    assert (plan.textbook_leads, plan.leads) == (7, 7)


def test_good_and_bad_months_ask_for_more_leads():
    known = found(a_year(TODAY))
    calm = plan_of(agreement(TWO), replace(known, spread=0.0), MONTH)
    wild = plan_of(agreement(TWO), replace(known, spread=0.4), MONTH)
    assert wild.leads > calm.leads
    assert wild.cells[0].alone > calm.cells[0].alone


def test_what_history_leaves_open_is_no_doubt_about_rates_that_were_agreed():
    known = found(a_year(TODAY))
    for text in (AGREED, HUBSPOT):
        calm, wild = (
            plan_of(agreement(text), replace(known, spread=spread), MONTH) for spread in (0.0, 0.4)
        )
        assert [cell.leads for cell in wild.cells] == [cell.leads for cell in calm.cells]
        assert [cell.alone for cell in wild.cells] == [cell.alone for cell in calm.cells]
        assert wild.textbook == calm.textbook


def test_leads_that_had_to_come_before_today_are_named():
    plan = plan_of(agreement(TWO), found(a_year(TODAY)), date(2026, 6, 1))
    assert "had to be handed off in 2026-05" in plan_notes(plan, TODAY)[0]


def test_no_number_of_a_plan_is_nan():
    plan = plan_of(agreement(TWO), found(a_year(TODAY, leads=40)), MONTH)
    assert all(isfinite(cell.chance or 0) for cell in plan.cells)
    assert isfinite(plan.sure.median)


def test_a_goal_of_zero_is_refused():
    zero = agreement(HUBSPOT)
    assert zero.goal is not None
    goal = replace(zero.goal, months={MONTH: Decimal(0)})
    with pytest.raises(ImpossibleGoalError, match="the goal is zero"):
        plan_of(replace(zero, goal=goal), found(nothing(TODAY), CELL), MONTH)


def test_a_goal_below_what_sales_brings_itself_says_so():
    low = HUBSPOT.replace('"70000"', '"90000"\nown_revenue = "20000"')
    agreed = agreement(low)
    assert agreed.goal is not None
    goal = replace(agreed.goal, months={MONTH: Decimal(15_000)})
    with pytest.raises(ImpossibleGoalError, match=r"sales brings 20,000\.00 itself, .* 15,000\.00"):
        plan_of(replace(agreed, goal=goal), found(nothing(TODAY), CELL), MONTH)


@pytest.mark.parametrize("own", [0, 40, 150, 2_000])
def test_the_leads_of_sales_are_in_what_a_plan_says_and_more_leads_never_have_a_lower_chance(own):
    text = AGREED.replace('share = "0.', f'own_leads = {own}\nshare = "0.', 1)
    plan = plan_of(agreement(text), found(nothing(TODAY)), MONTH)
    leads = [cell.leads for cell in plan.cells]
    assert outlook_with(plan, leads).chance == pytest.approx(plan.sure.chance, abs=0.03)
    assert plan.sure.chance == pytest.approx(0.8, abs=0.04) or sum(leads) == 0
    assert (sum(leads) == 0) == (own == 2_000)
    textbook = [cell.textbook or 0 for cell in plan.cells]
    assert plan.textbook is not None
    told = [(sum(leads), plan.sure.chance), (sum(textbook), plan.textbook.chance)]
    assert [chance for _, chance in sorted(told)] == sorted(chance for _, chance in told)
