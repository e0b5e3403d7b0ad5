from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from smarketing.services.progress.progress import UnknownKeyError, progress
from smarketing.store.facts import FactsNow
from tests.builders import AGREEMENT, at

if TYPE_CHECKING:
    from tests.builders import Company

APRIL = (date(2026, 4, 1), date(2026, 5, 1))
NOW = at("2026-04-27 09:00")
FIRST = AGREEMENT.replace('name = "test"', 'name = "first"').replace(
    "starts_on = 2026-01-01", "starts_on = 2026-01-01\nends_on = 2026-04-16"
)
SECOND = AGREEMENT.replace('name = "test"', 'name = "second"').replace(
    "starts_on = 2026-01-01", "starts_on = 2026-04-16"
)
# Leads in and out of the acknowledgement's hour, one that nobody answered, one not due by then.
LEADS = """id,created,acknowledged,attempted,title,employees
a,2026-04-14 10:00,2026-04-14 10:30,2026-04-14 12:00,CEO,900
b,2026-04-20 10:00,2026-04-20 15:00,2026-04-22 15:00,CEO,900
c,2026-04-21 10:00,,,CEO,900
d,2026-04-24 16:30,,,Analyst,20
"""


def test_due_is_what_was_met_or_late_or_is_overdue(company: Company):
    company.sign()
    company.take("leads", LEADS, NOW)
    (row,) = company.progress(*APRIL)
    assert (row.acknowledged_in_time, row.acknowledged_due) == (1, 3)
    assert (row.attempted_in_time, row.attempted_due) == (1, 3)


def test_weeks_and_months_have_their_names_and_their_part_of_the_target(company: Company):
    company.sign()
    company.take("leads", LEADS, NOW)
    rows = company.progress(date(2026, 4, 20), date(2026, 5, 4), "month", "week")
    assert [(*row.keys.values(), row.counted, row.target) for row in rows] == [
        ("2026-04", "2026-W17", 3, Fraction(21 * 5, 22)),
        ("2026-04", "2026-W18", 0, Fraction(21 * 4, 22)),
        ("2026-05", "2026-W18", 0, Fraction(21 * 1, 21)),
    ]


@pytest.mark.parametrize(
    ("agreement", "delivered", "target"),
    [(None, 4, 21), ("first", 1, Fraction(21, 2)), ("second", 3, Fraction(21, 2))],
    ids=["all", "the first", "the second"],
)
def test_an_agreement_has_its_own_leads_and_its_own_part(
    company: Company, agreement, delivered, target
):
    company.sign(FIRST)
    company.sign(SECOND)
    company.take("leads", LEADS, NOW)
    (row,) = progress(FactsNow(company.engine), company.book, *APRIL, agreement=agreement)
    assert (row.delivered, row.target) == (delivered, target)


def test_a_key_that_there_is_not_is_named_with_those_that_there_are(company: Company):
    with pytest.raises(UnknownKeyError, match=r"'colour'.*segment, tier") as raised:
        company.progress(*APRIL, "colour")
    assert raised.value.key == "colour"
