"""Events, a commitment and a calendar: the state of each clock, for arrays of leads.

Instants are int64 seconds of UTC; `NEVER` stands for one that is not there, so that the
earliest of several acts is their minimum. An act at due_at itself is in time. No verdict is
given past `judged`: the instant up to which the acts are known, not inclusive.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Final

import numpy as np

from smarketing.domain.calendar import due_s, working_s
from smarketing.domain.pauses import NO_PAUSES

if TYPE_CHECKING:
    from fractions import Fraction

    from numpy.typing import NDArray

    from smarketing.domain.calendar import Calendar
    from smarketing.domain.pauses import Pauses

NEVER: Final = int(np.iinfo(np.int64).max)
"""The instant of an act that has not happened."""


class ClockState(IntEnum):
    """Where a clock stands; at risk and breached are facts on the clock, not states."""

    RUNNING = 0
    MET = 1
    MET_LATE = 2
    NEVER_MET = 3
    VOID = 4


@dataclass(frozen=True)
class Clocks:
    """One clock for each lead, as arrays of one length.

    Attributes:
        started: When it started: the hand-off.
        due: When the allowance is used up.
        at_risk: The first warning; NEVER without one.
        stopped: When the act happened that stops it; NEVER while it has not.
        state: ClockState, as int8.
        breached: `due` where it was missed, as far as is known; else NEVER.
        used_s: Working seconds from the start to the stop, pauses left out; 0 while running.
        wall_s: Seconds from the start to the stop; 0 while running.
    """

    started: NDArray[np.int64]
    due: NDArray[np.int64]
    at_risk: NDArray[np.int64]
    stopped: NDArray[np.int64]
    state: NDArray[np.int8]
    breached: NDArray[np.int64]
    used_s: NDArray[np.int64]
    wall_s: NDArray[np.int64]


@dataclass(frozen=True)
class Judged:
    """Which stored clocks are judged, and until when.

    Attributes:
        source_id: Clocks of leads of this source.
        commitment_id: Clocks of this commitment.
        until: Clocks due before this instant and still running are missed; seconds of UTC.
        figures: How the figures of their day and cell begin that count them; empty: none do.
    """

    source_id: int
    commitment_id: int
    until: int
    figures: str


def run_clocks(
    started: NDArray[np.int64],
    allowance_s: NDArray[np.int64],
    calendar: Calendar,
    *,
    stopping: NDArray[np.int64],
    voiding: NDArray[np.int64],
    judged: NDArray[np.int64],
    warn_after: Fraction | None = None,
    pauses: Pauses = NO_PAUSES,
) -> Clocks:
    """Return the clocks of one commitment.

    Args:
        started: The hand-offs.
        allowance_s: Working time allowed to each.
        stopping: The earliest act that keeps the promise; one before the hand-off stops at once.
        voiding: The earliest act that makes it pointless (a rejection, for attempts).
        judged: Until when acts are known, for each; the least int64 where they never are.
        calendar: The hours of the party that owes the act.
        warn_after: Share of the allowance after which a clock is at risk; None: no warning.
        pauses: When the clocks stand still; `row` is the position in these arrays.

    Raises:
        NeverOpenError: The calendar has no working time.
    """
    due = pauses.due(due_s(started, allowance_s, calendar), started, calendar)
    acted = np.where(stopping <= voiding, np.maximum(stopping, started), NEVER)
    acted = np.where(stopping == NEVER, NEVER, acted)
    state = _states(due, acted, voiding)
    open_or_gone = (state == ClockState.RUNNING) | (state == ClockState.NEVER_MET)
    missed = (state == ClockState.MET_LATE) | (open_or_gone & (due < judged))
    ended = np.where(acted == NEVER, started, acted)
    used = working_s(started, ended, calendar) - pauses.worked(started, ended, calendar)
    return Clocks(
        started=started,
        due=due,
        at_risk=_warnings(started, allowance_s, calendar, warn_after, pauses),
        stopped=acted,
        state=state,
        breached=np.where(missed, due, NEVER),
        used_s=used,
        wall_s=ended - started,
    )


def _states(
    due: NDArray[np.int64], acted: NDArray[np.int64], voiding: NDArray[np.int64]
) -> NDArray[np.int8]:
    done, gone = acted != NEVER, voiding != NEVER
    return np.select(
        [done & (acted <= due), done, gone & (voiding <= due), gone],
        [ClockState.MET, ClockState.MET_LATE, ClockState.VOID, ClockState.NEVER_MET],
        ClockState.RUNNING,
    ).astype(np.int8)


def _warnings(
    started: NDArray[np.int64],
    allowance_s: NDArray[np.int64],
    calendar: Calendar,
    warn_after: Fraction | None,
    pauses: Pauses,
) -> NDArray[np.int64]:
    if warn_after is None:
        return np.full_like(started, NEVER)
    part = allowance_s * warn_after.numerator // warn_after.denominator
    return pauses.due(due_s(started, part, calendar), started, calendar)
