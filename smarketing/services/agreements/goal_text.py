"""The goal of an agreement in plain English, and as facts that two versions are compared by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smarketing.domain.agreement import GoalMode
from smarketing.services.agreements.scopes import whom
from smarketing.services.agreements.words import amount, listed, percent, spoken_days

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smarketing.domain.agreement import Agreement, Goal, GoalCell


def goal_text(goal: Goal, agreement: Agreement) -> str:
    """Return the sentences of the goal."""
    cells = listed([_cell(cell, agreement) for cell in goal.cells], "and")
    less = (
        f" less the {amount(goal.own_revenue)} that sales brings itself" if goal.own_revenue else ""
    )
    said = (
        f"The goal is {amount(goal.revenue)} {agreement.currency} of revenue a month{less}, "
        f"{percent(goal.marketing_share)} of it from leads of marketing: {cells}."
    )
    return " ".join([said, *_more(goal, agreement)])


def goal_facts(goal: Goal, agreement: Agreement) -> dict[str, str | None]:
    """Return what the goal says, label by label."""
    return {
        "revenue": amount(goal.revenue),
        **{f"revenue of {month:%Y-%m}": amount(money) for month, money in goal.months.items()},
        "brought by sales itself": amount(goal.own_revenue) if goal.own_revenue else None,
        "from marketing": percent(goal.marketing_share),
        "confidence": percent(goal.confidence) if goal.confidence is not None else None,
        "counted in": "lead value" if goal.mode is GoalMode.VALUE else None,
        "computed anew": "each month" if goal.reevaluate else None,
        **{whom(cell.segment, cell.tier, agreement): _facts(cell) for cell in goal.cells},
    }


def _more(goal: Goal, agreement: Agreement) -> Iterator[str]:
    if goal.months:
        each = [
            f"{amount(money)} {agreement.currency} in {month:%Y-%m}"
            for month, money in sorted(goal.months.items())
        ]
        yield f"It is {listed(each, 'and')}."
    if goal.confidence is not None:
        yield (
            "The targets are as many leads as reach the goal with a probability of "
            f"{percent(goal.confidence)}."
        )
    if goal.mode is GoalMode.VALUE:
        yield "What counts is what the leads are worth together, not how many they are."
    if goal.reevaluate:
        yield (
            "On the first working day of each month the targets are computed anew from what is "
            "known by then; where they differ a new version is proposed, and holds once it is "
            "signed."
        )


def _cell(cell: GoalCell, agreement: Agreement) -> str:
    deal = (
        f"an average deal of {amount(cell.average_deal)}"
        if cell.average_deal is not None
        else "the average deal of the past"
    )
    rate = (
        f"a close rate of {percent(cell.close_rate)}"
        if cell.close_rate is not None
        else "the close rate of the past"
    )
    lag = f", {_lag(cell)} from lead to customer" if cell.lag is not None else ""
    own = f", {cell.own_leads} leads of its own from sales" if cell.own_leads else ""
    cost = f", {amount(cell.cost)} a lead" if cell.cost is not None else ""
    scope = whom(cell.segment, cell.tier, agreement)
    return f"{percent(cell.share)} from {scope} ({deal}, {rate}{lag}{own}{cost})"


def _facts(cell: GoalCell) -> str:
    deal = amount(cell.average_deal) if cell.average_deal is not None else "of the past"
    rate = percent(cell.close_rate) if cell.close_rate is not None else "of the past"
    lag = f", lag {_lag(cell)}" if cell.lag is not None else ""
    own = f", {cell.own_leads} leads from sales itself" if cell.own_leads else ""
    cost = f", cost of a lead {amount(cell.cost)}" if cell.cost is not None else ""
    return f"{percent(cell.share)} of it, average deal {deal}, close rate {rate}{lag}{own}{cost}"


def _lag(cell: GoalCell) -> str:
    return (spoken_days(cell.lag) or "no time") if cell.lag is not None else ""
