from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reports.digest import Audience
from smarketing.domain.weeks import week_named
from smarketing.services.digest.digest import digest
from tests.builders import AGREEMENT, at

if TYPE_CHECKING:
    from datetime import datetime

    from reports.digest import Digest, PromiseWeek
    from tests.builders import Company

HEAD = "id,created,handed,acknowledged,title,employees\n"
MONDAY = at("2026-04-27 08:00")

FIRST = AGREEMENT.replace('name = "test"', 'name = "first"').replace(
    "starts_on = 2026-01-01", "starts_on = 2026-01-01\nends_on = 2026-04-16"
)
LATER = AGREEMENT.replace("starts_on = 2026-01-01", "starts_on = 2026-04-16")
SECOND = LATER.replace('name = "test"', 'name = "second"')


def lead(name: str, handed: str, acknowledged: str = "") -> str:
    return f"{name},{handed},{handed},{acknowledged},CEO,900\n"


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
    )  # fmt: skip


def acknowledged(told: Digest, back: int = 1) -> PromiseWeek:
    (promise,) = [one for one in told.promises if one.name == "acknowledge"]
    return promise.weeks[-back]


@pytest.fixture
def nightly(company: Company) -> Company:
    """The night after the weekend tells how Friday went."""
    company.sign()
    company.take("leads", HEAD + lead("a", "2026-04-24 09:02"), at("2026-04-24 09:02"))
    company.take(
        "leads",
        HEAD
        + lead("a", "2026-04-24 09:02", "2026-04-24 09:22")
        + lead("b", "2026-04-24 14:00", "2026-04-24 14:10"),
        at("2026-04-27 02:00"),
    )
    return company


def test_the_night_after_the_week_tells_of_its_acts(nightly: Company):
    told = report(nightly)
    assert (told.weeks[-1].week, told.weeks[-1].delivered) == ("2026-W17", 2)
    assert (acknowledged(told).met, acknowledged(told).due, told.waiting) == (2, 2, 0)
    assert sum(cell.counted_week for cell in told.cells) == 2
    assert told.as_of == at("2026-04-27 00:00")


def test_a_report_made_again_later_says_the_same(nightly: Company):
    before = report(nightly)
    nightly.take("leads", HEAD + lead("c", "2026-04-27 10:00"), at("2026-04-28 02:00"))
    after = report(nightly, generated_at=at("2026-05-04 08:00"))
    assert (after.weeks, after.cells, after.waiting) == (
        before.weeks, before.cells, before.waiting,
    )  # fmt: skip
    assert [promise.weeks for promise in after.promises] == [p.weeks for p in before.promises]


def test_as_of_an_instant_nothing_counts_that_was_told_later(nightly: Company):
    told = report(nightly, as_of=at("2026-04-27 00:00"))
    assert (told.weeks[-1].delivered, acknowledged(told).met) == (1, 0)


def test_a_report_of_the_week_that_goes_on_judges_nothing_of_the_days_to_come(company: Company):
    company.sign(AGREEMENT.replace("allowance", 'recorded_in = ["portal"]\nallowance', 1))
    company.take("leads", HEAD + lead("a", "2026-04-23 10:00"), at("2026-04-23 10:30"))
    told = report(company, generated_at=at("2026-04-23 10:30"))
    assert (acknowledged(told).pending, told.waiting) == (1, 0)
    assert told.as_of == at("2026-04-23 10:30")


def test_a_week_keeps_how_it_stood_when_its_own_report_was_made(company: Company):
    slow = AGREEMENT.replace("starts_on = 2026-01-01", "starts_on = 2026-04-01")
    company.sign(slow)
    # Handed off on Friday at four; due on Monday, and acknowledged on Tuesday.
    friday = lead("a", "2026-04-24 16:45", "2026-04-28 09:00")
    company.take(
        "leads", HEAD + friday + lead("b", "2026-04-20 10:00", "2026-04-20 10:10"),
        at("2026-05-04 02:00"),
    )  # fmt: skip
    later = report(company, "2026-W18", generated_at=at("2026-05-04 08:00"))
    before = acknowledged(later, back=2)
    assert (before.met, before.late, before.pending) == (1, 1, 0)
    assert before.at_end is not None
    assert (before.at_end.met, before.at_end.late, before.at_end.pending) == (1, 0, 1)
    assert acknowledged(later).at_end is None
    first = report(company)
    assert (acknowledged(first).met, acknowledged(first).pending) == (1, 1)


def test_a_report_is_about_the_leads_of_its_own_agreement(company: Company):
    company.sign(FIRST)
    company.sign(SECOND)
    late, good = lead("a", "2026-04-14 10:00"), lead("b", "2026-04-21 10:00", "2026-04-21 10:30")
    last = lead("c", "2026-04-24 16:00", "2026-04-24 16:05")
    company.take("leads", HEAD + late + good + last, at("2026-04-25 02:00"))
    told = report(company)
    assert (told.agreement, told.waiting, told.others) == ("second", 0, ())
    assert [week.counted for week in told.weeks[-2:]] == [0, 2]
    assert sum(cell.counted for cell in told.cells) == 2
    assert (acknowledged(told).met, acknowledged(told, back=2).due) == (2, 0)
    before = report(company, "2026-W15", generated_at=MONDAY)
    assert (before.agreement, before.waiting) == ("first", 0)


def test_agreements_in_force_beside_the_one_that_is_told_of_are_named(company: Company):
    company.sign()
    company.sign(SECOND.replace("Marketing and Sales", "The agency"))
    assert report(company, "2026-W15").others == ()
    told = report(company)
    assert (told.agreement, told.others) == ("test", ("The agency",))


def test_all_versions_of_an_agreement_are_in_its_report(company: Company):
    company.sign()
    company.sign(LATER)
    old, new = lead("a", "2026-04-14 10:00"), lead("b", "2026-04-21 10:00", "2026-04-21 10:30")
    company.take("leads", HEAD + old + new, at("2026-04-25 02:00"))
    told = report(company)
    assert [week.counted for week in told.weeks[-2:]] == [1, 1]
    assert sum(cell.counted for cell in told.cells) == 2
    assert (acknowledged(told).met, acknowledged(told, back=2).overdue, told.waiting) == (1, 1, 1)


def test_beside_the_only_agreement_weeks_and_cells_count_leads_without_one(company: Company):
    company.sign(LATER)
    old, new = lead("a", "2026-04-14 10:00"), lead("b", "2026-04-21 10:00", "2026-04-21 10:30")
    company.take("leads", HEAD + old + new, at("2026-04-25 02:00"))
    told = report(company)
    assert [week.counted for week in told.weeks[-2:]] == [1, 1]
    assert sum(cell.counted for cell in told.cells) == 2


def test_a_week_before_every_agreement_counts_all_leads_and_promises_nothing(company: Company):
    company.sign(LATER)
    company.take("leads", HEAD + lead("a", "2026-04-07 10:00"), at("2026-04-25 02:00"))
    told = report(company, "2026-W15")
    assert (told.agreement, told.promises, told.weeks[-1].counted) == ("", (), 1)
    assert [cell.target for cell in told.cells] == [None]
