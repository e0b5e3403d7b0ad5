"""The three answers from real records, on both databases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smarketing.domain.calendar import seconds
from smarketing.domain.moment import Moment
from smarketing.services.capacity.page import Records, Typed, capacity_page
from smarketing.services.capacity.plain import as_json
from smarketing.services.conclusions.as_of import FactsAsOf
from smarketing.services.reaching.as_of import ReachAsOf
from smarketing.store.facts import FactsNow
from smarketing.store.leave import LeaveShelf
from smarketing.store.people import People
from smarketing.store.reaching import ReachDesk
from tests.builders import at
from tests.services.able import SIX

if TYPE_CHECKING:
    from smarketing.services.capacity.page import CapacityPage
    from tests.builders import Company

NOW = at("2026-03-16 09:00")
HEAD = "id,created,acknowledged,attempted,title,employees\n"
CALLS = "id,lead,kind,direction,at,result\n"


def filled(company: Company) -> Company:
    """Ten leads on each of five days, half of them reached at the second call."""
    company.sign(SIX)
    leads = [(day, 10 * day + n) for day in range(2, 7) for n in range(10)]
    rows = (
        f"{n},2026-03-{day:02} 10:00,2026-03-{day:02} 10:30,2026-03-{day:02} 11:00,CEO,900\n"
        for day, n in leads
    )
    calls = (
        f"{n}-{hour},{n},call,outbound,2026-03-{day:02} {hour}:00,"
        f"{'connected' if hour == 12 and n % 2 else 'busy'}\n"
        for day, n in leads
        for hour in (11, 12)
    )
    company.take("leads", HEAD + "".join(rows), NOW)
    company.take("activities", CALLS + "".join(calls), NOW)
    company.watch(NOW)
    return company


def page_of(company: Company, *, as_of: bool) -> CapacityPage:
    desk, book, then = ReachDesk(company.engine), company.book, seconds(NOW)
    known = FactsAsOf(company.history, book, then)
    facts, store = (
        (known, ReachAsOf(desk, known, Moment(then, then)))
        if as_of
        else (FactsNow(company.engine), desk)
    )
    records = Records(facts, store, People(company.engine), LeaveShelf(company.engine))
    return capacity_page(records, book, None, NOW, Typed())


def test_leads_attempts_and_hours_are_those_of_the_records(company: Company):
    page = page_of(filled(company), as_of=False)
    flow, tries = page.capacity.flow, page.capacity.tries
    # From Monday 2 March on: ten working days, five of them with leads.
    assert (flow.leads, sum(flow.a_day.values())) == (50, 5)
    assert (tries.given, tries.reached) == ((50, 50), (0, 25))
    acknowledged, attempted = page.reaching.heats
    assert (acknowledged.due, acknowledged.in_time) == (50, 50)
    assert [acknowledged.counts.due[day][10] for day in range(5)] == [10] * 5
    assert attempted.due == 50
    assert page.capacity.depth is not None


def test_as_of_the_same_instant_the_same_is_known(company: Company):
    filled(company)
    now, then = (as_json(page_of(company, as_of=as_of)) for as_of in (False, True))
    assert now["reaching"].pop("speed") != then["reaching"].pop("speed")
    assert now == then
