"""The numbers of one weekly report: what had happened by the end of its week.

Everything comes from the same conclusions as `progress --as-of`, so that the mail, the page
and the command agree to the lead.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Final, Protocol

from reports.digest import Digest, SourceState, WeekCount
from smarketing.domain.calendar import seconds
from smarketing.domain.days import day_number, local_date, starts_at
from smarketing.domain.targets import next_month
from smarketing.domain.weeks import weeks_up_to
from smarketing.services.conclusions.as_of import FactsAsOf
from smarketing.services.conclusions.judged import Knowledge
from smarketing.services.digest.promises import promises, waiting
from smarketing.services.progress.month import counted_alone, month_cells
from smarketing.services.progress.progress import progress, version_ids

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from reports.digest import Audience
    from smarketing.domain.weeks import Week
    from smarketing.services.conclusions.as_of import Known
    from smarketing.services.conclusions.book import Book, InForce

_SILENT_AFTER: Final = timedelta(days=3)


class Sources(Protocol):
    """How far the sources have told."""

    def states(self) -> Sequence[tuple[str, datetime, datetime]]:
        """Return name, last read and known until of each source that was read."""
        ...


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
        as_of: What happened or was told at it or later is not known. None: what happened up to
            the end of the week counts, whenever it was told before `generated_at`: the nightly
            import after midnight tells of the week's acts.
        generated_at: The instant of making.
        base_url: Of the portal.
    """
    version = _version_of(book, week)
    zone = version.agreement.timezone if version else book.timezone
    at = as_of or min(starts_at(week.ends, zone), generated_at)
    told_before = seconds(as_of or generated_at)
    month = week.last_day.replace(day=1)
    facts = FactsAsOf(known, book, seconds(at), told_before=told_before)
    first = min(weeks_up_to(week)[0].starts, month)
    concluded = facts.concluded(day_number(first), day_number(next_month(month)))
    name = version.agreement.name if version else None
    ids = version_ids(book, name) if name else None
    knowledge = Knowledge(seconds(at), known.known_until(told_before))
    states = [SourceState(*state) for state in sources.states()]
    return Digest(
        audience=audience,
        agreement=name or "",
        title=version.agreement.title if version else "All leads",
        week=week.name,
        starts=week.starts,
        ends=week.ends,
        month=month,
        zone=zone,
        currency=version.agreement.currency if version else "",
        as_of=at,
        generated_at=generated_at,
        weeks=tuple(_weeks(facts, book, name, week)),
        cells=tuple(
            month_cells(
                facts, book, name, month=month, today=local_date(at, zone), monday=week.starts
            )
        ),
        promises=promises(concluded, version, ids or (), week, knowledge),
        waiting=waiting(concluded, ids),
        sources=tuple(states),
        gaps=tuple(_gaps(states, at)),
        base_url=base_url,
    )


def _version_of(book: Book, week: Week) -> InForce | None:
    """Return the version that covers the last day of a week; else None."""
    last = week.last_day
    covering = (
        v
        for v in book.versions
        if v.agreement.starts_on <= last and (v.agreement.ends_on or date.max) > last
    )
    return next(covering, None)


def _weeks(facts: FactsAsOf, book: Book, name: str | None, week: Week) -> Iterator[WeekCount]:
    shown = weeks_up_to(week)
    alone = counted_alone(book, name)
    found = progress(facts, book, shown[0].starts, week.ends, by=("week",), agreement=alone)
    rows = {row.keys["week"]: row for row in found}
    for one in shown:
        row = rows.get(one.name)
        yield WeekCount(
            week=one.name,
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
