from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from connectors.typed import TypedLead
from smarketing.domain.calendar import seconds
from smarketing.services.intake.take_in import take_in
from smarketing.services.levels.levels import levels
from smarketing.store.facts import FactsNow
from smarketing.store.levels import LevelDesk
from tests.builders import AGREEMENT, Company, at

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy import Engine

    from smarketing.domain.levels import Level

MARCH = date(2026, 3, 1)
OVER = at("2026-05-04 09:00")
MIDDLE = at("2026-03-11 09:00")
ALL_MEASURES = AGREEMENT.replace(
    "[commitments.acknowledge]",
    """[commitments.value]
metric = "lead_value_delivered"
by = "marketing"
to = "sales"
calendar = "office"
target = "goal"

[[commitments.value.terms]]
segment = "small"
tier = "decision_maker"
amount = "500"

[commitments.even]
metric = "evenness_of_delivery"
by = "marketing"
to = "sales"
calendar = "office"
band = "40 %"

[commitments.accepted]
metric = "acceptance_rate"
by = "marketing"
to = "sales"
calendar = "office"
promised_rate = "80 %"

[commitments.fresh]
metric = "data_fresh_within"
by = "sales"
to = "marketing"
calendar = "office"
promised_rate = "90 %"
source = "crm"
allowance = "8h"

[commitments.report]
metric = "digest_delivered_by"
by = "marketing"
to = "sales"
calendar = "office"
promised_rate = "100 %"
due = "monday 09:00"

[commitments.acknowledge]""",
    1,
)
HEAD = "id,created,acknowledged,attempted,accepted,rejected,reason,title,employees\n"


def lead(
    name: str, on: str, *, acknowledged: str = "", rejected: str = "", reason: str = "duplicate"
) -> str:
    """A decision maker of a large company, handed off at ten: to be acknowledged by eleven."""
    said = f"{rejected},{reason}" if rejected else ","
    return f"{name},{on} 10:00,{acknowledged},,,{said},CEO,900\n"


@pytest.fixture
def company(engine: Engine, tmp_path: Path) -> Company:
    company = Company(engine, tmp_path)
    company.sign(ALL_MEASURES)
    return company


def level(company: Company, name: str, now: datetime = OVER, month: date = MARCH) -> Level:
    company.watch(now)
    found = levels(
        LevelDesk(company.engine), FactsNow(company.engine), company.book, month, now
    )  # fmt: skip
    (one,) = [level for level in found if level.commitment.name == name]
    return one


def test_a_volume_is_counted_by_cell_without_what_was_rejected(company: Company):
    company.take(
        "leads",
        HEAD
        + lead("a", "2026-03-02")
        + lead("b", "2026-03-03", rejected="2026-03-04 10:00")
        + lead("later", "2026-04-01"),
        OVER,
    )
    found = level(company, "leads")
    assert [(c.segment, c.counted, c.target) for c in found.cells] == [("enterprise", 1, 21)]
    assert (found.numerator, found.denominator, found.met) == (1, 21, False)
    assert level(company, "leads", MIDDLE).met is None


def test_a_month_that_no_source_has_told_to_its_end_is_not_over(company: Company):
    company.take("leads", HEAD + lead("a", "2026-03-02"), OVER)
    found = level(company, "leads")
    assert (found.is_over, found.met) == (False, None)


def test_one_fresh_source_does_not_end_a_month_of_which_another_has_not_told(company: Company):
    company.take("leads", HEAD + lead("a", "2026-03-02") + lead("b", "2026-03-20"), OVER)
    delivery = TypedLead(
        {"source_id": "t", "created_at": "2026-04-20 10:00", "handed_off_at": "2026-04-20 10:00"},
        "by hand", "a lead", "UTC",
    )  # fmt: skip
    take_in(delivery, company.desk, company.book, now=seconds(OVER))
    assert not level(company, "leads").is_over
    assert level(company, "leads", OVER, date(2026, 5, 1)).numerator == 0
    company.take("leads", HEAD + lead("c", "2026-04-01"), OVER)
    assert level(company, "leads").is_over


def test_a_month_before_the_first_lead_is_not_judged(company: Company):
    company.take("leads", HEAD + lead("a", "2026-04-02") + lead("b", "2026-05-01"), OVER)
    assert level(company, "leads").met is None
    assert level(company, "report").met is None


def test_the_value_of_what_was_rejected_does_not_count(company: Company):
    company.take(
        "leads",
        HEAD + lead("a", "2026-03-02") + lead("b", "2026-03-03", rejected="2026-03-04 10:00"),
        OVER,
    )
    found = level(company, "value")
    # The goal: 100,000 of revenue, half of it from marketing; a lead is worth 10 % of 10,000.
    assert [(c.segment, c.counted, c.target) for c in found.cells] == [
        ("small", 0, 500),
        ("enterprise", 1_000, 50_000),
    ]
    assert (found.numerator, found.denominator) == (1_000, 50_500)


def test_a_late_flood_is_uneven(company: Company):
    flood = "".join(lead(f"l{n}", "2026-03-31") for n in range(21))
    company.take("leads", HEAD + flood, OVER)
    found = level(company, "even")
    # 22 working days: before the last one, 21/22 of the target is missing.
    assert (found.share, found.met) == (Fraction(21, 22), False)


def test_a_month_that_goes_on_is_uneven_by_its_days_so_far(company: Company):
    # The file tells up to the eleventh: Tuesday the tenth is the seventh working day that is over.
    told = lead("a", "2026-03-02", acknowledged="2026-03-11 08:00")
    company.take("leads", HEAD + told, MIDDLE)
    found = level(company, "even", MIDDLE)
    assert found.share == (Fraction(21 * 7, 22) - 1) / 21
    assert found.met is None


def test_a_month_is_no_more_uneven_than_is_known(company: Company):
    company.take("leads", HEAD + lead("a", "2026-03-02"), MIDDLE)
    assert level(company, "even", MIDDLE).share is None


def test_leads_nobody_decided_on_are_not_in_the_rate_of_acceptance(company: Company):
    company.take(
        "leads",
        HEAD
        + lead("a", "2026-03-02")
        + lead("b", "2026-03-02", rejected="2026-03-03 10:00")
        + lead("c", "2026-03-10"),
        MIDDLE,
    )
    found = level(company, "accepted", MIDDLE)
    assert (found.numerator, found.denominator, found.pending) == (1, 2, 1)
    assert found.met is False


def test_clocks_are_counted_by_the_month_of_their_lead(company: Company):
    leads = (
        lead("a", "2026-03-02", acknowledged="2026-03-02 10:30")
        + lead("b", "2026-03-03", acknowledged="2026-03-03 12:00")
        + lead("c", "2026-03-31")
        + lead("d", "2026-04-01", acknowledged="2026-04-01 10:30")
    )
    company.take("leads", HEAD + leads, OVER)
    found = level(company, "acknowledge")
    assert (found.numerator, found.denominator) == (1, 3)
    assert (found.late, found.overdue, found.pending, found.met) == (1, 1, 0, False)


def test_an_excused_clock_is_counted_apart(company: Company):
    company.take("leads", HEAD + lead("a", "2026-03-02", acknowledged="2026-03-02 12:00"), OVER)
    assert level(company, "acknowledge").denominator == 1
    with company.engine.begin() as connection:
        connection.execute(text("UPDATE clock SET excused = 1"))
    found = level(company, "acknowledge")
    assert (found.denominator, found.excused, found.met) == (0, 1, None)


def test_a_source_is_fresh_when_it_is_read_in_time(company: Company):
    for day, now in (("02", "03-02 10:00"), ("03", "03-03 10:00"), ("06", "03-06 11:00")):
        company.take("leads", HEAD + lead(day, f"2026-03-{day}"), at(f"2026-{now}"))
    found = level(company, "fresh", at("2026-03-09 09:00"))
    # Kept on Tuesday; the allowance ran out on Wednesday, Thursday and Friday at ten.
    assert (found.numerator, found.denominator) == (1, 4)


def test_a_reading_before_the_month_is_where_its_first_one_is_measured_from(company: Company):
    company.take("leads", HEAD + lead("a", "2026-02-27"), at("2026-02-27 10:00"))
    company.take("leads", HEAD + lead("b", "2026-03-02"), at("2026-03-02 09:30"))
    found = level(company, "fresh", at("2026-03-02 10:00"))
    assert (found.numerator, found.denominator) == (1, 1)


def test_an_import_that_was_undone_told_nothing(company: Company):
    company.take("leads", HEAD + lead("a", "2026-03-02"), at("2026-03-02 10:00"))
    company.take("leads", HEAD + lead("b", "2026-03-03"), at("2026-03-03 10:00"))
    with company.engine.begin() as connection:
        connection.execute(text("DELETE FROM freshness_told WHERE recorded_at > :at"),
                           {"at": int(at("2026-03-03 00:00").timestamp())})  # fmt: skip
        connection.execute(text("UPDATE import_run SET undone_at = 1 WHERE id = 2"))
    found = level(company, "fresh", at("2026-03-03 11:00"))
    assert (found.numerator, found.denominator) == (0, 1)


WRITTEN_FOR = {1: "sales", 2: "both", 3: "marketing"}


def report(company: Company, week: str, person: int, sent: str | None) -> None:
    state, sent_at = ("sent", int(at(sent).timestamp())) if sent else ("pending", None)
    sql = (
        "INSERT INTO outbox (dedupe_key, kind, recipient, audience, subject, message_id, mime, "
        "state, attempts, not_before, expires_at, created_at, sent_at) VALUES (:key, 'digest', '', "
        ":audience, '', :key, :mime, :state, 0, 0, 0, 0, :sent_at)"
    )
    values = {"key": f"digest:{week}:{person}", "state": state, "sent_at": sent_at, "mime": b""}
    values["audience"] = WRITTEN_FOR[person]
    with company.engine.begin() as connection:
        connection.execute(text(sql), values)


@pytest.mark.parametrize("now", [WRITTEN_FOR, dict.fromkeys(WRITTEN_FOR, "none")],
                         ids=["as then", "nobody gets one any more"])  # fmt: skip
def test_a_report_is_kept_when_everybody_of_the_other_side_had_it_in_time(
    company: Company, now: dict[int, str]
):
    with company.engine.begin() as connection:
        for number, audience in now.items():
            connection.execute(
                text(
                    "INSERT INTO person (id, email, name, role, audience, alerts, password_hash, "
                    "active, created_at) VALUES (:n, :e, '', 'rep', :a, 1, '', 1, 0)"
                ),
                {"n": number, "e": f"{number}@example.com", "a": audience},
            )
    for person in (1, 2):
        report(company, "2026-W09", person, "2026-03-02 09:00")
    report(company, "2026-W09", 3, None)  # marketing's own
    report(company, "2026-W10", 1, "2026-03-09 08:01")
    report(company, "2026-W10", 2, "2026-03-09 09:01")
    found = level(company, "report", at("2026-03-17 09:00"))
    # Of the third week nothing was planned; two Mondays are still to come.
    assert (found.numerator, found.denominator, found.pending) == (1, 3, 2)


def reader(company: Company, number: int, audience: str, weekday: str = "monday") -> None:
    sql = (
        "INSERT INTO person (id, email, name, role, audience, alerts, password_hash, active, "
        "created_at, digest_weekday, digest_minute) "
        "VALUES (:n, :e, '', 'rep', :a, 1, '', 1, 0, :d, 480)"
    )
    values = {"n": number, "e": f"{number}@example.com", "a": audience, "d": weekday}
    with company.engine.begin() as connection:
        connection.execute(text(sql), values)


def wanted(company: Company, person: int, due: str, state: str = "sent") -> None:
    with company.engine.begin() as connection:
        connection.execute(
            text("UPDATE outbox SET due_at = :due, state = :state WHERE dedupe_key LIKE :key"),
            {"due": int(at(due).timestamp()), "state": state, "key": f"%:{person}"},
        )


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("2026-03-06 08:00", 1), ("2026-03-06 09:00", 1), ("2026-03-06 09:01", 0)],
)
def test_who_chose_a_later_time_has_the_report_in_time_within_an_hour_of_it(
    company: Company, sent: str, kept: int
):
    reader(company, 1, "sales")
    reader(company, 2, "both", "friday")
    report(company, "2026-W09", 1, "2026-03-02 08:01")
    report(company, "2026-W09", 2, sent)
    wanted(company, 2, "2026-03-06 08:00")
    found = level(company, "report", at("2026-03-08 09:00"))
    assert (found.numerator, found.denominator) == (kept, 1)


def test_a_later_time_of_ones_own_that_is_still_to_come_breaks_no_promise(company: Company):
    reader(company, 1, "sales", "friday")
    reader(company, 3, "marketing")
    found = level(company, "report", at("2026-03-03 09:00"))
    assert (found.numerator, found.denominator) == (1, 1)


def test_who_begins_to_get_reports_after_the_hour_is_owed_none_before(company: Company):
    reader(company, 1, "sales", "friday")
    reader(company, 2, "sales")
    with company.engine.begin() as connection:
        since = {"since": int(at("2026-03-03 08:00").timestamp())}
        connection.execute(text("UPDATE person SET report_since = :since WHERE id = 2"), since)
    found = level(company, "report", at("2026-03-03 09:00"))
    assert (found.numerator, found.denominator) == (1, 1)


def test_who_reads_it_in_the_portal_waits_for_no_mail(company: Company):
    reader(company, 1, "sales", "")
    found = level(company, "report", at("2026-03-03 09:00"))
    assert (found.numerator, found.denominator) == (1, 1)


@pytest.mark.parametrize(("state", "kept"), [("unwanted", 1), ("skipped", 0)])
def test_a_quiet_week_without_mail_breaks_no_promise_and_an_outage_does(
    company: Company, state: str, kept: int
):
    reader(company, 1, "sales")
    reader(company, 2, "both")
    report(company, "2026-W09", 1, "2026-03-02 08:01")
    report(company, "2026-W09", 2, None)
    wanted(company, 2, "2026-03-02 08:00", state)
    found = level(company, "report", at("2026-03-03 09:00"))
    assert (found.numerator, found.denominator) == (kept, 1)


def test_two_versions_in_a_month_have_a_level_each(company: Company):
    company.sign(ALL_MEASURES.replace("starts_on = 2026-01-01", "starts_on = 2026-03-16")
                 .replace("target = 21", "target = 42"))  # fmt: skip
    company.take("leads", HEAD + lead("a", "2026-03-02") + lead("b", "2026-03-16"), OVER)
    company.watch(OVER)
    found = [
        (level.starts_on.day, level.numerator, level.denominator)
        for level in levels(
            LevelDesk(company.engine), FactsNow(company.engine), company.book, MARCH, OVER
        )
        if level.commitment.name == "leads"
    ]
    assert found == [(16, 1, Fraction(42 * 12, 22)), (1, 1, Fraction(21 * 10, 22))]
