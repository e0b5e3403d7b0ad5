"""What the goal of an agreement asks of each cell, frozen by the last signature.

A goal with a confidence freezes the leads that reach it so; one without freezes the textbook's.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from smarketing.domain.calendar import seconds
from smarketing.domain.errors import ImpossibleGoalError
from smarketing.domain.goals import CellTarget, Given, Origin, targets_of
from smarketing.domain.plan import goal_month
from smarketing.services.agreements.life import (
    agreement_of,
    in_force,
    is_signed_by_all,
    put_in_force,
)
from smarketing.services.conclusions.book import Frozen
from smarketing.services.conclusions.reclassify import reclassify
from smarketing.services.goals.history import history_of
from smarketing.services.goals.inputs import Inputs, inputs_of
from smarketing.services.goals.plan import plan_of
from smarketing.services.goals.rates import statistics_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from smarketing.domain.agreement import Agreement, Goal
    from smarketing.domain.versions import Version
    from smarketing.services.agreements.life import Shelf
    from smarketing.services.conclusions.book import Book, Cell
    from smarketing.services.conclusions.reclassify import Ledgers
    from smarketing.services.goals.history import GoalHistory, Told
    from smarketing.services.goals.plan import CellPlan
    from smarketing.services.goals.rates import Statistics

_MONEY: Final = 10_000


@dataclass(frozen=True)
class GoalTargets:
    """What a goal asks for.

    Attributes:
        cells: Of a month with the usual revenue, in the goal's order; empty without a goal.
        months: First day of a month to the leads of each cell, where they are others because the
            revenue is; the month is the one in which they are handed off.
    """

    cells: tuple[CellTarget, ...] = ()
    months: Mapping[date, Mapping[Cell, int]] = field(default_factory=dict)

    @property
    def frozen(self) -> Frozen:
        """Return them as they are kept with a version."""
        return Frozen(
            values={(t.segment, t.tier): round(t.lead_value * _MONEY) for t in self.cells},
            targets={(t.segment, t.tier): t.leads for t in self.cells},
            months=self.months,
        )


@dataclass(frozen=True)
class Enacted:
    """What the last signature brought about.

    Attributes:
        targets: What the goal asks for, as it was frozen.
        leads: How many leads that had come before were asked anew.
    """

    version: Version
    targets: GoalTargets
    leads: int


def goal_targets(
    version: Version, told: Told, book: Book, now: datetime, *, anew: bool = False
) -> GoalTargets:
    """Return what a version's goal asks for, from what is known now.

    Args:
        version: Signed or not; what its goal leaves open comes from history, its own rules
            applied to all leads. One that was proposed is computed as of that instant: what is
            signed is what was offered.
        told: Where history is read.
        book: The agreements in force.
        now: The instant that counts as now.
        anew: As of now, whenever it was proposed.

    Raises:
        ImpossibleGoalError: Neither agreement nor history knows a cell's deal or rate.
    """
    agreement = agreement_of(version)
    goal = agreement.goal
    if goal is None:
        return GoalTargets()
    if not _needs_history(goal):
        return GoalTargets(targets_of(goal, {}))
    at = version.proposed.at if version.proposed and not anew else now
    history = history_of(version, agreement, told, book, at)
    if not (goal.confidence or goal.months):
        return GoalTargets(_textbook(goal, history))
    found = statistics_of(history, [(cell.segment, cell.tier) for cell in goal.cells])
    usual = _asked(replace(agreement, goal=replace(goal, months={})), found, agreement.starts_on)
    return GoalTargets(usual, _months(agreement, goal, found))


def enact(
    version: Version, shelf: Shelf, told: Told, ledgers: Ledgers, *, book: Book, now: datetime
) -> Enacted | None:
    """Let a version hold once every party has signed; None while a signature is missing.

    The goal's targets and lead values are frozen, and leads of its span that came before and
    belong to no agreement are classified.
    """
    if not is_signed_by_all(version):
        return None
    targets = goal_targets(version, told, book, now)
    held = put_in_force(version, targets.frozen, shelf)
    leads = reclassify(ledgers, book.with_version(in_force(held)), in_force(held), seconds(now))
    return Enacted(held, targets, leads)


def _needs_history(goal: Goal) -> bool:
    """Return whether a goal leaves open anything that its targets follow from."""
    is_open = any(None in (cell.average_deal, cell.close_rate) for cell in goal.cells)
    return bool(goal.confidence or goal.months or is_open)


def _asked(agreement: Agreement, found: Statistics, month: date) -> tuple[CellTarget, ...]:
    """Return what the goal of a month asks of each cell."""
    goal = agreement.goal
    if goal is None or goal.confidence is None:
        return _textbook(goal.of_month(month), found.history) if goal else ()
    return tuple(_target(cell) for cell in plan_of(agreement, found, month).cells)


def _textbook(goal: Goal, history: GoalHistory) -> tuple[CellTarget, ...]:
    """Return the textbook's targets: the plain close rates of the past where none is agreed."""
    known = {cell: inputs_of(history, cell) for cell in history.cells}
    for cell in goal.cells:
        name = (cell.segment, cell.tier)
        rate = known[name].close_rate if name in known else None
        if cell.close_rate is None and rate is not None and not rate.value:
            raise ImpossibleGoalError(
                f"none of the {rate.sample:,} leads of {cell.segment} / {cell.tier} known by "
                f"{rate.as_of} has been won so far, so history gives no close rate; write "
                "close_rate into that cell of the goal, or a confidence into the goal: with one, a "
                "cell borrows from its tier"
            )
    return targets_of(goal, known)


def _months(agreement: Agreement, goal: Goal, found: Statistics) -> dict[date, dict[Cell, int]]:
    """Return the targets of months whose revenue is another one, by the month of the hand-off.

    What would have to be handed off before the agreement begins is asked of nobody.
    """
    inputs, first = Inputs(found), agreement.starts_on.replace(day=1)
    lags = [inputs.lag_of(cell).lag for cell in goal.cells]
    months: dict[date, dict[Cell, int]] = {}
    for month in sorted(goal.months):
        for target, lag in zip(_asked(agreement, found, month), lags, strict=True):
            due = goal_month(month, lag)
            if due >= first:
                months.setdefault(due, {})[target.segment, target.tier] = target.leads
    return months


def _target(cell: CellPlan) -> CellTarget:
    inputs = cell.inputs
    rate = inputs.rate.given
    if not inputs.rate.is_known and inputs.rate.history is not None:
        sample, on = inputs.rate.history.leads, inputs.rate.as_of
        rate = Given(inputs.rate.mean, Origin.HISTORY, sample, on)
    assert rate is not None  # noqa: S101  (what is not known comes from history)
    return CellTarget(
        segment=inputs.cell.segment,
        tier=inputs.cell.tier,
        revenue=cell.revenue,
        average_deal=inputs.deal.given,
        close_rate=rate,
        customers=cell.customers,
        exact_leads=cell.customers / inputs.rate.mean,
        leads=cell.leads,
        lead_value=cell.lead_value,
        own_leads=inputs.cell.own_leads,
    )
