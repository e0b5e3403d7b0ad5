from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import pytest

from smarketing.domain.calendar import seconds
from smarketing.domain.clocks import ClockState
from smarketing.domain.errors import NotFoundError
from smarketing.services.leads.acknowledge import acknowledge
from smarketing.services.leads.acts import undo
from smarketing.services.leads.answers import PauseReason, pause
from smarketing.services.leads.explain import explain, lead_named
from smarketing.store.acts import ActDesk
from smarketing.store.leads import LeadShelf
from tests.builders import AGREEMENT, at
from tests.store.seed import act, let_in, person

if TYPE_CHECKING:
    from smarketing.services.leads.explain import Explained
    from tests.builders import Company

WEST = AGREEMENT.replace('timezone = "UTC"', 'timezone = "America/Los_Angeles"').replace(
    "[calendars.office]", "[calendars.office]\nholidays = [2026-11-26]"
)
THANKSGIVING = date(2026, 11, 26)
NOW = at("2026-12-01 12:00")


def explained(company: Company, name: str) -> dict[str, Explained]:
    leads = LeadShelf(company.engine)
    clocks = explain(leads, lead_named(leads, name), company.book, seconds(NOW))
    return {clock.commitment: clock for clock in clocks}


def take(company: Company, *lines: str) -> None:
    let_in(company.engine, person())
    head = "id,created,handed,acknowledged,employees\n"
    company.take("leads", head + "".join(f"{line}\n" for line in lines), NOW)


def test_a_clock_due_before_a_holiday_in_its_own_zone_does_not_list_it(company: Company):
    company.sign(WEST)
    # 13:00 in Los Angeles, and 4 h of working time; 17:00 there is Thursday 01:00 of UTC.
    take(company, "a,2026-11-25 21:00,2026-11-25 21:00,2026-11-25 23:30,20")
    clock = explained(company, "crm:a")["acknowledge"]
    assert clock.due_at == at("2026-11-26 01:00")
    assert clock.holidays == ()
    assert (clock.state, clock.used_s) == (ClockState.MET, 2.5 * 3600)
    assert clock.counted == ((at("2026-11-25 21:00"), at("2026-11-25 23:30")),)


def test_a_holiday_that_the_clock_stood_over_is_listed(company: Company):
    company.sign(WEST)
    take(company, "a,2026-11-25 22:00,2026-11-25 22:00,2026-11-27 18:30,20")
    clock = explained(company, "crm:a")["acknowledge"]
    assert clock.due_at == at("2026-11-27 18:00")
    assert clock.holidays == (THANKSGIVING,)
    assert clock.counted == (
        (at("2026-11-25 22:00"), at("2026-11-26 01:00")),
        (at("2026-11-27 17:00"), at("2026-11-27 18:30")),
    )
    assert clock.breached_at == clock.due_at


def test_a_pause_is_left_out_of_what_was_counted_and_told(company: Company):
    company.sign()
    take(company, "a,2026-11-23 10:00,2026-11-23 10:00,,20")
    desk, lead_id = ActDesk(company.engine), lead_named(LeadShelf(company.engine), "crm:a")
    until = datetime(2026, 11, 23, 13)  # noqa: DTZ001  (a wall time)
    reason = PauseReason.AWAY
    pausing = act(now=at("2026-11-23 11:00"))
    pause(desk, lead_id, pausing, company.book, reason=reason, until=until)
    acknowledge(desk, lead_id, act(now=at("2026-11-23 14:00")), company.book)
    clock = explained(company, "crm:a")["acknowledge"]
    assert (clock.state, clock.due_at) == (ClockState.MET, at("2026-11-23 16:00"))
    assert clock.counted == (
        (at("2026-11-23 10:00"), at("2026-11-23 11:00")),
        (at("2026-11-23 13:00"), at("2026-11-23 14:00")),
    )
    (stood,) = clock.pauses
    assert (stood.reason, stood.by) == ("away", "Person 1")
    assert (stood.starts, stood.ends) == (at("2026-11-23 11:00"), at("2026-11-23 13:00"))
    stored = LeadShelf(company.engine).whole(lead_id)[1][0]
    assert clock.used_s == stored["used_s"] == 2 * 3600


def test_a_pause_that_was_taken_back_is_neither_left_out_nor_told(company: Company):
    company.sign()
    take(company, "a,2026-11-23 10:00,2026-11-23 10:00,,20")
    desk, lead_id = ActDesk(company.engine), lead_named(LeadShelf(company.engine), "crm:a")
    until = datetime(2026, 11, 23, 13)  # noqa: DTZ001  (a wall time)
    pausing = act(now=at("2026-11-23 11:00"))
    reason = PauseReason.AWAY
    done = pause(desk, lead_id, pausing, company.book, reason=reason, until=until)
    undo(desk, [lead_id], done.ref, act(now=at("2026-11-23 11:05")), company.book)
    clock = explained(company, "crm:a")["acknowledge"]
    assert clock.pauses == ()
    assert clock.counted == ((at("2026-11-23 10:00"), at("2026-11-23 14:00")),)


def test_the_version_is_told_by_the_number_that_people_know(company: Company):
    old = AGREEMENT.replace('name = "test"', 'name = "old"')
    company.sign(
        old.replace("starts_on = 2026-01-01", "starts_on = 2025-01-01\nends_on = 2026-01-01")
    )
    company.sign(AGREEMENT)
    company.sign(AGREEMENT.replace("2026-01-01", "2026-11-01"))
    take(
        company,
        "a,2026-10-05 10:00,2026-10-05 10:00,,20",
        "b,2026-11-25 10:00,2026-11-25 10:00,2026-11-25 10:30,20",
    )
    told = {name: explained(company, f"crm:{name}")["acknowledge"] for name in "ab"}
    assert {name: (clock.agreement, clock.version) for name, clock in told.items()} == {
        "a": ("test", 1),
        "b": ("test", 2),
    }


def test_a_lead_of_no_agreement_has_no_clock(company: Company):
    company.sign()
    take(company, "a,2025-11-25 10:00,2025-11-25 10:00,,20")
    assert explained(company, "crm:a") == {}


def test_a_name_that_no_lead_has_says_how_leads_are_named(company: Company):
    with pytest.raises(NotFoundError, match="SOURCE:SOURCE_ID"):
        lead_named(LeadShelf(company.engine), "crm:z")
