"""Is the promised level being met? Every commitment in force in a month, counted.

A month is one of the agreement's zone. Where two versions of an agreement share a month, each
commitment has a level for the days of either, judged by its own promise. Leads and clocks count
on the day of the hand-off, whichever version they were concluded by.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from smarketing.domain.levels import Level
from smarketing.domain.metrics import CATALOGUE
from smarketing.domain.targets import next_month
from smarketing.services.levels.counted import Counted
from smarketing.services.levels.measured import MEASURED
from smarketing.services.progress.targets import spans

if TYPE_CHECKING:
    from datetime import date, datetime

    from smarketing.domain.agreement import Commitment
    from smarketing.services.conclusions.book import Book
    from smarketing.services.levels.counted import LevelStore
    from smarketing.services.progress.progress import Facts


def levels(
    store: LevelStore,
    facts: Facts,
    book: Book,
    month: date,
    now: datetime,
    *,
    agreement: str | None = None,
) -> tuple[Level, ...]:
    """Return where every commitment stands in a month, in the order of the book.

    Args:
        store: Clocks, values, readings, reports.
        facts: The facts of days, caught up with now.
        book: The agreements in force.
        month: Its first day.
        now: What is due by now is judged.
        agreement: Only this one's; None: all of them.
    """
    found: list[Level] = []
    for version, (starts, ends) in spans(book, month, next_month(month), agreement):
        counted = Counted(store, facts, book, version, starts, ends, now)
        found += (level_of(counted, promise) for promise in version.agreement.commitments)
    return tuple(found)


def level_of(counted: Counted, promise: Commitment) -> Level:
    """Return where one commitment stands in the days that are counted."""
    measured = MEASURED[CATALOGUE[promise.metric].measure](counted, promise)
    return Level(
        agreement=counted.version.agreement.name,
        version_id=counted.version.version_id,
        commitment=promise,
        starts_on=counted.starts,
        ends_on=counted.ends,
        is_over=counted.is_over,
        is_known=not counted.is_before_all,
        **vars(measured),
    )
