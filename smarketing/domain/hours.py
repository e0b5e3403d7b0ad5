"""Answers in time by the hour of the week at which the lead came, for a heat map of 7 x 24."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

HOURS_A_WEEK: Final = 168
FEWEST: Final = 5
"""With fewer leads than that a cell stays blank: any rate would be chance."""


@dataclass(frozen=True, eq=False)
class HourCounts:
    """Leads by the hour of the week of their hand-off, in the local zone of the team.

    Attributes:
        due: Leads whose answer is due, 7 x 24: Monday first, hour 0 to 23.
        in_time: Of them, those answered in time.
    """

    due: NDArray[np.int64]
    in_time: NDArray[np.int64]

    def rates(self) -> tuple[tuple[float | None, ...], ...]:
        """Return in time / due, 7 x 24; None where fewer than FEWEST were due."""
        return tuple(
            tuple(kept / due if due >= FEWEST else None for kept, due in zip(*row, strict=True))
            for row in zip(self.in_time.tolist(), self.due.tolist(), strict=True)
        )


def hour_counts(hours: NDArray[np.int64], in_time: NDArray[np.bool_]) -> HourCounts:
    """Return the counts by hour of the week.

    Args:
        hours: Of each lead that is due: 24 x weekday (Monday is 0) + local hour, 0 to 167.
        in_time: Whether it was answered in time.
    """
    due, kept = (np.bincount(at, minlength=HOURS_A_WEEK) for at in (hours, hours[in_time]))
    return HourCounts(due.reshape(7, 24), kept.reshape(7, 24))
