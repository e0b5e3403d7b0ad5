from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from smarketing.domain.calendar import seconds
from smarketing.services.conclusions.as_of import FactsAsOf
from smarketing.services.conclusions.audit import differing_facts
from smarketing.store.facts import FactsNow
from tests.builders import at

if TYPE_CHECKING:
    from tests.builders import Company

NOW = at("2026-04-27 09:00")
LEADS = """id,created,acknowledged,attempted,rejected,reason,title,employees,owner
a,2026-04-20 10:00,2026-04-20 10:30,2026-04-20 12:00,,,CEO,900,Ann
b,2026-04-20 10:00,2026-04-20 15:00,,,,CEO,900,Ann
c,2026-04-21 10:00,,,2026-04-21 12:00,wrong_tier,Intern,20,Bob
d,2025-12-30 10:00,,,,,Analyst,20,
"""


@pytest.fixture
def healthy(company: Company) -> Company:
    company.sign()
    company.take("leads", LEADS, NOW)
    company.take("deals", "id,lead,outcome,amount,closed\n1,a,won,100,2026-04-25 10:00\n", NOW)
    company.watch(NOW)
    return company


def differing(company: Company) -> int:
    now = seconds(NOW)
    recounted = FactsAsOf(company.history, company.book, now, told_before=now + 1)
    return differing_facts(FactsNow(company.engine), recounted)


def test_the_facts_of_a_healthy_company_are_those_of_its_events(healthy: Company):
    assert differing(healthy) == 0


def test_a_company_without_leads_has_nothing_that_differs(company: Company):
    assert differing(company) == 0


@pytest.mark.parametrize(
    ("change", "count"),
    [
        ("UPDATE daily_fact SET ack_met = ack_met + 1 WHERE won_amount > 0", 1),
        ("UPDATE daily_fact SET won_amount = 0", 1),
        ("DELETE FROM daily_fact", 3),
    ],
    ids=["one figure", "an amount", "all of them"],
)
def test_facts_that_were_changed_by_hand_are_found(healthy: Company, change, count):
    with healthy.engine.begin() as connection:
        connection.execute(text(change))
    assert differing(healthy) == count
