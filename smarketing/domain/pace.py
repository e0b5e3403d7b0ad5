"""Where a period should be by now, and how evenly it went.

Time is counted in working days (or any weights that sum up alike): a line over calendar
days would blame marketing for every weekend.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class GoalLine:
    """A period's standing on one day; leads, exact.

    Attributes:
        expected: What the even line asks for by now.
        gap: Actual less expected: above 0 is ahead.
        needed_per_day: For each working day left; 0 when the goal is reached; None when no
            working day is left.
        projection: The total if it goes on as until now; None before the first working day.
    """

    expected: Fraction
    gap: Fraction
    needed_per_day: Fraction | None
    projection: Fraction | None


def goal_line(
    goal: Fraction | int, actual: int, *, elapsed: Fraction | int, total: Fraction | int
) -> GoalLine:
    """Return where the period stands (A10).

    Args:
        goal: Leads (or value) of the whole period.
        actual: Counted until now.
        elapsed: Working days gone, from 0 to `total`; may be a fraction.
        total: Working days of the period; a period without any expects everything at once.
    """
    expected = Fraction(goal) * Fraction(elapsed) / Fraction(total) if total else Fraction(goal)
    left = Fraction(total) - Fraction(elapsed)
    missing = max(Fraction(0), Fraction(goal) - actual)
    return GoalLine(
        expected=expected,
        gap=actual - expected,
        needed_per_day=missing / left if left > 0 else None,
        projection=actual * Fraction(total) / Fraction(elapsed) if elapsed else None,
    )


def unevenness(
    goal: Fraction | int, daily: Sequence[int], total: int | None = None
) -> Fraction | None:
    """Return the greatest distance from the even line, as a part of the goal; None without one.

    Both directions count: a late flood drowns the reps, an early flood rots (A11).

    Args:
        goal: Leads of the period.
        daily: Counted on each working day of the period so far, in order.
        total: Working days of the whole period; None: all of them are in `daily`.
    """
    if not goal or not daily:
        return None
    step = Fraction(goal) / (total or len(daily))
    reached = accumulate(daily)
    return max(abs(done - step * day) for day, done in enumerate(reached, 1)) / Fraction(goal)
