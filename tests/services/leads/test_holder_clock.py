from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from smarketing.domain.calendar import seconds
from smarketing.domain.clocks import ClockState
from smarketing.services.leads.acknowledge import acknowledge
from smarketing.services.leads.answers import reject
from smarketing.services.leads.explain import explain, lead_named
from smarketing.services.leads.handing import assign
from smarketing.services.leads.holder_clock import HolderState
from smarketing.services.people.leave import Teller, add
from smarketing.services.people.people import Role
from smarketing.store.acts import ActDesk
from smarketing.store.leads import LeadShelf
from smarketing.store.leave import LeaveShelf
from smarketing.store.people import People
from tests.builders import AGREEMENT, at
from tests.store.seed import act, let_in, person

if TYPE_CHECKING:
    from datetime import datetime

    from smarketing.services.leads.explain import Explained
    from tests.builders import Company

MONDAY = at("2026-11-23 10:00")
"""The hand-off of the only lead: 4 h to acknowledge, of 09:00 to 17:00."""


@pytest.fixture(autouse=True)
def _one_lead(company: Company):
    company.sign()
    let_in(company.engine, person(1), person(2), owners={"Rita": 1})
    told = "id,created,handed,employees,owner\na,2026-11-23 10:00,2026-11-23 10:00,20,Rita\n"
    company.take("leads", told, MONDAY)


def clock(company: Company, now: datetime, commitment: str = "acknowledge") -> Explained:
    company.watch(now)
    leads = LeadShelf(company.engine)
    clocks = explain(leads, lead_named(leads, "crm:a"), company.book, seconds(now))
    return next(one for one in clocks if one.commitment == commitment)


def hand_to(company: Company, number: int, now: datetime) -> None:
    boss = act(3, now, role=Role.SALES_MANAGER)
    assign(ActDesk(company.engine), People(company.engine), [1], boss, company.book, to=number)


def away(company: Company, number: int, first: str, back: str) -> None:
    days = (date.fromisoformat(first), date.fromisoformat(back))
    add(LeaveShelf(company.engine), person(number), days, "", Teller("", MONDAY, MONDAY.date()))


def test_who_has_had_a_lead_from_the_start_has_no_clock_of_their_own(company: Company):
    assert clock(company, at("2026-11-23 11:00")).holder is None


def test_the_holders_clock_starts_when_they_got_it_and_the_leads_clock_runs_on(company: Company):
    hand_to(company, 2, at("2026-11-23 13:00"))
    found = clock(company, at("2026-11-23 13:30"))
    assert (found.started_at, found.due_at) == (MONDAY, at("2026-11-23 14:00"))
    assert found.holder is not None
    assert (found.holder.name, found.holder.started_at) == ("Person 2", at("2026-11-23 13:00"))
    assert (found.holder.due_at, found.holder.state) == (
        at("2026-11-23 17:00"),
        HolderState.RUNNING,
    )


@pytest.mark.parametrize(
    ("done", "state"),
    [("2026-11-23 17:00", HolderState.IN_TIME), ("2026-11-24 09:01", HolderState.LATE)],
    ids=["at the due time", "after it"],
)
def test_inherited_lateness_is_not_the_holders_and_is_not_hidden(company: Company, done, state):
    hand_to(company, 2, at("2026-11-23 13:00"))
    acknowledge(ActDesk(company.engine), 1, act(2, at(done)), company.book)
    found = clock(company, at("2026-11-25 09:00"))
    assert found.state is ClockState.MET_LATE
    assert found.holder is not None
    assert found.holder.state is state


def test_a_lead_that_was_late_when_they_got_it_gives_them_the_whole_allowance(company: Company):
    hand_to(company, 2, at("2026-11-24 12:00"))
    found = clock(company, at("2026-11-24 16:30"))
    assert found.due_at == at("2026-11-23 14:00")
    assert found.holder is not None
    assert (found.holder.due_at, found.holder.state) == (
        at("2026-11-24 16:00"),
        HolderState.OVERDUE,
    )


def test_leave_of_the_holder_is_left_out_of_their_clock_alone(company: Company):
    away(company, 2, "2026-11-23", "2026-11-30")
    away(company, 1, "2026-11-24", "2026-11-26")
    away(company, 1, "2026-12-24", "2026-12-28")
    before = clock(company, at("2026-11-23 11:00"), "first_attempt")
    assert before.due_at == at("2026-11-24 10:00")
    assert before.holder is not None
    assert before.holder.started_at == MONDAY
    assert before.holder.due_at == at("2026-11-26 10:00")
    assert before.holder.leave == ((date(2026, 11, 24), date(2026, 11, 26)),)
    assert clock(company, at("2026-11-23 11:00")).holder is None


def test_what_was_done_before_they_got_the_lead_is_not_theirs(company: Company):
    acknowledge(ActDesk(company.engine), 1, act(1, at("2026-11-23 11:00")), company.book)
    hand_to(company, 2, at("2026-11-23 12:00"))
    assert clock(company, at("2026-11-23 13:00")).holder is None
    assert clock(company, at("2026-11-23 13:00"), "first_attempt").holder is not None


def test_what_is_not_owed_any_more_has_no_clock_of_a_holder(company: Company):
    hand_to(company, 2, at("2026-11-23 13:00"))
    reject(
        ActDesk(company.engine), 1, act(2, at("2026-11-23 13:30")), company.book,
        reason="duplicate",
    )  # fmt: skip
    found = clock(company, at("2026-11-23 14:00"), "first_attempt")
    assert (found.state, found.holder) == (ClockState.VOID, None)


def test_a_holder_for_whom_the_calendar_has_no_time_left_has_no_clock(company: Company):
    days = ", ".join(f'2026-12-{day:02} = [["09:00", "17:00"]]' for day in range(1, 11))
    dated = f"hours = {{}}\ndate_hours = {{ {days} }}"
    text = AGREEMENT.replace('hours = { mon-fri = [["09:00", "17:00"]] }', dated)
    company.sign(text.replace("2026-01-01", "2026-11-24"), at("2026-11-23 12:00"))
    told = "id,created,handed,employees,owner\nb,2026-11-24 10:00,2026-11-24 10:00,20,Rita\n"
    company.take("leads", told, at("2026-11-24 10:00"))
    away(company, 1, "2026-12-01", "2026-12-11")
    leads = LeadShelf(company.engine)
    (found, *_) = explain(
        leads, lead_named(leads, "crm:b"), company.book, seconds(at("2026-11-24 12:00"))
    )
    assert found.due_at - timedelta(hours=4) == at("2026-12-01 09:00")
    assert found.holder is None
