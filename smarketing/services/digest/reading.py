"""Who may read which weekly report in the portal, and what there is to read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from reports.digest import Audience
from smarketing.domain.errors import NotFoundError
from smarketing.domain.weeks import week_named, week_of
from smarketing.services.digest.frozen import found
from smarketing.services.people.people import Person, Role

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date, datetime

    from smarketing.domain.weeks import Week
    from smarketing.services.digest.frozen import Frozen, ReportShelf

_PREVIEWED: Final = 12
"""Weeks that a report may be made of to look at it, the current one included."""


@dataclass(frozen=True)
class PastReport:
    """A line of the list of reports.

    Attributes:
        made_at: When the first one of this week and audience was made.
    """

    week: Week
    audience: Audience
    subject: str
    made_at: datetime


@dataclass(frozen=True)
class Opened:
    """A report that somebody reads.

    Attributes:
        is_sent: Whether it is kept, as it was sent; else it was made just now, to look at it.
    """

    report: Frozen
    week: Week
    audience: Audience
    is_sent: bool


def audiences_of(person: Person) -> tuple[Audience, ...]:
    """Return whose reports somebody may read: an administrator all, others the one they get."""
    if person.role is Role.ADMINISTRATOR:
        return tuple(Audience)
    return tuple(one for one in Audience if one == person.audience)


def past_reports(shelf: ReportShelf, person: Person) -> tuple[PastReport, ...]:
    """Return the reports that somebody may read, the newest week first; each once, not a locale."""
    mine = audiences_of(person)
    lines: dict[tuple[str, str], PastReport] = {}
    for week, audience, locale, made_at, subject in shelf.listed():
        if audience in mine:
            line = PastReport(week_named(week), Audience(audience), subject, made_at)
            is_own = locale == person.preferences.written
            if is_own or (week, audience) not in lines:
                lines[week, audience] = line
    return tuple(lines.values())


def opened(
    shelf: ReportShelf,
    preview: Callable[[str, str, str], Frozen],
    person: Person,
    *,
    week: str,
    audience: str,
    today: date,
) -> Opened:
    """Return a report as it was sent; of a week of which none was, one made just now.

    Raises:
        NotFoundError: It is not theirs, there is no such week, or it is too long ago.
    """
    if audience not in audiences_of(person):
        raise NotFoundError("there is no such report, or it is not yours to read", audience)
    named, locale = _week(week), person.preferences.written
    try:
        report, is_sent = found(shelf, week, audience, locale), True
    except NotFoundError:
        if named.name not in {one.name for one in previewed(today)}:
            raise
        report, is_sent = preview(week, audience, locale), False
    return Opened(report, named, Audience(audience), is_sent)


def previewed(today: date) -> tuple[Week, ...]:
    """Return the weeks that a report may be made of to look at it, the newest first."""
    return tuple(week_of(today - timedelta(weeks=n)) for n in range(_PREVIEWED))


def person_numbered(people: Iterable[Person], number: int) -> Person:
    """Return an active person by number.

    Raises:
        NotFoundError: There is none, or they are shut out.
    """
    for person in people:
        if person.id == number and person.active:
            return person
    raise NotFoundError("this link is of somebody who gets no mails any more", str(number))


def _week(name: str) -> Week:
    try:
        week = week_named(name)
    except ValueError:
        week = None
    if week is None or week.name != name:
        raise NotFoundError(f"“{name}” is no week; write it as 2026-W47", name)
    return week
