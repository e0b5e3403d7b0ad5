"""A storm becomes one message, also one that lasts: of the rule, the worker and the simulator."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smarketing.services.escalation.pace import APART, WINDOW_S, messages_now, room_at
from smarketing.services.escalation.shown import ladders_of
from smarketing.services.escalation.simulate import StepCount
from smarketing.services.leads import answers
from smarketing.services.leads.acknowledge import acknowledge
from smarketing.store.acts import ActDesk
from smarketing.store.escalation import EscalationDesk
from tests.services.escalation.company import berlin
from tests.services.escalation.test_simulate import counts, replay
from tests.store.seed import act, lead

if TYPE_CHECKING:
    from datetime import datetime

    from tests.services.escalation.company import Company

TICK = 60


@given(st.lists(st.integers(0, 3 * 3600), max_size=80))
def test_nobody_gets_more_than_five_in_a_window_and_everything_is_told_in_one(owed: list[int]):
    waiting: list[int] = []
    sent: list[tuple[int, tuple[int, ...]]] = []
    for now in range(0, 3 * 3600 + WINDOW_S + 2 * TICK, TICK):
        waiting += [at for at in owed if now - TICK < at <= now]
        times = [at for at, _ in sent]
        parts = messages_now(waiting, times, now)
        assert bool(parts) == bool(waiting and room_at(times, now) == now)
        if parts:
            sent += [(now, part) for part in parts]
            waiting = []
    assert sorted(at for _, part in sent for at in part) == sorted(owed)
    assert all(now - at < WINDOW_S + 2 * TICK for now, part in sent for at in part)
    for begins, _ in sent:
        assert sum(begins <= at < begins + WINDOW_S for at, _ in sent) <= APART


def trickle(company: Company, count: int) -> None:
    """Leads that come a minute apart from nine on: 80 % of their time is used up from 12:12 on."""
    company.hand_off(
        *[
            lead(company=f"Firm {n}", created_at=berlin("16 09:00") + timedelta(minutes=n))
            for n in range(count)
        ],
        at=berlin("16 09:00"),
    )


def ticks(company: Company, first: str, last: str) -> None:
    now = berlin(first)
    while now <= berlin(last):
        company.mark(now)
        company.escalate(now)
        now += timedelta(minutes=1)


def warnings(company: Company) -> list[str]:
    return [subject for to, subject in company.mails() if to == "p1"]


def test_what_trickles_in_becomes_one_mail_as_soon_as_one_may_be_sent(company: Company):
    trickle(company, 20)
    ticks(company, "16 12:12", "16 12:41")
    assert len(warnings(company)) == APART
    assert len(company.steps()) == 20  # each is taken at its time, whoever is told
    ticks(company, "16 12:42", "16 12:42")
    assert len(warnings(company)) == APART + 1
    assert warnings(company)[-1].startswith("[15 leads due soon] First Firm 5")


def test_the_simulator_tells_how_many_mails_the_worker_sends_in_a_storm_that_lasts(
    company: Company,
):
    trickle(company, 60)
    ticks(company, "16 12:12", "16 12:59")
    found = replay(company, now="16 12:59")
    assert len(warnings(company)) > APART
    assert counts(found)[0] == (48, len(warnings(company)), 0)


def test_a_lead_that_was_answered_meanwhile_is_no_news(company: Company):
    trickle(company, 7)
    ticks(company, "16 12:12", "16 12:20")
    for number in (6, 7):
        acknowledge(ActDesk(company.engine), number, act(1, berlin("16 12:30")), company.book)
    ticks(company, "16 12:42", "16 12:42")
    assert len(warnings(company)) == APART
    assert company.all("SELECT COUNT(*) FROM ladder_told WHERE told_at IS NULL") == [(0,)]
    assert counts(replay(company, now="16 12:50"))[0] == (7, APART, 0)


def test_who_may_not_be_told_any_more_is_not_told(company: Company):
    trickle(company, 7)
    ticks(company, "16 12:12", "16 12:20")
    company.change("UPDATE person SET alerts = 0 WHERE id = 1")
    ticks(company, "16 12:42", "16 12:42")
    assert len(warnings(company)) == APART
    assert company.all("SELECT COUNT(*) FROM ladder_told WHERE told_at IS NULL") == [(0,)]


def hands_off_at(company: Company, at: datetime, count: int) -> None:
    company.hand_off(*[lead(created_at=at + timedelta(minutes=n)) for n in range(count)], at=at)


def test_what_would_be_told_after_work_waits_for_the_morning(company: Company):
    hands_off_at(company, berlin("16 13:36"), 8)  # 80 % from 16:48 to 16:55: the office shuts at 17
    ticks(company, "16 16:48", "16 17:40")
    assert len(warnings(company)) == APART
    company.tick("17 09:00")
    told = [subject.rpartition(" by ")[2] for subject in warnings(company)[APART:]]
    assert sorted(told) == ["today, 09:41", "today, 09:42", "today, 09:43"]


def test_looking_again_finds_nothing_to_do_while_it_waits(company: Company):
    trickle(company, 7)
    ticks(company, "16 12:12", "16 12:20")
    assert company.escalate(berlin("16 12:21")) == (0, 0, 0)


def test_a_storm_of_which_some_have_a_telephone_and_some_have_none_is_one_mail(company: Company):
    bare, whole = lead(company=None, phone=None), lead(company="Acme", phone="+49 40 123")
    company.hand_off(*[bare] * 120, *[whole] * 10, at=berlin("16 09:00"))
    assert company.tick("16 12:12") == (130, 1, 0)
    assert warnings(company)[0].startswith("[130 leads due soon]")


def test_a_storm_that_is_no_news_any_more_is_forgotten(company: Company):
    bare, whole = lead(company=None), lead(company="Acme")
    company.hand_off(*[bare] * 120, *[whole] * 10, at=berlin("16 09:00"))
    company.tick("16 12:12")
    company.change("UPDATE ladder_told SET told_at = NULL, address = 'gone@example.com'")
    assert company.escalate(berlin("16 12:13")) == (0, 0, 0)
    assert company.all("SELECT COUNT(*) FROM ladder_told") == [(0,)]


def test_what_an_earlier_step_still_owes_a_person_is_no_news_when_a_later_one_tells_them(
    company: Company,
):
    """The best leads have an hour: from 9:48 on 80 % of it is used up, from 10:00 on all of it."""
    nine = berlin("16 09:00")
    best = [
        lead(employees=2000, job_title="CEO", created_at=nine + timedelta(minutes=n))
        for n in range(7)
    ]
    company.hand_off(*best, at=nine)
    ticks(company, "16 09:48", "16 10:45")
    told = [subject.startswith("[Due soon]") for subject in warnings(company)]
    assert (told.count(True), told.count(False)) == (APART, APART + 1)
    found = counts(replay(company, now="16 10:45"))
    assert found[:2] == [(7, APART, 0), (7, 2 * (APART + 1), 0)]


def test_a_lead_that_is_paused_while_it_waits_is_told_of_when_it_goes_on(company: Company):
    trickle(company, 6)
    ticks(company, "16 12:12", "16 12:18")
    actor, until = act(1, berlin("16 12:20")), berlin("16 12:50").replace(tzinfo=None)
    why = answers.PauseReason.AWAY
    answers.pause(ActDesk(company.engine), 6, actor, company.book, reason=why, until=until)
    for first, last, told in (("12:40", "12:49", APART), ("12:50", "12:50", APART + 1)):
        ticks(company, f"16 {first}", f"16 {last}")
        assert len(warnings(company)) == told
        assert counts(replay(company, now=f"16 {last}"))[0] == (6, told, 0)


def test_a_long_history_is_not_walked_when_something_is_told_or_forgotten(company: Company):
    if company.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL plans by its statistics")
    trickle(company, 7)
    ticks(company, "16 12:12", "16 12:20")
    desk, asked = EscalationDesk(company.engine), []
    with desk.taking(0) as taking:
        keys = taking.owed().select("lead_id", "commitment_id", "cycle", "step", "address")
        told = keys.head(1).with_columns(dedupe_key=pl.lit("x"))
        raw = taking._connection.connection.driver_connection  # noqa: SLF001  (to see what is asked)
        raw.set_trace_callback(asked.append)
        taking.told(keys.tail(1), told, [], 0)
        raw.set_trace_callback(None)
        changes = [sql for sql in asked if sql.startswith(("DELETE FROM l", "UPDATE l"))]
        plans = [raw.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall() for sql in changes]
    steps = [step[3] for plan in plans for step in plan]
    assert len(changes) == 2
    assert not [step for step in steps if step.startswith("SCAN ladder_told")]


def test_a_step_that_was_taken_before_mails_had_their_table_is_counted_all_the_same(
    company: Company,
):
    trickle(company, 1)
    company.tick("16 12:12")
    company.change("DELETE FROM ladder_told")
    company.change('UPDATE ladder_step SET did = \'{"told": {"p1@example.com": "ladder:x"}}\'')
    lines = ladders_of(EscalationDesk(company.engine), company.book, berlin("16 13:00"))
    assert next(step for line in lines for _, step in line.steps) == StepCount(taken=1)
