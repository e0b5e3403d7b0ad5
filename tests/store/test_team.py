from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from smarketing.domain.errors import NotFoundError
from smarketing.domain.metrics import Metric
from smarketing.domain.weeks import week_named, week_of
from smarketing.services.conclusions.watch import mark_due
from smarketing.services.leads import answers
from smarketing.services.leads.acknowledge import acknowledge
from smarketing.services.leads.acts import undo
from smarketing.services.leads.handing import assign, hand_back
from smarketing.services.leads.queue import first_waiting
from smarketing.services.people.owners import hand_over
from smarketing.services.people.people import Role
from smarketing.services.progress.progress import progress
from smarketing.services.team.rows import TEAM, UNTIED
from smarketing.services.team.team import Team, team_of, week_asked
from smarketing.store.acts import ActDesk
from smarketing.store.facts import FactsNow
from smarketing.store.ledger import Ledger
from smarketing.store.owners import OwnerDesk
from smarketing.store.people import People
from smarketing.store.queue import Queue
from smarketing.store.team import TeamDesk
from tests.store.seed import MONDAY, act, at, hand_off, lead, let_in, person, signed_book

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from smarketing.services.conclusions.book import Book

WEEK = week_named("2026-W47")
WEDNESDAY = at("2026-11-18 10:00")
MANAGER = 3
BIG = {"employees": 2000, "job_title": "CEO"}
"""What makes a lead one that is to be acknowledged within the hour."""


@pytest.fixture
def book(engine: Engine) -> Book:
    sally = person(MANAGER, Role.SALES_MANAGER)
    let_in(engine, person(1), person(2), sally, owners={"Rita Rep": 1, "Otto Other": 2})
    return signed_book(engine, MONDAY)


def team(engine: Engine, book: Book, now=WEDNESDAY, week=WEEK) -> Team:
    """How the team stands once the worker has marked what ran out."""
    with engine.begin() as connection:
        mark_due(Ledger(connection), book, int(now.timestamp()))
    return team_of(TeamDesk(engine), People(engine), book, week, now)


def row(team: Team, number: int):
    (found,) = (one for one in team.rows if one.number == number)
    return found


def sums(team: Team) -> tuple[int, ...]:
    pairs = [(one.acknowledged, one.attempted) for one in team.rows]
    return (
        sum(one.leads for one in team.rows),
        *(sum(week.met for week in weeks) for weeks in zip(*pairs, strict=True)),
        *(sum(week.due for week in weeks) for weeks in zip(*pairs, strict=True)),
    )


def progress_of(engine: Engine, book: Book) -> tuple[int, ...]:
    (all_of_it,) = progress(FactsNow(engine), book, WEEK.starts, WEEK.ends)
    return (
        all_of_it.delivered,
        all_of_it.acknowledged_in_time,
        all_of_it.attempted_in_time,
        all_of_it.acknowledged_due,
        all_of_it.attempted_due,
    )


def a_busy_week(engine: Engine, book: Book) -> list[int]:
    soon, late = (MONDAY + timedelta(minutes=m) for m in (30, 400))
    ids = hand_off(
        engine,
        book,
        [
            lead(full_name="In time", **BIG),
            lead(full_name="Late", **BIG),
            lead(full_name="Never", owner="Otto Other"),
            lead(full_name="Of the team", owner=None),
            lead(full_name="Of nobody", owner="Nobody Known"),
            lead(full_name="Just come", created_at=WEDNESDAY),
            lead(full_name="The week before", created_at=MONDAY - timedelta(days=5)),
        ],
        MONDAY,
    )
    desk = ActDesk(engine)
    way = {"way": answers.Way.CALL, "connected": False}
    answers.attempt(desk, ids[0], act(1, soon), book, **way)
    answers.attempt(desk, ids[1], act(1, late), book, **way)
    return ids


def test_the_figures_of_a_week_are_those_of_progress_also_when_leads_change_hands(engine, book):
    ids = a_busy_week(engine, book)
    before = team(engine, book)
    assert sums(before) == progress_of(engine, book) == (6, 1, 1, 5, 5)
    assign(ActDesk(engine), People(engine), ids[1:5], act(3, WEDNESDAY, role=Role.SALES_MANAGER),
           book, to=2)  # fmt: skip
    hand_back(ActDesk(engine), ids[0], act(1, WEDNESDAY), book)
    after = team(engine, book)
    assert sums(after) == progress_of(engine, book) == sums(before)
    assert row(before, 1).acknowledged.due == 2
    assert row(after, 1).acknowledged.due == 0
    assert row(after, 2).acknowledged.due == 4
    assert row(after, TEAM).acknowledged.met == 1
    assert [one.number for one in after.rows] == [1, 2, 3, TEAM]


def test_each_row_tells_what_its_holder_has_now(engine: Engine, book: Book):
    a_busy_week(engine, book)
    seen = team(engine, book)
    assert [one.number for one in seen.rows] == [1, 2, 3, TEAM, UNTIED]
    mine = row(seen, 1)
    # Of the five leads two were tried; "Just come" is in time, "The week before" is late.
    assert (mine.load.open, mine.load.late, mine.load.at_risk) == (2, 1, 0)
    assert (mine.acknowledged.met, mine.acknowledged.late, mine.acknowledged.overdue) == (1, 1, 0)
    assert mine.acknowledged.pending == 1
    others = row(seen, 2)
    assert (others.load.open, others.load.late, others.acknowledged.overdue) == (1, 1, 1)
    assert row(seen, TEAM).load.late == row(seen, UNTIED).load.late == 1
    assert sum(one.load.open for one in seen.rows) == len(
        first_waiting(Queue(engine), book, 99, now=WEDNESDAY)
    )


def test_the_promise_of_the_week_is_that_of_the_agreement(engine: Engine, book: Book):
    a_busy_week(engine, book)
    first, second = team(engine, book).promises
    assert (first.metric, first.title, float(first.promised_rate)) == (
        Metric.ACKNOWLEDGED_WITHIN,
        "Leads acknowledged",
        0.9,
    )
    assert (first.weeks[0].met, first.weeks[0].due, first.weeks[0].pending) == (1, 5, 1)
    assert (second.weeks[0].met, second.weeks[0].due) == (1, 5)
    assert team(engine, book, week=week_named("2030-W10")).promises == ()


def test_an_attempt_is_told_of_who_made_it_in_the_week_that_it_was_made_in(engine, book):
    ids = hand_off(
        engine, book,
        [lead(created_at=MONDAY - timedelta(days=20)), lead(first_attempt_at=_s(MONDAY, 60))],
        MONDAY,
    )  # fmt: skip
    way = {"way": answers.Way.CALL, "connected": True}
    for hours in (1, 2):
        now = MONDAY + timedelta(hours=hours)
        answers.attempt(ActDesk(engine), ids[0], act(3, now, role=Role.SALES_MANAGER), book, **way)
    answers.attempt(ActDesk(engine), ids[0], act(1, at("2026-11-24 09:00")), book, **way)
    seen = team(engine, book)
    # One more is Rita's because the lead is hers: its record does not tell who tried.
    assert {one.number: one.attempts for one in seen.rows} == {1: 1, 2: 0, 3: 2}


def test_an_attempt_that_was_taken_back_is_none(engine: Engine, book: Book):
    (lead_id,) = hand_off(engine, book, [lead()], MONDAY)
    done = answers.attempt(
        ActDesk(engine), lead_id, act(1), book, way=answers.Way.MAIL, connected=False
    )
    undo(ActDesk(engine), [lead_id], done.ref, act(1), book)
    assert row(team(engine, book), 1).attempts == 0


def test_pauses_are_told_in_working_minutes_of_the_week_by_who_paused(engine, book):
    one, two = hand_off(engine, book, [lead(), lead(owner="Otto Other")], MONDAY)
    desk, why = ActDesk(engine), answers.PauseReason.AWAY
    local = (MONDAY + timedelta(days=1, hours=1)).replace(tzinfo=None)  # 09:00 in UTC: 9 on paper
    answers.pause(desk, one, act(1), book, reason=why, until=local)
    manager = act(3, WEDNESDAY, role=Role.SALES_MANAGER)
    answers.pause(desk, two, manager, book, reason=why, until=at("2026-12-01 09:00").replace(
        tzinfo=None))  # fmt: skip
    seen = team(engine, book, WEDNESDAY + timedelta(hours=2))
    # Rita: Monday 9 to 17, and nothing at night. Sally: Wednesday 11 to 13, so far.
    assert {r.number: r.paused_s // 60 for r in seen.rows} == {1: 480, 2: 0, 3: 120}
    assert {r.number: r.load.paused for r in seen.rows} == {1: 0, 2: 1, 3: 0}
    later = team(engine, book, at("2026-11-30 08:00"), week_named("2026-W48"))
    assert row(later, 3).paused_s // 60 == 5 * 480
    assert row(later, 1).paused_s == 0


def test_somebody_who_left_keeps_a_row_in_the_weeks_that_they_worked_in(engine, book):
    (lead_id,) = hand_off(engine, book, [lead(owner="Otto Other")], MONDAY)
    answers.attempt(ActDesk(engine), lead_id, act(2), book, way=answers.Way.CALL, connected=True)
    with engine.begin() as connection:
        connection.execute(text("UPDATE person SET active = 0 WHERE id = 2"))
    hand_over(OwnerDesk(engine), People(engine), "p2@example.com")
    assert {r.number: r.attempts for r in team(engine, book).rows} == {
        1: 0, 2: 1, 3: 0, UNTIED: 0,
    }  # fmt: skip
    later = team(engine, book, week=week_named("2026-W48"))
    assert [r.number for r in later.rows] == [1, 3]


@pytest.mark.parametrize("name", ["x", "2026", "2026-W60", "0000-W01", "9999-W52", "2026-Wx"])
def test_a_week_that_is_none_is_not_found(name: str, book: Book):
    with pytest.raises(NotFoundError, match="is no week; write it as 2026-W47"):
        week_asked(name, book, MONDAY)


def test_without_a_name_the_week_is_that_of_today_in_the_zone_of_the_agreement(book: Book):
    sunday_night = at("2026-11-22 23:30")  # half past midnight on Monday in Berlin
    assert week_asked("", book, sunday_night) == week_of(at("2026-11-23 12:00").date())


def test_with_two_agreements_each_promise_names_its_own(engine: Engine, book: Book):
    (held,) = book.versions
    other = replace(held.agreement, name="other", title="Fairs")
    two = replace(book, versions=(held, replace(held, version_id=99, agreement=other)))
    alone, both = team(engine, book).promises, team(engine, two).promises
    assert {one.by for one in alone} == {"Sales"}
    titles = (held.agreement.title, "Fairs")
    assert {one.by for one in both} == {f"Sales (“{title}”)" for title in titles}


def test_no_query_of_the_page_walks_all_leads_clocks_or_events(engine: Engine, book: Book):
    if engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL plans by its statistics")
    hand_off(engine, book, [lead(owner=f"Rep {n % 9}") for n in range(200)], MONDAY)
    acknowledge(ActDesk(engine), 1, act(MANAGER, role=Role.SALES_MANAGER), book)
    asked: list[str] = []
    with engine.begin() as connection:
        # The pool hands out this very connection again: the trace sees what the store asks.
        connection.connection.driver_connection.set_trace_callback(asked.append)
    team_of(TeamDesk(engine), People(engine), book, WEEK, WEDNESDAY)
    with engine.connect() as connection:
        connection.connection.driver_connection.set_trace_callback(None)
        queries = [sql for sql in asked if sql.startswith(("WITH", "SELECT"))]
        plans = [connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}") for sql in queries]
        steps = [step[3] for plan in plans for step in plan]
    assert len(queries) == 8
    walked = [step for step in steps if step.startswith("SCAN") and "INDEX" not in step]
    assert not [step for step in walked if step.split()[1] in ("lead", "clock", "lead_event")]


def _s(at_, minutes: int) -> int:
    return int(at_.timestamp()) + minutes * 60
