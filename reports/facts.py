"""What follows from a digest by arithmetic: totals, shortfalls, verdicts. No words.

Verdicts compare exact integers and fractions, never what is printed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, auto
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

    from reports.digest import CellProgress, Digest, PromiseProgress, PromiseWeek, WeekCount
    from reports.outlook import Outlook

FEWEST_FOR_A_SHARE = 10
"""With fewer due clocks, one lead moves the share by more than ten points: counts say more."""


class Verdict(Enum):
    """What can be said of a promise of time in one week."""

    UNMEASURED = auto()
    NOTHING_DUE = auto()
    TOO_FEW = auto()
    NO_SHARE = auto()
    OPEN = auto()
    KEPT = auto()
    MISSED = auto()


@dataclass(frozen=True)
class Volume:
    """Counted leads of a month against what is promised, for one cell or several.

    Attributes:
        expected: Leads that should be there by now, a part of one counted as a whole one, so
            that `counted >= expected` is the exact verdict.
    """

    counted: int
    target: int
    expected: int
    left_days: int

    @property
    def behind(self) -> int:
        """Return the leads missing to the plan of today; 0 when on plan or ahead."""
        return max(self.expected - self.counted, 0)

    @property
    def missing(self) -> int:
        """Return the leads missing to the target of the month; 0 when it is reached."""
        return max(self.target - self.counted, 0)

    @property
    def needed_a_day(self) -> int | None:
        """Return the leads a working day that still reach the target; None: no day is left."""
        return ceil(Fraction(self.missing, self.left_days)) if self.left_days else None


def volume(cells: Iterable[CellProgress]) -> Volume | None:
    """Return the sum of those cells that have a target; None when none has."""
    promised = [cell for cell in cells if cell.target is not None]
    if not promised:
        return None
    return Volume(
        counted=sum(cell.counted for cell in promised),
        target=sum(cell.target or 0 for cell in promised),
        expected=ceil(sum((cell.expected or Fraction(0) for cell in promised), Fraction(0))),
        left_days=max(cell.left_days for cell in promised),
    )


def outlook_of(digest: Digest, cells: Sequence[CellProgress]) -> Outlook | None:
    """Return where a cell may end; None for several together, and where nothing is forecast."""
    return digest.outlooks.get((cells[0].segment, cells[0].tier)) if len(cells) == 1 else None


def needed_a_day(plan: Volume, outlook: Outlook | None) -> int | None:
    """Return the leads that an average working day left has to bring; None: no day is left.

    With a forecast the days weigh as leads come on them. Where there is none, as of a month to
    come, working days weigh alike.
    """
    if outlook is None:
        return plan.needed_a_day
    return None if outlook.needed_per_day is None else ceil(outlook.needed_per_day)


def with_target(digest: Digest) -> int:
    """Return how many cells have a target."""
    return sum(cell.target is not None for cell in digest.cells)


def least_likely(digest: Digest) -> tuple[CellProgress, Outlook] | None:
    """Return the cell whose open target is the least likely; None: nothing is forecast."""
    found = [
        (cell, outlook)
        for cell in digest.cells
        if (outlook := outlook_of(digest, [cell])) and outlook.is_open
    ]
    return min(found, key=lambda pair: pair[1].chance or 0.0, default=None)


def breaches_in(digest: Digest, week: str | None) -> int | None:
    """Return the breaches of both sides that began in a week; None: they were not read."""
    found = [one.total for one in digest.breaches if one.week == week]
    return sum(found) if found else None


def behind(digest: Digest) -> list[tuple[CellProgress, Volume]]:
    """Return the cells behind their plan, the least likely first, then the largest shortfall."""
    found = [(cell, one) for cell in digest.cells if (one := volume([cell])) and one.behind]
    return sorted(found, key=lambda pair: (_chance(digest, pair[0]), -pair[1].behind))


def _chance(digest: Digest, cell: CellProgress) -> float:
    """Return a cell's chance in whole percent; 1 where none is known, so that the gap decides."""
    outlook = outlook_of(digest, [cell])
    return 1.0 if outlook is None or outlook.chance is None else round(outlook.chance, 2)


def counted_in_month(digest: Digest) -> int:
    """Return the counted leads of the month in all cells, with a target or without."""
    return sum(cell.counted for cell in digest.cells)


def this_week(digest: Digest) -> WeekCount | None:
    """Return the counts of the digest's own week; None when the digest has none."""
    return digest.weeks[-1] if digest.weeks else None


def week_before(digest: Digest) -> WeekCount | None:
    """Return the counts of the week before; None when the digest begins with its own."""
    return digest.weeks[-2] if len(digest.weeks) > 1 else None


def latest(promise: PromiseProgress) -> PromiseWeek | None:
    """Return the digest's week of a promise; None when it has no weeks."""
    return promise.weeks[-1] if promise.weeks else None


def verdict(promise: PromiseProgress) -> Verdict:
    """Return what can be said of a promise in the digest's week."""
    week = latest(promise)
    if promise.judged_until is None:
        return Verdict.UNMEASURED
    return Verdict.NOTHING_DUE if week is None else verdict_of(week, promise.promised_rate)


def verdict_of(week: PromiseWeek, promised: Fraction | None) -> Verdict:
    """Return what can be said of a week: kept or missed only where what is pending changes nothing.

    Args:
        week: The counts, of a promise that is measured.
        promised: The share; None: none is agreed.
    """
    if not week.due:
        return Verdict.OPEN if week.pending else Verdict.NOTHING_DUE
    if week.total < FEWEST_FOR_A_SHARE:
        return Verdict.TOO_FEW
    if promised is None:
        return Verdict.NO_SHARE
    kept = is_kept(week, promised)
    return Verdict.OPEN if kept is None else Verdict.KEPT if kept else Verdict.MISSED


def is_kept(week: PromiseWeek, promised: Fraction) -> bool | None:
    """Return whether a week reaches the promised share, exactly; None: the pending ones decide.

    It is kept only if it stays so should all that are pending be missed, and missed only if it
    stays so should all of them be met.
    """
    least, most = (Fraction(met, week.total) for met in (week.met, week.met + week.pending))
    if least >= promised:
        return True
    return False if most < promised else None


def more_needed(week: PromiseWeek, promised: Fraction) -> int:
    """Return how many more clocks met would keep the promise: of those pending, or beside them."""
    return max(ceil(promised * week.total) - week.met, 0)


def decided_since(promise: PromiseProgress) -> PromiseWeek | None:
    """Return the week before, if its own report had to leave open what is decided now."""
    week = promise.weeks[-2] if len(promise.weeks) > 1 else None
    if week is None or week.at_end is None or promise.judged_until is None:
        return None
    now, then = (verdict_of(one, promise.promised_rate) for one in (week, week.at_end))
    is_decided = now in (Verdict.KEPT, Verdict.MISSED)
    return week if then is Verdict.OPEN and is_decided else None


def all_kept(digest: Digest) -> bool:
    """Return whether everything that was due is known to be kept; False when nothing was due.

    With fewer than ten, only "all in time" is beyond doubt; what is open is not kept.
    """
    if digest.waiting or behind(digest) or not (digest.promises or volume(digest.cells)):
        return False
    if breaches_in(digest, digest.week) or any(debt.is_open for debt in digest.owed):
        return False
    return all(_beyond_doubt(promise) for promise in digest.promises)


def _beyond_doubt(promise: PromiseProgress) -> bool:
    week = latest(promise)
    says = verdict(promise)
    every_one = week is not None and 0 < week.met == week.total
    return every_one if says is Verdict.TOO_FEW else says is Verdict.KEPT


def is_waiting_known(digest: Digest) -> bool:
    """Return whether the number of waiting leads says something: 0 may mean that nobody looks."""
    return digest.waiting > 0 or any(p.judged_until is not None for p in digest.promises)


def last_day(as_of: datetime, zone: str) -> date:
    """Return the last day, in `zone`, of which something is known before an instant."""
    local = as_of.astimezone(ZoneInfo(zone))
    return (local - timedelta(microseconds=1)).date()


def is_quiet(digest: Digest) -> bool:
    """Return whether nothing happened in the week.

    No lead came or bought, nothing was due, nobody waits, and no breach began.
    """
    week = this_week(digest)
    due = any(one.due for promise in digest.promises if (one := latest(promise)))
    broken = any(
        one.missing or one.late or one.wrong for one in digest.breaches if one.week == digest.week
    )
    moved = week is not None and (week.delivered > 0 or week.customers > 0)
    return not (moved or due or broken or digest.waiting)
