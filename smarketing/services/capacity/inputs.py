"""The numbers that capacity is reckoned with: each typed, agreed, counted, or asked for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING, Final

import numpy as np

from smarketing.domain.agreement import CapacityTerms
from smarketing.domain.calendar import seconds, working_days, working_s
from smarketing.domain.days import starts_at
from smarketing.domain.metrics import Metric
from smarketing.domain.targets import next_month
from smarketing.services.agreements.words import percent
from smarketing.services.people.leave import away_on
from smarketing.services.people.people import Role, everyone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    from smarketing.domain.agreement import Agreement
    from smarketing.domain.calendar import Calendar
    from smarketing.services.conclusions.book import InForce
    from smarketing.services.people.leave import Coming
    from smarketing.services.people.people import Reading

    _Words = Callable[[Fraction], str]

_HOUR_S: Final = 3_600
_WORKED_BY: Final = (
    Metric.ATTEMPTS_MADE, Metric.FIRST_ATTEMPT_WITHIN, Metric.ACKNOWLEDGED_WITHIN,
)  # fmt: skip
NOTHING_TYPED: Final = CapacityTerms()


class Origin(StrEnum):
    """Where a number comes from."""

    TYPED = "typed in"
    AGREEMENT = "agreement"
    COUNTED = "counted"
    CALENDAR = "calendar"


@dataclass(frozen=True)
class Input:
    """A number with its origin.

    Attributes:
        name: The key of `[capacity]` that would say it.
        words: The number with its unit.
        note: What else is to be known of it; may be empty.
    """

    name: str
    label: str
    value: Fraction
    words: str
    origin: Origin
    note: str = ""


@dataclass(frozen=True)
class Month:
    """The month that is reckoned with, by the calendar of those who work leads.

    Attributes:
        starts: First day.
        days: Days with working time.
        hours: Working hours of somebody who works all of them.
    """

    starts: date
    days: int
    hours: Fraction


@dataclass(frozen=True)
class Inputs:
    """What capacity is reckoned with; None: nobody said it, and `missing` asks for it."""

    month: Month
    reps: Input | None
    hours: Input | None
    time_for_leads: Input | None
    minutes: Input | None

    @property
    def known(self) -> tuple[Input, ...]:
        """Return the numbers that are known."""
        found = (self.reps, self.hours, self.time_for_leads, self.minutes)
        return tuple(one for one in found if one is not None)

    @property
    def missing(self) -> tuple[str, ...]:
        """Return a sentence for each number that is not known."""
        return tuple(_asked(self))


def calendar_of(agreement: Agreement) -> Calendar:
    """Return the calendar of those who work leads: that of the first promise of time by Sales."""
    promises = {promise.metric: promise for promise in agreement.commitments}
    found = next((promises[metric] for metric in _WORKED_BY if metric in promises), None)
    return agreement.calendars[found.calendar if found else agreement.acceptance_calendar]


def inputs_of(
    version: InForce, people: Reading, leave: Coming, today: date, typed: CapacityTerms
) -> Inputs:
    """Return what is known of the people who work leads.

    Args:
        version: What it says of them wins over what is counted.
        people: Everybody.
        leave: Who is away.
        today: Whose month it is, and whose absences count.
        typed: Wins over everything: somebody asks "what if".
    """
    agreed = version.agreement.capacity or NOTHING_TYPED
    month = _month(calendar_of(version.agreement), today.replace(day=1))
    return Inputs(
        month=month,
        reps=_reps(typed.reps, agreed.reps, people, leave, today),
        hours=_hours(typed.hours, agreed.hours, month),
        time_for_leads=_said(
            "time_for_leads", "Share of their time for leads",
            typed.time_for_leads, agreed.time_for_leads, percent,
        ),
        minutes=_said(
            "minutes_an_attempt", "Time that an attempt takes",
            _exact(typed.minutes), _exact(agreed.minutes), lambda value: f"{value} minutes",
        ),
    )  # fmt: skip


def _reps(
    typed: int | None, agreed: int | None, people: Reading, leave: Coming, today: date
) -> Input | None:
    label, key = "Reps who work leads", "reps"
    if said := _said(key, label, _exact(typed), _exact(agreed), lambda value: f"{int(value):,}"):
        return said
    reps = [one for one in everyone(people) if one.role is Role.REP and one.active]
    absent = away_on(leave, today)
    away = [one for one in reps if one.id in absent]
    there = len(reps) - len(away)
    if not there:
        return None
    note = f"{len(away):,} more on leave today" if away else ""
    return Input(key, label, Fraction(there), f"{there:,}", Origin.COUNTED, note)


def _hours(typed: int | None, agreed: int | None, month: Month) -> Input | None:
    label, key = "Working hours of one of them in the month", "hours_a_month"
    if said := _said(key, label, _exact(typed), _exact(agreed), _in_hours):
        return said
    if not month.hours:
        return None
    return Input(key, label, month.hours, _in_hours(month.hours), Origin.CALENDAR)


def _said(
    key: str, label: str, typed: Fraction | None, agreed: Fraction | None, words: _Words
) -> Input | None:
    """Return a number that somebody typed or agreed; None: nobody did."""
    for value, origin in ((typed, Origin.TYPED), (agreed, Origin.AGREEMENT)):
        if value is not None:
            return Input(key, label, value, words(value), origin)
    return None


def _exact(number: int | None) -> Fraction | None:
    return None if number is None else Fraction(number)


def _in_hours(value: Fraction) -> str:
    return f"{float(value):,.4g} h"


def _month(calendar: Calendar, starts: date) -> Month:
    ends = next_month(starts)
    if not calendar.has_working_time:
        return Month(starts, 0, Fraction(0))
    edges = (seconds(starts_at(day, calendar.timezone)) for day in (starts, ends))
    first, last = (np.array([at], dtype=np.int64) for at in edges)
    worked = int(working_s(first, last, calendar)[0])
    return Month(starts, len(working_days(starts, ends, calendar)), Fraction(worked, _HOUR_S))


def _asked(inputs: Inputs) -> Iterator[str]:
    if inputs.reps is None:
        yield (
            "No rep is at work: add people with the role rep, or write reps = 6 under [capacity] "
            "in the agreement."
        )
    if not inputs.month.days:
        yield (
            f"The calendar has no working time in {inputs.month.starts:%Y-%m}: give it hours, or "
            "nobody can answer a lead."
        )
    if inputs.time_for_leads is None:
        yield (
            'Nobody said how much of their time is for leads: write time_for_leads = "50 %" under '
            "[capacity] in the agreement, or try a number here."
        )
    if inputs.minutes is None:
        yield (
            "Nobody said how long an attempt takes: write minutes_an_attempt = 8 under [capacity] "
            "in the agreement, or try a number here."
        )
