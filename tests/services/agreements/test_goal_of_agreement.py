"""What a goal may say besides revenue and shares, and what is refused of it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from smarketing.domain.agreement import GoalMode
from smarketing.domain.errors import AgreementError
from smarketing.services.agreements.difference import changes
from smarketing.services.agreements.file import parse_agreement
from smarketing.services.agreements.text import explain
from tests.builders import AGREEMENT

GOAL = '[goal]\nrevenue = "100000"\n'
CELL = 'segment = "enterprise"\ntier = "decision_maker"\nshare = "1"\n'
FULL = (
    AGREEMENT.replace(
        GOAL,
        f'{GOAL}own_revenue = 20000\nconfidence = "80 %"\nreevaluate = true\n',
    )
    .replace("[[goal.cells]]\n", '[goal.months]\n"2026-12" = 120000\n\n[[goal.cells]]\n')
    .replace(CELL, f'{CELL}lag = "45d"\nown_leads = 3\n')
)


def test_a_goal_says_how_sure_and_what_sales_brings_and_which_month_is_another():
    goal = parse_agreement(FULL).goal
    assert goal is not None
    assert (goal.confidence, goal.own_revenue) == (Fraction(4, 5), Decimal(20_000))
    assert goal.months == {date(2026, 12, 1): Decimal(120_000)}
    assert goal.of_month(date(2026, 12, 1)).revenue == 120_000
    assert goal.of_month(date(2026, 11, 1)).revenue == 100_000
    assert (goal.mode, goal.reevaluate) == (GoalMode.COUNT, True)
    assert (goal.cells[0].lag, goal.cells[0].own_leads) == (timedelta(days=45), 3)


def test_it_reads_as_plain_english():
    text = " ".join(explain(parse_agreement(FULL)))
    assert "100,000 EUR of revenue a month less the 20,000 that sales brings itself" in text
    assert "It is 120,000 EUR in 2026-12." in text
    assert "reach the goal with a probability of 80 %." in text
    assert "45 days from lead to customer, 3 leads of its own from sales" in text
    assert "a new version is proposed, and holds once it is signed." in text


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('"80 %"', '"90 %"', "Goal: confidence 80 % → 90 %."),
        ("= 120000", "= 130000", "Goal: revenue of 2026-12 120,000 → 130,000."),
        ("own_revenue = 20000\n", "", "Goal: no longer brought by sales itself 20,000."),
        ("reevaluate = true", "", "Goal: no longer computed anew each month."),
        ('"45d"', '"60d"', (
            "Goal: enterprise decision maker 100 % of it, average deal 10,000, close rate 10 %, "
            "lag 45 days, 3 leads from sales itself → 100 % of it, average deal 10,000, close "
            "rate 10 %, lag 60 days, 3 leads from sales itself."
        )),
    ],
)  # fmt: skip
def test_a_change_of_it_is_a_sentence(old: str, new: str, sentence: str):
    assert changes(parse_agreement(FULL), parse_agreement(FULL.replace(old, new))) == (sentence,)


@pytest.mark.parametrize(
    ("old", "new", "key", "said"),
    [
        ('revenue = "100000"', "revenue = 0", "goal.revenue", "is zero"),
        ('"80 %"', '"100 %"', "goal.confidence", "100 % is not from 50 % to 99 %"),
        ('"80 %"', '"99.5 %"', "goal.confidence", "99.5 % is not from 50 % to 99 %"),
        ('"80 %"', '"49 %"', "goal.confidence", "49 % is not from 50 % to 99 %"),
        ('"80 %"', '"180 %"', "goal.confidence", "is not above 0 % and at most 100 %"),
        ('close_rate = "0.1"', 'close_rate = "1.1"', "close_rate", "at most 100 %"),
        ("= 20000", "= 100000", "goal.own_revenue", "nothing is left for marketing"),
        ('"2026-12"', '"2025-12"', "goal.months.2025-12", "before the agreement begins"),
        ('"2026-12"', '"December"', "goal.months.December", "is not a month"),
        ("= 120000", "= 0", "goal.months.2026-12", "is zero"),
        ("= 120000", "= 20000", "goal.months.2026-12", "no more than sales brings itself"),
        ('"45d"', '"6 weeks"', "lag", 'Write whole days, as "45d"'),
        ("own_leads = 3", "own_leads = -3", "own_leads", "greater than or equal to 0"),
        (CELL, CELL.replace("enterprise", "huge"),
         "goal.cells[1].segment", "'huge' is not defined here"),
        ("[goal]\n", '[goal]\nmode = "value"\n', "goal.mode",
         "no commitment is measured by lead_value_delivered"),
        ("[goal]\n", '[goal]\nmode = "money"\n', "goal.mode", "Use one of count, value"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_with_its_mend(old: str, new: str, key: str, said: str):
    assert old in FULL
    with pytest.raises(AgreementError) as error:
        parse_agreement(FULL.replace(old, new, 1))
    (problem,) = [one for one in error.value.problems if key in one.key][:1]
    assert said in str(problem)
