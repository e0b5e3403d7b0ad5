"""The goal plan: from the goal of an agreement and history to targets with a confidence.

The textbook number (revenue / deal / rate) is about as likely as not to be enough. Beside it
stands how many leads are, with a stated probability: in each cell alone, exactly, and for the
whole goal, where cells help each other out, by simulation with a fixed seed.

A rate that was agreed or typed in is taken as it is: only chance is left of its customers. What
history leaves open of the rates that come from it (the curve, better and worse months) is no
doubt about such a rate; what history says of it stands beside it (`GoalPlan.by_history`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from smarketing.domain.confidence import (
    BEYOND,
    chance_at_rate,
    chance_of,
    is_within,
    leads_at_rate,
    leads_for,
    widened,
)
from smarketing.domain.errors import ImpossibleGoalError
from smarketing.domain.goals import (
    customers_needed,
    exact_leads,
    lead_value,
    leads_beside_own,
    marketing_revenue,
    value_target,
)
from smarketing.domain.mixture import MixCell, mix_for, outlook_of
from smarketing.domain.plan import goal_month, split_month
from smarketing.services.agreements.words import percent
from smarketing.services.goals.inputs import Inputs
from smarketing.services.goals.worked import days_worked

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from decimal import Decimal

    from smarketing.domain.agreement import Agreement, Goal
    from smarketing.domain.mixture import Outlook
    from smarketing.domain.plan import WeekPart
    from smarketing.services.conclusions.book import Cell
    from smarketing.services.goals.inputs import CellInputs, TypedCell
    from smarketing.services.goals.rates import Statistics

USUAL: Final = Fraction(4, 5)
"""The confidence where nobody asks for another one."""
SEED: Final = 2018
NOTHING_TYPED: Final[Mapping[Cell, TypedCell]] = MappingProxyType({})


@dataclass(frozen=True)
class CellPlan:
    """What the leads of one month are asked for in one segment and tier.

    Attributes:
        revenue: The cell's part of what marketing has to bring.
        customers: Revenue / average deal, not rounded.
        textbook: Customers / plain close rate, rounded up, less what sales brings; None: the plain
            rate is zero, so the textbook has no number.
        chance: P(the textbook's leads bring the customers of this cell), exactly.
        alone: Leads with which this cell alone reaches its part at the confidence, exactly.
        leads: Its part of the leads with which the whole goal is reached at the confidence.
        lead_value: Close rate x average deal, as the leads are planned with.
        value: What `leads` are worth together: the target in value mode.
        month: First day of the month in which they are to be handed off.
        weeks: `leads` by week and working day.
    """

    inputs: CellInputs
    revenue: Fraction
    customers: Fraction
    textbook: int | None
    chance: float | None
    alone: int
    leads: int
    lead_value: Decimal
    value: Decimal
    month: date
    weeks: tuple[WeekPart, ...]

    @property
    def name(self) -> tuple[str, str]:
        """Return segment and tier."""
        return self.inputs.cell.segment, self.inputs.cell.tier


@dataclass(frozen=True)
class GoalPlan:
    """The plan of one month's revenue.

    Attributes:
        month: First day of the month of the revenue.
        goal: As it stands in that month.
        revenue: What marketing has to bring.
        confidence: Of `leads` in the cells.
        textbook: What the textbook's leads may bring; None: it has no number for some cell.
        sure: What the leads at the confidence may bring.
        by_history: What the textbook's leads may bring if history is right instead of what was
            agreed; None: nothing was agreed that history knows.
        found: What history comes to.
    """

    agreement: Agreement
    month: date
    goal: Goal
    revenue: Fraction
    confidence: Fraction
    cells: tuple[CellPlan, ...]
    textbook: Outlook | None
    sure: Outlook
    by_history: Outlook | None
    found: Statistics

    @property
    def textbook_leads(self) -> int | None:
        """Return the textbook's leads of all cells."""
        told = [cell.textbook for cell in self.cells]
        return None if None in told else sum(number for number in told if number is not None)

    @property
    def leads(self) -> int:
        """Return the leads of all cells at the confidence."""
        return sum(cell.leads for cell in self.cells)


def plan_of(
    agreement: Agreement,
    found: Statistics,
    month: date,
    *,
    confidence: Fraction | None = None,
    typed: Mapping[Cell, TypedCell] = NOTHING_TYPED,
) -> GoalPlan:
    """Return the plan of one month's revenue.

    Args:
        agreement: With a goal.
        found: What its history comes to.
        month: First day of the month of the revenue.
        confidence: None: that of the goal, else four in five.
        typed: What somebody tries instead of what was agreed or is known.

    Raises:
        ImpossibleGoalError: There is no goal; or a number is missing or leads nowhere: the sentence
            says which, and how to mend it.
    """
    goal = _goal_of(agreement).of_month(month)
    sure = confidence or goal.confidence or USUAL
    if not is_within(sure):
        raise ImpossibleGoalError(f"a confidence of {percent(sure)} {BEYOND}: write it as 80 %")
    revenue = marketing_revenue(goal)
    if revenue <= 0:
        raise ImpossibleGoalError(_nothing_left(goal))
    inputs = Inputs(found, typed)
    asked = [_asked(inputs.of(cell), revenue) for cell in goal.cells]
    leads, outlook = _sure(asked, revenue, sure, found.spread)
    return GoalPlan(
        agreement=agreement,
        month=month,
        goal=goal,
        revenue=revenue,
        confidence=sure,
        cells=tuple(
            _planned(one, number, _Asking(agreement, month, sure, found.spread))
            for one, number in zip(asked, leads, strict=True)
        ),
        textbook=_textbook(asked, revenue, found.spread),
        sure=outlook,
        by_history=_by_history(asked, replace(inputs, by_history=True), revenue),
        found=found,
    )


def outlook_with(plan: GoalPlan, leads: Sequence[int]) -> Outlook:
    """Return what other leads than those of a plan may bring.

    Args:
        plan: Its goal and its cells' rates and deals are taken.
        leads: Of marketing, a number for each of its cells.
    """
    asked = [_Asked(cell.inputs, cell.revenue, cell.customers, None) for cell in plan.cells]
    return _outlook(asked, leads, plan.revenue, plan.found.spread)


@dataclass(frozen=True)
class _Asked:
    """A cell on the way: the textbook's leads count those that sales brings itself."""

    inputs: CellInputs
    revenue: Fraction
    customers: Fraction
    exact: Fraction | None

    @property
    def own(self) -> int:
        return self.inputs.cell.own_leads

    @property
    def beta(self) -> tuple[float, float]:
        return self.inputs.rate.a, self.inputs.rate.b

    @property
    def textbook(self) -> int | None:
        """Return the leads that marketing owes by the textbook."""
        rate = self.inputs.rate.given
        return None if rate is None else leads_beside_own(self.customers, rate.value, self.own)

    def mixed(self) -> MixCell:
        """Return the cell as a simulation takes it."""
        rate = self.inputs.rate
        planned = exact_leads(self.customers, rate.mean)
        return MixCell(
            self.inputs.name,
            planned,
            rate.a,
            rate.b,
            self.inputs.deal.draws,
            is_known=rate.is_known,
            own=self.own,
        )

    def chance(self, leads: int, spread: float) -> float:
        """Return P(so many leads, with those of sales, bring the customers)."""
        customers, rate = ceil(self.customers), self.inputs.rate
        if rate.is_known:
            return chance_at_rate(customers, leads + self.own, float(rate.mean))
        return chance_of(customers, leads + self.own, *widened(*self.beta, spread))

    def enough(self, confidence: float, spread: float) -> int:
        """Return the leads with which that is as likely as the confidence."""
        customers, rate = ceil(self.customers), self.inputs.rate
        if rate.is_known:
            leads = leads_at_rate(customers, float(rate.mean), confidence)
        else:
            leads = leads_for(customers, *widened(*self.beta, spread), confidence)
        return max(0, leads - self.own)


@dataclass(frozen=True)
class _Asking:
    agreement: Agreement
    month: date
    confidence: Fraction
    spread: float


def _nothing_left(goal: Goal) -> str:
    if not goal.revenue or not goal.marketing_share:
        what = "the goal" if not goal.revenue else "marketing's share of the goal"
        return f"{what} is zero: nothing is asked of marketing; write one above zero"
    return (
        f"sales brings {goal.own_revenue:,.2f} itself, and the goal is {goal.revenue:,.2f}: "
        "nothing is left for marketing to bring; write a revenue above that"
    )


def _goal_of(agreement: Agreement) -> Goal:
    if agreement.goal is None:
        raise ImpossibleGoalError(
            f"{agreement.name} has no goal. Add a [goal] to it, or targets of its own"
        )
    return agreement.goal


def _asked(inputs: CellInputs, whole: Fraction) -> _Asked:
    revenue = whole * inputs.cell.share
    try:
        customers = customers_needed(revenue, inputs.deal.given.value)
        rate = inputs.rate.given
        exact = None if rate is None else exact_leads(customers, rate.value)
    except ImpossibleGoalError as error:
        raise ImpossibleGoalError(f"{inputs.name}: {error}") from error
    return _Asked(inputs, revenue, customers, exact)


def _sure(
    asked: Sequence[_Asked], revenue: Fraction, confidence: Fraction, spread: float
) -> tuple[list[int], Outlook]:
    """Return the leads of each cell with which the goal is sure enough, and what they may bring."""
    cells = [one.mixed() for one in asked]
    if _is_exact(asked):
        leads = [asked[0].enough(float(confidence), spread)]
        return leads, _outlook(asked, leads, revenue, spread)
    found = mix_for(cells, revenue, float(confidence), seed=SEED, spread=spread)
    mine = [n - one.own for n, one in zip(found.leads, asked, strict=True)]
    return mine, found.outlook


def _textbook(asked: Sequence[_Asked], revenue: Fraction, spread: float) -> Outlook | None:
    leads = [one.textbook for one in asked]
    known = [number for number in leads if number is not None]
    return _outlook(asked, known, revenue, spread) if len(known) == len(leads) else None


def _by_history(asked: Sequence[_Asked], inputs: Inputs, revenue: Fraction) -> Outlook | None:
    """Return what the textbook's leads bring by what history says of the agreed numbers."""
    leads = [one.textbook for one in asked]
    known = [number for number in leads if number is not None]
    told = [_asked(inputs.of(one.inputs.cell), revenue) for one in asked]
    agreed = any(
        now.inputs.rate.is_known and not then.inputs.rate.is_known
        for now, then in zip(asked, told, strict=True)
    )
    if not agreed or len(known) < len(leads):
        return None
    return _outlook(told, known, revenue, inputs.found.spread)


def _outlook(
    asked: Sequence[_Asked], leads: Sequence[int], revenue: Fraction, spread: float
) -> Outlook:
    """Return what leads of marketing may bring, with those of sales; exact where it can be."""
    whole = [number + one.own for number, one in zip(leads, asked, strict=True)]
    cells = [one.mixed() for one in asked]
    found = outlook_of(cells, whole, revenue, seed=SEED, spread=spread)
    if _is_exact(asked):
        return replace(found, chance=asked[0].chance(leads[0], spread), error=0.0)
    return found


def _is_exact(asked: Sequence[_Asked]) -> bool:
    """Return whether the goal is a number of customers of one cell: every deal is the same."""
    return len(asked) == 1 and not asked[0].inputs.deal.draws.spread


def _planned(asked: _Asked, leads: int, asking: _Asking) -> CellPlan:
    inputs, textbook = asked.inputs, asked.textbook
    month = goal_month(asking.month, inputs.lag.lag)
    rate, deal = inputs.rate.mean, inputs.deal.given.value
    return CellPlan(
        inputs=inputs,
        revenue=asked.revenue,
        customers=asked.customers,
        textbook=textbook,
        chance=None if textbook is None else asked.chance(textbook, asking.spread),
        alone=asked.enough(float(asking.confidence), asking.spread),
        leads=leads,
        lead_value=lead_value(rate, deal),
        value=value_target(leads, rate, deal),
        month=month,
        weeks=split_month(
            leads, month, dict.fromkeys(days_worked(asking.agreement, month), Fraction(1))
        ),
    )
