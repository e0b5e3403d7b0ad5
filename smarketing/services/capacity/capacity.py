"""Can the promised depth and speed be kept by these people?

Depth: a rep's minutes for leads in the month of today, against the attempts that the expected leads
take; attempts stop at the first contact (B1, B2). Speed: Erlang C over the attempts of a working
hour (B5), each a piece of work of its own, since people work several leads at once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING, Final, TypeVar

from smarketing.domain.capacity import expected_attempts, share_of_leads
from smarketing.domain.errors import ImpossibleGoalError
from smarketing.domain.feasibility import depth_feasibility, speed_feasibility
from smarketing.domain.metrics import Metric

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import timedelta

    from smarketing.domain.feasibility import Feasibility, SpeedFeasibility
    from smarketing.services.capacity.flow import Flow
    from smarketing.services.capacity.inputs import Inputs
    from smarketing.services.conclusions.book import InForce
    from smarketing.services.reaching.tries import Tries

Answer = TypeVar("Answer")

ASSUMES: Final = (
    (
        "Leads come at random over the working hours, as many as on average; a campaign brings "
        "more of them at once."
    ),
    (
        "Between two attempts of one lead people work others: each attempt is a piece of work of "
        "its own, and waits its turn behind those that came before."
    ),
    "All leads are shared among all who are there, as if one queue were theirs.",
    "Attempts stop when somebody is reached; what a contact leads to is not in these minutes.",
)
"""What is taken for granted, said beside every figure."""

_HOUR: Final = 60
"""Minutes: the unit of the queue."""


@dataclass(frozen=True)
class CellLoad:
    """What one segment and tier asks of the people.

    Attributes:
        a_day: Leads by working day.
        promised: Attempts that are owed to each; None: no number is promised.
        attempts: Made on average, stopping at the first contact.
    """

    segment: str
    tier: str
    a_day: Fraction
    promised: int | None
    attempts: Fraction


@dataclass(frozen=True)
class Depth:
    """Whether the leads of the month can be given their attempts.

    Attributes:
        expected: Leads of the month, rounded up.
        share: That one rep can work, exactly.
        load: Share of the time for leads that they take; above 1: there is not enough.
        fewer: Most attempts a lead that these people can keep; None: they can keep what is
            promised, or not even one.
        most: Most attempts that are promised for any lead.
    """

    feasibility: Feasibility
    expected: int
    share: Fraction
    load: Fraction
    fewer: int | None
    most: int

    @property
    def each(self) -> int:
        """Return how many leads one rep can work."""
        return floor(self.share)

    @property
    def workable(self) -> int:
        """Return how many leads all of them can work: the rest of each adds up."""
        return floor(self.share * self.feasibility.people)


@dataclass(frozen=True)
class Speed:
    """Whether first attempts can come in time.

    Attributes:
        allowance: Working time.
        share: That is promised.
        a_day: Leads by working day that have this allowance.
    """

    allowance: timedelta
    share: Fraction
    a_day: Fraction
    feasibility: SpeedFeasibility


@dataclass(frozen=True)
class Capacity:
    """The answer, with everything that it was reckoned from.

    Attributes:
        depth: None where something is missing.
        speeds: By allowance, the shortest first; empty where something is missing, or no first
            attempt is promised.
        missing: A sentence for each thing that nobody knows.
    """

    inputs: Inputs
    flow: Flow
    tries: Tries
    cells: tuple[CellLoad, ...]
    depth: Depth | None
    speeds: tuple[Speed, ...]
    missing: tuple[str, ...]

    @property
    def attempts(self) -> Fraction:
        """Return how many attempts a lead takes on average, over all cells; 0: no leads."""
        leads = sum((cell.a_day for cell in self.cells), Fraction(0))
        work = sum((cell.a_day * cell.attempts for cell in self.cells), Fraction(0))
        return work / leads if leads else Fraction(0)

    def minutes_of(self, segment: str, tier: str) -> Fraction | None:
        """Return the minutes that a lead of a cell takes; None: nobody knows."""
        cell = next((c for c in self.cells if (c.segment, c.tier) == (segment, tier)), None)
        if self.inputs.minutes is None:
            return None
        return self.inputs.minutes.value * (cell.attempts if cell else self.attempts)

    @property
    def minutes(self) -> Fraction | None:
        """Return the minutes of the month that all of them have for leads; None: nobody knows."""
        found = self.inputs
        if found.reps is None or found.hours is None or found.time_for_leads is None:
            return None
        return found.reps.value * found.hours.value * found.time_for_leads.value * _HOUR


def capacity_of(
    inputs: Inputs, flow: Flow, tries: Tries, version: InForce, *, attempts: int | None = None
) -> Capacity:
    """Return whether what a version promises can be kept.

    Args:
        inputs: What is known of the people.
        flow: The leads that are to be worked.
        tries: What attempts brought.
        version: What is promised.
        attempts: To each lead, instead of those promised; None: those.
    """
    cells = tuple(_cells(flow, tries, version, attempts))
    missing = [*inputs.missing]
    if not cells:
        missing.append("No lead came and none is promised, so there is nothing to work.")
    elif any(not cell.attempts for cell in cells):
        missing.append(
            "No number of attempts is promised and none is recorded: add a commitment with the "
            "metric attempts_made, or import the calls."
        )
    found = Capacity(inputs, flow, tries, cells, None, (), tuple(missing))
    if missing:
        return found
    depth, no_depth = _tried(lambda: _depth(found))
    if depth is None:  # not a single lead can be worked: there is no queue to reckon with
        return replace(found, missing=no_depth)
    speeds, no_speeds = _tried(lambda: tuple(_speeds(found, version)))
    return replace(found, depth=depth, speeds=speeds or (), missing=no_speeds)


def _tried(asked: Callable[[], Answer]) -> tuple[Answer | None, tuple[str, ...]]:
    """Return an answer, or the sentence that says why there is none."""
    try:
        return asked(), ()
    except ImpossibleGoalError as error:
        said = str(error)
        return None, (f"{said[:1].upper()}{said[1:]}.",)


def _cells(flow: Flow, tries: Tries, version: InForce, asked: int | None) -> Iterator[CellLoad]:
    promise = version.commitment(Metric.ATTEMPTS_MADE)
    for (segment, tier), a_day in flow.a_day.items():
        term = promise.term(segment, tier) if promise else None
        promised = asked or (term.attempts if term else None)
        attempts = (
            tries.a_lead or Fraction(0)
            if promised is None
            else expected_attempts(tries.hazards(promised))
        )
        yield CellLoad(segment, tier, a_day, promised, attempts)


def _depth(found: Capacity) -> Depth:
    hours, minutes, share = _people(found)
    expected = sum(cell.a_day for cell in found.cells) * found.inputs.month.days
    people = _reps(found)
    feasibility = depth_feasibility(
        expected, people,
        hours=hours, inbound_share=share, minutes_an_attempt=minutes, attempts=found.attempts,
    )  # fmt: skip
    available = hours * share * _HOUR * people
    promised = [cell.promised for cell in found.cells if cell.promised is not None]
    return Depth(
        feasibility=feasibility,
        expected=ceil(expected),
        share=share_of_leads(hours, share, minutes, found.attempts),
        load=expected * found.attempts * minutes / available,
        fewer=None if feasibility.is_enough else _fewer(found, available / minutes),
        most=max(promised, default=0),
    )


def _fewer(found: Capacity, attempts: Fraction) -> int | None:
    """Return the most attempts a lead for which the month's attempts are enough."""
    most = max((cell.promised or 0 for cell in found.cells), default=0)
    days = found.inputs.month.days
    for capped in range(most - 1, 0, -1):
        needed = sum(
            cell.a_day * days * expected_attempts(found.tries.hazards(min(cell.promised, capped)))
            if cell.promised is not None
            else cell.a_day * days * cell.attempts
            for cell in found.cells
        )
        if needed <= attempts:
            return capped
    return None


def _speeds(found: Capacity, version: InForce) -> Iterator[Speed]:
    promise, month = version.commitment(Metric.FIRST_ATTEMPT_WITHIN), found.inputs.month
    if promise is None or promise.promised_rate is None:
        return
    hours, minutes, share = _people(found)
    # Who gives half of their time takes twice as long, as the clock on the wall counts it.
    handling = float(minutes / (share * hours / month.hours))
    arrivals = float(sum(c.a_day * c.attempts for c in found.cells) * month.days / month.hours)
    leads: dict[timedelta, Fraction] = {}
    for cell in found.cells:
        term = promise.term(cell.segment, cell.tier)
        if term is not None and term.allowance is not None:
            leads[term.allowance] = leads.get(term.allowance, Fraction(0)) + cell.a_day
    for allowance, a_day in sorted(leads.items()):
        feasibility = speed_feasibility(
            arrivals, _HOUR, handling, _reps(found),
            target=allowance.total_seconds() / _HOUR, share=float(promise.promised_rate),
        )  # fmt: skip
        yield Speed(allowance, promise.promised_rate, a_day, feasibility)


def _people(found: Capacity) -> tuple[Fraction, Fraction, Fraction]:
    """Return hours of a rep in the month, minutes an attempt, share of time: all are known."""
    hours, minutes, share = (
        one.value
        for one in (found.inputs.hours, found.inputs.minutes, found.inputs.time_for_leads)
        if one is not None
    )
    return hours, minutes, share


def _reps(found: Capacity) -> int:
    return int(found.inputs.reps.value) if found.inputs.reps else 0
