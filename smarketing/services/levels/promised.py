"""What a commitment of volume promises for each cell in some days of one month."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from smarketing.domain.metrics import Metric
from smarketing.domain.targets import share_of_month
from smarketing.services.progress.targets import month_days, monthly_targets

if TYPE_CHECKING:
    from datetime import date

    from smarketing.domain.agreement import Agreement, Commitment
    from smarketing.services.conclusions.book import Cell, InForce


def promised_of_cells(
    version: InForce, promise: Commitment, starts: date, ends: date
) -> dict[Cell, Fraction]:
    """Return what is promised for each cell in the days `[starts, ends)` of one month.

    Leads, or money of the agreement's currency; an empty segment or tier means all of them.
    """
    worked = month_days(version.agreement.calendars[promise.calendar], starts, ends)
    part = share_of_month(starts, starts, ends, worked)
    return {cell: number * part for cell, number in of_a_month(version, promise).items()}


def of_a_month(version: InForce, promise: Commitment) -> dict[Cell, Fraction]:
    """Return what is promised for each cell in a whole month."""
    if promise.metric is Metric.LEADS_DELIVERED:
        return {cell: Fraction(n) for cell, n in monthly_targets(version, promise).items()}
    asked = _from_goal(version.agreement)
    found: dict[Cell, Fraction] = {}
    for term in promise.terms:
        cell = (term.segment or "", term.tier or "")
        amount = asked.get(cell) if term.amount is None else Fraction(term.amount)
        if amount is not None:
            found[cell] = amount
    return found


def _from_goal(agreement: Agreement) -> dict[Cell, Fraction]:
    """Return the revenue that the goal expects of each cell's leads in a month."""
    goal = agreement.goal
    if goal is None:
        return {}
    from_marketing = Fraction(goal.revenue) * goal.marketing_share
    return {(cell.segment, cell.tier): from_marketing * cell.share for cell in goal.cells}
