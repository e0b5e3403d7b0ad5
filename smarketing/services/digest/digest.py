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
from smarketing.domain.periods import month_before
from smarketing.domain.targets import next_month
from smarketing.domain.weeks import weeks_up_to
from smarketing.services.conclusions.as_of import FactsAsOf
from smarketing.services.conclusions.judged import Knowledge
from smarketing.services.digest.breached import breached
from smarketing.services.digest.depth import depths
from smarketing.services.digest.owed import owed
from smarketing.services.digest.promises import promises, waiting
from smarketing.services.forecast.month import month_forecast
from smarketing.services.forecast.past import first_day
from smarketing.services.progress.month import counted_alone, month_cells
from smarketing.services.progress.progress import progress, version_ids

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from reports.digest import Audience, CellProgress
    from reports.outlook import Outlook
    from smarketing.domain.weeks import Week
    from smarketing.services.conclusions.as_of import Known
    from smarketing.services.conclusions.book import Book, InForce
    from smarketing.services.digest.breached import BreachLog
    from smarketing.services.forecast.forecasts import KnownUntil
    from smarketing.services.statements.accounts import Sources as StatementSources

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
    known_until: KnownUntil = lambda _: None,
    breaches: BreachLog | None = None,
    statements: StatementSources | None = None,
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
        known_until: Until when the leads of a month are known, for the forecast.
        breaches: Where breaches are counted; None: none are shown.
        statements: Where the statement of the last month is read, caught up with `generated_at`.
            None: none is shown; nor is one with `as_of`, as claims are judged by what is known now.
    """
    covering = _covering(book, week)
    version = covering[0] if covering else None
    zone = version.agreement.timezone if version else book.timezone
    at = as_of or min(starts_at(week.ends, zone), generated_at)
    told_before = seconds(as_of or generated_at)
    month = week.last_day.replace(day=1)
    facts = FactsAsOf(known, book, seconds(at), told_before=told_before)
    name = version.agreement.name if version else None
    first = min(weeks_up_to(week)[0].starts, month)
    # The forecast looks further back; everything is read at once.
    read_from = min(first, first_day(month)) if name else first
    concluded = facts.concluded(day_number(read_from), day_number(next_month(month)))
    ids = version_ids(book, name) if name else None
    knowledge = Knowledge(seconds(at), known.known_until(told_before))
    states = [SourceState(*state) for state in sources.states()]
    cells = tuple(
        month_cells(facts, book, name, month=month, today=local_date(at, zone), monday=week.starts)
    )
    over = month_before(local_date(at, zone).replace(day=1))
    is_settled = version is not None and statements is not None and as_of is None
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
        cells=cells,
        promises=promises(concluded, version, ids or (), week, knowledge),
        waiting=waiting(concluded, ids, day_number(first)),
        sources=tuple(states),
        gaps=tuple(_gaps(states, at)),
        base_url=base_url,
        outlooks=_outlooks(facts, book, name, cells, month=month, at=at, known_until=known_until),
        depths=depths(concluded, version, ids or (), week, facts.attempts),
        breaches=breached(breaches, book, version, week, at, as_of)
        if breaches is not None and version
        else (),
        owed=owed(statements, book, version.agreement.name, over, generated_at)
        if is_settled and statements and version
        else (),
        owed_month=over if is_settled else None,
        others=tuple(
            dict.fromkeys(v.agreement.title for v in covering if v.agreement.name != name)
        ),
    )


def _outlooks(
    facts: FactsAsOf,
    book: Book,
    name: str | None,
    cells: Sequence[CellProgress],
    *,
    month: date,
    at: datetime,
    known_until: KnownUntil,
) -> Mapping[tuple[str, str], Outlook]:
    """Return where each cell with a target may end: read once for all of them."""
    promised = [cell for cell in cells if cell.target is not None]
    if not promised or name is None:
        return {}
    made = month_forecast(facts, book, name, month=month, now=at, known_until=known_until(month))
    return {(cell.segment, cell.tier): outlook for cell in promised if (outlook := made.of([cell]))}


def _covering(book: Book, week: Week) -> list[InForce]:
    """Return the versions that cover the last day of a week: the first one is reported on."""
    last = week.last_day
    return [
        v
        for v in book.versions
        if v.agreement.starts_on <= last and (v.agreement.ends_on or date.max) > last
    ]


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
