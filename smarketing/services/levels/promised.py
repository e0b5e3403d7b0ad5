"""What a commitment of volume promises for each cell in some days of one month."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

from smarketing.domain.goals import marketing_revenue
from smarketing.domain.metrics import Metric
from smarketing.domain.targets import share_of_month
from smarketing.services.progress.targets import month_days, monthly_targets

if TYPE_CHECKING:
    from datetime import date

    from smarketing.domain.agreement import Commitment
    from smarketing.services.conclusions.book import Cell, InForce

_MONEY: Final = 10_000


def promised_of_cells(
    version: InForce, promise: Commitment, starts: date, ends: date
) -> dict[Cell, Fraction]:
    """Return what is promised for each cell in the days `[starts, ends)` of one month.

    Leads, or money of the agreement's currency; an empty segment or tier means all of them.
    """
    worked = month_days(version.agreement.calendars[promise.calendar], starts, ends)
    part = share_of_month(starts, starts, ends, worked)
    return {cell: number * part for cell, number in of_a_month(version, promise, starts).items()}


def of_a_month(version: InForce, promise: Commitment, month: date) -> dict[Cell, Fraction]:
    """Return what is promised for each cell in the whole month of a day."""
    if promise.metric is Metric.LEADS_DELIVERED:
        targets = monthly_targets(version, promise, month)
        return {cell: Fraction(n) for cell, n in targets.items()}
    asked = _from_goal(version, month)
    found: dict[Cell, Fraction] = {}
    for term in promise.terms:
        cell = (term.segment or "", term.tier or "")
        amount = asked.get(cell) if term.amount is None else Fraction(term.amount)
        if amount is not None:
            found[cell] = amount
    return found


def _from_goal(version: InForce, month: date) -> dict[Cell, Fraction]:
    """Return what the goal expects the leads of each cell to be worth in a month.

    As frozen: the leads at the goal's confidence, each with its value. A goal without a confidence
    expects its revenue.
    """
    goal = version.agreement.goal
    if goal is None:
        return {}
    frozen = version.frozen
    if goal.confidence is None and not goal.months:
        whole = marketing_revenue(goal)
        return {(cell.segment, cell.tier): whole * cell.share for cell in goal.cells}
    cells = ((cell.segment, cell.tier) for cell in goal.cells)
    return {
        cell: Fraction((frozen.target(cell, month) or 0) * frozen.values.get(cell, 0), _MONEY)
        for cell in cells
    }
