"""What the last signature freezes of a goal, on both databases."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from smarketing.domain.errors import ImpossibleGoalError
from smarketing.services.agreements import acts, life
from smarketing.services.agreements.acts import Hand
from smarketing.services.goals.freeze import goal_targets
from smarketing.services.goals.history import history_of
from smarketing.services.levels.promised import of_a_month
from tests.builders import AGREEMENT, at

if TYPE_CHECKING:
    from tests.builders import Company

NOW = at("2026-06-01 09:00")
CELL = ("enterprise", "decision_maker")
BY_GOAL = AGREEMENT.replace(
    '[[commitments.leads.terms]]\nsegment = "enterprise"\ntier = "decision_maker"\ntarget = 21\n',
    'target = "goal"\n',
)
SURE = BY_GOAL.replace("[goal]", '[goal]\nconfidence = "80 %"')
MONTHS = BY_GOAL.replace("[[goal.cells]]", '[goal.months]\n"2026-09" = 200000\n\n[[goal.cells]]')
HEAD = "id,created,title,employees\n"
DEALS = "id,lead,outcome,amount,currency,closed\n"


def rows(count: int, month: str = "03") -> str:
    return "".join(f"{month}{n},2026-{month}-{1 + n % 28:02} 10:00,CEO,900\n" for n in range(count))


def won(count: int, day: str = "2026-04-02", month: str = "03") -> str:
    return "".join(f"d{month}{n},{month}{n},won,9000,EUR,{day} 10:00\n" for n in range(count))


def test_without_a_confidence_the_textbooks_number_is_frozen(company: Company):
    company.sign(BY_GOAL)
    (held,) = company.book.versions
    assert held.frozen.targets == {CELL: 50}  # 50,000 / 10,000 / 10 %


def test_with_a_confidence_more_leads_are_frozen(company: Company):
    company.sign(SURE)
    (held,) = company.book.versions
    assert held.frozen.targets == {CELL: 66}
    (row,) = company.progress(date(2026, 2, 1), date(2026, 3, 1))
    assert row.target == 66


def test_a_month_with_its_own_revenue_has_its_own_target(company: Company):
    company.sign(MONTHS.replace('share = "1"', 'share = "1"\nlag = "30d"'))
    months = company.progress(date(2026, 7, 1), date(2026, 10, 1), "month")
    # The leads of September's revenue come in August.
    assert [row.target for row in months] == [50, 100, 50]


def test_a_promise_of_value_follows_the_same_months(company: Company):
    text = MONTHS.replace("leads_delivered", "lead_value_delivered")
    company.sign(text.replace("[goal]\n", '[goal]\nmode = "value"\n'))
    (held,) = company.book.versions
    (promise,) = (c for c in held.agreement.commitments if c.name == "leads")
    of_months = [of_a_month(held, promise, date(2026, m, 1))[CELL] for m in (8, 9)]
    assert of_months == [Fraction(50_000), Fraction(100_000)]


def test_what_is_signed_is_what_was_proposed(company: Company):
    company.take("leads", HEAD + rows(50), at("2026-05-01 09:00"))
    company.take("deals", DEALS + won(5), at("2026-05-01 10:00"))
    text = BY_GOAL.replace('average_deal = "10000"\nclose_rate = "0.1"', "")
    version, _ = life.load(text, "a.toml", company.shelf, NOW)
    acts.propose("test", Hand("sales@example.com"), company.shelf, NOW)
    company.take("deals", DEALS + won(20), at("2026-06-02 10:00"))
    version = life.newest("test", company.shelf)
    later = at("2026-06-08 09:00")
    (cell,) = goal_targets(version, company.history, company.book, later).cells
    assert cell.close_rate.value == Fraction(5, 50)
    (cell,) = goal_targets(version, company.history, company.book, later, anew=True).cells
    assert cell.close_rate.value == Fraction(20, 50)


def test_history_has_the_days_of_hand_offs_and_wins_and_where_its_record_begins(company: Company):
    company.take("leads", HEAD + rows(3), NOW)
    company.take("deals", DEALS + won(1), NOW)
    version, _ = life.load(BY_GOAL, "a.toml", company.shelf, NOW)
    told = history_of(version, life.agreement_of(version), company.history, company.book, NOW)
    cell = told.cells[CELL]
    assert sorted(map(date.fromordinal, cell.lead_days.tolist())) == [
        date(2026, 3, 1), date(2026, 3, 2), date(2026, 3, 3),
    ]  # fmt: skip
    assert sorted(cell.win_days.tolist()) == [-1, -1, date(2026, 4, 2).toordinal()]
    assert cell.brought.tolist() == [90_000_000]
    assert (told.recorded_on, told.last_day) == (date(2026, 4, 2), date(2026, 5, 31))


def test_a_lead_whose_own_record_says_won_is_a_customer(company: Company):
    head = "id,created,title,employees,outcome,closed,amount,currency\n"
    row = "a,2026-03-02 10:00,CEO,900,won,2026-03-20 10:00,500,USD\n"
    company.take("leads", head + row, NOW)
    version, _ = life.load(BY_GOAL, "a.toml", company.shelf, NOW)
    told = history_of(version, life.agreement_of(version), company.history, company.book, NOW)
    assert told.cells[CELL].win_days.tolist() == [date(2026, 3, 20).toordinal()]
    assert told.cells[CELL].brought.tolist() == [2_500_000]  # at 0.5 EUR for a dollar


def test_what_happens_today_is_not_a_whole_day_yet(company: Company):
    company.take("leads", HEAD + "a,2026-06-01 08:00,CEO,900\n", NOW)
    version, _ = life.load(BY_GOAL, "a.toml", company.shelf, NOW)
    told = history_of(version, life.agreement_of(version), company.history, company.book, NOW)
    assert not told.cells


def test_without_a_win_signing_says_how_to_mend_it(company: Company):
    company.take("leads", HEAD + rows(50), NOW)
    text = BY_GOAL.replace('close_rate = "0.1"', "")
    version, _ = life.load(text, "a.toml", company.shelf, NOW)
    with pytest.raises(ImpossibleGoalError, match=r"none of the 50 leads of .* write close_rate"):
        goal_targets(version, company.history, company.book, NOW)
