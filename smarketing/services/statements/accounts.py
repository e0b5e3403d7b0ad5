"""What is known of the months of one agreement: levels, breaches, late leads, claims; read once."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from smarketing.domain.breaches import Act, Kind, Record, Standing, standing_of
from smarketing.domain.days import day_number
from smarketing.services.levels.levels import levels
from smarketing.services.progress.progress import version_ids

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    import polars as pl

    from smarketing.domain.claims import ClaimWord
    from smarketing.domain.levels import Level
    from smarketing.services.conclusions.book import Book, InForce
    from smarketing.services.levels.counted import LevelStore
    from smarketing.services.progress.progress import Facts


class StatementStore(Protocol):
    """Where counted breaches, late leads and words on claims are read."""

    def breaches(self, month: str) -> pl.DataFrame:
        """Return `commitment_id, occasion, kind, record, said, number, known_at` of a month."""
        ...

    def late_leads(
        self, first_day: int, last_day: int, commitments: Sequence[int]
    ) -> Mapping[str, int]:
        """Return `leads, accepted, rejected, recycled` of the leads late by some commitments."""
        ...

    def claims(self, agreement: str) -> tuple[ClaimWord, ...]:
        """Return what was said about claims under an agreement, the oldest first."""
        ...


@dataclass(frozen=True)
class Sources:
    """Where everything about months is read."""

    levels: LevelStore
    facts: Facts
    statements: StatementStore


@dataclass(frozen=True)
class Breaches:
    """The breaches of one commitment that count for one month.

    Attributes:
        counted: How many of each kind count.
        excused: How many do not: excused, waived, or dropped after a dispute.
        excused_occasions: Those of them that are about no clock.
        known_at: When the last of those about no clock was recorded first, in seconds of UTC;
            None: there is none.
    """

    counted: Mapping[Kind, int] = field(default_factory=dict)
    excused: int = 0
    excused_occasions: frozenset[str] = frozenset()
    known_at: int | None = None


class Accounts:
    """The months of one agreement.

    Args:
        sources: Where they are read.
        book: The agreements in force.
        agreement: Its name.
        now: Whatever is due by now is judged.
    """

    def __init__(self, sources: Sources, book: Book, agreement: str, now: datetime) -> None:
        self.book, self.agreement, self.now = book, agreement, now
        self._sources = sources
        self._levels: dict[date, tuple[Level, ...]] = {}
        self._breaches: dict[date, dict[int, Breaches]] = {}

    @cached_property
    def words(self) -> tuple[ClaimWord, ...]:
        """Return what was said about claims, the oldest first."""
        return self._sources.statements.claims(self.agreement)

    def version(self, level: Level) -> InForce:
        """Return the version that a level is promised by."""
        found = self.book.version(level.version_id)
        assert found is not None  # noqa: S101  (levels are made of the book's versions)
        return found

    def levels(self, month: date) -> tuple[Level, ...]:
        """Return where every commitment stands in a month, given by its first day."""
        if month not in self._levels:
            self._levels[month] = levels(
                self._sources.levels,
                self._sources.facts,
                self.book,
                month,
                self.now,
                agreement=self.agreement,
            )
        return self._levels[month]

    def breaches(self, level: Level) -> Breaches:
        """Return the breaches of the commitment of a level in its month."""
        month = level.starts_on.replace(day=1)
        if month not in self._breaches:
            found = self._sources.statements.breaches(f"{month:%Y-%m}")
            self._breaches[month] = _by_commitment(found)
        number = self.version(level).commitment_ids.get(level.commitment.name, 0)
        return self._breaches[month].get(number, Breaches())

    def late_leads(self, level: Level, commitments: Sequence[str]) -> Mapping[str, int]:
        """Return the leads of the days of a level that were late by some commitments."""
        versions = version_ids(self.book, self.agreement)
        numbers = [
            number
            for version in self.book.versions
            if version.version_id in versions
            for name in commitments
            if (number := version.commitment_ids.get(name))
        ]
        days = day_number(level.starts_on), day_number(level.ends_on)
        return self._sources.statements.late_leads(*days, numbers)


def _by_commitment(rows: pl.DataFrame) -> dict[int, Breaches]:
    counted: dict[int, Counter[Kind]] = {}
    excused: Counter[int] = Counter()
    occasions: dict[int, set[str]] = {}
    known: dict[int, int] = {}
    for row in rows.iter_rows(named=True):
        number = row["commitment_id"]
        standing = standing_of(Record(row["record"]), Act(row["said"]) if row["said"] else None)
        if standing.counts:
            if row["known_at"] is not None:
                known[number] = max(row["known_at"], known.get(number, row["known_at"]))
            counted.setdefault(number, Counter())[Kind(row["kind"])] += row["number"]
        elif standing is not Standing.WITHDRAWN:
            excused[number] += row["number"]
            occasions.setdefault(number, set()).add(row["occasion"])
    return {
        number: Breaches(
            counted.get(number, Counter()),
            excused[number],
            frozenset(occasions.get(number, set()) - {""}),
            known.get(number),
        )
        for number in {*counted, *excused}
    }
