from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from smarketing.domain.calendar import seconds
from smarketing.services.intake.undo import undo_import
from smarketing.store.undo import UndoDesk
from tests.builders import IN_FULL, Company, at

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine

HEAD = "id,created,handed,acknowledged,attempted,accepted,rejected,reason,title,employees\n"
MONDAY = "2026-03-02 09:00"
LATER = at("2026-03-10 09:00")
APRIL = at("2026-04-02 09:00")


def other(name: str, day: str) -> str:
    """A lead that tells that its file knows of such acts up to ten o'clock of a day."""
    return f"{name},{MONDAY},{MONDAY},{day} 10:00,{day} 10:00,{day} 10:00,,,CEO,20\n"


OTHERS = other("y", "2026-03-09") + other("z", "2026-03-27")


@pytest.fixture
def company(engine: Engine, tmp_path: Path) -> Company:
    company = Company(engine, tmp_path)
    company.sign(IN_FULL)
    return company


def lead(acknowledged: str = "", attempted: str = "", rejected: str = "", reason: str = "") -> str:
    """A decision maker of a large company, handed off on a Monday at nine: due within the hour."""
    return (
        f"{HEAD}a,{MONDAY},{MONDAY},{acknowledged},{attempted},,{rejected},{reason},CEO,900\n"
        f"{OTHERS}"
    )


def said(company: Company, commitment: str) -> list[tuple[str, str, str]]:
    sql = text(
        "SELECT record, kind, reason FROM breach JOIN lead ON lead.id = lead_id "
        "JOIN commitment ON commitment.id = commitment_id "
        "WHERE source_key = 'a' AND commitment.name = :name ORDER BY nth"
    )
    with company.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(sql, {"name": commitment})]


def test_a_clock_that_ran_out_is_late_and_open_and_missing_when_its_month_ends(company: Company):
    company.take("leads", lead(), LATER)
    company.watch(LATER)
    assert said(company, "acknowledge") == [("recorded", "late", "still_open")]
    company.take("leads", HEAD + other("x", "2026-04-01"), APRIL)
    company.watch(APRIL)
    assert said(company, "acknowledge")[1:] == [("reclassified", "missing", "never_done")]


def test_a_month_that_a_source_has_not_told_to_its_end_leaves_a_lead_late(company: Company):
    company.take("leads", lead(), LATER)
    company.watch(APRIL)
    assert said(company, "acknowledge") == [("recorded", "late", "still_open")]


def test_an_act_that_is_told_later_makes_it_done_late(company: Company):
    company.take("leads", lead(), LATER)
    company.watch(LATER)
    company.take("leads", lead("2026-03-02 11:30"), LATER)
    company.watch(LATER)
    assert said(company, "acknowledge")[1:] == [("reclassified", "late", "done_late")]
    with company.engine.connect() as connection:
        late = connection.exec_driver_sql(
            "SELECT late_s, wall_s FROM breach WHERE record = 'reclassified'"
        ).one()
    assert tuple(late) == (5400, 5400)


def test_a_late_import_that_disproves_a_breach_withdraws_it_with_a_trace(company: Company):
    company.take("leads", lead(), LATER)
    company.watch(LATER)
    company.take("leads", lead("2026-03-02 09:30"), LATER)
    company.watch(LATER)
    assert said(company, "acknowledge") == [
        ("recorded", "late", "still_open"),
        ("withdrawn", "late", "disproved"),
    ]


def test_recording_twice_adds_nothing(company: Company):
    company.take("leads", lead(), LATER)
    company.watch(LATER)
    company.take("leads", lead(), LATER)
    company.watch(LATER)
    assert len(said(company, "acknowledge")) == 1


def test_an_answer_after_the_month_came_too_late_whenever_it_is_told(company: Company):
    company.take("leads", lead("2026-04-01 09:00"), APRIL)
    company.watch(APRIL)
    assert said(company, "acknowledge") == [("recorded", "missing", "done_too_late")]


def test_a_rejection_without_a_reason_is_wrong_also_in_time(company: Company):
    company.take("leads", lead(rejected="2026-03-03 10:00"), LATER)
    company.watch(LATER)
    assert said(company, "decision") == [("recorded", "wrong", "no_reason")]


def test_a_rejection_with_a_reason_is_no_breach_of_the_decision(company: Company):
    company.take("leads", lead(rejected="2026-03-03 10:00", reason="duplicate"), LATER)
    company.watch(LATER)
    assert said(company, "decision") == []


@pytest.mark.parametrize(
    ("activity", "reason"),
    [("mail,inbound", "does_not_count"), ("", "never_done")],
    ids=["a mail from the lead", "nothing logged"],
)
def test_a_lead_that_nobody_tried_is_missing_or_wrong_by_what_was_logged(
    company: Company, activity: str, reason: str
):
    rejected = lead("2026-03-02 09:30", rejected="2026-03-04 16:00", reason="duplicate")
    company.take("leads", rejected, LATER)
    if activity:
        log = f"id,lead,kind,direction,at,result\n1,a,{activity},2026-03-02 10:00,\n"
        company.take("activities", log, LATER)
    company.watch(LATER)
    assert [found for *_, found in said(company, "first_attempt")] == [reason]


def test_a_lead_given_up_after_too_few_attempts_is_wrong(company: Company):
    log = "id,lead,kind,direction,at,result\n" + "".join(
        f"{n},a,call,outbound,2026-03-0{n} 10:00,\n" for n in (2, 3)
    )
    company.take("leads", lead("2026-03-02 09:30", "2026-03-02 10:00"), LATER)
    company.take("activities", log + "9,z,call,outbound,2026-03-30 10:00,\n", APRIL)
    company.take("leads", lead("2026-03-02 09:30", rejected="2026-03-06 10:00"), APRIL)
    company.watch(APRIL)
    assert [found for *_, found in said(company, "attempts")][-1] == "too_few_attempts"


def test_the_breaches_of_a_lead_that_an_undone_import_brought_are_withdrawn(company: Company):
    report = company.take("leads", lead(), LATER)
    company.watch(LATER)
    assert report.import_id is not None
    undo_import(UndoDesk(company.engine), company.book, report.import_id, now=seconds(LATER))
    company.watch(LATER)
    with company.engine.connect() as connection:
        records = connection.exec_driver_sql("SELECT record FROM breach ORDER BY id").scalars()
        assert set(records.all()) == {"recorded", "withdrawn"}


def test_a_pause_after_the_due_time_makes_nothing_later(company: Company):
    company.take("leads", lead(), LATER)
    with company.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO lead_event (lead_id, nth, kind, occurred_at, ref, recorded_at, "
                "source_id, detail) SELECT id, 90, 'paused', :begins, 'portal:1:pause', :begins, "
                "source_id, :detail FROM lead WHERE source_key = 'a'"
            ),
            {
                "begins": seconds(at("2026-03-02 10:30")),
                "detail": f'{{"until": {seconds(at("2026-03-02 15:30"))}, "reason": "away"}}',
            },
        )
    # Due at ten, done at four: six hours later, of which the clock stood for five.
    company.take("leads", lead("2026-03-02 16:00"), LATER)
    company.watch(LATER)
    with company.engine.connect() as connection:
        late = connection.exec_driver_sql(
            "SELECT late_s, wall_s FROM breach JOIN lead ON lead.id = lead_id "
            "JOIN commitment ON commitment.id = commitment_id "
            "WHERE commitment.name = 'acknowledge' AND source_key = 'a'"
        ).one()
    assert tuple(late) == (3600, 6 * 3600)
