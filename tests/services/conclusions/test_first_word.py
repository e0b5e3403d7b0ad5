"""A source that tells of acts for the first time: what was judged without it is in doubt."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from smarketing.domain.calendar import seconds
from smarketing.domain.facts import BY_DEFAULT
from smarketing.domain.moment import FOREVER
from smarketing.services.conclusions.as_of import FactsAsOf
from smarketing.services.conclusions.audit import differing_facts
from smarketing.store.facts import FactsNow
from tests.builders import AGREEMENT, Company, at

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy import Engine

BOTH = AGREEMENT.replace("allowance", 'recorded_in = ["source", "portal"]\nallowance', 1)
HEAD = "id,created,handed,acknowledged,attempted,rejected,reason,title,employees\n"
NOW = at("2026-03-20 09:00")
A = "a,2026-03-02 08:00,2026-03-02 09:00,{acknowledged},,{rejected},{reason},CEO,900\n"
B = "b,2026-03-03 08:00,2026-03-03 09:00,,,,,CEO,900\n"


@pytest.fixture
def company(engine: Engine, tmp_path: Path) -> Company:
    company = Company(engine, tmp_path)
    company.sign(BOTH)
    return company


def a(acknowledged: str = "", rejected: str = "", reason: str = "") -> str:
    return A.format(acknowledged=acknowledged, rejected=rejected, reason=reason)


def differing(company: Company, now: datetime = NOW) -> int:
    company.watch(now)
    told = {"told_before": FOREVER, "happened_before": FOREVER}
    recounted = FactsAsOf(company.history, company.book, seconds(now), **told)
    return differing_facts(FactsNow(company.engine), recounted)


def breached(company: Company) -> list[str]:
    sql = (
        "SELECT lead.source_key FROM clock JOIN lead ON lead.id = lead_id "
        "JOIN commitment ON commitment.id = commitment_id "
        "WHERE metric = 'acknowledged_within' AND breached_at IS NOT NULL ORDER BY 1"
    )
    with company.engine.connect() as connection:
        return list(connection.scalars(text(sql)))


def accepted(company: Company) -> list[str]:
    sql = "SELECT source_key FROM lead WHERE accepted = :how ORDER BY 1"
    with company.engine.connect() as connection:
        return list(connection.scalars(text(sql), {"how": BY_DEFAULT}))


def test_a_file_is_not_judged_past_what_it_tells_itself(company: Company):
    company.take("leads", HEAD + a(acknowledged="2026-03-02 09:30") + B, NOW)
    assert breached(company) == []
    assert differing(company) == 0


def test_a_source_without_acts_is_judged_by_the_portal(company: Company):
    company.take("leads", HEAD + a() + B, NOW)
    assert breached(company) == ["a", "b"]
    assert differing(company) == 0


def test_verdicts_past_the_first_word_are_taken_back(company: Company):
    company.take("leads", HEAD + a() + B, NOW)
    company.take("leads", HEAD + a(acknowledged="2026-03-02 09:30") + B, NOW)
    assert breached(company) == []
    assert differing(company) == 0


def test_no_lead_is_accepted_by_default_past_what_its_source_tells_of_rejections(company: Company):
    company.take("leads", HEAD + a(rejected="2026-03-04 09:00", reason="wrong_tier") + B, NOW)
    assert accepted(company) == []  # the window of b ends on the 5th at 17:00
    assert differing(company) == 0
    later = "c,2026-03-06 08:00,2026-03-06 09:00,,,,,CEO,900\n"
    company.take("leads", HEAD + later, NOW)
    assert accepted(company) == ["b"]
    assert differing(company) == 0


def test_acceptance_by_default_is_taken_back_when_a_source_begins_to_tell_of_rejections(
    company: Company,
):
    company.take("leads", HEAD + a() + B, NOW)
    assert accepted(company) == ["a", "b"]
    company.take("leads", HEAD + a(rejected="2026-03-04 09:00", reason="wrong_tier"), NOW)
    assert accepted(company) == []
    assert differing(company) == 0


def test_a_worker_accepts_only_what_the_source_has_told_of(company: Company):
    company.take("leads", HEAD + a(rejected="2026-03-04 09:00", reason="wrong_tier") + B, NOW)
    company.watch(at("2026-04-20 09:00"))
    assert accepted(company) == []
    assert differing(company, at("2026-04-20 09:00")) == 0
