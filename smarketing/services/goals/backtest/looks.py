"""What was said of leads that were still open, and what became of them.

On the first day of each month: of every month before it that had not had time to close, and of
each cell the leads of those months together. Only months that the record saw from their first day
count, for nobody knows what others brought before it (`domain.lag`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from smarketing.domain.targets import next_month
from smarketing.domain.ultimate import Cohort, Corrected, corrected

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from smarketing.services.conclusions.book import Cell
    from smarketing.services.goals.backtest.known import Cohorts, Known
    from smarketing.services.goals.history import CellHistory

_HAIR: Final = 1e-9


@dataclass(frozen=True)
class Look:
    """One look at open leads.

    Attributes:
        day: When: the first day of a month.
        months: First days of the months whose leads they are.
        cell: Of which segment and tier; None: all.
        then: What was said: the plain rate, the corrected one and its 80 % interval.
        final: Share of them that was won; None: they are still open.
    """

    day: date
    months: tuple[date, ...]
    cell: Cell | None
    then: Corrected
    final: float | None

    @property
    def holds(self) -> bool | None:
        """Return whether the interval held; None: still open, or it had no upper end."""
        high = self.then.high
        if self.final is None or high is None:
            return None
        # The interval is of whole customers, divided: as the final share is.
        return self.then.low - _HAIR <= self.final <= high + _HAIR


def looks_on(
    day: date, known: Known, cohorts: Cohorts, over: Mapping[date, bool]
) -> tuple[Look, ...]:
    """Return the looks of one day: months first, oldest first, then cells.

    Args:
        day: The first day of a month.
        known: What was known then.
        cohorts: As they are known now.
        over: Of each month, whether it has had time to close by now.
    """
    seen = [
        on for on in cohorts.firsts if known.curve.window.starts <= on.toordinal() < day.toordinal()
    ]
    open_ = [on for on in seen if not known.is_over(on, next_month(on))]
    if not open_:
        return ()
    final = all(over[on] for on in open_)
    return (
        *(
            Look(day, (on,), None, then, _final(mine) if over[on] else None)
            for on, mine, then in _by_month(known, cohorts, seen)
            if on in open_
        ),
        *_by_cell(day, known, cohorts, open_, final=final),
    )


def _by_month(
    known: Known, cohorts: Cohorts, seen: Sequence[date]
) -> Iterator[tuple[date, CellHistory, Corrected]]:
    """Yield each month with a lead: as it is known now, and what was said of it."""
    now = {on.isoformat(): cohorts.of(cohorts.all, on, next_month(on)) for on in seen}
    for then in corrected(known.curve, [_cohort(name, mine) for name, mine in now.items()]):
        yield date.fromisoformat(then.name), now[then.name], then


def _by_cell(
    day: date, known: Known, cohorts: Cohorts, open_: Sequence[date], *, final: bool
) -> Iterator[Look]:
    cells = list(cohorts.history.cells)
    now = [cohorts.of(cohorts.history.cells[cell], open_[0], day) for cell in cells]
    named = {
        str(place): (cell, mine) for place, (cell, mine) in enumerate(zip(cells, now, strict=True))
    }
    for then in corrected(known.curve, [_cohort(name, mine) for name, (_, mine) in named.items()]):
        cell, mine = named[then.name]
        yield Look(day, tuple(open_), cell, then, _final(mine) if final else None)


def _cohort(name: str, mine: CellHistory) -> Cohort:
    return Cohort(name, mine.lead_days, mine.win_days)


def _final(mine: CellHistory) -> float:
    return mine.customers / mine.leads
