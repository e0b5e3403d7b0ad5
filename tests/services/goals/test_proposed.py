"""What was tried becomes a proposal, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from smarketing.domain.errors import ConflictError, ForbiddenError, InvalidError
from smarketing.domain.versions import State
from smarketing.services.agreements import acts, life
from smarketing.services.agreements.acts import Hand
from smarketing.services.agreements.file import parse_agreement
from smarketing.services.goals.changes import target_changes
from smarketing.services.goals.inputs import TypedCell
from smarketing.services.goals.proposed import propose, tried_text
from smarketing.services.goals.tried import Tried
from tests.services.goals.test_freeze import BY_GOAL, CELL, MONTHS, SURE
from tests.services.goals.trying import NOW, tried

if TYPE_CHECKING:
    from tests.builders import Company

SALES = Hand("sales@example.com")
COMMENTED = SURE.replace('revenue = "100000"', "revenue = 100000   # a month").replace(
    'average_deal = "10000"\n', ""
)


def test_the_text_keeps_its_comments_and_its_order(company: Company):
    text = COMMENTED.replace('close_rate = "0.1"', 'close_rate = "0.1" # good')
    version, _ = life.load(text, "a text", company.shelf, NOW)
    told = Tried(
        revenue=Decimal("120000.50"),
        marketing_share=Fraction(3, 5),
        confidence=Fraction(9, 10),
        cells={CELL: TypedCell(Decimal(9_000), Fraction(1, 8))},
    )
    text = tried_text(version, told, date(2026, 9, 1), date(2026, 7, 1))
    changed = {
        (old, new)
        for old, new in zip(
            version.text.splitlines(), text.replace("average_deal = 9000\n", "").splitlines(),
            strict=True,
        )
        if old != new
    }  # fmt: skip
    assert changed == {
        ("starts_on = 2026-01-01", "starts_on = 2026-07-01"),
        ("revenue = 100000   # a month", 'revenue = "120000.5"   # a month'),
        ('marketing_share = "0.5"', 'marketing_share = "60 %"'),
        ('confidence = "80 %"', 'confidence = "90 %"'),
        ('close_rate = "0.1" # good', 'close_rate = "12.5 %" # good'),
    }
    goal = parse_agreement(text).goal
    assert goal is not None
    assert (goal.revenue, goal.cells[0].average_deal) == (Decimal("120000.50"), Decimal(9_000))


def test_the_revenue_of_a_month_of_its_own_is_changed_there_and_months_before_go(company: Company):
    version = company.sign(MONTHS.replace('"2026-09" =', '"2026-06" = 7\n"2026-09" ='))
    told = Tried(revenue=Decimal(300_000))
    goal = parse_agreement(tried_text(version, told, date(2026, 9, 1), date(2026, 7, 1))).goal
    assert goal is not None
    assert goal.months == {date(2026, 9, 1): Decimal(300_000)}
    assert goal.revenue == 100_000


def test_it_is_proposed_from_the_next_month_on_and_nothing_holds_before_both_sign(
    company: Company,
):
    held = company.sign(SURE, NOW)
    found = tried(company, revenue="150000", confidence="90")
    version = propose(found, SALES, company.shelf, NOW)
    assert (version.version, version.starts_on) == (2, date(2026, 7, 1))
    assert version.proposed is not None
    assert version.proposed.by == SALES.email
    states = [life.state_now(v, company.shelf.versions(), NOW) for v in company.shelf.versions()]
    assert states == [State.PROPOSED, State.IN_FORCE]
    assert company.book.versions[0].agreement == life.agreement_of(held)


@pytest.mark.parametrize("text", [SURE, BY_GOAL], ids=["a confidence", "none agreed"])
def test_what_is_proposed_asks_for_the_leads_that_the_page_showed(company: Company, text: str):
    held = company.sign(text, NOW)
    found = tried(company, revenue="150000", rate__enterprise__decision_maker="12.5")
    version = propose(found, SALES, company.shelf, NOW)
    assert found.plan is not None
    before = held.frozen and life.frozen_of(held).targets[CELL]
    (leads, value) = target_changes(held, version, company.history, company.book, NOW)
    assert leads == (
        f"Targets: enterprise decision maker {before} leads → {found.plan.leads} leads a month."
    )
    assert value.endswith("EUR 1,000.00 → 1,250.00.")


def test_who_signs_for_nobody_may_not(company: Company):
    company.sign(SURE, NOW)
    with pytest.raises(ForbiddenError, match="signs for no party"):
        propose(tried(company, revenue="90000"), Hand("rep@example.com"), company.shelf, NOW)
    assert len(company.shelf.versions()) == 1


def test_a_draft_or_a_proposal_is_not_replaced(company: Company):
    company.sign(SURE, NOW)
    life.load(SURE.replace("2026-01-01", "2026-07-01"), "a draft", company.shelf, NOW)
    found = tried(company, revenue="90000")
    with pytest.raises(ConflictError, match="Version 2 of test is a draft: finish it"):
        propose(found, SALES, company.shelf, NOW)
    acts.propose("test", SALES, company.shelf, NOW)
    with pytest.raises(ConflictError, match="Version 2 of test is proposed: sign it, or take"):
        propose(found, SALES, company.shelf, NOW)


def test_an_agreement_that_ends_first_gets_no_new_version(company: Company):
    company.sign(SURE.replace("2026-01-01\n", "2026-01-01\nends_on = 2026-07-01\n", 1), NOW)
    found = tried(company, revenue="90000", month=date(2026, 6, 1))
    with pytest.raises(ConflictError, match="test ends on 2026-07-01, before another version"):
        propose(found, SALES, company.shelf, NOW)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({}, "every number of the goal is as it stands"),
        ({"reps": "3", "attempts": "4"}, "every number of the goal is as it stands"),
        ({"revenue": "90000", "confidence": "101"}, "some numbers cannot be used"),
        ({"share__enterprise__decision_maker": "90"}, "the shares do not sum to 100 %"),
    ],
    ids=["nothing", "people only", "a wrong number", "shares"],
)
def test_what_is_not_whole_is_not_proposed(company: Company, words: dict[str, str], said: str):
    company.sign(SURE, NOW)
    with pytest.raises(InvalidError, match=said):
        propose(tried(company, **words), SALES, company.shelf, NOW)
    assert len(company.shelf.versions()) == 1


def test_without_a_plan_nothing_is_proposed(company: Company):
    company.sign(SURE, NOW)
    found = tried(company, revenue="90000")
    with pytest.raises(ConflictError, match="no number is enough"):
        propose(replace(found, plan=None, trouble="no number is enough"), SALES, company.shelf, NOW)
