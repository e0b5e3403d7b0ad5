"""The breaches of the last weeks by party and kind, for the weekly report."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Protocol

from reports.digest import BreachWeek
from smarketing.domain.breaches import Act, Kind, Record, standing_of
from smarketing.domain.calendar import instant
from smarketing.domain.days import local_date, starts_at
from smarketing.domain.weeks import week_of, weeks_up_to
from smarketing.services.breaches.speaking import places

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    import polars as pl

    from smarketing.domain.weeks import Week
    from smarketing.services.conclusions.book import Book, InForce


class BreachLog(Protocol):
    """Where breaches are counted."""

    def told(
        self,
        from_at: datetime,
        to_at: datetime,
        commitments: Sequence[int],
        told_before: datetime | None = None,
    ) -> pl.DataFrame:
        """Return `commitment_id, at, kind, record, said` of the breaches that began in a span."""
        ...


def breached(  # noqa: PLR0917  (what, when, as known when)
    log: BreachLog,
    book: Book,
    version: InForce,
    week: Week,
    at: datetime,
    told_before: datetime | None,
) -> tuple[BreachWeek, ...]:
    """Return a row for each week up to this one and each party that promises something.

    Args:
        log: Where breaches are counted.
        book: The agreements in force.
        version: The version in force; breaches of its agreement's other versions count, too.
        week: The report's week.
        at: What begins at it or later does not count.
        told_before: What was recorded or said at it or later does not count; None: all does.
    """
    agreement, shown = version.agreement, weeks_up_to(week)
    owed_by = {
        number: place.commitment.by
        for number, place in places(book).items()
        if place.agreement.name == agreement.name
    }
    span = (
        starts_at(shown[0].starts, agreement.timezone),
        min(at, starts_at(week.ends, agreement.timezone)),
    )
    counted: Counter[tuple[str, str, Kind]] = Counter()
    for row in log.told(*span, sorted(owed_by), told_before).iter_rows(named=True):
        said = Act(row["said"]) if row["said"] else None
        if standing_of(Record(row["record"]), said).counts:
            began = week_of(local_date(instant(row["at"]), agreement.timezone)).name
            counted[began, owed_by[row["commitment_id"]], Kind(row["kind"])] += 1
    return tuple(
        BreachWeek(
            one.name,
            name,
            agreement.parties[name].title,
            *(counted[one.name, name, kind] for kind in Kind),
        )
        for one in shown
        for name in dict.fromkeys(commitment.by for commitment in agreement.commitments)
    )
