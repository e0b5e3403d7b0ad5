"""Statistics of goals, kept until something new is told: a page does not read years each time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from smarketing.domain.days import local_date
from smarketing.services.agreements.life import agreement_of
from smarketing.services.goals.history import Told
from smarketing.services.goals.months import found_of

if TYPE_CHECKING:
    from datetime import date, datetime

    from smarketing.domain.versions import Version
    from smarketing.services.conclusions.book import Book
    from smarketing.services.goals.rates import Statistics

_MOST: Final = 8
Key = tuple[str, "date", tuple[int, ...]]


class ToldAndStamped(Told, Protocol):
    """Where history is read, with a mark that changes whenever anything is told."""

    def stamp(self) -> tuple[int, ...]:
        """Return the mark of what is told now."""
        ...


class KeptStatistics:
    """The statistics that were asked for last, by text, day, and what had been told.

    A day that has begun changes nothing: only whole days count.
    """

    def __init__(self) -> None:
        self._kept: dict[Key, Statistics] = {}

    def of(self, version: Version, told: ToldAndStamped, book: Book, now: datetime) -> Statistics:
        """Return what the history of an agreement's goal comes to; see `months.found_of`."""
        today = local_date(now, agreement_of(version).timezone)
        key = (version.sha256, today, told.stamp())
        found = self._kept.get(key)
        if found is None:
            found = found_of(version, told, book, now)
            oldest = list(self._kept)[: -_MOST + 1]
            self._kept = {k: v for k, v in self._kept.items() if k not in oldest} | {key: found}
        return found
