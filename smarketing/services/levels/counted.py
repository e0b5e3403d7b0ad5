"""What is counted of the days of one month that a version holds for, read only when asked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

import polars as pl

from smarketing.domain.calendar import seconds
from smarketing.domain.days import day_number, starts_at
from smarketing.services.progress.progress import version_ids

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from smarketing.domain.agreement import Commitment
    from smarketing.services.conclusions.book import Book, Cell, InForce
    from smarketing.services.progress.progress import Facts


class LevelStore(Protocol):
    """Where clocks, values, readings and reports are read."""

    def clocks(self, first_day: int, last_day: int) -> pl.DataFrame:
        """Return `commitment_id, met, late, overdue, pending, excused` of the leads of days."""
        ...

    def values(self, first_day: int, last_day: int) -> pl.DataFrame:
        """Return `version_id, segment, tier, value` of the leads of some days that count."""
        ...

    def readings(self, source: str, from_s: int, to_s: int) -> Sequence[int]:
        """Return when a source was read in `[from_s, to_s)`, after the last reading before it."""
        ...

    def reports(self, prefix: str) -> pl.DataFrame:
        """Return `audience, sent_at, due_at` of the planned reports whose key begins so."""
        ...

    def readers(self) -> pl.DataFrame:
        """Return `audience, weekday, minute, timezone, report_since` of who gets a report now."""
        ...

    def leads_known(self, first_day: int, last_day: int) -> tuple[int | None, int | None]:
        """Return the first day that has leads, and until when those of some days are known.

        In seconds of UTC: the least of the sources whose files brought leads of these days or the
        month before. None: there are no leads; people enter them, and that is always known.
        """
        ...


@dataclass(frozen=True)
class Counted:
    """The leads of an agreement that were handed off on some days, and these days.

    Attributes:
        version: The one that holds on these days; leads of the agreement's others count, too.
        starts: First day, in the agreement's zone.
        ends: First day after them.
        now: Whatever is due by now is judged.
    """

    store: LevelStore
    facts: Facts
    book: Book
    version: InForce
    starts: date
    ends: date
    now: datetime

    @property
    def timezone(self) -> str:
        """Return the zone of the days."""
        return self.version.agreement.timezone

    @property
    def starts_at(self) -> datetime:
        """Return the first instant of the days."""
        return starts_at(self.starts, self.timezone)

    @property
    def ends_at(self) -> datetime:
        """Return the first instant after the days."""
        return starts_at(self.ends, self.timezone)

    @property
    def is_over(self) -> bool:
        """Return whether the days are over, and every lead of them is known.

        No verdict beyond what is known: while no source has told up to their end, leads may
        still come.
        """
        return seconds(self.ends_at) <= self.judged_until

    @property
    def judged_until(self) -> int:
        """Return until when leads are known, in seconds of UTC: now where people enter them."""
        _, until = self._leads_known
        return seconds(self.now) if until is None else min(seconds(self.now), until)

    @property
    def is_before_all(self) -> bool:
        """Return whether the days lie before the first lead that is known: nothing is judged."""
        first, _ = self._leads_known
        return first is None or day_number(self.ends) <= first

    @cached_property
    def daily(self) -> pl.DataFrame:
        """Return the facts of the days by segment and tier."""
        facts = self.facts.daily(*self._days, ("segment", "tier"))
        return facts.filter(pl.col("version_id").is_in(self._versions))

    @cached_property
    def values(self) -> dict[Cell, int]:
        """Return the value of the leads that count in each cell, in ten-thousandths."""
        found = self.store.values(*self._days)
        mine = found.filter(pl.col("version_id").is_in(self._versions))
        summed = mine.group_by("segment", "tier").agg(pl.col("value").sum())
        return {(segment, tier): value for segment, tier, value in summed.iter_rows()}

    def clocks(self, promise: Commitment) -> dict[str, int]:
        """Return how many clocks of a commitment are met, late, overdue, pending, excused."""
        numbers = [
            number
            for version in self.book.versions
            if version.version_id in self._versions
            and (number := version.commitment_ids.get(promise.name))
        ]
        mine = self._clocks.filter(pl.col("commitment_id").is_in(numbers))
        return mine.drop("commitment_id").sum().row(0, named=True)

    @cached_property
    def _leads_known(self) -> tuple[int | None, int | None]:
        return self.store.leads_known(*self._days)

    @cached_property
    def _clocks(self) -> pl.DataFrame:
        return self.store.clocks(*self._days)

    @property
    def _days(self) -> tuple[int, int]:
        return day_number(self.starts), day_number(self.ends)

    @property
    def _versions(self) -> tuple[int, ...]:
        return version_ids(self.book, self.version.agreement.name)
