"""Whether the people there are can keep what is promised, and what would be needed otherwise.

Times are in one unit throughout a call, and are working time: arrivals are those of a working hour
(or another span in which everybody counted is at work), the queue stands while nobody works.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, log
from typing import TYPE_CHECKING

from smarketing.domain.capacity import share_of_leads, staffing
from smarketing.domain.errors import ImpossibleGoalError

if TYPE_CHECKING:
    from fractions import Fraction

    from smarketing.domain.capacity import Staffing


@dataclass(frozen=True)
class Feasibility:
    """Whether a promise can be kept.

    Attributes:
        people: How many there are.
        needed: The fewest that keep the promise.
    """

    people: int
    needed: int

    @property
    def is_enough(self) -> bool:
        """Return whether these people can keep it."""
        return self.people >= self.needed

    @property
    def missing(self) -> int:
        """Return how many more are needed; 0: none."""
        return max(0, self.needed - self.people)


@dataclass(frozen=True)
class SpeedFeasibility(Feasibility):
    """Whether a promise of speed can be kept.

    Attributes:
        now: How the people there are keep up; None: more arrives than they can work.
        allowance: What they can promise for the same share instead; 0: an answer at once; None:
            nothing, the queue grows for ever.
    """

    now: Staffing | None
    allowance: float | None


def depth_feasibility(
    leads: Fraction | int,
    people: int,
    *,
    hours: Fraction | int,
    inbound_share: Fraction,
    minutes_an_attempt: Fraction | int,
    attempts: Fraction | int,
) -> Feasibility:
    """Return whether so many people can give every lead its attempts: exact, nothing is rounded.

    Args:
        leads: Of the month, 0 or more; an average may be a fraction.
        people: Reps.
        hours: As for `capacity.share_of_leads`, and so are the others.
        inbound_share: Part of the hours that goes into leads.
        minutes_an_attempt: Of working time.
        attempts: Promised, or `capacity.expected_attempts`.

    Raises:
        ImpossibleGoalError: As `capacity.share_of_leads`; or nobody has time for a single lead.
    """
    each = share_of_leads(hours, inbound_share, minutes_an_attempt, attempts)
    if each < 1 and leads > 0:
        raise ImpossibleGoalError(
            "a rep has not the time for one lead a month; enter more hours, a larger share of "
            "them, or fewer attempts"
        )
    return Feasibility(people, ceil(leads / each) if leads > 0 else 0)


def speed_feasibility(
    arrivals: float, period: float, handling: float, people: int, *, target: float, share: float
) -> SpeedFeasibility:
    """Return whether so many people can take a share of the leads within the target (Erlang C).

    Args:
        arrivals: As for `capacity.staffing`, and so are the next three.
        period: Its length, working time.
        handling: Time that a lead takes.
        people: At work, 0 or more.
        target: The allowance promised, 0 or more.
        share: Of the leads that it is promised for, above 0 and below 1.

    Raises:
        ImpossibleGoalError: A number is out of its range; with a share of 1 no number is enough.
    """
    _check(arrivals, period, handling, share)
    now = staffing(arrivals, period, handling, people, target) if people > 0 else None
    return SpeedFeasibility(
        people=people,
        needed=people_for(arrivals, period, handling, target=target, share=share),
        now=now,
        allowance=None if now is None else _allowance(now, people, handling, share),
    )


def people_for(
    arrivals: float, period: float, handling: float, *, target: float, share: float
) -> int:
    """Return the fewest people who take a share of the leads within the target; at least 1.

    Args:
        arrivals: As for `speed_feasibility`, and so are the others.
        period: Its length.
        handling: Time that a lead takes.
        target: The allowance.
        share: Promised.

    Raises:
        ImpossibleGoalError: As `speed_feasibility`.
    """
    _check(arrivals, period, handling, share)

    def keeps(people: int) -> bool:
        kept = staffing(arrivals, period, handling, people, target)
        return kept is not None and kept.in_time >= share

    low = floor(arrivals * handling / period)
    high = low + 1
    while not keeps(high):
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if keeps(middle) else (middle, high)
    return high


def _allowance(now: Staffing, people: int, handling: float, share: float) -> float:
    if now.waits <= 1 - share:
        return 0.0
    return log(now.waits / (1 - share)) * handling / (people - now.load)


def _check(arrivals: float, period: float, handling: float, share: float) -> None:
    if not (arrivals >= 0 and period > 0 and handling > 0):
        raise ImpossibleGoalError(
            "the leads of a working hour must be zero or more, and the time that one takes above "
            "zero"
        )
    if not 0 < share < 1:
        raise ImpossibleGoalError(
            f"no number of people answers {share:.0%} of the leads in time; promise a share above "
            "0 % and below 100 %"
        )
