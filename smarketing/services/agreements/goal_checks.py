"""Whether the goal of an agreement makes sense."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smarketing.domain.agreement import GoalMode
from smarketing.domain.confidence import BEYOND, is_within
from smarketing.domain.errors import AgreementProblem
from smarketing.domain.metrics import Metric
from smarketing.services.agreements.promises import scope_problems, twice
from smarketing.services.agreements.values import month
from smarketing.services.agreements.words import percent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smarketing.services.agreements.shape import AgreementShape, GoalCellShape, GoalShape


def goal_problems(shape: AgreementShape) -> Iterator[AgreementProblem]:
    """Yield what is wrong with the goal; nothing where there is none."""
    if shape.goal is None:
        return
    yield from _revenue_problems(shape.goal)
    yield from _month_problems(shape.goal, shape)
    yield from _targets_problems(shape.goal, shape)
    cells = shape.goal.cells
    for number, cell in enumerate(cells, 1):
        yield from _cell_problems(f"goal.cells[{number}]", cell, shape)
    yield from twice("goal.cells", [(cell.segment, cell.tier) for cell in cells])
    total = sum(cell.share for cell in cells)
    if total != 1:
        yield AgreementProblem(
            "goal.cells",
            f"their shares sum to {float(total * 100):g} %",
            "Make them sum to exactly 100 %",
        )


def _revenue_problems(goal: GoalShape) -> Iterator[AgreementProblem]:
    if not goal.revenue:
        yield AgreementProblem("goal.revenue", "is zero", "Write the revenue of one month")
    elif goal.own_revenue >= goal.revenue:
        yield AgreementProblem(
            "goal.own_revenue",
            f"is {goal.own_revenue:,} of {goal.revenue:,}, so nothing is left for marketing",
            "Write what sales brings itself each month: less than the revenue",
        )


def _month_problems(goal: GoalShape, shape: AgreementShape) -> Iterator[AgreementProblem]:
    for name, revenue in goal.months.items():
        key, first = f"goal.months.{name}", month(name)
        if first is None:
            yield AgreementProblem(key, "is not a month", 'Write it as "2027-01" = 120000')
            continue
        if first < shape.term.starts_on.replace(day=1):
            yield AgreementProblem(
                key,
                f"is before the agreement begins, on {shape.term.starts_on}",
                "Name a month of the agreement, or remove it",
            )
        if revenue <= goal.own_revenue:
            yield AgreementProblem(
                key,
                "is zero" if not revenue else "is no more than sales brings itself",
                "Write the revenue of that month, or remove it",
            )


def _targets_problems(goal: GoalShape, shape: AgreementShape) -> Iterator[AgreementProblem]:
    if goal.confidence is not None and not is_within(goal.confidence):
        yield AgreementProblem(
            "goal.confidence",
            f"{percent(goal.confidence)} {BEYOND}",
            'Write it as "80 %"',
        )
    in_value = any(
        promise.metric is Metric.LEAD_VALUE_DELIVERED for promise in shape.commitments.values()
    )
    if goal.mode is GoalMode.VALUE and not in_value:
        yield AgreementProblem(
            "goal.mode",
            f"is value, and no commitment is measured by {Metric.LEAD_VALUE_DELIVERED}",
            'Add one with target = "goal", or leave mode out',
        )


def _cell_problems(
    place: str, cell: GoalCellShape, shape: AgreementShape
) -> Iterator[AgreementProblem]:
    yield from scope_problems(place, cell, shape)
    if cell.average_deal is not None and not cell.average_deal:
        yield AgreementProblem(
            f"{place}.average_deal", "is zero", "Write an amount, or leave it to history"
        )
    if cell.cost is not None and not cell.cost:
        yield AgreementProblem(
            f"{place}.cost",
            "is zero",
            "Write what a lead costs with the work that goes into it, or leave it out",
        )
