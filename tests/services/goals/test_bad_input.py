from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction

import polars as pl
import pytest

from smarketing.domain.errors import ImpossibleGoalError
from smarketing.services.goals.history import of_columns
from smarketing.services.goals.inputs import TypedCell
from smarketing.services.goals.months import plans_of
from smarketing.services.goals.plan import plan_of
from smarketing.services.goals.words import conclusion, plan_notes
from tests.services.goals.made import (
    CELL,
    HUBSPOT,
    OPEN,
    SMALL,
    TWO,
    agreement,
    day_s,
    deals_of,
    found,
    leads_of,
    nothing,
)

TODAY = date(2026, 6, 1)
MONTH = date(2026, 9, 1)
NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
MAY = day_s(date(2026, 5, 4))
FIFTY = leads_of(*((CELL, day_s(date(2026, 3, 1 + n % 28))) for n in range(50)))
RATE = OPEN.replace('\nshare = "1"', '\nshare = "1"\naverage_deal = "10000"')
DEAL = OPEN.replace('\nshare = "1"', '\nshare = "1"\nclose_rate = "5 %"')


def history(*deals: tuple, leads=FIFTY, text: str = OPEN):
    return of_columns(leads, deals_of(*deals), agreement(text), TODAY.toordinal())


def test_without_history_an_open_rate_says_what_is_missing():
    with pytest.raises(ImpossibleGoalError, match=r"enterprise / decision_maker.*no history yet"):
        plan_of(agreement(RATE), found(nothing(TODAY), CELL), MONTH)


def test_with_every_lead_open_the_close_rate_is_asked_for():
    with pytest.raises(ImpossibleGoalError, match="none of the 50 leads known by 2026-05-31"):
        plan_of(agreement(RATE), found(history(), CELL), MONTH)


def test_a_cell_without_a_win_borrows_from_its_tier_and_has_no_textbook_number():
    leads = leads_of(*(((CELL, SMALL)[n % 2], day_s(date(2026, 3, 1 + n % 28))) for n in range(90)))
    deals = [(n, "won", "EUR", 5_000, MAY) for n in range(0, 40, 2)]
    text = TWO.replace('share = "0.4"', 'share = "0.4"\naverage_deal = "2000"')
    plan = plan_of(agreement(text), found(history(*deals, leads=leads, text=text)), MONTH)
    assert plan.textbook_leads is None
    assert conclusion(plan).endswith("the textbook has no number for it.")
    assert any("none of its 45 leads has been won" in note for note in plan_notes(plan, TODAY))


def test_one_deal_is_taken_and_said_to_be_one():
    plan = plan_of(agreement(DEAL), found(history((0, "won", "EUR", 7_000, MAY)), CELL), MONTH)
    assert plan.textbook_leads == 200  # 70,000 / 7,000 / 5 %
    assert any("one deal only" in note for note in plan_notes(plan, TODAY))


def test_a_negative_deal_is_left_out_and_named():
    known = history((0, "won", "EUR", 7_000, MAY), (1, "won", "EUR", -500, MAY))
    assert known.cells[CELL].customers == 1
    assert known.cells[CELL].brought.tolist() == [70_000_000]
    assert "1 deal below zero, the lowest -500.00" in known.problems[0]


def test_currencies_are_added_by_the_agreements_rates_and_one_without_is_named():
    known = history(
        (0, "won", "EUR", 7_000, MAY), (1, "won", "usd", 7_000, MAY), (2, "won", "GBP", 9, MAY)
    )
    assert sorted(known.cells[CELL].brought.tolist()) == [35_000_000, 70_000_000]
    assert known.cells[CELL].customers == 3
    (problem,) = known.problems
    assert problem.startswith("1 deal in GBP, left out of the average deal: the agreement has no ")
    assert 'add GBP = "1.00" under [rates]' in problem


def test_a_customer_without_an_amount_counts_for_the_rate_alone():
    known = history((0, "won", "EUR", 7_000, MAY), (1, "won", "EUR", None, MAY))
    assert (known.cells[CELL].customers, known.cells[CELL].brought.size) == (2, 1)
    assert "1 customer without an amount" in known.problems[0]


def test_a_lead_that_is_won_without_a_day_is_said_to_be():
    with_won = FIFTY.with_row_index("n").select(
        *FIFTY.columns[:5], outcome="n", closed_at="closed_at", updated_at="updated_at",
        currency="currency", amount="amount",
    )  # fmt: skip
    won = with_won.with_columns(
        outcome=with_won["outcome"].replace_strict({0: "won"}, default=None)
    )
    known = history(leads=won)
    assert known.cells[CELL].customers == 1
    assert "1 lead was won without a day" in known.problems[-1]


@pytest.mark.parametrize("rate", [Fraction(3, 2), Fraction(0)], ids=["above 100 %", "zero"])
def test_a_typed_close_rate_is_a_rate(rate: Fraction):
    typed = {CELL: TypedCell(close_rate=rate)}
    with pytest.raises(ImpossibleGoalError, match="must be above 0 % and at most 100 %"):
        plan_of(agreement(HUBSPOT), found(nothing(TODAY), CELL), MONTH, typed=typed)


def test_an_average_deal_of_zero_is_refused():
    known = found(history((0, "won", "EUR", 0, MAY)), CELL)
    with pytest.raises(ImpossibleGoalError, match="nobody knows the average deal"):
        plan_of(agreement(DEAL), known, MONTH)


def test_a_period_in_the_past_names_the_months_that_can_be_planned():
    with pytest.raises(ImpossibleGoalError, match=r"2026-04 is over .* name one from 2026-06 on"):
        plans_of(agreement(HUBSPOT), found(nothing(TODAY), CELL), NOW, [date(2026, 4, 1)])


def test_of_a_year_the_months_to_come_are_planned():
    months = [date(2026, month, 1) for month in range(1, 13)]
    plans = plans_of(agreement(HUBSPOT), found(nothing(TODAY), CELL), NOW, months)
    assert [plan.month.month for plan in plans] == [6, 7, 8, 9, 10, 11, 12]


@pytest.mark.parametrize("percent", ["100", "99.9999", "49"])
def test_a_confidence_below_50_or_above_99_percent_is_refused(percent: str):
    sure = Fraction(percent) / 100
    with pytest.raises(ImpossibleGoalError, match=f"{percent} % is not from 50 % to 99 %: write"):
        plan_of(agreement(HUBSPOT), found(nothing(TODAY), CELL), MONTH, confidence=sure)


def test_customers_whose_amounts_cannot_be_added_are_no_lack_of_history():
    pounds = [(n, "won", "GBP", 900, MAY) for n in range(12)]
    told = r"its 12 customers brought no amount that is known\. 12 deals in GBP.*\[rates\]; write"
    with pytest.raises(ImpossibleGoalError, match=told):
        plan_of(agreement(DEAL), found(history(*pounds), CELL), MONTH)
    unpriced = history((0, "won", "EUR", None, MAY))
    with pytest.raises(ImpossibleGoalError, match=r"its one customer .* 1 customer without an amo"):
        plan_of(agreement(DEAL), found(unpriced, CELL), MONTH)


def test_who_was_a_customer_before_the_hand_off_is_no_win_of_the_lead():
    march = day_s(date(2026, 2, 3))
    before = history((0, "won", "EUR", 900, march), (1, "won", "EUR", 900, MAY))
    assert before.cells[CELL].customers == 1
    assert before.cells[CELL].brought.tolist() == [9_000_000]
    assert before.problems[0].startswith("1 lead was won before the day of the hand-off only: not")
    again = history((0, "won", "EUR", 900, march), (0, "won", "EUR", 700, MAY))
    assert again.cells[CELL].brought.tolist() == [7_000_000]
    assert again.problems == ()


def test_rejected_leads_are_none_that_a_rate_is_of_unless_they_were_won_after_all():
    rejected = FIFTY.with_columns(rejected_at=pl.when(pl.col("id") < 10).then(MAY))
    known = history((0, "won", "EUR", 900, MAY), (20, "won", "EUR", 900, MAY), leads=rejected)
    assert (known.cells[CELL].leads, known.cells[CELL].customers) == (41, 2)


def test_one_deal_of_next_to_nothing_leaves_a_plan_of_the_others():
    amounts = (20_000, 21_000, 25_000)
    usual = history(*((n, "won", "EUR", one, MAY) for n, one in enumerate(amounts)))
    odd = history(*((n, "won", "EUR", one, MAY) for n, one in enumerate((1, 20_000, 25_000))))
    plain, wide = (plan_of(agreement(DEAL), found(known, CELL), MONTH) for known in (usual, odd))
    assert plain.leads < wide.leads < 5 * plain.leads
    assert wide.sure.high < 10 * 70_000


def test_amounts_however_far_apart_are_no_crash():
    far = history(*((n, "won", "EUR", one, MAY) for n, one in enumerate((1, 10**9, 10**11))))
    assert plan_of(agreement(DEAL), found(far, CELL), MONTH).leads > 0


def test_rates_that_were_agreed_need_no_word_about_those_of_the_past():
    plan = plan_of(agreement(HUBSPOT), found(nothing(TODAY), CELL), MONTH)
    assert plan_notes(plan, TODAY) == ()
