"""The calendars of an agreement file, with their public holidays worked out."""

from __future__ import annotations

from datetime import MAXYEAR, MINYEAR
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from smarketing.domain.calendar_spec import WEEKDAYS, CalendarSpecError, calendar_from
from smarketing.domain.errors import AgreementProblem
from smarketing.services.agreements.holidays_of import UnknownCountryError, public_holidays

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from smarketing.domain.calendar import Calendar
    from smarketing.services.agreements.shape import AgreementShape, CalendarShape, RunsShape

_OPEN_END_YEARS: Final = 10
_MOST_YEARS: Final = 50


def calendars_of(
    shape: AgreementShape,
) -> tuple[dict[str, Calendar], tuple[AgreementProblem, ...]]:
    """Return the calendars that can be used, and what is wrong with the others."""
    calendars, problems = {}, []
    years = covered_years(shape.term)
    for name, found in shape.calendars.items():
        try:
            calendars[name] = _calendar(found, shape.timezone, years)
        except (CalendarSpecError, UnknownCountryError) as error:
            key = f"calendars.{name}.{error.key}"
            problems.append(AgreementProblem(key, error.reason, error.mend))
    problems += [problem for name in calendars for problem in _overlaps(name, calendars[name])]
    problems += [_never_open(name) for name in calendars if not calendars[name].has_working_time]
    return calendars, tuple(problems)


def covered_years(term: RunsShape) -> range:
    """Return the years whose holidays are needed.

    From the year before the first day (leads come with a past) to the year after the last one
    (clocks run over the end); ten years where the end is open, fifty at most.
    """
    first = term.starts_on.year
    last = term.ends_on.year + 1 if term.ends_on else first + _OPEN_END_YEARS
    return range(max(first - 1, MINYEAR), min(last, first + _MOST_YEARS, MAXYEAR) + 1)


def _calendar(found: CalendarShape, timezone: str, years: range) -> Calendar:
    free = set(found.holidays)
    if found.subdivision and not found.country:
        raise CalendarSpecError("subdivision", "stands without a country", 'Add country = "DE"')
    if found.country:
        free |= public_holidays(found.country, found.subdivision, years)
    return calendar_from(
        {
            "timezone": found.timezone or timezone,
            "hours": _by_weekday(found.hours),
            "holidays": sorted(free),
            "date_hours": found.date_hours,
            "breaks": found.breaks,
        }
    )


def _by_weekday(hours: Mapping[str, object]) -> dict[str, object]:
    """Return the hours with spans of weekdays, as mon-fri, written out."""
    spelt: dict[str, object] = {}
    for key, spans in hours.items():
        first, _, last = key.partition("-")
        days: tuple[str, ...] = (key,)
        if first in WEEKDAYS and last in WEEKDAYS:
            days = WEEKDAYS[WEEKDAYS.index(first) : WEEKDAYS.index(last) + 1]
        for day in days:
            if day in spelt:
                raise CalendarSpecError(
                    f"hours.{key}", f"{day} has hours twice", "Give each weekday one list of spans"
                )
            spelt[day] = spans
    return spelt


def _overlaps(name: str, calendar: Calendar) -> Iterator[AgreementProblem]:
    """Yield the days whose hours overlap: it was not meant, or one of them is not needed."""
    days = {f"hours.{WEEKDAYS[day]}": spans for day, spans in calendar.hours.items()}
    days |= {f"date_hours.{day}": spans for day, spans in calendar.date_hours.items()}
    for place, spans in days.items():
        for (_, closes), (opens, _) in pairwise(sorted(spans)):
            if opens < closes:
                yield AgreementProblem(
                    f"calendars.{name}.{place}",
                    f"has hours that overlap from {_clock(opens)} on",
                    f"Let one end before the other begins, by {_clock(opens)}",
                )


def _clock(second: int) -> str:
    return f"{second // 3600:02}:{second % 3600 // 60:02}"


def _never_open(name: str) -> AgreementProblem:
    return AgreementProblem(
        f"calendars.{name}",
        "has no working time, so no clock could ever run out",
        'Add hours, as hours = { mon-fri = [["09:00", "17:00"]] }',
    )
