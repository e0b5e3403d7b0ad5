"""Keep the records of the breaches of months true to what is counted of them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final, Protocol

import polars as pl

from smarketing.domain.calendar import seconds
from smarketing.domain.days import local_date
from smarketing.domain.targets import months, next_month
from smarketing.services.breaches.of_clocks import SAID, SUBJECT, WANTED
from smarketing.services.breaches.of_months import breaches_of_month
from smarketing.services.breaches.record import differing
from smarketing.services.levels.counted import Counted
from smarketing.services.progress.targets import spans

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager
    from datetime import datetime

    from smarketing.services.breaches.of_months import OfMonth
    from smarketing.services.conclusions.book import Book, InForce
    from smarketing.services.levels.counted import LevelStore
    from smarketing.services.progress.progress import Facts

_MONTHS: Final = 25
"""How far back a late import may still change what a month says: two years, and the month."""


class MonthRecording(Protocol):
    """A transaction in which the breaches of months are recorded."""

    def recorded_of(self, month: str, commitments: Sequence[int]) -> pl.DataFrame:
        """Return the last record of each occasion: SUBJECT, `nth`, `record` and SAID."""
        ...

    def add(self, records: pl.DataFrame) -> None:
        """Add records."""
        ...


class MonthStore(Protocol):
    """Where breaches are recorded."""

    def recorded_of(self, month: str, commitments: Sequence[int]) -> pl.DataFrame:
        """Return the same as `MonthRecording.recorded_of`; only reads."""
        ...

    def recording(self) -> AbstractContextManager[MonthRecording]:
        """Begin a transaction that alone may change breaches."""
        ...


def record_months(
    store: MonthStore, levels: LevelStore, facts: Facts, book: Book, now: datetime
) -> int:
    """Record what the last two years say about breaches; return how many records were added.

    Args:
        store: Where breaches are recorded.
        levels: Clocks, values, readings, reports.
        facts: The facts of days, caught up with now.
        book: The agreements in force.
        now: What is due by now is judged.
    """
    count = 0
    for month in _months(book, now):
        spanned = spans(book, month, next_month(month), None)
        held = {version.version_id: days for version, days in spanned}
        for version in book.versions:
            found: Iterator[OfMonth] = iter(())
            if days := held.get(version.version_id):
                counted = Counted(levels, facts, book, version, *days, now)
                if not counted.is_before_all:
                    found = breaches_of_month(counted)
            # Also of a version that holds no day of the month any more: nothing is wanted then.
            count += _record(store, version, month, _frame(found), seconds(now))
    return count


def _record(
    store: MonthStore, version: InForce, month: date, wanted: pl.DataFrame, now: int
) -> int:
    numbers = sorted(version.commitment_ids.values())
    if differing(wanted, store.recorded_of(f"{month:%Y-%m}", numbers)).is_empty():
        return 0
    with store.recording() as recording:
        records = differing(wanted, recording.recorded_of(f"{month:%Y-%m}", numbers))
        recording.add(records.with_columns(pl.lit(now, dtype=pl.Int64).alias("recorded_at")))
    return len(records)


def _months(book: Book, now: datetime) -> Iterator[date]:
    """Yield the months, up to now, of which anything may be promised and still change."""
    if not book.versions:
        return
    today = local_date(now, book.pages_timezone)
    first = date(today.year - _MONTHS // 12, today.month, 1)
    begun = min(version.agreement.starts_on for version in book.versions)
    yield from months(max(first, begun.replace(day=1)), next_month(today))


def _frame(found: Iterator[OfMonth]) -> pl.DataFrame:
    rows = [
        {
            "commitment_id": one.commitment_id,
            "lead_id": 0,
            "cycle": 0,
            "occasion": one.occasion,
            "kind": str(one.kind),
            "reason": str(one.reason),
            "month": one.month,
            "at": one.at,
            "late_s": one.late_s,
            "wall_s": one.wall_s,
            "quantity": one.ten_thousandths,
        }
        for one in found
    ]
    return pl.DataFrame(rows, schema={name: WANTED[name] for name in (*SUBJECT, *SAID)})
