"""The plans of an agreement for the months of a period, on what is known at an instant."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from smarketing.domain.days import local_date
from smarketing.domain.errors import ImpossibleGoalError
from smarketing.domain.plan import revenue_month
from smarketing.domain.targets import next_month
from smarketing.services.agreements.life import agreement_of
from smarketing.services.goals.history import history_of
from smarketing.services.goals.inputs import Inputs
from smarketing.services.goals.plan import NOTHING_TYPED, plan_of
from smarketing.services.goals.rates import statistics_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime
    from fractions import Fraction

    from smarketing.domain.agreement import Agreement
    from smarketing.domain.versions import Version
    from smarketing.services.conclusions.book import Book, Cell
    from smarketing.services.goals.history import Told
    from smarketing.services.goals.inputs import TypedCell
    from smarketing.services.goals.plan import GoalPlan
    from smarketing.services.goals.rates import Statistics


def found_of(version: Version, told: Told, book: Book, now: datetime) -> Statistics:
    """Return what the history of an agreement's goal comes to.

    Args:
        version: Signed or not.
        told: Where history is read.
        book: Has the words of job titles.
        now: What happened or was told at it or later is not known.
    """
    agreement = agreement_of(version)
    cells = agreement.goal.cells if agreement.goal else ()
    history = history_of(version, agreement, told, book, now)
    return statistics_of(history, [(cell.segment, cell.tier) for cell in cells])


def plans_of(
    agreement: Agreement,
    found: Statistics,
    now: datetime,
    months: Sequence[date] = (),
    confidence: Fraction | None = None,
    *,
    typed: Mapping[Cell, TypedCell] = NOTHING_TYPED,
) -> tuple[GoalPlan, ...]:
    """Return a plan for each month of revenue that is still to come.

    Args:
        agreement: With a goal.
        found: What its history comes to.
        now: Decides which months are over.
        months: First days; those that are over are left out. None: the first one whose leads can
            all be handed off from next month on.
        confidence: None: that of the goal, else four in five.
        typed: What somebody tries for cells.

    Raises:
        ImpossibleGoalError: Every month is over, or outside of the agreement; or as `plan_of`.
    """
    today = local_date(now, agreement.timezone)
    asked = months or (usual_month(agreement, found, today),)
    first = max(today.replace(day=1), agreement.starts_on.replace(day=1))
    ends = agreement.ends_on
    open_months = [on for on in asked if on >= first and (ends is None or on < ends)]
    if not open_months:
        span = f"from {first:%Y-%m} on" + (f", before {ends}" if ends else "")
        told = f"{asked[0]:%Y-%m}" + (f" to {asked[-1]:%Y-%m}" if len(asked) > 1 else "")
        raise ImpossibleGoalError(
            f"{told} is over or outside of {agreement.name}: a plan can only be made for a month "
            f"still to come; name one {span}"
        )
    return tuple(
        plan_of(agreement, found, on, confidence=confidence, typed=typed) for on in open_months
    )


def left_out(asked: Sequence[date], plans: Sequence[GoalPlan]) -> tuple[date, ...]:
    """Return the months that were asked for and have no plan."""
    made = {plan.month for plan in plans}
    return tuple(month for month in asked if month not in made)


def unplanned_of(agreement: Agreement, asked: Sequence[date], plans: Sequence[GoalPlan]) -> str:
    """Return which months that were asked for have no plan, and why; empty: all have one."""
    without = left_out(asked, plans)
    if not without:
        return ""
    named = ", ".join(f"{month:%Y-%m}" for month in without)
    are = "is" if len(without) == 1 else "are"
    return (
        f"Not planned: {named}, which {are} over or outside of {agreement.name}. "
        "What became of past months: smarketing goals --backtest"
    )


def usual_month(agreement: Agreement, found: Statistics, today: date) -> date:
    """Return the first month of revenue whose leads can all be handed off from next month on."""
    goal, inputs = agreement.goal, Inputs(found)
    lags = [inputs.lag_of(cell).lag for cell in goal.cells] if goal else []
    longest = max(lags, default=timedelta(0))
    return revenue_month(max(next_month(today), agreement.starts_on.replace(day=1)), longest)
