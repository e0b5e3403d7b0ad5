"""From a revenue goal to leads, exactly.

Everything is a fraction until the end; only a number of leads is rounded, once and upwards:
a target one lead too high is kept by a hair, one too low is missed by a sale. (In binary
floating point 9 / 0.009 asks for 1,001 leads instead of 1,000.) Money is in one currency.
The method: revenue / average deal = customers, customers / close rate = leads (DOMAIN 1.1).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import ceil, prod
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from smarketing.domain.errors import ImpossibleGoalError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from smarketing.domain.agreement import Goal, GoalCell

Exact = int | Fraction | Decimal
_MONEY_STEPS: Final = 10_000  # ten-thousandths of a unit, as money is stored
_NO_OWN_LEADS: Final[Mapping[tuple[str, str], int]] = MappingProxyType({})


class Origin(StrEnum):
    """Where a number of the calculation comes from."""

    AGREEMENT = "agreement"
    HISTORY = "history"
    TYPED = "typed in"


@dataclass(frozen=True)
class Given:
    """A number with its origin, so that a page can say why a target is what it is.

    Attributes:
        value: Exact; money in the agreement's currency, or a rate 0..1.
        sample: How many leads or deals it was computed from; None: agreed, not computed.
        as_of: The last day of that history, inclusive; None: agreed.
    """

    value: Fraction
    origin: Origin
    sample: int | None = None
    as_of: date | None = None


@dataclass(frozen=True)
class GoalInputs:
    """What history says of a cell, for what the agreement leaves open.

    Attributes:
        average_deal: None: no deal was won.
        close_rate: None: no lead of the cell is old enough.
    """

    average_deal: Given | None
    close_rate: Given | None


@dataclass(frozen=True)
class CellTarget:
    """What one month asks of one segment and tier, with the whole computation.

    Attributes:
        revenue: The cell's part of the revenue goal.
        customers: Revenue / average deal, not rounded.
        exact_leads: Customers / close rate, not rounded.
        leads: The target: `exact_leads` rounded up, less `own_leads`; never below 0.
        lead_value: What a lead of the cell is worth: close rate x average deal.
        own_leads: Leads of the cell that sales brings itself.
    """

    segment: str
    tier: str
    revenue: Fraction
    average_deal: Given
    close_rate: Given
    customers: Fraction
    exact_leads: Fraction
    leads: int
    lead_value: Decimal
    own_leads: int = 0


def customers_needed(revenue: Exact, average_deal: Exact) -> Fraction:
    """Return how many customers bring the revenue, not rounded.

    Raises:
        ImpossibleGoalError: A customer brings nothing.
    """
    if average_deal <= 0:
        raise ImpossibleGoalError("the average deal is zero, so no number of customers is enough")
    return Fraction(revenue) / Fraction(average_deal)


def exact_leads(customers: Exact, close_rate: Exact) -> Fraction:
    """Return how many leads bring that many customers, not rounded.

    Raises:
        ImpossibleGoalError: No lead becomes a customer, or more than all of them do.
    """
    if not 0 < close_rate <= 1:
        raise ImpossibleGoalError(
            f"a close rate of {float(close_rate):.1%} brings no goal about; it must be above 0 % "
            "and at most 100 %"
        )
    return Fraction(customers) / Fraction(close_rate)


def leads_needed(customers: Exact, close_rate: Exact) -> int:
    """Return the leads to ask for: `exact_leads`, rounded up once.

    Raises:
        ImpossibleGoalError: As `exact_leads`.
    """
    return ceil(exact_leads(customers, close_rate))


def leads_beside_own(customers: Exact, close_rate: Exact, own_leads: int) -> int:
    """Return the leads marketing owes when sales brings `own_leads` itself; never below 0.

    It assumes that both kinds close at the same rate; a marketing share does not (A12).

    Raises:
        ImpossibleGoalError: As `exact_leads`; or `own_leads` is below 0.
    """
    if own_leads < 0:
        raise ImpossibleGoalError(
            f"sales cannot bring {own_leads} leads itself; enter 0 if it brings none"
        )
    return max(0, ceil(exact_leads(customers, close_rate) - own_leads))


def chain_rate(steps: Iterable[Exact]) -> Fraction:
    """Return the rate from the first stage to the last: the product of the steps' rates."""
    return prod((Fraction(step) for step in steps), start=Fraction(1))


def lead_value(close_rate: Exact, average_deal: Exact) -> Decimal:
    """Return what one lead is worth, to ten-thousandths of the currency's unit (half to even)."""
    value = Fraction(close_rate) * Fraction(average_deal)
    return Decimal(round(value * _MONEY_STEPS)) / _MONEY_STEPS


def value_target(leads: Exact, close_rate: Exact, average_deal: Exact) -> Decimal:
    """Return the lead value that so many leads of a cell are worth: its target in value mode.

    Of `exact_leads` it is the cell's part of the revenue goal. Ten-thousandths of the currency's
    unit, rounded up, once; a lead's own value is rounded by `lead_value`.
    """
    value = Fraction(leads) * Fraction(close_rate) * Fraction(average_deal)
    return Decimal(ceil(value * _MONEY_STEPS)) / _MONEY_STEPS


def leads_for_value(value: Exact, value_of_a_lead: Exact) -> int:
    """Return how many leads are worth that much together, rounded up.

    Raises:
        ImpossibleGoalError: A lead is worth nothing.
    """
    if value_of_a_lead <= 0:
        raise ImpossibleGoalError("a lead of this cell is worth nothing, so no number is enough")
    return ceil(Fraction(value) / Fraction(value_of_a_lead))


def pipeline_needed(target: Exact, win_rate: Exact) -> Fraction:
    """Return the open pipeline that brings the target; divided by it, the coverage.

    Raises:
        ImpossibleGoalError: No opportunity is won.
    """
    if not 0 < win_rate <= 1:
        raise ImpossibleGoalError("without a win rate above 0 % no pipeline reaches the target")
    return Fraction(target) / Fraction(win_rate)


def lead_velocity(this_month: int, last_month: int) -> Fraction | None:
    """Return the growth of leads, (this - last) / last; None after a month without any."""
    return Fraction(this_month - last_month, last_month) if last_month else None


def marketing_revenue(goal: Goal) -> Fraction:
    """Return what leads of marketing must bring in a month: its share of what sales does not."""
    return (Fraction(goal.revenue) - Fraction(goal.own_revenue)) * goal.marketing_share


def targets_of(
    goal: Goal,
    history: Mapping[tuple[str, str], GoalInputs],
    own_leads: Mapping[tuple[str, str], int] = _NO_OWN_LEADS,
) -> tuple[CellTarget, ...]:
    """Return the targets of one month, cell by cell, in the goal's order.

    Args:
        goal: Its shares sum to 1; what a cell leaves open comes from history.
        history: By (segment, tier); a cell the agreement settles itself may be missing.
        own_leads: By (segment, tier): what sales brings itself, taken off as
            `leads_beside_own` does; a cell that is missing brings what the goal says.

    Raises:
        ImpossibleGoalError: Neither agreement nor history knows a cell's deal or rate, or it is
            zero; the sentence names the cell.
    """
    revenue = marketing_revenue(goal)
    return tuple(
        _target(
            cell,
            revenue,
            history.get((cell.segment, cell.tier)),
            own_leads.get((cell.segment, cell.tier), cell.own_leads),
        )
        for cell in goal.cells
    )


def _target(cell: GoalCell, revenue: Fraction, history: GoalInputs | None, own: int) -> CellTarget:
    name = f"{cell.segment} / {cell.tier}"
    known = history or GoalInputs(average_deal=None, close_rate=None)
    deal = _given(cell.average_deal, known.average_deal, f"average deal of {name}")
    rate = _given(cell.close_rate, known.close_rate, f"close rate of {name}")
    wanted = revenue * cell.share
    try:
        customers = customers_needed(wanted, deal.value)
        exact = exact_leads(customers, rate.value)
        leads = leads_beside_own(customers, rate.value, own)
    except ImpossibleGoalError as error:
        raise ImpossibleGoalError(f"{name}: {error}") from error
    return CellTarget(
        segment=cell.segment,
        tier=cell.tier,
        revenue=wanted,
        average_deal=deal,
        close_rate=rate,
        customers=customers,
        exact_leads=exact,
        leads=leads,
        lead_value=lead_value(rate.value, deal.value),
        own_leads=own,
    )


def _given(agreed: Exact | None, known: Given | None, what: str) -> Given:
    if agreed is not None:
        return Given(Fraction(agreed), Origin.AGREEMENT)
    if known is None:
        raise ImpossibleGoalError(
            f"nobody knows the {what}: the agreement leaves it open and there is no history yet; "
            "write it into the goal"
        )
    return known
