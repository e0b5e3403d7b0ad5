from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING

import pytest

from smarketing.services.progress.month import month_cells
from smarketing.services.progress.progress import progress
from smarketing.store.facts import FactsNow
from tests.builders import AGREEMENT, at

if TYPE_CHECKING:
    from reports.digest import CellProgress
    from tests.builders import Company

APRIL, MAY = date(2026, 4, 1), date(2026, 5, 1)
TODAY, MONDAY = date(2026, 4, 22), date(2026, 4, 20)
BIG = ("enterprise", "decision_maker")

LATER = AGREEMENT.replace("starts_on = 2026-01-01", "starts_on = 2026-04-16")
NEWER = LATER.replace("target = 21", "target = 42")
FIRST = AGREEMENT.replace('name = "test"', 'name = "first"').replace(
    "starts_on = 2026-01-01", "starts_on = 2026-01-01\nends_on = 2026-04-16"
)
SECOND = NEWER.replace('name = "test"', 'name = "second"')

LEADS = """id,created,rejected,reason,title,employees
a,2026-04-10 10:00,,,CEO,900
b,2026-04-20 10:00,,,CEO,900
c,2026-04-21 10:00,2026-04-21 11:00,wrong_tier,CEO,900
d,2026-04-21 10:00,,,Analyst,20
e,2026-04-22 10:00,,,CEO,900
"""


def cells_of(company: Company, agreement: str | None) -> dict[tuple[str, str], CellProgress]:
    cells = month_cells(
        FactsNow(company.engine), company.book, agreement, month=APRIL, today=TODAY, monday=MONDAY
    )
    return {(cell.segment, cell.tier): cell for cell in cells}


def take(company: Company, *agreements: str) -> None:
    for text in agreements:
        company.sign(text)
    company.take("leads", LEADS, at("2026-04-22 12:00"))


@pytest.mark.parametrize(
    ("agreements", "name"),
    [
        ([AGREEMENT], "test"),
        ([AGREEMENT, NEWER], "test"),
        ([FIRST, SECOND], "first"),
        ([FIRST, SECOND], "second"),
        ([LATER], "test"),
    ],
    ids=["one version", "a new version", "which ends", "which follows", "from mid-month on"],
)
def test_a_month_says_what_progress_of_the_agreement_says(company: Company, agreements, name):
    take(company, *agreements)
    facts, book, by = FactsNow(company.engine), company.book, ("segment", "tier")
    cells = cells_of(company, name)
    for row in progress(facts, book, APRIL, MAY, by=by, agreement=name):
        cell = cells.pop((row.keys["segment"], row.keys["tier"]))
        told = (cell.delivered, cell.rejected, cell.counted)
        assert told == (row.delivered, row.rejected, row.counted)
        assert cell.target == (None if row.target is None else ceil(row.target))
        if row.target is not None:
            (gone,) = [
                other.target
                for other in progress(facts, book, APRIL, TODAY, by=by, agreement=name)
                if other.keys == row.keys
            ] or [None]
            assert cell.expected == (gone or 0)
    assert set(cells) <= {("other", "other")}


def test_versions_of_one_agreement_add_up(company: Company):
    take(company, AGREEMENT, NEWER)
    cell = cells_of(company, "test")[BIG]
    # April has 22 working days: 11 under each version, 15 before the 22nd.
    assert (cell.target, cell.expected) == (32, Fraction(21, 2) + Fraction(42 * 4, 22))
    assert (cell.delivered, cell.rejected, cell.counted, cell.counted_week) == (4, 1, 3, 2)
    assert (cell.left_days, sum(day.working for day in cell.days)) == (7, 22)


def test_of_two_agreements_each_has_its_own_leads_and_its_part_of_the_target(company: Company):
    take(company, FIRST, SECOND)
    first, second = (cells_of(company, name) for name in ("first", "second"))
    assert set(first) == {BIG}
    assert (first[BIG].target, first[BIG].expected, first[BIG].left_days) == (
        11, Fraction(21, 2), 0,
    )  # fmt: skip
    assert (first[BIG].counted, first[BIG].counted_week) == (1, 0)
    assert (second[BIG].target, second[BIG].expected, second[BIG].left_days) == (
        21, Fraction(42 * 4, 22), 7,
    )  # fmt: skip
    assert (second[BIG].counted, second[BIG].counted_week) == (2, 2)
    working = {day.day for day in second[BIG].days if day.working}
    assert min(working) == date(2026, 4, 16)
    assert [day.counted for day in second[BIG].days if day.counted] == [1, 1]


def test_beside_the_only_agreement_leads_without_one_stay_visible(company: Company):
    take(company, LATER)
    cells = cells_of(company, "test")
    assert list(cells) == [BIG, ("small", "other"), ("other", "other")]
    assert (cells["other", "other"].counted, cells["other", "other"].target) == (1, None)
    assert (cells["other", "other"].segment_title, cells[BIG].target) == ("Other", 11)


def test_beside_one_of_two_agreements_leads_without_one_are_not_shown(company: Company):
    other = FIRST.replace("ends_on = 2026-04-16", "ends_on = 2026-04-01")
    take(company, other, SECOND)
    assert ("other", "other") not in cells_of(company, "second")
    assert cells_of(company, "first") == {}


def test_without_an_agreement_leads_are_counted_and_nothing_is_promised(company: Company):
    take(company)
    (cell,) = cells_of(company, None).values()
    assert (cell.segment, cell.target, cell.expected, cell.counted) == ("other", None, None, 4)
    assert [day.day for day in cell.days if day.working][:3] == [
        APRIL + timedelta(days=n) for n in range(3)
    ]
