"""Where a month of one agreement may end, for any of its cells together.

The numbers so far are those of `progress.month`; the rate comes from this month and the months
before (`past`), as known at the instant that counts as now. It is learnt from the days that are
over: the leads of a weekend belong to the Monday, as in history, and are there before it. No time
counts that no source has told of.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING, Final

import polars as pl

from reports.facts import last_day, volume
from reports.outlook import Outlook, State
from smarketing.domain.calendar import working_time_between
from smarketing.domain.days import day_number, local_date, starts_at
from smarketing.domain.forecast import fan, forecast, forecast_value
from smarketing.domain.remaining import Begun
from smarketing.domain.rhythm import exposure
from smarketing.domain.targets import next_month
from smarketing.services.forecast.past import ALL_LEADS, first_day, in_cells, past_of
from smarketing.services.forecast.undecided import undecided_of
from smarketing.services.progress.month import counted_leads, volume_calendar, worked_days
from smarketing.services.progress.targets import spans

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import date, datetime

    from reports.digest import CellProgress
    from smarketing.domain.forecast import Band, Forecast
    from smarketing.domain.remaining import Prior, Undecided
    from smarketing.services.conclusions.book import Book, Cell
    from smarketing.services.forecast.past import Past
    from smarketing.services.progress.month import Held
    from smarketing.services.progress.progress import Facts

_MONEY: Final = 10_000


@dataclass(frozen=True)
class MonthForecast:
    """What the forecasts of one month of one agreement are made from.

    Attributes:
        month: Its first day.
        today: The local date of now.
        worked: The working days of the month, ascending.
        gone: Average working days that are over, as far as is known.
        running: The days after them, to the one that is on or comes next.
        is_told: Whether the sources have told of its last working day.
        left: Average working days still to come, by the clock, the rest of today among them.
        points: Working days that a picture shows as gone; the last of them may not be over.
        leads: `counted_leads` of the month; `known`: of the past and the month.
        past: What came before the month, and before today.
        frozen: Value of a lead of each cell, in ten-thousandths, of the month's last version.
    """

    month: date
    today: date
    worked: tuple[date, ...]
    gone: Fraction
    running: Running
    is_told: bool
    left: Fraction
    points: int
    leads: pl.DataFrame
    known: pl.DataFrame
    past: Past
    frozen: Mapping[Cell, int]

    @cached_property
    def total(self) -> Fraction:
        """Return how many average working days the month is worth."""
        return exposure(self.worked, self.past.weekdays)

    @property
    def is_over(self) -> bool:
        """Return whether the month has ended."""
        return self.today >= next_month(self.month)

    def to_come(self) -> float | None:
        """Return how many leads are expected to come still; None: too early to tell."""
        everything = {ALL_LEADS}
        uneven = self.past.unevenness(everything).factor
        done = int(self.leads.filter(in_cells(everything))["counted"].sum())
        found = forecast(
            0,
            done,
            elapsed=self.gone,
            total=self.total,
            prior=self.past.prior(everything, uneven),
            dispersion=uneven,
            begun=self._begun(everything),
        )
        return None if found is None else max(0.0, found.expected - done)

    def of(self, cells: Sequence[CellProgress]) -> Outlook | None:
        """Return where the leads of some cells together may end; None: nothing is promised.

        Of several cells it is their sum: a surplus of one makes up for a shortfall of another.
        """
        plan = volume(cells)
        if plan is None:
            return None
        asked = {(cell.segment, cell.tier) for cell in cells if cell.target is not None}
        done, uneven = plan.counted, self.past.unevenness(asked).factor
        prior, open_ = self.past.prior(asked, uneven), self._undecided(asked)
        begun, drift = self._begun(asked), self.past.drift(asked, uneven)
        found = forecast(
            plan.target,
            done,
            elapsed=self.gone,
            total=self.total,
            prior=prior,
            dispersion=uneven,
            undecided=open_,
            begun=begun,
            drift=drift,
        )
        shown = self._outlook(Outlook(State.OPEN, done, plan.target), found, open_)
        if shown.high is None:
            return shown
        return replace(
            shown,
            fan=self._fan(
                done, prior=prior, uneven=uneven, undecided=open_, begun=begun, drift=drift
            ),
        )

    def of_value(self, cells: Collection[Cell], target: Decimal, currency: str) -> Outlook:
        """Return where the lead value of some cells together may end."""
        values, open_ = self.values(cells), self._undecided(cells)
        uneven = self.past.unevenness(cells).factor
        found = forecast_value(
            target,
            values,
            elapsed=self.gone,
            total=self.total,
            known=self._known_values(cells),
            prior=self.past.prior(cells, uneven),
            dispersion=uneven,
            undecided=open_,
            begun=self._begun(cells),
            drift=self.past.drift(cells, uneven),
        )
        done = sum(values, start=Decimal(0))
        return self._outlook(Outlook(State.OPEN, done, target, currency=currency), found, open_)

    def values(self, cells: Collection[Cell]) -> list[Decimal]:
        """Return the value of each counted lead of some cells, as frozen at the hand-off."""
        return [
            value
            for value, counted in _valued(self.leads.filter(in_cells(cells)))
            for _ in range(counted)
        ]

    def _known_values(self, cells: Collection[Cell]) -> dict[Decimal, Fraction]:
        """Return what leads of these cells were worth in the months before, and may be worth now.

        The values of the month's version count together as one lead.
        """
        known: dict[Decimal, Fraction] = defaultdict(Fraction)
        before = pl.col("day") < day_number(self.month)
        for value, counted in _valued(self.known.filter(in_cells(cells) & before)):
            known[value] += Fraction(max(0, counted))
        asked = [
            value for cell, value in self.frozen.items() if ALL_LEADS in cells or cell in cells
        ]
        for amount in asked:
            known[Decimal(amount) / _MONEY] += Fraction(1, len(asked))
        return known

    def delivered(self, cells: Collection[Cell]) -> int:
        """Return the leads of some cells, those rejected included."""
        return int(self.leads.filter(in_cells(cells))["delivered"].sum())

    def _undecided(self, cells: Collection[Cell]) -> Undecided:
        return undecided_of(self.leads, self.known, cells)

    def _begun(self, cells: Collection[Cell]) -> Begun:
        """Return how much of the running days is there already, for some cells."""
        here = in_cells(cells) & (pl.col("day") >= day_number(self.running.first))
        leads = int(self.leads.filter(here)["counted"].sum())
        return Begun(leads, float(self.running.worth), float(self.running.gone))

    def _outlook(self, bare: Outlook, found: Forecast | None, undecided: Undecided) -> Outlook:
        state = self._state(bare, found)
        days_to_go = max(0, (next_month(self.month) - max(self.today, self.month)).days)
        missing = max(Fraction(0), Fraction(bare.target) - Fraction(bare.done))
        shown = replace(
            bare,
            state=state,
            days_to_go=days_to_go,
            undecided=undecided.leads,
            needed_per_day=missing / self.left if self.left else None,
        )
        if found is None or state not in (State.OPEN, State.REACHED):
            return shown
        return replace(
            shown, chance=found.chance, expected=found.expected, low=found.low, high=found.high
        )

    def _state(self, bare: Outlook, found: Forecast | None) -> State:
        if self.is_over:
            if self.leads.is_empty():
                return State.UNTOLD
            return State.ENDED if self.is_told else State.PART_UNTOLD
        if bare.done >= bare.target:
            return State.REACHED
        if not self.worked:
            return State.NO_WORKING_DAY
        return State.TOO_EARLY if found is None or found.is_vague else State.OPEN

    def _fan(
        self,
        done: int,
        *,
        prior: Prior,
        uneven: float | None,
        undecided: Undecided,
        begun: Begun,
        drift: float,
    ) -> tuple[Band, ...]:
        """Return where the month may be at the end of each working day from now on.

        On the last one there is nothing to go on to.
        """
        if self.points >= len(self.worked):
            return ()
        weights = (exposure([day], self.past.weekdays) for day in self.worked)
        ends = list(accumulate(weights, initial=Fraction(0)))[self.points :]
        return fan(
            done,
            elapsed=self.gone,
            ends=[max(self.gone, end) for end in ends],
            prior=prior,
            dispersion=uneven,
            undecided=undecided,
            begun=begun,
            drift=drift,
        )


@dataclass(frozen=True)
class Running:
    """The working days that leads come for by now, and that are not over or not told of yet.

    Attributes:
        first: The day after the last working day that is over: from here on leads belong to them.
        worth: In average working days.
        gone: Of that, by the working time of the first of them.
    """

    first: date
    worth: Fraction
    gone: Fraction


def _valued(leads: pl.DataFrame) -> Iterator[tuple[Decimal, int]]:
    """Yield the value of a lead and how many are counted, by version and cell.

    Of one version and cell all leads have the same, so that the facts of days tell it.
    """
    sums = (
        leads.group_by("version_id", "segment", "tier", maintain_order=True)
        .agg(pl.col("delivered", "counted", "value").sum())
        .filter(pl.col("delivered") > 0)
    )
    for delivered, counted, value in sums.select("delivered", "counted", "value").iter_rows():
        yield Decimal(value) / delivered / _MONEY, counted


def month_forecast(
    facts: Facts,
    book: Book,
    agreement: str,
    *,
    month: date,
    now: datetime,
    known_until: datetime | None = None,
) -> MonthForecast:
    """Return what the forecasts of a month are made from.

    Args:
        facts: As they stand, or as of `now`.
        book: The agreements in force.
        agreement: Name of one that is in the book.
        month: Its first day; it may have ended, or not have begun.
        now: The instant that counts as now.
        known_until: Until when the sources have told of leads; None: until now.
    """
    zone = next(v.agreement.timezone for v in book.versions if v.agreement.name == agreement)
    today, ends = local_date(now, zone), next_month(month)
    until = min(now, known_until or now)
    told = local_date(until, zone)
    leads = counted_leads(facts, book, agreement, first_day(min(month, today)), ends)
    held = list(spans(book, month, ends, agreement))
    worked = tuple(sorted(worked_days(held, month)))
    past = past_of(leads, book, agreement, month, min(told, ends))
    over = [day for day in worked if day < told]
    return MonthForecast(
        month=month,
        today=today,
        worked=worked,
        gone=exposure(over, past.weekdays),
        running=Running(
            first=over[-1] + timedelta(days=1) if over else month,
            worth=exposure(_running(worked, told, today), past.weekdays),
            gone=_of_today(worked, held, past, until, zone),
        ),
        is_told=not worked or told >= worked[-1],
        left=exposure((day for day in worked if day >= today), past.weekdays)
        - _of_today(worked, held, past, now, zone),
        points=sum(day <= last_day(now, zone) for day in worked),
        leads=leads.filter(pl.col("day") >= day_number(month)),
        known=leads,
        past=past,
        frozen=held[-1][0].frozen.values if held else {},
    )


def _running(worked: Sequence[date], told: date, today: date) -> Sequence[date]:
    """Return the working days from one on to today, or to the next one where today does not work.

    Before the month has begun there is none: its first day is as whole as the others.
    """
    ahead = [day for day in worked if day >= told]
    if not ahead or today < worked[0].replace(day=1):
        return ()
    return [*(day for day in ahead if day < today), *[day for day in ahead if day >= today][:1]]


def _of_today(
    worked: Sequence[date], held: Held, past: Past, until: datetime, zone: str
) -> Fraction:
    """Return what the part of the last known day is worth that is gone by then."""
    today = local_date(until, zone)
    calendars = [volume_calendar(version) for version, (a, b) in held if a <= today < b]
    if today not in worked or not calendars or calendars[0] is None:
        return Fraction(0)
    begins, ends = (starts_at(day, zone) for day in (today, today + timedelta(days=1)))
    whole = working_time_between(begins, ends, calendars[0])
    gone = working_time_between(begins, until, calendars[0])
    part = Fraction(gone // timedelta(seconds=1), max(1, whole // timedelta(seconds=1)))
    return part * exposure([today], past.weekdays)
