"""Whether what is promised can be kept by the people there are: bandwidth, depth, speed.

Shares and rates are between 0 and 1; times are in one unit throughout a call. Numbers that come
from chance are floats, a count of leads is exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from math import exp, floor, prod
from operator import mul
from typing import TYPE_CHECKING

from smarketing.domain.errors import ImpossibleGoalError

if TYPE_CHECKING:
    from collections.abc import Sequence


def leads_a_rep(
    hours: Fraction | int,
    inbound_share: Fraction,
    minutes_an_attempt: Fraction | int,
    attempts: Fraction | int,
) -> int:
    """Return how many leads one rep can work in a month, rounded down, to be shown (B1, B2).

    It decides nothing: what several reps leave of a lead they can work together.

    Args:
        hours: Working hours of the month.
        inbound_share: Part of them that goes into leads.
        minutes_an_attempt: Preparing, calling and noting.
        attempts: Promised for each lead; or `expected_attempts`, as a lead that is reached needs
            no further one.

    Raises:
        ImpossibleGoalError: As `share_of_leads`.
    """
    return floor(share_of_leads(hours, inbound_share, minutes_an_attempt, attempts))


def share_of_leads(
    hours: Fraction | int,
    inbound_share: Fraction,
    minutes_an_attempt: Fraction | int,
    attempts: Fraction | int,
) -> Fraction:
    """Return the leads that one rep can work in a month, exactly.

    Args:
        hours: As for `leads_a_rep`, and so are the others.
        inbound_share: Part of them that goes into leads.
        minutes_an_attempt: Of working time.
        attempts: For each lead.

    Raises:
        ImpossibleGoalError: A lead takes no time, so that the number has no end.
    """
    if minutes_an_attempt <= 0 or attempts <= 0:
        raise ImpossibleGoalError(
            "a lead takes time; enter the minutes of an attempt and the attempts above zero"
        )
    minutes = Fraction(hours) * inbound_share * 60
    return minutes / (Fraction(minutes_an_attempt) * attempts)


def expected_attempts(hazards: Sequence[Fraction]) -> Fraction:
    """Return how many attempts a lead takes on average when they stop at the first contact (B2).

    With one and the same hazard q it is (1 - (1 - q)^A) / q: 3.29 of 6 at q = 0.25.

    Args:
        hazards: As `Depth.hazards`, one for each attempt promised; empty: no attempt.
    """
    unreached = accumulate((1 - hazard for hazard in hazards[:-1]), mul, initial=Fraction(1))
    return sum(unreached, start=Fraction(0)) if hazards else Fraction(0)


@dataclass(frozen=True)
class Depth:
    """What attempts bring, one after the other (B3a).

    Attributes:
        hazards: Contacts at each attempt / leads that were given it: of leads not reached before.
        contact_rate: Leads reached / leads, as it was done.
        persistent_rate: As it would be, had every lead been given every attempt.
    """

    hazards: tuple[Fraction, ...]
    contact_rate: Fraction
    persistent_rate: Fraction

    @property
    def persistence_gap(self) -> Fraction:
        """Return the share of leads that giving up early leaves unreached."""
        return self.persistent_rate - self.contact_rate


def depth_of(given: Sequence[int], reached: Sequence[int]) -> Depth | None:
    """Return what attempts bring; None where no lead was given any.

    Kaplan-Meier over the number of the attempt: it takes giving up as saying nothing of a lead.

    Args:
        given: Leads that were given the first attempt, the second, and so on; above 0.
        reached: Of them, those that were reached at it.
    """
    if not given:
        return None
    hazards = tuple(Fraction(x, n) for n, x in zip(given, reached, strict=True))
    return Depth(
        hazards,
        Fraction(sum(reached), given[0]),
        1 - prod((1 - hazard for hazard in hazards), start=Fraction(1)),
    )


def attempts_worth_making(
    hazards: Sequence[Fraction],
    value: Fraction,
    cost: Fraction,
    minute: Fraction,
    minutes: Fraction,
) -> int:
    """Return the number of the last attempt that is worth its cost (B3b); 0: none is.

    Args:
        hazards: As `Depth.hazards`.
        value: Of a contact.
        cost: Of an attempt besides the time.
        minute: What a minute of a rep is worth elsewhere: its shadow price.
        minutes: That an attempt takes.
    """
    price = cost + minute * minutes
    worth = [number for number, hazard in enumerate(hazards, 1) if value * hazard >= price]
    return max(worth, default=0)


@dataclass(frozen=True)
class Staffing:
    """How a team keeps up with what comes in, by Erlang C (B5).

    Attributes:
        load: Work that arrives, in people kept busy (erlangs).
        occupancy: Share of their time that they are busy; 1 and more: the queue grows for ever.
        waits: Share of leads that wait at all.
        mean_wait: Of all leads, in the unit of the times given.
        in_time: Share of leads that are taken within the target.
    """

    load: float
    occupancy: float
    waits: float
    mean_wait: float
    in_time: float


def staffing(
    arrivals: float, period: float, handling: float, people: int, target: float
) -> Staffing | None:
    """Return how fast leads are taken; None where more arrives than these people can work.

    Args:
        arrivals: Leads in a period, come at random.
        period: Its length.
        handling: Time that a lead takes.
        people: At work during all of it, at least 1.
        target: Time within which a lead is to be taken.
    """
    load = arrivals * handling / period
    if load >= people:
        return None
    blocked = 1.0
    for number in range(1, people + 1):
        blocked = load * blocked / (number + load * blocked)
    occupancy = load / people
    waits = blocked / (1 - occupancy * (1 - blocked))
    free = people - load
    return Staffing(
        load=load,
        occupancy=occupancy,
        waits=waits,
        mean_wait=waits * handling / free,
        in_time=1 - waits * exp(-free * target / handling),
    )
