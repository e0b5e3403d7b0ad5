"""The numbers of one weekly report, as they were known at its end.

Everything comes from the same conclusions as `progress --as-of`, so that the mail, the page
and the command agree to the lead.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Final, Protocol

from reports.digest import Digest, SourceState, WeekCount
from smarketing.domain.calendar import seconds
from smarketing.domain.days import day_number, local_date, starts_at
from smarketing.domain.targets import next_month
from smarketing.services.as_of import FactsAsOf
from smarketing.services.digest_promises import promises, waiting
from smarketing.services.judged import Knowledge
from smarketing.services.month import month_cells
from smarketing.services.progress import progress

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from reports.digest import Audience
    from smarketing.services.as_of import Known
    from smarketing.services.book import Book, InForce

WEEKS: Final = 12
"""How many weeks a report looks back, its own included."""

_SILENT_AFTER: Final = timedelta(days=3)


class Sources(Protocol):
    """How far the sources have told."""

    def states(self) -> Sequence[tuple[str, datetime, datetime]]:
        """Return name, last read and known until of each source that was read."""
        ...


@dataclass(frozen=True)
class Week:
    """One ISO week.

    Attributes:
        name: As `2018-W10`.
        starts: Its Monday.
    """

    name: str
    starts: date

    @property
    def ends(self) -> date:
        """Return the first day after it."""
        return self.starts + timedelta(days=7)


def week_named(name: str) -> Week:
    """Return the week of a name such as `2018-W10`.

    Raises:
        ValueError: There is no such week.
    """
    year, _, number = name.partition("-W")
    return Week(name, date.fromisocalendar(int(year), int(number), 1))


def digest(
    known: Known,
    sources: Sources,
    book: Book,
    *,
    audience: Audience,
    week: Week,
    as_of: datetime | None,
    generated_at: datetime,
    base_url: str,
) -> Digest:
    """Return the numbers of one week's report.

    Args:
        known: Leads as they were known.
        sources: How far the sources have told.
        book: The agreements in force; the report is about the first one that covers the week.
        audience: Who reads it.
        week: The week.
        as_of: What happened at it or later is not known; None: the end of the week.
        generated_at: The instant of making.
        base_url: Of the portal.
    """
    version = _version_of(book, week)
    zone = version.agreement.timezone if version else book.timezone
    at = as_of or starts_at(week.ends, zone)
    month = (week.ends - timedelta(days=1)).replace(day=1)
    facts = FactsAsOf(known, book, seconds(at))
    first = min(week.starts - timedelta(weeks=WEEKS - 1), month)
    concluded = facts.concluded(day_number(first), day_number(next_month(month)))
    told = promises(concluded, version, week, Knowledge(seconds(at), known.known_until()))
    states = [SourceState(*state) for state in sources.states()]
    return Digest(
        audience=audience,
        agreement=version.agreement.name if version else "",
        title=version.agreement.title if version else "All leads",
        week=week.name,
        starts=week.starts,
        ends=week.ends,
        month=month,
        zone=zone,
        currency=version.agreement.currency if version else "",
        as_of=at,
        generated_at=generated_at,
        weeks=tuple(_weeks(facts, book, week)),
        cells=tuple(month_cells(facts, version, month, local_date(at, zone), week.starts)),
        promises=told,
        waiting=waiting(concluded),
        sources=tuple(states),
        gaps=tuple(_gaps(states, at)),
        base_url=base_url,
    )


def _version_of(book: Book, week: Week) -> InForce | None:
    """Return the version that covers the last day of a week; else None."""
    last = week.ends - timedelta(days=1)
    covering = (
        v
        for v in book.versions
        if v.agreement.starts_on <= last and (v.agreement.ends_on or date.max) > last
    )
    return next(covering, None)


def _weeks(facts: FactsAsOf, book: Book, week: Week) -> Iterator[WeekCount]:
    starts = week.starts - timedelta(weeks=WEEKS - 1)
    rows = {row.keys["week"]: row for row in progress(facts, book, starts, week.ends, by=("week",))}
    for n in range(WEEKS):
        monday = starts + timedelta(weeks=n)
        row = rows.get(f"{monday:%G-W%V}")
        yield WeekCount(
            week=f"{monday:%G-W%V}",
            delivered=row.delivered if row else 0,
            rejected=row.rejected if row else 0,
            counted=row.counted if row else 0,
            accepted=row.accepted if row else 0,
            customers=row.customers if row else 0,
            value=row.value if row else Decimal(0),
        )


def _gaps(sources: Sequence[SourceState], at: datetime) -> Iterator[str]:
    """Yield a sentence for every source that fell silent before the report's end."""
    for source in sources:
        if source.known_until < at - _SILENT_AFTER:
            yield f"{source.name} told of nothing after {source.known_until:%d %B %Y}"
