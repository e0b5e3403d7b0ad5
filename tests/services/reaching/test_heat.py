from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

from smarketing.domain.calendar import seconds
from smarketing.domain.days import day_number
from smarketing.domain.metrics import Metric
from smarketing.domain.moment import Moment
from smarketing.services.conclusions.as_of import FactsAsOf
from smarketing.services.reaching.as_of import ReachAsOf
from smarketing.services.reaching.heat import QUARTER_S, heat_of, hours_shown
from smarketing.services.reaching.words import heat_headline
from smarketing.store import reaching
from smarketing.store.reaching import ReachDesk
from tests.builders import AGREEMENT, at

if TYPE_CHECKING:
    from datetime import datetime

    from smarketing.services.conclusions.book import InForce
    from tests.builders import Company

BERLIN = AGREEMENT.replace('"UTC"', '"Europe/Berlin"')
LATER = at("2026-06-01 09:00")


def quarters(*rows: tuple[datetime, int, int]) -> pl.DataFrame:
    told = [(seconds(when) // QUARTER_S, due, met) for when, due, met in rows]
    names = ("quarter", "due", "met")
    return pl.DataFrame(told, schema=dict.fromkeys(names, pl.Int64()), orient="row")


@pytest.fixture
def version(company: Company) -> InForce:
    company.sign(BERLIN)
    (held,) = company.book.versions
    return held


def test_hours_are_those_of_the_calendar_in_summer_and_in_winter(version: InForce):
    promise = version.commitment(Metric.ACKNOWLEDGED_WITHIN)
    assert promise is not None
    winter, summer = at("2026-03-02 09:45"), at("2026-06-01 08:00")  # Mondays at ten in Berlin
    found = heat_of(quarters((winter, 4, 3), (summer, 2, 2)), version, promise)
    assert found.counts.due[0][10] == 6
    assert found.counts.in_time[0][10] == 5
    assert found.counts.due.sum() == 6
    assert found.counts.rates()[0][10] == 5 / 6
    assert heat_headline(found) == "Acknowledge: 5 of 6 in time (83 %)."


def test_working_hours_are_framed(version: InForce):
    promise = version.commitment(Metric.ACKNOWLEDGED_WITHIN)
    assert promise is not None
    found = heat_of(quarters(), version, promise)
    assert [found.opened[0][hour] for hour in (8, 9, 16, 17)] == [False, True, True, False]
    assert not any(found.opened[6])
    assert heat_headline(found) == "Acknowledge: nothing was due in these weeks."


def test_store_and_service_count_by_the_same_quarters():
    assert reaching.QUARTER_S == QUARTER_S


def test_as_of_now_the_clocks_are_those_of_the_store(company: Company):
    company.sign(AGREEMENT)
    rows = "".join(
        f"{n},2026-03-{2 + n} 10:00,2026-03-{2 + n} {10 + n}:30,CEO,900\n" for n in range(5)
    )
    company.take("leads", f"id,created,acknowledged,title,employees\n{rows}", LATER)
    company.watch(LATER)
    days = day_number(at("2026-03-01 00:00").date()), day_number(at("2026-03-06 00:00").date())
    then = seconds(LATER)
    desk = ReachDesk(company.engine)
    as_of = ReachAsOf(desk, FactsAsOf(company.history, company.book, then), Moment(then, then))
    key = ["commitment_id", "quarter"]
    assert as_of.hours(*days).sort(key).rows() == desk.hours(*days).sort(key).rows()
    assert as_of.hours(*days)["due"].sum() == 4
    assert as_of.tries(*days).rows() == desk.tries(*days).rows()
    assert as_of.outcomes(*days, 1, 9) is None


def test_the_hours_that_say_something_are_shown(version: InForce):
    promise = version.commitment(Metric.ACKNOWLEDGED_WITHIN)
    assert promise is not None
    early, night = at("2026-06-01 05:00"), at("2026-06-01 20:00")  # seven, and ten in the evening
    rows = hours_shown(heat_of(quarters((early, 5, 4), (night, 4, 4)), version, promise))
    assert [row.hour for row in rows][:3] == ["07:00", "08:00", "09:00"]
    assert rows[-1].hour == "16:00"  # four leads in the evening are too few
    assert (rows[0].cells[0].words, rows[0].cells[0].rate) == ("4/5", 0.8)
    assert not rows[0].cells[0].is_open
    assert rows[2].cells[0].is_open
    assert rows[2].cells[0].words == ""
