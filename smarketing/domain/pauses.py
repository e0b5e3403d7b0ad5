"""Spans in which the clocks of a lead stand still: each belongs to a row of an array of leads.

Instants are int64 seconds of UTC; spans are half-open. Only what overlaps working time is taken
off, and pauses that overlap each other count once.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from smarketing.domain.calendar import due_s, working_s
from smarketing.domain.edges import merged

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from smarketing.domain.calendar import Calendar, Span


@dataclass(frozen=True)
class Pauses:
    """The pauses of some leads, disjoint within each of them and ascending.

    Attributes:
        row: Position of the lead that each pause belongs to.
        nth: Which pause of its lead it is, from 0.
        starts: When it begins.
        ends: When it ends, not inclusive.
    """

    row: NDArray[np.int64]
    nth: NDArray[np.int64]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]

    def due(
        self, due: NDArray[np.int64], started: NDArray[np.int64], calendar: Calendar
    ) -> NDArray[np.int64]:
        """Return due times as the pauses move them.

        What was left of the allowance when a pause began is spent after its end.

        Args:
            due: Without any pause.
            started: When each clock started.
            calendar: The hours that count.
        """
        moved = due.copy()
        for row, starts, ends in self._rounds():
            from_s = np.maximum(starts, started[row])
            cuts = (from_s < moved[row]) & (ends > from_s)
            hit, begun, over = row[cuts], from_s[cuts], ends[cuts]
            moved[hit] = due_s(over, working_s(begun, moved[hit], calendar), calendar)
        return moved

    def worked(
        self, started: NDArray[np.int64], ended: NDArray[np.int64], calendar: Calendar
    ) -> NDArray[np.int64]:
        """Return the working seconds in each `[started, ended)` that lie in a pause."""
        taken = np.zeros_like(started)
        for row, starts, ends in self._rounds():
            inside = working_s(
                np.maximum(starts, started[row]), np.minimum(ends, ended[row]), calendar
            )
            taken[row] += inside
        return taken

    def past(self, at: NDArray[np.int64], calendar: Calendar) -> NDArray[np.int64]:
        """Return the first instant from each on that is worked at and lies in no pause.

        Args:
            at: An instant each.
            calendar: The hours in question.
        """
        moved = due_s(at, 0, calendar)
        for row, starts, ends in self._rounds():
            inside = (starts <= moved[row]) & (moved[row] < ends)
            moved[row[inside]] = due_s(ends[inside], 0, calendar)
        return moved

    def _rounds(
        self,
    ) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]]:
        """Yield the first pauses of all leads, then the second ones, and so on."""
        for nth in range(int(self.nth.max()) + 1 if self.nth.size else 0):
            these = self.nth == nth
            yield self.row[these], self.starts[these], self.ends[these]


def pauses_of(told: Iterable[tuple[int, int, int]]) -> Pauses:
    """Return pauses from rows of (position, from, to); those that overlap or touch are joined."""
    spans: defaultdict[int, list[Span]] = defaultdict(list)
    for row, start, end in told:
        spans[row].append((start, end))
    flat = [
        (row, nth, *span)
        for row, found in sorted(spans.items())
        for nth, span in enumerate(merged(found))
    ]
    columns = np.array(flat, dtype=np.int64).reshape(-1, 4).T
    return Pauses(*columns)


NO_PAUSES = pauses_of(())
"""Nobody paused anything."""
