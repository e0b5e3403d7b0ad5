"""An agreement that ends: what runs then is void, what was missed before stays so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from smarketing.domain.calendar import seconds
from smarketing.domain.clocks import ClockState
from smarketing.domain.errors import AgreementError
from smarketing.domain.moment import FOREVER
from smarketing.domain.versions import Act
from smarketing.services.agreements import acts
from smarketing.services.agreements.acts import Hand
from smarketing.services.agreements.file import parse_agreement
from smarketing.services.conclusions.as_of import FactsAsOf
from smarketing.services.conclusions.audit import differing_facts
from smarketing.store.facts import FactsNow
from tests.builders import AGREEMENT, IN_FULL, Company, at

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine

PORTAL = AGREEMENT.replace("allowance", 'recorded_in = ["portal"]\nallowance', 1)
ENDING = PORTAL.replace("starts_on = 2026-01-01", "starts_on = 2026-01-01\nends_on = 2026-03-05")
GOES_ON = PORTAL.replace("starts_on = 2026-01-01", "starts_on = 2026-03-05")
HEAD = "id,created,handed,title,employees\n"
LATE = "late,2026-03-02 09:00,2026-03-02 09:00,CEO,900\n"
RUNNING = "running,2026-03-04 16:30,2026-03-04 16:30,CEO,900\n"
BEFORE = at("2026-03-04 17:00")
AFTER = at("2026-03-05 08:00")
MUCH_LATER = at("2026-05-02 08:00")


@pytest.fixture
def company(engine: Engine, tmp_path: Path) -> Company:
    return Company(engine, tmp_path)


def states(company: Company) -> dict[str, ClockState]:
    sql = (
        "SELECT lead.source_key, clock.state FROM clock JOIN lead ON lead.id = lead_id "
        "JOIN commitment ON commitment.id = commitment_id WHERE metric = 'acknowledged_within'"
    )
    with company.engine.connect() as connection:
        return {key: ClockState(state) for key, state in connection.execute(text(sql))}


def breaches(company: Company) -> list[tuple[str, str, str]]:
    sql = (
        "SELECT lead.source_key, record, breach.kind FROM breach JOIN lead ON lead.id = lead_id "
        "JOIN commitment ON commitment.id = commitment_id "
        "WHERE metric = 'acknowledged_within' ORDER BY 1, nth"
    )
    with company.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(sql))]


def test_a_clock_that_runs_when_the_agreement_ends_is_void(company: Company):
    company.sign(ENDING)
    company.take("leads", HEAD + LATE + RUNNING, BEFORE)
    company.watch(BEFORE)
    assert states(company) == {"late": ClockState.RUNNING, "running": ClockState.RUNNING}
    company.watch(AFTER)
    assert states(company) == {"late": ClockState.NEVER_MET, "running": ClockState.VOID}
    assert breaches(company) == [("late", "recorded", "late"), ("late", "reclassified", "missing")]


def test_no_step_and_no_due_time_is_left_of_a_void_clock(company: Company):
    company.sign(ENDING)
    company.take("leads", HEAD + RUNNING, BEFORE)
    company.watch(AFTER)
    company.watch(MUCH_LATER)
    with company.engine.connect() as connection:
        assert connection.scalar(text("SELECT next_due_at FROM lead")) is None
    assert breaches(company) == []


def test_the_end_is_noted_once(company: Company):
    version = company.sign(ENDING)
    company.watch(AFTER)
    company.watch(MUCH_LATER)
    (kept,) = company.shelf.versions()
    assert [done.act for done in kept.acts] == [Act.ENDED]
    assert kept.id == version.id


def test_a_version_that_takes_over_in_time_lets_clocks_run_on(company: Company):
    company.sign(ENDING)
    company.take("leads", HEAD + RUNNING, BEFORE)
    company.sign(GOES_ON, BEFORE)
    company.watch(AFTER)
    assert states(company) == {"running": ClockState.RUNNING}


def test_a_version_that_is_signed_too_late_brings_nothing_back(company: Company):
    company.sign(ENDING)
    company.take("leads", HEAD + RUNNING, BEFORE)
    company.watch(AFTER)
    company.sign(GOES_ON.replace("2026-03-05", "2026-03-06"), AFTER)
    company.watch(AFTER)
    assert states(company) == {"running": ClockState.VOID}


def test_a_cancellation_ends_the_clocks_on_its_day(company: Company):
    company.sign(PORTAL)
    company.take("leads", HEAD + RUNNING, BEFORE)
    hand = Hand("marketing@example.com")
    acts.cancel("test", AFTER.date(), hand, company.shelf, BEFORE)
    company.watch(BEFORE)
    assert states(company) == {"running": ClockState.RUNNING}
    company.watch(AFTER)
    assert states(company) == {"running": ClockState.VOID}


def test_a_lead_that_is_told_of_after_the_end_has_void_clocks_from_the_start(company: Company):
    company.sign(ENDING)
    company.watch(AFTER)
    company.take("leads", HEAD + RUNNING, MUCH_LATER)
    assert states(company) == {"running": ClockState.VOID}


def test_a_writer_that_read_the_clock_before_the_end_leaves_nothing_running(company: Company):
    company.sign(ENDING)
    company.watch(at("2026-03-05 00:01"))
    company.take("leads", HEAD + RUNNING, at("2026-03-04 23:59"))
    assert states(company) == {"running": ClockState.RUNNING}
    company.watch(at("2026-03-05 00:02"))
    assert states(company) == {"running": ClockState.VOID}


def test_an_act_that_was_told_for_after_the_end_is_no_act_under_it(company: Company):
    company.sign(ENDING)
    told = "id,created,handed,acknowledged,attempted,title,employees\n"
    acts = "2026-03-06 09:10,2026-03-06 09:20"
    company.take("leads", f"{told}a,2026-03-04 16:30,2026-03-04 16:30,{acts},CEO,900\n", BEFORE)
    company.watch(AFTER)
    assert states(company) == {"a": ClockState.VOID}
    recounted = FactsAsOf(company.history, company.book, seconds(AFTER), FOREVER, FOREVER)
    assert differing_facts(FactsNow(company.engine), recounted) == 0


def test_a_text_that_was_signed_stays_readable_when_more_is_refused(company: Company):
    company.sign(IN_FULL)
    now_refused = IN_FULL.replace("override = true\n", "")
    with pytest.raises(AgreementError, match="fewer"):
        parse_agreement(now_refused)
    with company.engine.begin() as connection:
        sql = text("UPDATE agreement_version SET text = :text")
        connection.execute(sql, {"text": now_refused})
    assert company.book.versions
