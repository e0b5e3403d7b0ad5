"""The calendars of an agreement as people read them: hours, single dates, holidays by year."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from smarketing.services.agreements.words import hours_of, spans_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from smarketing.domain.agreement import Agreement
    from smarketing.domain.calendar import Calendar


@dataclass(frozen=True)
class CalendarPage:
    """One calendar.

    Attributes:
        hours: Of the week, with the zone.
        special: Dates with other hours or a break, each with its words.
        years: Year to its free days, from the first to the last year of the agreement.
    """

    name: str
    hours: str
    special: tuple[tuple[date, str], ...]
    years: tuple[tuple[int, tuple[date, ...]], ...]


def calendar_pages(agreement: Agreement) -> tuple[CalendarPage, ...]:
    """Return every calendar of an agreement."""
    return tuple(
        CalendarPage(
            name=name,
            hours=hours_of(calendar),
            special=tuple(sorted(_special(calendar))),
            years=tuple(_years(calendar, agreement)),
        )
        for name, calendar in agreement.calendars.items()
    )


def _special(calendar: Calendar) -> Iterator[tuple[date, str]]:
    for day, spans in calendar.date_hours.items():
        yield day, f"open {spans_of(spans)}" if spans else "closed"
    for day, spans in calendar.breaks.items():
        yield day, f"break {spans_of(spans)}"


def _years(calendar: Calendar, agreement: Agreement) -> Iterator[tuple[int, tuple[date, ...]]]:
    held = sorted(
        day
        for day in calendar.holidays
        if day >= agreement.starts_on and (agreement.ends_on is None or day < agreement.ends_on)
    )
    for year, days in groupby(held, key=lambda day: day.year):
        yield year, tuple(days)
