"""A goal plan in sentences: what the page and the command say first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from smarketing.domain.agreement import GoalMode
from smarketing.domain.goals import Origin
from smarketing.services.agreements.scopes import whom
from smarketing.services.agreements.words import per_cent, percent
from smarketing.services.goals.inputs import FEW_DEALS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from smarketing.domain.deals import DealSize
    from smarketing.domain.goals import Given
    from smarketing.domain.mixture import Outlook
    from smarketing.services.goals.inputs import CellInputs, LagInput, RateInput
    from smarketing.services.goals.plan import CellPlan, GoalPlan

_POOLED: Final = {
    "fitted": "cells of this tier differ, and it borrows from them",
    "alike": "the cells differ by no more than chance, so they are taken as one",
    "few": "too few cells to compare, so it borrows a little",
}


def conclusion(plan: GoalPlan) -> str:
    """Return what the plan comes to, in one sentence."""
    sure, asked = percent(plan.confidence), _leads(plan.leads)
    if plan.textbook is None or plan.textbook_leads is None:
        return f"{asked} reach the goal with {sure}; the textbook has no number for it."
    textbook, likely = _leads(plan.textbook_leads), chance(plan.textbook)
    if in_value(plan):
        currency, value = plan.agreement.currency, sum(cell.value for cell in plan.cells)
        return (
            f"Asking for leads worth {currency} {float(plan.revenue):,.0f} ({textbook}) reaches "
            f"the goal with {likely}; {currency} {value:,.0f} ({asked}) reach it with {sure}."
        )
    more = f"{plan.leads:,} reach it with {sure}"
    return f"Asking for {textbook} reaches the goal with {likely}; {more}."


def chance(outlook: Outlook) -> str:
    """Return a probability in whole per cent; never a certainty that a simulation cannot know."""
    whole = round(outlook.chance * 100)
    if outlook.error or 0 < outlook.chance < 1:
        whole = min(99, max(1, whole))
    return f"{whole} %"


def chance_in_full(outlook: Outlook) -> str:
    """Return a probability with its standard error, where it was simulated."""
    told = f"{outlook.chance * 100:.1f} %"
    return f"{told} ± {outlook.error * 100:.1f}" if outlook.error else told


def plan_notes(plan: GoalPlan, today: date) -> tuple[str, ...]:
    """Return what speaks against the plan, or should be known, a sentence each."""
    return tuple(_notes(plan, today))


def _notes(plan: GoalPlan, today: date) -> Iterator[str]:
    this_month = today.replace(day=1)
    late = [cell for cell in plan.cells if cell.month < this_month]
    for month in sorted({cell.month for cell in late}):
        names = ", ".join(title(cell, plan) for cell in late if cell.month == month)
        yield (
            f"The leads of {names} had to be handed off in {month:%Y-%m}, which is over: plan a "
            "later month to change anything."
        )
    if plan.by_history is not None and plan.textbook is not None:
        yield (
            f"With the close rates and deals of the past instead of those agreed, "
            f"{_leads(plan.textbook_leads or 0)} reach the goal with "
            f"{chance(plan.by_history)}."
        )
    for cell in plan.cells:
        yield from _cell_notes(cell, plan)
    if plan.by_history is not None or any(not cell.inputs.rate.is_known for cell in plan.cells):
        yield from plan.found.warnings
    yield from plan.found.history.problems


def _cell_notes(cell: CellPlan, plan: GoalPlan) -> Iterator[str]:
    rate, deal, name = cell.inputs.rate, cell.inputs.deal, title(cell, plan)
    told = rate.history
    if rate.is_known and told and _outside(float(rate.mean), told.low, told.high):
        yield (
            f"{_start(name)}: a close rate of {percent(rate.mean)} is taken, and the past says "
            f"{per_cent(told.pooled.rate)} ({interval(told.low, told.high)})."
        )
    if not rate.is_known and told and not told.wins:
        yield (
            f"{_start(name)}: none of its {told.leads:,} leads has been won so far; its rate is "
            "borrowed from its tier, and the textbook has no number."
        )
    deals = deal.given.sample
    if deal.given.origin is Origin.HISTORY and deals is not None and deals < FEW_DEALS:
        yield (
            f"{_start(name)}: {_few(deals)}, which says little of others: write average_deal into "
            "the goal, or wait for more."
        )


def _few(deals: int) -> str:
    return "one deal only" if deals == 1 else f"{deals} deals only"


def _outside(value: float, low: float, high: float | None) -> bool:
    return value < low or (high is not None and value > high)


def _start(name: str) -> str:
    return name[:1].upper() + name[1:]


def title(cell: CellPlan, plan: GoalPlan) -> str:
    """Return a cell as people call it."""
    return whom(*cell.name, plan.agreement)


def _leads(leads: int) -> str:
    return f"{leads:,} lead{'s' if leads != 1 else ''}"


def interval(low: float, high: float | None) -> str:
    """Return an interval of a rate; one that is open above is a lower bound."""
    return f"at least {per_cent(low)}" if high is None else f"{per_cent(low)} to {per_cent(high)}"


def origin(given: Given) -> str:
    """Return where a number comes from, with its sample and date."""
    if given.origin is Origin.HISTORY:
        return f"history: {given.sample:,} up to {given.as_of}"
    return "agreed" if given.origin is Origin.AGREEMENT else "typed in"


def rate_story(rate: RateInput) -> tuple[str, ...]:
    """Return how a close rate came about, a sentence each."""
    return tuple(_rate_story(rate))


def _rate_story(rate: RateInput) -> Iterator[str]:
    if rate.given is not None and rate.is_known:
        yield f"Close rate: {percent(rate.given.value)}, {origin(rate.given)}."
    told = rate.history
    if told is None:
        yield "History has no rate for it."
        return
    naive = "none" if told.naive is None else f"{per_cent(told.naive, 2)}"
    yield (
        f"History up to {rate.as_of}: {told.wins:,} of {told.leads:,} leads were won, a plain rate "
        f"of {naive}; leads that had no time to close yet make it too low."
    )
    if told.pooled.raw is not None:
        yield (
            f"Corrected for them: {per_cent(told.pooled.raw, 2)}, as of "
            f"{told.pooled.cell.exposed:,.0f} leads that had time to close."
        )
    ends = interval(told.low, told.high)
    yield (
        f"Expected of its future leads: {per_cent(told.pooled.rate, 2)} ({ends}, four times in "
        f"five); {per_cent(told.pooled.weight, 0)} its own leads, the rest its tier: "
        f"{_POOLED[told.pooled.basis]}."
    )


def deal_story(inputs: CellInputs, currency: str) -> tuple[str, ...]:
    """Return how an average deal came about, a sentence each."""
    deal = inputs.deal
    said = [f"Average deal: {currency} {float(deal.given.value):,.2f}, {origin(deal.given)}."]
    size = deal.history
    if size is not None:
        said.append(f"{size.count:,} deals of the past: mean {size.mean:,.2f}, {_spread(size)}.")
    return tuple(said)


def _spread(size: DealSize) -> str:
    if size.bootstrap is None:
        return "and one says nothing of others"
    low, high = size.bootstrap
    return (
        f"which lies between {low:,.2f} and {high:,.2f} (19 times in 20); median "
        f"{size.median:,.2f}; without the largest deal the mean is {size.without_largest:,.2f}"
    )


def lag_story(lag: LagInput) -> str:
    """Return how long a win takes, and where that comes from."""
    if lag.origin is None:
        return (
            "Lag: nobody knows how long a win takes; the leads are asked for in the month of the "
            "revenue. Write lag into that cell of the goal to ask earlier."
        )
    days = f"Lag: {lag.lag.days:,} days from hand-off to win"
    if lag.origin is Origin.AGREEMENT:
        return f"{days}, agreed."
    own = "of this cell" if lag.history and lag.history.is_own else "of all cells"
    wins = lag.history.wins if lag.history else 0
    return f"{days}, the median of {wins:,} wins {own}."


def in_value(plan: GoalPlan) -> bool:
    """Return whether the targets are counted in lead value."""
    return plan.goal.mode is GoalMode.VALUE
