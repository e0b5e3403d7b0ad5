"""What an installation says of its goals: plans, forecasts, capacity, and how good they were."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from smarketing.bootstrap.house import House, leads_known_until
from smarketing.domain.calendar import seconds
from smarketing.services.conclusions.as_of import FactsAsOf

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date, datetime
    from fractions import Fraction

    from reports.charts.burnup import OutlookOf
    from smarketing.services.capacity.page import CapacityPage, Typed
    from smarketing.services.conclusions.book import Book
    from smarketing.services.forecast.month import MonthForecast
    from smarketing.services.forecast.shares import ShareRow
    from smarketing.services.goals.backtest.shown import Replayed
    from smarketing.services.goals.shown import GoalShown
    from smarketing.services.people.leave import Coming
    from smarketing.services.people.people import Reading
    from smarketing.services.progress.month import Held
    from smarketing.services.progress.progress import Facts
    from smarketing.services.reaching.reaching import ReachStore
    from smarketing.web.parts import (
        WhatIfOf,
    )


def capacity_page_at(
    house: House, name: str | None, now: datetime, typed: Typed, as_of: datetime | None = None
) -> CapacityPage:
    """Return whether an agreement can be kept, and what is known of it; None: the first one.

    Args:
        house: The installation.
        name: Of the agreement.
        now: When it is asked.
        typed: What somebody tries.
        as_of: From what was known and signed then; None: from what is known now.
    """
    from smarketing.domain.moment import Moment
    from smarketing.services.capacity.page import Records, capacity_page
    from smarketing.services.people.then import LeaveThen, PeopleThen
    from smarketing.services.reaching.as_of import ReachAsOf
    from smarketing.store.leave import LeaveShelf
    from smarketing.store.people import People
    from smarketing.store.reaching import ReachDesk

    desk, book = ReachDesk(house.engine), house.book(as_of)
    facts: Facts = house.facts
    store: ReachStore = desk
    people: Reading = People(house.engine)
    leave: Coming = LeaveShelf(house.engine)
    if as_of is not None:
        then = FactsAsOf(house.history, book, seconds(as_of))
        facts, store = then, ReachAsOf(desk, then, Moment(seconds(as_of), seconds(as_of)))
        people, leave = PeopleThen(people, as_of), LeaveThen(leave, as_of)
    records = Records(facts, store, people, leave)
    return capacity_page(records, book, name, as_of or now, typed)


def goal_plan(
    house: House,
    now: datetime,
    *,
    name: str | None = None,
    month: date | None = None,
    confidence: Fraction | None = None,
) -> GoalShown | None:
    """Return the plan of an agreement's goal; see `services.goals.shown.goal_shown`."""
    from smarketing.services.goals.shown import goal_shown

    return goal_shown(
        house.shelf.versions(),
        lambda version: house.statistics.of(version, house.history, house.book(), now),
        now,
        name=name,
        month=month,
        confidence=confidence,
    )


def what_if_asked(house: House, clock: Callable[[], datetime]) -> WhatIfOf:
    """Return what answers "what if"; what history comes to is kept in this process."""
    from smarketing.services.capacity.page import Records
    from smarketing.services.goals.what_if import Sources, WhatIf, what_if
    from smarketing.store.leave import LeaveShelf
    from smarketing.store.people import People
    from smarketing.store.reaching import ReachDesk

    people, leave = People(house.engine), LeaveShelf(house.engine)
    records = Records(house.facts, ReachDesk(house.engine), people, leave)
    sources = Sources(house.shelf, house.history, records, house.book, house.statistics)

    def asked(name: str | None, month: date | None, form: Mapping[str, str]) -> WhatIf | None:
        return what_if(sources, form, clock(), name=name, month=month)

    return asked


def past_forecasts(house: House, now: datetime, name: str | None = None) -> Replayed | None:
    """Return how good the forecasts of an agreement were; see `backtest.shown.replayed`."""
    from smarketing.services.goals.backtest.shown import replayed

    return replayed(
        house.shelf.versions(),
        lambda version: house.statistics.of(version, house.history, house.book(), now).history,
        now,
        name,
        replay=house.backtests.of,
    )


def forecast_made(
    house: House, book: Book, agreement: str, month: date, now: datetime
) -> Callable[[], MonthForecast]:
    """Return what makes the forecast of a month of an agreement; it is read when first asked."""
    from smarketing.services.forecast.month import month_forecast

    @cache
    def made() -> MonthForecast:
        until = leads_known_until(house, month, None)
        return month_forecast(house.facts, book, agreement, month=month, now=now, known_until=until)

    return made


def outlooks(made: Callable[[], MonthForecast]) -> OutlookOf:
    """Return what says where cells of an agreement may end in a month."""
    return cache(lambda cells: made().of(cells))


def shares(made: Callable[[], MonthForecast], held: Held) -> Callable[[], Sequence[ShareRow]]:
    """Return what says how likely the promised shares of a month still are.

    Args:
        made: Makes the forecast of the month.
        held: The versions that hold in it; the last one's promises are told.
    """
    from smarketing.services.forecast.shares import share_rows

    return lambda: tuple(share_rows(made(), held[-1][0])) if held else ()
