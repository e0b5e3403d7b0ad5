"""Escalation ladders: when each step of a clock is to be taken, for arrays of clocks.

A step counts from the start of its clock (a share of the allowance) or from its due time (working
time of the commitment's calendar). It waits until those who are told work, and while its clock is
paused. Instants are int64 seconds of UTC; NEVER: it is never to be taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import numpy as np

from smarketing.domain.calendar import due_s
from smarketing.domain.clocks import NEVER
from smarketing.domain.errors import NeverOpenError
from smarketing.domain.pauses import NO_PAUSES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import timedelta
    from fractions import Fraction

    from numpy.typing import NDArray

    from smarketing.domain.calendar import Calendar
    from smarketing.domain.pauses import Pauses

CONTACT: Final = "contact:"
"""What stands before the name of a contact of the party that owes the act."""


class Tell(StrEnum):
    """Whom a step may tell, besides contacts.

    Attributes:
        HOLDER: Who has the lead; the team while nobody has it.
        TEAM: Every rep.
    """

    HOLDER = "holder"
    TEAM = "team"
    SALES_MANAGER = "sales_manager"
    MARKETING_MANAGER = "marketing_manager"
    ADMINISTRATOR = "administrator"


class Channel(StrEnum):
    """How people are told."""

    MAIL = "mail"


@dataclass(frozen=True)
class Step:
    """One step of the ladder of a commitment.

    Attributes:
        share: Part of the allowance after which it is taken; None: it counts from the due time.
        after: Working time from the due time on; zero: at the due time.
        tell: Members of `Tell`, or CONTACT and a name.
        in_calendar: Name of the calendar whose working time those who are told have.
        reassign: Whether the lead is handed to somebody else, or to the team.
    """

    share: Fraction | None
    after: timedelta
    tell: tuple[str, ...]
    in_calendar: str
    channel: Channel = Channel.MAIL
    reassign: bool = False

    @property
    def is_late(self) -> bool:
        """Return whether it is only taken once the clock is known to have run out."""
        return self.share is None


def step_instants(
    ladder: Sequence[Step],
    *,
    started: NDArray[np.int64],
    allowance_s: NDArray[np.int64],
    due: NDArray[np.int64],
    calendar: Calendar,
    calendars: Mapping[str, Calendar],
    pauses: Pauses = NO_PAUSES,
) -> NDArray[np.int64]:
    """Return when each step of each clock is to be taken: a row a clock, a column a step.

    Args:
        ladder: At least one step.
        started: When each clock started.
        allowance_s: Working time allowed to each.
        due: When it is used up, pauses taken into account.
        calendar: The hours that the clocks count.
        calendars: Those of the agreement, by name.
        pauses: When the clocks stand still; `row` is the position in these arrays.
    """
    columns = []
    for step in ladder:
        try:
            reached = _reached(
                step, calendar, pauses, started=started, allowance_s=allowance_s, due=due
            )
            columns.append(pauses.past(reached, calendars[step.in_calendar]))
        except NeverOpenError:  # those who are told have no hours left: nobody is
            columns.append(np.full_like(started, NEVER))
    return np.stack(columns, axis=1)


def _reached(
    step: Step,
    calendar: Calendar,
    pauses: Pauses,
    *,
    started: NDArray[np.int64],
    allowance_s: NDArray[np.int64],
    due: NDArray[np.int64],
) -> NDArray[np.int64]:
    if step.share is not None:
        part = allowance_s * step.share.numerator // step.share.denominator
        return pauses.due(due_s(started, part, calendar), started, calendar)
    after = int(step.after.total_seconds())
    # Not the next opening: those who are told may work when the clock's calendar is closed.
    return pauses.due(due_s(due, after, calendar), due, calendar) if after else due


def steps_taken(
    instants: NDArray[np.int64],
    ladder: Sequence[Step],
    *,
    ended: NDArray[np.int64],
    breached: NDArray[np.int64],
) -> NDArray[np.bool_]:
    """Return which steps are taken, of clocks whose events are all known.

    Args:
        instants: As `step_instants` has them.
        ladder: The steps.
        ended: When each clock was stopped or became void; NEVER while it runs. An act at the very
            instant of a step comes first.
        breached: When it ran out, as far as is known; else NEVER.
    """
    late = np.array([step.is_late for step in ladder])
    is_known = ~late | (breached != NEVER)[:, np.newaxis]
    taken: NDArray[np.bool_] = is_known & (instants < ended[:, np.newaxis]) & (instants != NEVER)
    return taken


def next_step(instants: NDArray[np.int64], floor: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return of each clock the first step at its floor or later; NEVER: there is none."""
    waiting = np.where(instants >= floor[:, np.newaxis], instants, NEVER)
    first: NDArray[np.int64] = waiting.min(axis=1)
    return first
