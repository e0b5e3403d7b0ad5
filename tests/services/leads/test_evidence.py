from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from smarketing.services.leads.evidence import evidence
from smarketing.services.leads.explain import lead_named
from smarketing.store.leads import LeadShelf
from tests.builders import at

if TYPE_CHECKING:
    from smarketing.services.leads.evidence import Evidence
    from tests.builders import Company

NOW = at("2026-11-25 12:00")


def found(company: Company) -> tuple[Evidence, Evidence] | None:
    shelf = LeadShelf(company.engine)
    return evidence(shelf.whole(lead_named(shelf, "crm:a"))[0], company.book)


def take(company: Company, employees: str, title: str = "CEO") -> None:
    line = f"a,2026-11-25 10:00,2026-11-25 10:00,{employees},{title}"
    company.take("leads", f"id,created,handed,employees,title\n{line}\n", NOW)


def test_the_rule_that_matched_is_told_with_what_it_looked_at(company: Company):
    company.sign()
    take(company, "2000")
    segment, tier = found(company)
    assert (segment.title, segment.when) == ("Enterprise", "employees >= 500")
    assert (segment.position, segment.rules) == (1, 2)
    assert segment.looked_at == (("employees", "2000"),)
    assert tier.looked_at == (("seniority", "c_level"),)
    assert (segment.now, tier.now) == (None, None)


def test_where_no_rule_matched_all_that_the_rules_look_at_is_told(company: Company):
    company.sign()
    take(company, "", "Assistant")
    segment, _ = found(company)
    assert (segment.title, segment.when, segment.position) == ("Other", None, 0)
    assert segment.looked_at == (("employees", None),)


def test_what_was_corrected_since_does_not_move_it_and_is_told(company: Company):
    company.sign()
    take(company, "2000")
    take(company, "20")
    segment, tier = found(company)
    assert (segment.title, segment.now) == ("Enterprise", "Small")
    assert segment.looked_at == (("employees", "20"),)
    assert tier.now is None


@pytest.mark.parametrize("signed", [True, False])
def test_a_lead_without_an_agreement_has_no_evidence(company: Company, *, signed: bool):
    if signed:
        company.sign()
    company.take("leads", "id,created\na,2025-11-25 10:00\n", NOW)
    assert found(company) is None
