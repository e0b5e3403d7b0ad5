"""The lines of a goal plan as its page shows them: text, ready to be read."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reports.numbers import count, day, month_name
from smarketing.services.agreements.words import per_cent
from smarketing.services.goals.words import (
    chance_in_full,
    deal_story,
    in_value,
    interval,
    lag_story,
    origin,
    rate_story,
    title,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from smarketing.services.goals.plan import CellPlan, GoalPlan
    from smarketing.services.goals.shown import GoalShown


@dataclass(frozen=True)
class GoalLine:
    """One cell.

    Attributes:
        hand_off: The month in which the leads come.
        plain: Customers / leads of the past, as if no open lead would still be won.
        textbook: Its number of leads, and how likely it is enough for this cell alone.
        leads: At the confidence.
        signed: What was signed for; a dash before that.
        story: How each number came about, a sentence each.
        weeks: Name of each week, its leads, and those of its days.
    """

    name: str
    hand_off: str
    revenue: str
    deal: str
    deal_from: str
    rate: str
    rate_from: str
    plain: str
    plain_from: str
    customers: str
    textbook: str
    chance: str
    leads: str
    value: str
    signed: str
    story: tuple[str, ...]
    weeks: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class GoalTotal:
    """All cells together."""

    revenue: str
    textbook: str
    chance: str
    leads: str
    sure: str
    value: str


def about(plan: GoalPlan) -> Iterator[str]:
    """Yield what the plan is for, and what it rests on."""
    currency, history = plan.agreement.currency, plan.found.history
    of = f"{month_name(plan.month)} {plan.month.year}"
    months = sorted({cell.month for cell in plan.cells})
    come = " and ".join(f"{month_name(month)} {month.year}" for month in months)
    own = (
        f" after the {count(int(plan.goal.own_revenue))} that sales brings itself"
        if plan.goal.own_revenue
        else ""
    )
    yield (
        f"Revenue of {of}: {currency} {float(plan.goal.revenue):,.0f}, of which "
        f"{currency} {float(plan.revenue):,.0f} from leads of marketing{own}. "
        f"Its leads are handed off in {come}."
    )
    leads = history.together.leads
    if not leads:
        yield "There is no history yet: all of it rests on what was agreed."
    elif history.recorded_on is None:
        known = f"{count(leads)} leads are known up to {day(history.last_day)}"
        yield f"{known}; no deal has ended yet."
    else:
        yield (
            f"{count(leads)} leads are known up to {day(history.last_day)}; deals are recorded "
            f"from {day(history.recorded_on)} on, and what was won before nobody sees."
        )


def cells_of(shown: GoalShown) -> tuple[GoalLine, ...]:
    """Return a line a cell, in the order of the goal."""
    plan = shown.plan
    if plan is None:
        return ()
    return tuple(
        _line(cell, plan, shown.signed.target(cell.name, cell.month)) for cell in plan.cells
    )


def total_of(plan: GoalPlan) -> GoalTotal:
    """Return the sums, with the chances of the whole goal."""
    textbook = plan.textbook_leads
    return GoalTotal(
        revenue=_money(float(plan.revenue)),
        textbook="–" if textbook is None else count(textbook),
        chance="" if plan.textbook is None else chance_in_full(plan.textbook),
        leads=count(plan.leads),
        sure=chance_in_full(plan.sure),
        value=_money(float(sum(cell.value for cell in plan.cells))),
    )


def weeks_of(plan: GoalPlan) -> tuple[tuple[str, str, str], ...]:
    """Return each week in which leads of the plan come: its name, its first day, its leads."""
    sums: dict[tuple[date, str], int] = defaultdict(int)
    for cell in plan.cells:
        for part in cell.weeks:
            sums[part.week.starts, part.week.name] += part.target
    return tuple(
        (name, day(starts), count(leads)) for (starts, name), leads in sorted(sums.items())
    )


def _line(cell: CellPlan, plan: GoalPlan, signed: int | None) -> GoalLine:
    inputs = cell.inputs
    name = title(cell, plan)
    return GoalLine(
        name=name[:1].upper() + name[1:],
        hand_off=f"{month_name(cell.month)} {cell.month.year}",
        revenue=_money(float(cell.revenue)),
        deal=_money(float(inputs.deal.given.value)),
        deal_from=_deal_from(cell),
        rate=f"{per_cent(float(inputs.rate.mean))}",
        rate_from=_rate_from(cell),
        plain=_plain(cell),
        plain_from=_plain_from(cell),
        customers=f"{float(cell.customers):,.1f}",
        textbook="–" if cell.textbook is None else count(cell.textbook),
        chance="" if cell.chance is None else f"{per_cent(cell.chance, 0)} alone",
        leads=count(cell.leads),
        value=_money(float(cell.value)),
        signed="–" if signed is None else count(signed),
        story=(*_story(cell, plan),),
        weeks=tuple(
            (part.week.name, count(part.target), _days(cell, part.week.name)) for part in cell.weeks
        ),
    )


def _deal_from(cell: CellPlan) -> str:
    sample = cell.inputs.deal.given.sample
    return origin(cell.inputs.deal.given) if sample is None else f"{count(sample)} deals"


def _rate_from(cell: CellPlan) -> str:
    rate = cell.inputs.rate
    if rate.is_known and rate.given is not None:
        return origin(rate.given)
    told = rate.history
    return "" if told is None else interval(told.low, told.high)


def _plain(cell: CellPlan) -> str:
    told = cell.inputs.rate.history
    return "–" if told is None or told.naive is None else per_cent(told.naive)


def _plain_from(cell: CellPlan) -> str:
    told = cell.inputs.rate.history
    return f"{count(told.wins)} of {count(told.leads)}" if told and told.leads else ""


def _story(cell: CellPlan, plan: GoalPlan) -> Iterator[str]:
    currency = plan.agreement.currency
    yield from deal_story(cell.inputs, currency)
    yield from rate_story(cell.inputs.rate)
    yield lag_story(cell.inputs.lag)
    own = cell.inputs.cell.own_leads
    yield (
        f"{currency} {_money(float(cell.revenue))} / average deal = {float(cell.customers):,.2f} "
        f"customers; customers / close rate = leads, rounded up"
        + (f", less {count(own)} that sales brings itself." if own else ".")
    )
    sure = f"{per_cent(float(plan.confidence), 0)}"
    yield (
        f"This cell alone reaches its customers with {sure} by {count(cell.alone)} leads; in the "
        f"whole goal, where cells help each other out, its part is {count(cell.leads)}."
    )
    yield (
        f"A lead is worth {currency} {_money(float(cell.lead_value))}; {count(cell.leads)} of them "
        f"{currency} {_money(float(cell.value))}"
        + (": the target, counted in value." if in_value(plan) else ".")
    )


def _days(cell: CellPlan, name: str) -> str:
    part = next(part for part in cell.weeks if part.week.name == name)
    return ", ".join(f"{one.day.day} {month_name(one.day)[:3]}: {one.target}" for one in part.days)


def _money(amount: float) -> str:
    return f"{amount:,.0f}"
