from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from smarketing.domain.calendar import seconds
from smarketing.domain.days import day_number
from smarketing.domain.moment import Moment
from smarketing.store.reaching import QUARTER_S, ReachDesk
from tests.builders import IN_FULL, Company, at

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine

MARCH = day_number(date(2026, 3, 1)), day_number(date(2026, 4, 1))
LEADS = "id,created,handed,acknowledged,attempted,title,employees,origin,outcome,closed\n"
CALLS = "id,lead,kind,direction,at,result\n"
LATER = at("2026-06-01 09:00")


@pytest.fixture
def company(engine: Engine, tmp_path: Path) -> Company:
    company = Company(engine, tmp_path)
    company.sign(IN_FULL)
    return company


def lead(
    number: int, created: str = "2026-03-02 10:00", stamps: str = ",", more: str = ",,"
) -> str:
    return f"{number},{created},{created},{stamps},CEO,900,{more}\n"


def call(number: int, lead: int, at: str, result: str = "no answer") -> str:
    return f"c{number},{lead},call,outbound,2026-03-{at},{result}\n"


def tries(company: Company, moment: Moment | None = None) -> list[tuple[int, int, int, int]]:
    found = ReachDesk(company.engine).tries(*MARCH, moment)
    return sorted(found.select("attempts", "reached", "logged", "leads").iter_rows())


def test_attempts_are_counted_until_the_first_contact(company: Company):
    company.take("leads", LEADS + lead(1) + lead(2), LATER)
    log = (
        call(1, 1, "02 11:00") + call(2, 1, "02 12:00", "connected") + call(3, 1, "03 12:00")
        + call(4, 2, "02 11:00") + call(5, 2, "03 11:00") + call(6, 2, "03 11:00")
    )  # fmt: skip
    company.take("activities", CALLS + log, LATER)
    assert tries(company) == [(2, 0, 1, 1), (2, 1, 1, 1)]


def test_a_contact_without_an_attempt_of_its_own_belongs_to_the_one_before(company: Company):
    company.take("leads", LEADS + lead(1), LATER)
    company.take("activities", CALLS + call(1, 1, "02 11:00") + call(2, 1, "03 11:00"), LATER)
    with company.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO lead_event (lead_id, nth, kind, occurred_at, ref, recorded_at) "
                "VALUES (1, 90, 'connected', :at, 'x', 0)"
            ),
            {"at": seconds(at("2026-03-02 15:00"))},
        )
    assert tries(company) == [(1, 1, 1, 1)]


def test_what_came_before_the_hand_off_and_what_only_a_record_tells_is_told_apart(
    company: Company,
):
    company.take("leads", LEADS + lead(1, stamps=",2026-03-02 12:00") + lead(2), LATER)
    company.take("activities", CALLS + call(1, 2, "01 11:00") + call(2, 2, "02 11:00"), LATER)
    assert tries(company) == [(1, 0, 0, 1), (1, 0, 1, 1)]


def test_a_result_that_is_corrected_counts_as_it_was_told_last(company: Company):
    company.take("leads", LEADS + lead(1), LATER)
    company.take("activities", CALLS + call(1, 1, "02 11:00", "connected"), LATER)
    company.take("activities", CALLS + call(1, 1, "02 11:00"), LATER)
    assert tries(company) == [(1, 0, 1, 1)]


def test_as_of_an_instant_only_what_had_happened_counts(company: Company):
    company.take("leads", LEADS + lead(1), LATER)
    log = call(1, 1, "02 11:00") + call(2, 1, "04 11:00", "connected")
    company.take("activities", CALLS + log, LATER)
    then = seconds(at("2026-03-03 09:00"))
    assert tries(company, Moment(then, then)) == [(1, 0, 1, 1)]
    assert tries(company) == [(2, 1, 1, 1)]


def test_clocks_are_counted_by_the_quarter_of_an_hour_in_which_they_started(company: Company):
    late, met = "2026-03-02 16:00,", "2026-03-02 10:30,"
    company.take("leads", LEADS + lead(1, stamps=met) + lead(2, stamps=late), LATER)
    company.watch(LATER)
    (held,) = company.book.versions
    found = ReachDesk(company.engine).hours(*MARCH)
    mine = found.filter(found["commitment_id"] == held.commitment_ids["acknowledge"])
    quarter = seconds(at("2026-03-02 10:00")) // QUARTER_S
    assert mine.select("quarter", "due", "met").rows() == [(quarter, 2, 1)]


@pytest.mark.parametrize(
    ("stamps", "more", "counted"),
    [
        ("2026-03-02 10:30,", "fair,won,2026-05-01 10:00", [("fair", 1, 1, 1)]),
        ("2026-03-02 16:00,", "fair,won,2026-05-01 10:00", [("fair", 0, 1, 1)]),
        ("2026-03-02 16:00,", "fair,lost,2026-05-01 10:00", [("fair", 0, 0, 1)]),
        ("2026-03-02 16:00,", ",,", [("", 0, 0, 1)]),
        ("2026-03-02 16:00,", "fair,won,2026-03-02 10:45", []),
        ("2026-03-02 16:00,", "fair,lost,2026-03-02 10:45", []),
    ],
    ids=["fast and won", "late and won", "late and lost", "late and open",
         "won before it was due", "lost before it was due"],
)  # fmt: skip
def test_outcomes_count_from_when_the_answer_was_due(
    company: Company, stamps: str, more: str, counted: list[tuple[object, ...]]
):
    company.take("leads", LEADS + lead(1, stamps=stamps, more=more), LATER)
    company.watch(LATER)
    (held,) = company.book.versions
    found = ReachDesk(company.engine).outcomes(*MARCH, held.commitment_ids["acknowledge"], 10)
    assert found.select("lead_source", "in_time", "won", "leads").rows() == counted


def test_of_very_many_leads_the_last_ones_are_compared(company: Company):
    days = (lead(n, f"2026-03-{n:02} 10:00", f"2026-03-{n:02} 10:30,") for n in (2, 3, 4))
    company.take("leads", LEADS + "".join(days), LATER)
    company.watch(LATER)
    (held,) = company.book.versions
    found = ReachDesk(company.engine).outcomes(*MARCH, held.commitment_ids["acknowledge"], 2)
    assert found["leads"].sum() == 2
