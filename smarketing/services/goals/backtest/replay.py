"""The replay of a history, month by month, and what it comes to.

A month is replayed with nothing but what was known on its first day (`known`). It can be when five
wins were known by then, of a record of three median lags; it is judged when its leads have had time
to close by now, else it is still open and shown with what today's correction expects of it.

Some customers are late beyond any waiting. So that none is missed as if it would not come, what
has come is held against the part of the promise that should have come by now: each customer of a
world comes with the share that today's curve gives to the month. Of an old month that is all.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from smarketing.domain.lag import LONG_ENOUGH, Finding
from smarketing.domain.targets import next_month
from smarketing.domain.ultimate import Cohort, Corrected, corrected
from smarketing.services.goals.backtest.known import Known, cohorts_of, cut, known_of
from smarketing.services.goals.backtest.looks import looks_on
from smarketing.services.goals.backtest.pacing import months_by_day, paced
from smarketing.services.goals.backtest.promises import (
    promise_of,
    summed,
    textbook_worlds,
    thinned,
    worlds_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from smarketing.services.conclusions.book import Cell
    from smarketing.services.goals.backtest.known import Cohorts
    from smarketing.services.goals.backtest.looks import Look
    from smarketing.services.goals.backtest.pacing import Paced
    from smarketing.services.goals.backtest.promises import Ints, Promise
    from smarketing.services.goals.history import GoalHistory

    WorkingDays = Callable[[date], Sequence[date]]
    """Returns the working days of the month of a day."""


@dataclass(frozen=True)
class Kept:
    """A promise and what came of it.

    Attributes:
        cell: Segment and tier; None: all together.
        leads: That came in the month.
        customers: Won of them so far.
        promise: Made on the first day, for just so many leads: customers in the end.
        by_now: The part of it that should have come by now.
    """

    cell: Cell | None
    leads: int
    customers: int
    promise: Promise
    by_now: Promise

    @property
    def holds(self) -> bool:
        """Return whether the 80 % range of what should have come holds what has come."""
        return self.by_now.holds(self.customers)


@dataclass(frozen=True)
class MonthThen:
    """One month, as it was promised on its first day.

    Attributes:
        month: That day.
        is_over: Whether its leads have had time to close by now.
        all: All leads.
        textbook: The same with the plain rate of that day, as if it were known.
        cells: Those with leads in the month.
        looks: At the leads that were open on that day.
        end: Of a month that is still open, what today's correction expects; None: over, or nobody
            can tell.
    """

    month: date
    is_over: bool
    all: Kept
    textbook: Kept
    cells: tuple[Kept, ...]
    looks: tuple[Look, ...]
    end: Corrected | None


@dataclass(frozen=True)
class Backtest:
    """What a replay comes to.

    Attributes:
        months: Those that could be promised, oldest first; some may have brought no lead.
        paced: The forecasts of each month's leads while it ran, oldest first.
        known_until: The day after the last one that is known.
        last_lead: Day of the last lead; None: there is none.
        median_lag: Days in which half of the wins come, as known now; None: nobody can tell.
        waits: Days until the record is long enough for a forecast; 0: it is; None: nobody can tell.
        missing: What the history lacks today; empty: nothing.
    """

    months: tuple[MonthThen, ...]
    paced: tuple[Paced, ...]
    known_until: date
    last_lead: date | None
    median_lag: int | None
    waits: int | None
    missing: str

    def first_look(self, month: date) -> Look | None:
        """Return the first look at the leads of a month, as a rule on the day after its end."""
        looks = (look for one in self.months for look in one.looks)
        return next((one for one in looks if one.cell is None and one.months == (month,)), None)


def backtest_of(history: GoalHistory, working_days: WorkingDays) -> Backtest:
    """Return what would have been promised in each past month of a history, and what happened.

    Args:
        history: As it is known now. A last month that is not over is left out, and so are those
            after the last one with leads: nobody knows whether there were none or none were told.
        working_days: By the calendar of the promise of leads.
    """
    cohorts, now = cohorts_of(history), known_of(history, list(history.cells))
    ends = date.fromordinal(history.ends)
    days = cohorts.all.lead_days
    last = date.fromordinal(int(days.max())) if days.size else None
    whole = [on for on in cohorts.firsts if last and on <= last and next_month(on) <= ends]
    replay = _Replay(
        cohorts,
        over={on: isinstance(now, Known) and now.is_over(on, next_month(on)) for on in whole},
        shares={
            on: now.share_of(on, next_month(on)) if isinstance(now, Known) else 1.0 for on in whole
        },
        expected=_expected(now, cohorts, whole),
    )
    thens = [(on, known_of(cut(history, on), list(history.cells))) for on in whole]
    return Backtest(
        months=tuple(
            replay.of(on, then)
            for on, then in thens
            if isinstance(then, Known) and not then.curve.is_short
        ),
        paced=tuple(
            paced(months_by_day(cohorts.all.lead_days, _worked(cohorts, working_days, whole)))
        ),
        known_until=ends,
        last_lead=last,
        median_lag=now.curve.median_lag if isinstance(now, Known) else None,
        waits=_waits(now),
        missing=_missing(now),
    )


@dataclass(frozen=True, eq=False)
class _Replay:
    """What is known now of the months that are replayed.

    Attributes:
        over: First day of each to whether its leads have had time to close.
        shares: The share of its customers that should have come by now.
        expected: What today's correction expects of each.
    """

    cohorts: Cohorts
    over: Mapping[date, bool]
    shares: Mapping[date, float]
    expected: Mapping[date, Corrected]

    def of(self, month: date, then: Known) -> MonthThen:
        """Return a month as it was promised by what was known on its first day."""
        cohorts, after = self.cohorts, next_month(month)
        came = {
            cell: cohorts.of(mine, month, after) for cell, mine in cohorts.history.cells.items()
        }
        here = {cell: mine for cell, mine in came.items() if mine.leads}
        worlds = worlds_of(then, {cell: mine.leads for cell, mine in here.items()})
        leads = sum(mine.leads for mine in here.values())
        customers = sum(mine.customers for mine in here.values())

        def kept(cell: Cell | None, count: tuple[int, int], in_the_end: Ints) -> Kept:
            by_now = thinned(in_the_end, self.shares[month], month.toordinal())
            return Kept(cell, *count, promise_of(in_the_end), promise_of(by_now))

        return MonthThen(
            month=month,
            is_over=self.over[month],
            all=kept(None, (leads, customers), summed([*worlds.values()])),
            textbook=kept(None, (leads, customers), textbook_worlds(then, leads)),
            cells=tuple(
                kept(cell, (mine.leads, mine.customers), worlds[cell])
                for cell, mine in here.items()
            ),
            looks=looks_on(month, then, cohorts, self.over),
            end=None if self.over[month] else self.expected.get(month),
        )


def _expected(
    now: Known | Finding, cohorts: Cohorts, whole: Sequence[date]
) -> dict[date, Corrected]:
    """Return what today's correction says of the months that the record saw from the first day."""
    if isinstance(now, Finding):
        return {}
    seen = [on for on in whole if on.toordinal() >= now.history.record_from]
    named = [(on, cohorts.of(cohorts.all, on, next_month(on))) for on in seen]
    given = [Cohort(on.isoformat(), mine.lead_days, mine.win_days) for on, mine in named]
    return {date.fromisoformat(one.name): one for one in corrected(now.curve, given)}


def _worked(
    cohorts: Cohorts, working_days: WorkingDays, whole: Sequence[date]
) -> dict[date, Sequence[date]]:
    """Return the working days of each whole month that leads are told of.

    A first one that began without leads is none.
    """
    if not whole:
        return {}
    worked = {on: working_days(on) for on in whole}
    if worked[whole[0]]:
        begins = int(cohorts.all.lead_days.min())
        if begins > worked[whole[0]][0].toordinal():
            del worked[whole[0]]
    return worked


def _waits(now: Known | Finding) -> int | None:
    if isinstance(now, Finding):
        return None
    return max(0, LONG_ENOUGH * max(1, now.curve.median_lag) - now.curve.covers)


def _missing(now: Known | Finding) -> str:
    """Return what the history lacks today; empty: nothing."""
    if isinstance(now, Finding):
        return now.says
    if now.curve.is_short:
        return (
            f"Deals are recorded for leads of up to {now.curve.covers} days, and half of the wins "
            f"take {now.curve.median_lag} days or more."
        )
    return ""
