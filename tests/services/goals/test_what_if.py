"""What follows from numbers that somebody tries, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from smarketing.domain.goals import Origin
from smarketing.services.agreements import life
from smarketing.services.goals.inputs import TypedCell
from smarketing.services.goals.months import found_of
from smarketing.services.goals.plan import plan_of
from smarketing.services.goals.what_if import what_if
from smarketing.services.goals.what_if_words import can_be_kept, probability, verdict
from tests.builders import AGREEMENT
from tests.services.able import ATTEMPTS
from tests.services.goals.test_freeze import BY_GOAL, CELL, DEALS, HEAD, MONTHS, SURE, rows, won
from tests.services.goals.trying import NOW, sources_of, tried

if TYPE_CHECKING:
    from tests.builders import Company

SMALL = ("small", "decision_maker")
TWO = (
    SURE.replace('share = "1"', 'share = "60 %"')
    + """
[[goal.cells]]
segment = "small"
tier = "decision_maker"
share = "40 %"
average_deal = "2000"
"""
)
"""Two cells; the close rate of the second one comes from history."""
PEOPLE = '\n[capacity]\nreps = 2\ntime_for_leads = "50 %"\nminutes_an_attempt = 30\n'
WORKED = SURE.replace("[goal]", ATTEMPTS) + PEOPLE


@pytest.fixture
def running(company: Company) -> Company:
    """Ten of 200 leads were won, half of them in each cell."""
    small = rows(100, "02").replace(",900", ",9")
    company.take("leads", HEAD + rows(100) + small.removeprefix(HEAD), NOW)
    company.take("deals", DEALS + won(5) + won(5, month="02"), NOW)
    company.sign(TWO, NOW)
    return company


def test_what_is_typed_in_gives_what_the_plan_gives_for_the_same_numbers(running: Company):
    found = tried(
        running, revenue="120,000", marketing_share="70 %", confidence="90",
        share__enterprise__decision_maker="75", share__small__decision_maker="25",
        deal__enterprise__decision_maker="12000.50", rate__small__decision_maker="7.5",
    )  # fmt: skip
    agreement, goal = found.agreement, found.agreement.goal
    assert goal is not None
    shares = (Fraction(3, 4), Fraction(1, 4))
    told = replace(
        goal,
        revenue=Decimal(120_000),
        marketing_share=Fraction(7, 10),
        cells=tuple(replace(c, share=s) for c, s in zip(goal.cells, shares, strict=True)),
    )
    plan = plan_of(
        replace(agreement, goal=told),
        found_of(found.version, running.history, running.book, NOW),
        found.month,
        confidence=Fraction(9, 10),
        typed={
            CELL: TypedCell(average_deal=Decimal("12000.50")),
            SMALL: TypedCell(close_rate=Fraction(3, 40)),
        },
    )
    assert found.plan is not None
    assert (found.problems, found.scaled, found.trouble) == ({}, {}, "")
    assert [cell.leads for cell in found.plan.cells] == [cell.leads for cell in plan.cells]
    assert (found.plan.sure, found.plan.textbook) == (plan.sure, plan.textbook)
    deals = [cell.inputs.deal.given.origin for cell in found.plan.cells]
    rates = [cell.inputs.rate.given for cell in found.plan.cells]
    assert deals == [Origin.TYPED, Origin.AGREEMENT]
    assert [rate.origin for rate in rates if rate] == [Origin.AGREEMENT, Origin.TYPED]


def test_untouched_it_is_what_is_in_force(running: Company):
    found = tried(running)
    assert found.plan is not None
    assert found.targets == tuple(cell.leads for cell in found.plan.cells)
    assert found.in_force == found.plan.sure
    assert not found.tried.has_goal


def test_a_field_that_says_what_stands_is_not_tried(running: Company):
    every = {one.name: one.stands for one in tried(running).fields}
    found = what_if(sources_of(running), every, NOW)
    assert found is not None
    assert found.words == {}
    assert [cell.inputs.rate.is_known for cell in found.plan.cells] == [True, False]  # type: ignore[union-attr]


def test_each_field_says_where_its_number_comes_from(running: Company):
    said = {one.name: (one.stands, one.origin) for one in tried(running).fields}
    assert said["revenue"] == ("100000", "agreed")
    assert said["confidence"] == ("80", "agreed")
    assert said["rate.small.decision_maker"][1] == "history: 100 up to 2026-06-02"
    assert said["minutes_an_attempt"] == ("", "nobody knows")


def test_the_leads_in_force_are_told_with_their_chance_for_what_is_tried(running: Company):
    found = tried(running, revenue="150000")
    assert found.plan is not None
    assert found.in_force is not None
    assert found.in_force.chance < 0.5 < found.plan.sure.chance
    assert "reach the goal with 80 %; the " in verdict(found)
    assert "in force with " in verdict(found)
    assert " ± " in probability(found)[0]


def test_targets_in_value_are_told_in_value(company: Company):
    value = SURE.replace("[goal]", '[goal]\nmode = "value"').replace(
        'metric = "leads_delivered"', 'metric = "lead_value_delivered"'
    )
    company.sign(value, NOW)
    found = tried(company, rate__enterprise__decision_maker="20")
    assert found.plan is not None
    worth = found.plan.leads * 2_000
    assert f"The targets are counted in value: these leads are worth EUR {worth:,}." in probability(
        found
    )


@pytest.mark.parametrize(
    ("name", "said", "sentence"),
    [
        ("revenue", "0", "“0” is no amount above zero"),
        ("revenue", "-5", "“-5” is no amount above zero"),
        ("revenue", "a lot", "“a lot” is no amount above zero"),
        ("revenue", "NaN", "“NaN” is no amount above zero"),
        ("revenue", "1" * 40, "“111111111111111111111111…” is no amount above zero"),
        ("revenue", "24000,50", "“24000,50” may be read in two ways: write 24000.50, with a point"),
        ("revenue", "24.000", "“24.000” may be read in two ways: write 24000.50, with a point"),
        ("revenue", "0,500", "“0,500” may be read in two ways: write 24000.50, with a point"),
        ("revenue", "1_000", "“1_000” is no amount above zero"),
        ("rate.small.decision_maker", "7,5", "“7,5” may be read in two ways: write 7.5, with a"),
        ("confidence", "75,000", "“75,000” may be read in two ways: write 7.5, with a point"),
        ("reps", "2,5", "“2,5” is not from 1 to 100,000"),
        ("marketing_share", "0", "“0” is not above 0 % and at most 100 %"),
        ("marketing_share", "101", "“101” is not above 0 % and at most 100 %"),
        ("confidence", "49", "“49” is not from 50 % to 99 %"),
        ("confidence", "99.5", "“99.5” is not from 50 % to 99 %"),
        ("confidence", "100", "“100” is not from 50 % to 99 %"),
        ("share.small.decision_maker", "-1", "“-1” is not above 0 % and at most 100 %"),
        ("deal.small.decision_maker", "-900", "“-900” is no amount above zero"),
        ("rate.small.decision_maker", "0", "“0” is not above 0 % and at most 100 %"),
        ("rate.small.decision_maker", "150", "“150” is not above 0 % and at most 100 %"),
        ("rate.small.decision_maker", "0.00001", "“0.00001” is not above 0 %"),
        ("reps", "0", "“0” is not from 1 to 100,000: enter a whole number."),
        ("reps", "2.5", "“2.5” is not from 1 to 100,000: enter a whole number."),
        ("minutes_an_attempt", "481", "“481” is not from 1 to 480"),
        ("attempts", "51", "“51” is not from 1 to 50"),
        ("time_for_leads", "120", "“120” is not above 0 % and at most 100 %"),
    ],
)
def test_a_number_that_cannot_be_used_is_said_and_left_as_it_stands(
    running: Company, name: str, said: str, sentence: str
):
    found = what_if(sources_of(running), {name: said}, NOW)
    assert found is not None
    assert list(found.problems) == [name]
    assert found.problems[name].startswith(sentence)
    assert found.plan is not None
    assert [cell.leads for cell in found.plan.cells] == list(found.targets)


def test_shares_that_do_not_sum_to_all_are_taken_in_proportion_and_offered_so(running: Company):
    found = tried(running, share__small__decision_maker="60")
    assert found.shares == Fraction(6, 5)
    assert found.scaled == {
        "share.enterprise.decision_maker": "50",
        "share.small.decision_maker": "50",
    }
    even = what_if(sources_of(running), found.scaled, NOW)
    assert even is not None
    assert (even.shares, even.scaled) == (1, {})
    assert found.plan is not None
    assert even.plan is not None
    assert found.plan.leads == even.plan.leads


def test_scaled_shares_sum_to_exactly_all(running: Company):
    found = tried(running, share__small__decision_maker="33.33")
    assert sum(map(Decimal, found.scaled.values())) == 100


def test_a_share_too_small_to_be_scaled_is_said(running: Company):
    found = tried(
        running, share__small__decision_maker="0.0001", share__enterprise__decision_maker="100"
    )
    assert found.plan is None
    assert verdict(found) == (
        "The shares of the cells are too unlike to be scaled: make them sum to exactly 100 %."
    )


def test_a_month_with_its_own_revenue_is_tried_for_itself(company: Company):
    company.sign(MONTHS, NOW)
    september = tried(company, month=date(2026, 9, 1), revenue="300000")
    assert september.fields[0].stands == "200000"
    assert september.plan is not None
    assert september.plan.revenue == 150_000


def test_a_month_that_is_over_is_said(running: Company):
    found = tried(running, month=date(2026, 3, 1))
    assert found.plan is None
    assert "2026-03 is over or outside of test" in verdict(found)


def test_a_number_that_nobody_knows_is_asked_for_and_may_be_typed_in(company: Company):
    company.sign(BY_GOAL, NOW)
    text = AGREEMENT.replace('close_rate = "0.1"\n', "").replace('name = "test"', 'name = "new"')
    company.take("leads", HEAD, NOW)
    life.load(text, "new.toml", company.shelf, NOW)
    sources = sources_of(company)
    found = what_if(sources, {}, NOW, name="new")
    assert found is not None
    assert "Nobody knows the close rate of enterprise / decision_maker" in verdict(found)
    typed = what_if(sources, {"rate.enterprise.decision_maker": "10"}, NOW, name="new")
    assert typed is not None
    assert typed.plan is not None
    assert typed.plan.textbook_leads == 50
    assert verdict(typed) == "66 leads reach the goal with 80 %; 50 with 57 %."


def test_reps_minutes_and_attempts_change_whether_it_can_be_worked(company: Company):
    company.sign(WORKED, NOW)
    slow = can_be_kept(tried(company))
    assert slow[0].startswith("These 2 people can work 61 leads in July; 66 would come: one more")
    assert can_be_kept(tried(company, reps="3"))[0].endswith("the promise can be kept.")
    assert can_be_kept(tried(company, attempts="3"))[0].endswith("the promise can be kept.")
    assert can_be_kept(tried(company, minutes_an_attempt="15"))[0].endswith("can be kept.")
    assert "66 would come: " in can_be_kept(tried(company, time_for_leads="10"))[0]


def test_what_nobody_said_of_people_is_asked_for(running: Company):
    assert "No rep is at work" in can_be_kept(tried(running))[0]


def test_history_is_read_once_until_something_new_is_taken_in(running: Company):
    sources = sources_of(running)
    before = tried(running, sources=sources, revenue="90000")
    again = tried(running, sources=sources, revenue="95000")
    assert before.plan is not None
    assert again.plan is not None
    assert again.plan.found is before.plan.found
    running.take("deals", DEALS + won(20), NOW)
    after = tried(running, sources=sources, revenue="90000")
    rates = [one.plan.found.rates[CELL].wins for one in (before, after) if one.plan]
    assert rates == [5, 20]


def test_an_amount_may_be_grouped_and_the_same_number_is_no_other_one(running: Company):
    asked = {
        "revenue": "1,250,000.50",
        "deal.small.decision_maker": "2,000.000",
        "confidence": "80.0 %",
    }
    found = what_if(sources_of(running), asked, NOW)
    assert found is not None
    assert found.plan is not None
    assert found.tried.revenue == Decimal("1250000.50")
    assert list(found.words) == ["revenue"]
