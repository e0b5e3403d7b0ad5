"""The answer to "what if" in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.numbers import count, leads
from smarketing.services.agreements.words import percent
from smarketing.services.capacity.words import headline, speed_sentence
from smarketing.services.goals.words import chance, chance_in_full, in_value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smarketing.services.capacity.capacity import Capacity
    from smarketing.services.goals.plan import GoalPlan
    from smarketing.services.goals.what_if import WhatIf


def verdict(found: WhatIf) -> str:
    """Return what the numbers come to, in one sentence; or why nobody can say."""
    plan = found.plan
    if plan is None:
        return f"{found.trouble[:1].upper()}{found.trouble[1:]}."
    said = f"{_reach(plan.leads)} the goal with {percent(plan.confidence)}"
    if found.in_force is not None:
        return f"{said}; the {count(_signed(found))} in force with {chance(found.in_force)}."
    if plan.textbook is None or plan.textbook_leads is None:
        return f"{said}; the textbook has no number for it."
    return f"{said}; {count(plan.textbook_leads)} with {chance(plan.textbook)}."


def probability(found: WhatIf) -> tuple[str, ...]:
    """Return how sure each number of leads is, a sentence each; none without a plan."""
    return tuple(_probability(found, found.plan)) if found.plan else ()


def can_be_kept(found: WhatIf) -> tuple[str, ...]:
    """Return whether the leads of the plan can be worked in time, a sentence each."""
    capacity = found.capacity
    if capacity is None:
        return ()
    speeds = [speed_sentence(speed) for speed in capacity.speeds]
    said = (headline(capacity), *(f"{one[:1].upper()}{one[1:]}" for one in speeds))
    missing = (one for one in capacity.missing if one not in said)
    return (*said, *_others(found, capacity), *missing)


def _others(found: WhatIf, capacity: Capacity) -> Iterator[str]:
    """Yield how many of the leads are not of the plan; nothing where all are."""
    cells = found.plan.cells if found.plan else ()
    mine = sum(cell.leads + cell.inputs.cell.own_leads for cell in cells)
    if capacity.depth is not None and capacity.depth.expected > mine:
        yield (
            f"{count(mine)} of these leads are those of the goal, and "
            f"{count(capacity.depth.expected - mine)} others come as they did in the last weeks."
        )


def _probability(found: WhatIf, plan: GoalPlan) -> Iterator[str]:
    yield f"{_reach(plan.leads)} the goal with {chance_in_full(plan.sure)}."
    if found.in_force is not None:
        yield f"The {leads(_signed(found))} in force: {chance_in_full(found.in_force)}."
    if plan.textbook is not None and plan.textbook_leads is not None:
        textbook = chance_in_full(plan.textbook)
        yield f"The {leads(plan.textbook_leads)} of the textbook: {textbook}."
    if in_value(plan):
        value = sum(cell.value for cell in plan.cells)
        yield (
            f"The targets are counted in value: these leads are worth {plan.agreement.currency} "
            f"{value:,.0f}."
        )
    if plan.sure.error:
        yield (
            f"Worked out from {count(plan.sure.worlds)} simulated months; ± says by how many "
            "points a probability may be off for that."
        )


def _reach(number: int) -> str:
    return f"{leads(number)} reach{'es' if number == 1 else ''}"


def _signed(found: WhatIf) -> int:
    return sum(number for number in found.targets if number is not None)
