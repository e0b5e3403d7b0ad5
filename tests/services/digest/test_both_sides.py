"""Attempts, breaches and the statement in the weekly report: the numbers of the portal's pages."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING

import pytest

from reports.digest import Audience
from smarketing.domain.weeks import week_named
from smarketing.services.breaches.listed import Asked, every_line
from smarketing.services.digest.digest import digest
from smarketing.services.statements.accounts import Sources
from smarketing.services.statements.statement import statements
from smarketing.services.statements.words import amount_words
from smarketing.store.breach_words import BreachShelf
from smarketing.store.facts import FactsNow
from smarketing.store.levels import LevelDesk
from smarketing.store.statements import StatementDesk
from tests.builders import IN_FULL, Company, at
from tests.services.agreements.remedied import CREDIT, FEE, SUPPLIED

if TYPE_CHECKING:
    from datetime import datetime

    from reports.digest import Digest

HEAD = "id,created,handed,acknowledged,title,employees\n"
MONDAY = at("2026-04-27 08:00")


def statement_sources(company: Company) -> Sources:
    engine = company.engine
    return Sources(LevelDesk(engine), FactsNow(engine), StatementDesk(engine))


def report(
    company: Company,
    week: str = "2026-W17",
    *,
    as_of: datetime | None = None,
    generated_at: datetime = MONDAY,
) -> Digest:
    return digest(
        company.history, company.sources, company.book, audience=Audience.BOTH,
        week=week_named(week), as_of=as_of, generated_at=generated_at, base_url="",
        breaches=BreachShelf(company.engine), statements=statement_sources(company),
    )  # fmt: skip


def late_lead(name: str, day: str) -> str:
    return f"{name},{day} 09:00,{day} 09:00,{day} 15:00,CEO,900\n"


@pytest.fixture
def late(company: Company) -> Company:
    """Two leads were acknowledged too late, one in each of two weeks."""
    company.sign()
    told = HEAD + late_lead("a", "2026-04-15") + late_lead("b", "2026-04-22")
    company.take("leads", told, at("2026-04-25 02:00"))
    company.watch(at("2026-04-25 02:00"))
    return company


def test_breaches_of_the_week_are_those_of_the_page(late: Company):
    span = at("2026-04-20 00:00"), at("2026-04-27 00:00")
    page = Counter(
        (line.by, str(line.breach.kind))
        for line in every_line(BreachShelf(late.engine), late.book, Asked(*span))
        if line.breach.standing.counts
    )
    told = report(late)
    week = {
        (one.by, kind): getattr(one, kind)
        for one in told.breaches
        for kind in ("missing", "late", "wrong")
        if one.week == "2026-W17" and getattr(one, kind)
    }
    assert week == dict(page)
    assert week["Sales", "late"] >= 1
    before = [one for one in told.breaches if one.week == "2026-W16" and one.by == "Sales"]
    assert before[0].late >= 1


def test_a_breach_that_was_recorded_later_is_not_known_before(late: Company):
    assert sum(one.total for one in report(late).breaches) > 0
    before = report(late, as_of=at("2026-04-25 01:00"))
    assert sum(one.total for one in before.breaches) == 0
    assert before.owed_month is None, "claims are judged by what is known now"


def test_attempts_are_counted_up_to_the_promise_and_the_due_instant(company: Company):
    company.sign(IN_FULL)
    told = HEAD + "".join(
        f"{name},2026-04-13 09:00,2026-04-13 09:00,2026-04-13 09:10,CEO,900\n" for name in "abc"
    )
    company.take("leads", told, at("2026-04-14 02:00"))
    tries = [("a", "10:00"), ("a", "11:00"), ("a", "12:00"), ("a", "13:00"), ("b", "10:00")]
    calls = "".join(
        f"{n},{lead},call,outbound,2026-04-13 {hour},no_answer\n"
        for n, (lead, hour) in enumerate(tries)
    )
    late = "9,b,call,outbound,2026-04-24 10:00,no_answer\n"
    head = "id,lead,kind,direction,at,result\n"
    company.take("activities", head + calls + late, at("2026-04-25 02:00"))
    (depth,) = report(company, "2026-W16").depths
    week = depth.weeks[-1]
    assert (week.leads, week.made, week.promised, week.short) == (3, 4, 9, 2)


def test_what_is_owed_is_what_the_statement_says(company: Company):
    company.sign(SUPPLIED + FEE + CREDIT)
    head = "id,created,rejected,reason,title,employees\n"
    gone = "".join(f"r{n},2026-03-02 10:00,2026-03-03 10:00,duplicate,CEO,900\n" for n in range(6))
    kept = "".join(f"a{n},2026-03-02 10:00,,,CEO,900\n" for n in range(4))
    company.take(
        "leads", f"{head}{gone}{kept}x,2026-04-08 09:00,,,Intern,20\n", at("2026-04-08 09:00")
    )
    now = at("2026-04-13 08:00")
    company.watch(now)
    told = report(company, "2026-W15", generated_at=now)
    page = {
        (one.entitlement.by.title, amount_words(one.entitlement.owed, one.entitlement.unit))
        for party in company.book.versions[0].agreement.parties
        for found in statements(statement_sources(company), company.book, party, "2026-03", now)
        for line in found.to_it
        for one in line.owed
        if one.entitlement.is_due
    }
    assert told.owed_month == date(2026, 3, 1)
    assert {(debt.by, debt.what.removeprefix("a credit of ")) for debt in told.owed} == page
    assert page
