"""A calendar compiled to the sorted edges of its working intervals, in seconds of UTC.

Prefix sums make the working time before any instant one look-up, and `due_at` its inverse.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import numpy as np

from smarketing.domain.places import Places

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from smarketing.domain.calendar import Calendar, Span

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_DAY: Final = timedelta(days=1)
_NOON_S: Final = 43_200
_FAR: Final = 1 << 62


@dataclass(frozen=True, eq=False)
class Edges:
    """A stretch of working time.

    Attributes:
        opens: Start of each working interval, ascending and disjoint.
        closes: End of each interval, not inclusive.
        before: Working seconds before each interval, and the total as its last element.
    """

    opens: NDArray[np.int64]
    closes: NDArray[np.int64]
    before: NDArray[np.int64]

    def worked(self, at: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the working seconds from the first edge to each instant."""
        if not self.opens.size:
            return np.zeros_like(at)
        opened = self._openings.up_to(at)
        worked: NDArray[np.int64] = np.minimum(at + self._ahead[opened], self.before[opened])
        return worked

    def reached(self, worked: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the first instant by which that much has been worked.

        Args:
            worked: Seconds, more than 0 and at most the total.
        """
        return worked - self._ahead[self._totals.below(worked) + 1]

    def next_open(self, at: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return each instant itself where it is worked at, else the next opening."""
        return np.maximum(at, self.opens[np.searchsorted(self.closes, at, side="right")])

    @cached_property
    def _openings(self) -> Places:
        return Places(self.opens)

    @cached_property
    def _totals(self) -> Places:
        """Return the working seconds up to the end of each interval."""
        return Places(self.before[1:])

    @cached_property
    def _ahead(self) -> NDArray[np.int64]:
        """Return how far working time is ahead of UTC within each interval.

        The first element stands for the time before any: so far ahead that `before` is the least.
        """
        return np.concatenate([np.array([_FAR], dtype=np.int64), self.before[:-1] - self.opens])

    def without(self, pauses: Iterable[Span]) -> Edges:
        """Return the same stretch with spans of instants taken out; they may overlap."""
        cuts = merged(pauses)
        if not cuts:
            return self
        return _edges_of(_cut(zip(self.opens.tolist(), self.closes.tolist(), strict=True), cuts))

    def between(self, start: int, end: int) -> list[Span]:
        """Return the working intervals inside `[start, end)`, clipped to it."""
        clipped = zip(self.opens.clip(start, end), self.closes.clip(start, end), strict=True)
        return [(int(a), int(b)) for a, b in clipped if a < b]


@lru_cache(maxsize=128)
def edges_of(calendar: Calendar, first_year: int, last_year: int) -> Edges:
    """Return the working intervals of whole local years, both inclusive.

    They are kept: building 13 years takes longer than a million look-ups need to notice.
    """
    zone = ZoneInfo(calendar.timezone)
    days = _days(first_year, last_year)
    return _edges_of([span for day in days for span in _working_spans(day, calendar, zone)])


def _days(first_year: int, last_year: int) -> Iterator[date]:
    day = date(first_year, 1, 1)
    while day.year <= last_year:
        yield day
        day += _DAY


def _working_spans(day: date, calendar: Calendar, zone: ZoneInfo) -> Iterator[Span]:
    spans = calendar.spans_on(day)
    if not spans or not _exists(day, zone):
        return iter(())
    resolved = [(_utc_s(day, a, zone), _utc_s(day, b, zone)) for a, b in spans]
    breaks = (calendar.breaks or {}).get(day, ())
    cuts = merged((_utc_s(day, a, zone), _utc_s(day, b, zone)) for a, b in breaks)
    return _cut(resolved, cuts)


def _utc_s(day: date, wall_s: int, zone: ZoneInfo) -> int:
    """Return the instant of a wall time of a local day; 86,400 is the next day's midnight."""
    wall = datetime(day.year, day.month, day.day) + timedelta(seconds=wall_s)  # noqa: DTZ001  (made aware below)
    return int((wall.replace(tzinfo=zone) - _EPOCH).total_seconds())


def _exists(day: date, zone: ZoneInfo) -> bool:
    """Return whether the zone has that date: Samoa went without 30 December 2011."""
    noon = datetime.fromtimestamp(_utc_s(day, _NOON_S, zone), tz=zone)
    return noon.date() == day


def _edges_of(spans: Iterable[Span]) -> Edges:
    disjoint = merged(spans)
    opens = np.array([a for a, _ in disjoint], dtype=np.int64)
    closes = np.array([b for _, b in disjoint], dtype=np.int64)
    before = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(closes - opens)])
    return Edges(opens, closes, before)


def merged(spans: Iterable[Span]) -> list[Span]:
    """Return the spans sorted and disjoint; empty and reversed ones are dropped."""
    joined: list[Span] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def _cut(spans: Iterable[Span], cuts: list[Span]) -> Iterator[Span]:
    """Yield what is left of the spans; `cuts` are sorted and disjoint."""
    for start, end in spans:
        at = start
        for cut_from, cut_to in cuts:
            if cut_to <= at or cut_from >= end:
                continue
            yield at, cut_from
            at = max(at, cut_to)
        yield at, end
