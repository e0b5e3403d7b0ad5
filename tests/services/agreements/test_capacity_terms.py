from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from smarketing.domain.agreement import CapacityTerms
from smarketing.domain.errors import AgreementError
from smarketing.services.agreements import life
from smarketing.services.agreements.difference import changes
from smarketing.services.agreements.file import parse_agreement
from smarketing.services.agreements.text import explain
from tests.builders import AGREEMENT, at

if TYPE_CHECKING:
    from tests.builders import Company

WRITTEN = """
[capacity]
reps = 6
hours_a_month = 120
time_for_leads = "50 %"
minutes_an_attempt = 8
"""
COSTING = AGREEMENT.replace('close_rate = "0.1"', 'close_rate = "0.1"\ncost = "60.50"')
SITE = """
name = "site"
title = "The site"
timezone = "UTC"
currency = "EUR"
inherits = "test"

[term]
starts_on = 2026-02-01

[parties.sales]
title = "Sales"
side = "sales"
signatories = ["sales@example.com"]

[parties.marketing]
title = "Marketing"
side = "marketing"
signatories = ["marketing@example.com"]
"""


def test_the_section_is_read_as_it_is_written():
    assert parse_agreement(AGREEMENT + WRITTEN).capacity == CapacityTerms(6, 120, Fraction(1, 2), 8)
    assert parse_agreement(AGREEMENT).capacity is None


def test_what_is_left_out_stays_open():
    found = parse_agreement(AGREEMENT + "[capacity]\nminutes_an_attempt = 8\n").capacity
    assert found == CapacityTerms(minutes=8)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "reps = 6",
            "reps = 0",
            "capacity.reps: 0 is not from 1 to 100,000. Write how many people",
        ),
        ("= 120", "= 800", "capacity.hours_a_month: 800 is not from 1 to 744. Write the hours"),
        ("attempt = 8", "attempt = 0", "capacity.minutes_an_attempt: 0 is not from 1 to 480."),
        ('"50 %"', '"0 %"', "capacity.time_for_leads: 0 % is not above 0 % and at most 100 %"),
        ("reps = 6", "people = 6", "capacity.people: no such key. Known are reps, hours_a_month"),
    ],
    ids=["no reps", "more hours than a month has", "no minutes", "no time", "another key"],
)
def test_what_cannot_be_is_refused_with_its_mend(old: str, new: str, said: str):
    with pytest.raises(AgreementError) as caught:
        parse_agreement(AGREEMENT + WRITTEN.replace(old, new))
    assert said in str(caught.value)


def test_a_lead_that_costs_nothing_is_refused():
    with pytest.raises(AgreementError) as caught:
        parse_agreement(COSTING.replace('"60.50"', '"0"'))
    assert str(caught.value.problems[0]) == (
        "goal.cells[1].cost: is zero. Write what a lead costs with the work that goes into it, or "
        "leave it out"
    )


def test_text_and_difference_say_it():
    before, after = parse_agreement(AGREEMENT), parse_agreement(COSTING + WRITTEN)
    assert (
        "Whether the promises can be kept is reckoned with 6 reps, 120 hours a month each, 50 % of "
        "them for leads and 8 minutes an attempt."
    ) in explain(after)
    assert any("60.50 a lead" in paragraph for paragraph in explain(after))
    assert changes(before, after) == (
        (
            "Goal: enterprise decision maker 100 % of it, average deal 10,000, close rate 10 % → "
            "100 % of it, average deal 10,000, close rate 10 %, cost of a lead 60.50."
        ),
        "New: Capacity.",
    )
    less = replace(after, capacity=CapacityTerms(reps=1))
    assert changes(after, less)[0] == "Capacity: reps 6 → 1."


def test_an_agreement_that_leaves_it_out_has_it_from_its_base(company: Company):
    company.sign(AGREEMENT + WRITTEN)
    version, _ = life.load(SITE, "site.toml", company.shelf, at("2026-01-05 09:00"))
    assert life.agreement_of(version).capacity == CapacityTerms(6, 120, Fraction(1, 2), 8)
