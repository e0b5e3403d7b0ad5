from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select
from sqlalchemy import text as sql_text

from connectors.protocol import ConnectorError
from smarketing.services.people.people import Role
from smarketing.store.tables.records import ImportRun, Lead, Source
from tests.builders import at
from tests.store.seed import let_in, person

if TYPE_CHECKING:
    from tests.builders import Company

IN_MARCH = (date(2026, 3, 1), date(2026, 4, 1))
MONDAY = at("2026-04-27 09:00")
APRIL = (date(2026, 4, 1), date(2026, 5, 1))
HEAD = "id,created,handed,acknowledged,attempted,rejected,reason,title,employees,owner,updated\n"


def leads(*rows: str) -> str:
    return HEAD + "".join(f"{row}\n" for row in rows)


A = "a,2026-04-20 10:00,2026-04-20 10:00,2026-04-20 10:30,2026-04-20 12:00,,,CEO,900,Ann,"
B = "b,2026-04-20 10:00,2026-04-20 10:00,2026-04-20 15:00,,,,CEO,900,Ann,"
C = "c,2026-04-21 10:00,,,,2026-04-21 12:00,wrong_tier,Intern,20,Bob,"
MARCH = "m,2026-03-02 10:00,2026-03-02 10:00,2026-03-02 10:30,,,,CEO,900,Ann,"
D = "d,2026-04-24 16:00,,,,,,Analyst,20,,"


def test_a_file_becomes_leads_clocks_and_facts(company: Company):
    company.sign()
    report = company.take("leads", leads(A, B, C, D), MONDAY)
    assert (report.read, report.created, report.rejected) == (4, 4, 0)
    (row,) = company.progress(*APRIL)
    assert (row.delivered, row.rejected, row.counted) == (4, 1, 3)
    # Known up to Friday 16:00, the latest instant of the file: D is not due by then.
    assert (row.acknowledged, row.acknowledged_in_time, row.acknowledged_due) == (3, 2, 3)
    assert (row.attempted_in_time, row.attempted_due) == (1, 2)
    assert row.value == Decimal(2 * 1000)


def test_the_same_file_twice_changes_nothing(company: Company):
    company.sign()
    company.take("leads", leads(A, B, C, D), MONDAY)
    before = company.progress(*APRIL, "segment", "tier", "owner")
    report = company.take("leads", leads(A, B, C, D), at("2026-04-28 09:00"))
    assert (report.unchanged, report.changed_nothing) == (4, True)
    assert "all unchanged" in str(report)
    company.watch(MONDAY)
    assert company.progress(*APRIL, "segment", "tier", "owner") == before


def test_a_changed_record_moves_the_facts_and_keeps_its_segment_and_tier(company: Company):
    company.sign()
    company.take("leads", leads(A, B), MONDAY)
    moved = A.replace("CEO,900,Ann", "Intern,20,Bob")
    assert company.take("leads", leads(moved, B), MONDAY).updated == 1
    rows = company.progress(*APRIL, "segment", "tier", "owner")
    assert [(*row.keys.values(), row.delivered) for row in rows if row.delivered] == [
        ("enterprise", "decision_maker", "Ann", 1),
        ("enterprise", "decision_maker", "Bob", 1),
    ]


def test_files_in_any_order_end_in_the_same_state(company: Company):
    company.sign()
    older = A.replace("Ann,", "Old,2026-04-20 11:00")
    newer = A.replace("Ann,", "New,2026-04-21 11:00")
    company.take("leads", leads(newer), MONDAY)
    report = company.take("leads", leads(older), MONDAY)
    assert report.unchanged == 1
    assert company.progress(*APRIL, "owner")[0].keys == {"owner": "New"}


def test_a_repeated_id_that_says_something_else_is_rejected_and_kept(company: Company):
    twice = leads(A, B, A.replace("CEO", "Intern"), B)
    report = company.take("leads", twice, MONDAY)
    assert (report.created, report.unchanged, report.rejected) == (2, 1, 1)
    assert report.problems[0].row == 3
    text = Path(str(report.rejected_file)).read_text(encoding="utf-8-sig")
    (kept,) = csv.DictReader(text.splitlines())
    assert (kept["problem_row"], kept["problem_found"]) == ("3", "a")


def test_a_bad_row_does_not_stop_a_file_and_can_be_mended(company: Company):
    report = company.take("leads", leads(A, B.replace("2026-04-20 10:00", "soon"), C), MONDAY)
    assert (report.read, report.created, report.rejected) == (3, 2, 1)
    (problem,) = report.problems
    assert (problem.row, problem.column, problem.found) == (2, "created", "soon")
    kept = Path(str(report.rejected_file)).read_text(encoding="utf-8-sig")
    mended = company.take("leads", kept.replace("soon", "2026-04-20 10:00"), MONDAY)
    assert (mended.created, mended.rejected) == (1, 0)


def test_a_file_that_cannot_be_read_leaves_no_trace(company: Company):
    with pytest.raises(ConnectorError):
        company.take("leads", "nothing,of,use\n1,2,3\n", MONDAY)
    with company.engine.connect() as connection:
        for table in (ImportRun, Source, Lead):
            assert connection.scalar(select(func.count()).select_from(table)) == 0


def test_a_dry_run_counts_and_keeps_nothing(company: Company):
    company.sign()
    report = company.take("leads", leads(A, B), MONDAY, dry_run=True)
    assert (report.created, report.import_id) == (2, None)
    assert company.progress(*APRIL, "owner") == ()


def stored(company: Company, *columns: str) -> list[tuple[object, ...]]:
    with company.engine.connect() as connection:
        wanted = select(*(getattr(Lead, name) for name in columns)).order_by(Lead.source_key)
        return [tuple(row) for row in connection.execute(wanted)]


def test_an_unmapped_column_that_is_blank_now_takes_back_what_it_said(company: Company):
    told = "id,created,note\n"
    company.take("leads", told + "a,2026-04-20 10:00,hot\nb,2026-04-20 10:00,cold\n", MONDAY)
    assert stored(company, "extra") == [('{"note":"hot"}',), ('{"note":"cold"}',)]
    company.take("leads", "id,created\na,2026-04-20 10:00\n", MONDAY)
    assert stored(company, "extra") == [('{"note":"hot"}',), ('{"note":"cold"}',)]
    company.take("leads", told + "a,2026-04-20 10:00,\nb,2026-04-20 10:00,\n", MONDAY)
    assert stored(company, "extra") == [(None,), (None,)]


def test_a_record_without_the_time_of_its_change_keeps_the_one_that_is_known(company: Company):
    company.take("leads", leads(A.replace("Ann,", "Ann,2026-04-21 11:00")), MONDAY)
    company.take("leads", leads(A.replace("Ann", "Bob")), MONDAY)
    company.take("leads", leads(A.replace("Ann,", "Old,2026-04-20 11:00")), MONDAY)
    assert stored(company, "owner", "updated_at") == [("Bob", at("2026-04-21 11:00"))]


DEALS = "id,lead,outcome,amount,currency,closed\n"


@pytest.mark.parametrize("deals_first", [False, True], ids=["leads first", "deals first"])
def test_deals_find_their_lead_in_either_order(company: Company, deals_first):
    company.sign()
    deals = DEALS + "".join(
        f"{deal}\n"
        for deal in (
            "1,a,Won,1000.50,EUR,2026-05-02 10:00",
            "2,a,won,100,USD,2026-05-03 10:00",
            "3,b,lost,9,,2026-05-04 10:00",
        )
    )
    files = [("leads", leads(A, B)), ("deals", deals)]
    told = {}
    for kind, text in files[::-1] if deals_first else files:
        told[kind] = company.take(kind, text, at("2026-06-01 09:00"))
    expected = (0, 3) if deals_first else (3, 0)
    assert (told["deals"].matched, told["deals"].unmatched) == expected
    (row,) = company.progress(*APRIL)
    assert (row.customers, row.won_amount) == (1, Decimal("1050.5"))
    again = company.take("deals", deals, at("2026-06-01 09:00"))
    assert (again.created, again.updated, again.matched) == (0, 0, 3)


def test_money_without_a_rate_is_named_and_never_added_up(company: Company):
    company.sign()
    company.take("leads", leads(A), MONDAY)
    report = company.take("deals", DEALS + "1,a,won,100,JPY,2026-04-25 10:00\n", MONDAY)
    assert report.unconverted == {"JPY": 1}
    (row,) = company.progress(*APRIL)
    assert (row.customers, row.won_amount) == (1, Decimal(0))


def test_a_deal_dated_before_its_lead_counts_and_is_flagged(company: Company):
    company.take("leads", leads(A), MONDAY)
    report = company.take("deals", DEALS + "1,a,won,100,,2026-04-19 10:00\n", MONDAY)
    assert report.before_lead == 1
    assert company.progress(*APRIL)[0].customers == 1


def test_an_amount_that_is_corrected_later_leaves_the_win_in_earlier_reports(company: Company):
    company.sign()
    company.take("leads", leads(MARCH), at("2026-03-03 09:00"))
    won = DEALS + "1,m,won,1000,EUR,2026-03-10 10:00\n"
    company.take("deals", won, at("2026-03-11 09:00"))
    corrected = company.take("deals", won.replace("1000", "900"), at("2026-04-11 09:00"))
    assert corrected.updated == 1
    for instant, customers in (("2026-03-11", 0), ("2026-03-16", 1), ("2026-04-16", 1)):
        (row,) = company.progress(*IN_MARCH, as_of=at(f"{instant} 08:00"))
        assert row.customers == customers


def test_a_deal_is_won_from_when_its_win_was_told(company: Company):
    company.sign()
    company.take("leads", leads(MARCH), at("2026-03-03 09:00"))
    open_deal = DEALS + "1,m,open,1000,EUR,\n"
    company.take("deals", open_deal, at("2026-03-04 09:00"))
    won = open_deal.replace("open", "won").replace("EUR,", "EUR,2026-03-10 10:00")
    company.take("deals", won, at("2026-03-18 09:00"))
    for instant, customers in (("2026-03-16", 0), ("2026-03-19", 1)):
        (row,) = company.progress(*IN_MARCH, as_of=at(f"{instant} 08:00"))
        assert row.customers == customers


ACTIVITIES = "id,lead,kind,direction,at,result\n"


@pytest.mark.parametrize("acts_first", [False, True], ids=["leads first", "activities first"])
def test_only_an_outbound_act_is_an_attempt(company: Company, acts_first):
    company.sign()
    acts = ACTIVITIES + (
        "1,b,mail,inbound,2026-04-20 10:05,\n"
        "2,b,call,outbound,2026-04-20 12:00,no answer\n"
        "3,c,mail,inbound,2026-04-21 10:05,\n"
    )
    files = [("leads", leads(B, C, D)), ("activities", acts)]
    for kind, text in files[::-1] if acts_first else files:
        company.take(kind, text, MONDAY)
    (row,) = company.progress(*APRIL)
    # B was called in time; C was rejected before it was due; D is not due as far as is known.
    assert (row.attempted_in_time, row.attempted_due) == (1, 1)


def test_an_activity_that_is_corrected_counts_as_it_is_said_last(company: Company):
    company.sign()
    company.take("leads", leads(B), MONDAY)
    wrong = ACTIVITIES + "1,b,call,outbound,2026-04-20 12:00,\n"
    company.take("activities", wrong, MONDAY)
    assert company.progress(*APRIL)[0].attempted_in_time == 1
    report = company.take(
        "activities", wrong.replace("04-20 12", "04-24 12"), at("2026-04-28 09:00")
    )
    assert report.updated == 1
    row = company.progress(*APRIL)[0]
    assert (row.attempted_in_time, row.attempted_due) == (0, 1)


def test_a_file_without_follow_ups_makes_no_breach(company: Company):
    company.sign()
    company.take(
        "leads", "id,created,employees\na,2026-02-02 10:00,900\nb,2026-02-03 10:00,20\n", MONDAY
    )
    (row,) = company.progress(date(2026, 2, 1), date(2026, 3, 1))
    assert (row.delivered, row.acknowledged_due, row.attempted_due) == (2, 0, 0)


def test_news_of_a_source_judges_the_clocks_that_it_did_not_touch(company: Company):
    company.sign()
    company.take("leads", leads(D), MONDAY)
    assert company.progress(*APRIL)[0].acknowledged_due == 0
    later = "e,2026-04-28 10:00,,2026-04-28 10:10,,,,Analyst,20,,"
    company.take("leads", leads(later), at("2026-04-29 09:00"))
    row = company.progress(*APRIL)[0]
    assert (row.acknowledged_in_time, row.acknowledged_due) == (1, 2)


def test_an_act_that_was_told_late_takes_the_breach_back(company: Company):
    company.sign()
    other = "e,2026-04-28 10:00,,2026-04-28 10:10,,,,Analyst,20,,"
    company.take("leads", leads(D, other), at("2026-04-29 09:00"))
    assert company.progress(*APRIL)[0].acknowledged_due == 2
    told = D.replace("16:00,,,", "16:00,,2026-04-24 16:20,")
    company.take("leads", leads(told), at("2026-04-29 10:00"))
    row = company.progress(*APRIL)[0]
    assert (row.acknowledged_in_time, row.acknowledged_due) == (2, 2)


def test_a_lead_that_nobody_rejects_in_the_window_is_accepted(company: Company):
    company.sign()
    company.take("leads", leads(A), at("2026-04-21 13:00"))
    assert company.progress(*APRIL)[0].accepted == 0
    company.watch(at("2026-04-23 10:00"))
    assert company.progress(*APRIL)[0].accepted == 0
    company.watch(at("2026-04-23 10:01"))
    assert company.progress(*APRIL)[0].accepted == 1
    late = A.replace("12:00,,,", "12:00,2026-04-27 09:00,duplicate,")
    company.take("leads", leads(late, C), MONDAY)
    row = company.progress(*APRIL)[0]
    assert (row.accepted, row.rejected) == (1, 1)


def test_leads_that_came_before_their_agreement_are_classified_when_it_is_signed(company: Company):
    company.take("leads", leads(A, B, C, D), MONDAY)
    assert company.progress(*APRIL)[0].target is None
    company.sign(now=MONDAY)
    rows = company.progress(*APRIL, "segment", "tier")
    assert {tuple(row.keys.values()): row.delivered for row in rows} == {
        ("enterprise", "decision_maker"): 2,
        ("small", "other"): 2,
    }
    assert rows[0].target == Fraction(21)


def test_the_facts_are_the_sum_of_the_leads(company: Company):
    company.sign()
    company.take("leads", leads(A, B, C), MONDAY)
    company.take("deals", DEALS + "1,a,won,10,EUR,2026-04-25 10:00\n", MONDAY)
    company.take("leads", leads(A.replace("Ann", "Bob"), B, C, D), MONDAY)
    company.watch(MONDAY)
    keys = ("segment", "tier", "source", "owner", "week")
    now = company.progress(*APRIL, *keys)
    assert company.progress(*APRIL, *keys, as_of=at("2026-04-27 09:00:01")) == now


def test_leads_that_nobody_promised_do_not_attain_a_target(company: Company):
    company.sign()
    company.take("leads", leads(A, B, C, D), MONDAY)
    (row,) = company.progress(*APRIL)
    assert (row.counted, row.target, row.attainment) == (3, 21, Fraction(2, 21))


def test_an_export_with_an_empty_column_tells_of_no_such_act(company: Company):
    company.sign()
    company.take("leads", leads(D, "e,2026-04-28 10:00,,,,,,Analyst,20,,"), at("2026-04-29 09:00"))
    (row,) = company.progress(*APRIL)
    assert (row.acknowledged_due, row.attempted_due) == (0, 0)


def test_words_of_other_systems_for_a_mail_sent_are_an_attempt(company: Company):
    company.sign()
    company.take("leads", leads(B), MONDAY)
    acts = ACTIVITIES + "1,b,Email,Outgoing,2026-04-20 11:00,\n"
    company.take("activities", acts, MONDAY)
    assert company.progress(*APRIL)[0].attempted_in_time == 1


def test_an_outcome_that_nobody_mapped_is_named(company: Company):
    company.take("leads", leads(A), MONDAY)
    report = company.take("deals", DEALS + "1,a,Gewonnen,100,,2026-04-25 10:00\n", MONDAY)
    assert report.unmapped_outcomes == {"gewonnen": 1}
    assert "map it" in str(report)


def test_a_rejection_after_the_due_time_is_late_only_once_that_is_known(company: Company):
    company.sign()
    acked = "a,2026-04-20 10:00,,2026-04-20 10:10,,,,Analyst,20,,"
    gone = "g,2026-04-20 10:00,,2026-04-20 10:10,,2026-04-22 12:00,wrong_tier,Analyst,20,,"
    company.take("leads", leads(acked, gone), MONDAY)
    assert company.progress(*APRIL)[0].attempted_due == 0
    company.take("activities", ACTIVITIES + "1,a,call,outbound,2026-04-23 09:00,\n", MONDAY)
    row = company.progress(*APRIL)[0]
    assert (row.attempted_in_time, row.attempted_due) == (0, 2)


def test_a_hand_off_that_is_corrected_later_stays_in_the_reports_of_its_day(company: Company):
    company.sign()
    march = (date(2026, 3, 1), date(2026, 4, 1))
    lead = "m,2026-01-13 10:00,2026-03-10 10:00,,,,,Analyst,20,,"
    company.take("leads", leads(lead), at("2026-03-20 09:00"))
    company.take("leads", leads(lead.replace("03-10", "04-10")), at("2026-04-20 09:00"))
    assert company.progress(*march, as_of=at("2026-03-30 00:00"))[0].delivered == 1
    assert company.progress(*march)[0].delivered == 0


def test_owners_who_are_nobody_here_are_told_by_name_with_their_leads(company: Company):
    let_in(company.engine, person(1), owners={"Ann": 1})
    report = company.take("leads", leads(A, C, B.replace("Ann", "Bob"), D, MARCH), MONDAY)
    assert report.unknown_owners == {"Bob": 2}
    assert report.as_json()["unknown_owners"] == {"Bob": 2}
    assert str(report).splitlines()[1] == (
        "  1 owner is nobody's name here yet (Bob): tie it on the owners page; "
        "until then their leads wait in the team's queue"
    )


def test_an_e_mail_of_somebody_who_may_hold_leads_is_no_unknown_owner(company: Company):
    let_in(company.engine, person(1), person(2, Role.SUPPLIER))
    told = [A.replace("Ann", "P1@Example.com"), B.replace("Ann", "p2@example.com")]
    report = company.take("leads", leads(*told), MONDAY)
    assert report.unknown_owners == {"p2@example.com": 1}


def test_of_many_unknown_owners_the_first_are_named(company: Company):
    told = [A.replace("a,", f"a{n},", 1).replace("Ann", f"Owner {n}") for n in range(7)]
    line = str(company.take("leads", leads(*told), MONDAY)).splitlines()[1]
    assert line.startswith("  7 owners are nobody's name here yet (Owner ")
    assert "and 2 more): tie them on the owners page" in line
    assert line.count("Owner ") == 5


def test_a_deal_is_marked_anew_when_its_lead_is_said_to_have_come_later(company: Company):
    company.sign()
    company.take("leads", leads(A), MONDAY)
    deal = "id,lead,outcome,amount,currency,closed\nd,a,won,5,EUR,2026-04-20 10:30\n"
    company.take("deals", deal, MONDAY)
    sql = sql_text("SELECT before_lead FROM deal")
    with company.engine.connect() as connection:
        assert connection.scalar(sql) == 0
    company.take("leads", leads(A.replace("a,2026-04-20 10:00", "a,2026-04-20 11:00")), MONDAY)
    with company.engine.connect() as connection:
        assert connection.scalar(sql) == 1
