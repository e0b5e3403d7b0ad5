"""The plan that a page shows: of one agreement, for one month of revenue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from smarketing.domain.days import local_date
from smarketing.domain.errors import ImpossibleGoalError, NotFoundError
from smarketing.domain.versions import State
from smarketing.services.agreements.life import agreement_of, frozen_of, state_now
from smarketing.services.goals.months import plans_of
from smarketing.services.goals.words import plan_notes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date, datetime
    from fractions import Fraction

    from smarketing.domain.agreement import Agreement
    from smarketing.domain.versions import Version
    from smarketing.services.conclusions.book import Frozen
    from smarketing.services.goals.plan import GoalPlan
    from smarketing.services.goals.rates import Statistics


@dataclass(frozen=True)
class GoalShown:
    """What the page of goals shows.

    Attributes:
        version: As `planned_of` chooses it.
        agreement: What it says.
        others: Every agreement with a goal, by name.
        plan: None: it cannot be made.
        trouble: Why not, in one sentence; empty: it was made.
        notes: What speaks against the plan or should be known.
        signed: What was signed for; empty before that.
    """

    version: Version
    agreement: Agreement
    others: Mapping[str, Agreement]
    plan: GoalPlan | None
    trouble: str
    notes: tuple[str, ...]
    signed: Frozen


def goal_shown(
    versions: Sequence[Version],
    found_of: Callable[[Version], Statistics],
    now: datetime,
    *,
    name: str | None = None,
    month: date | None = None,
    confidence: Fraction | None = None,
) -> GoalShown | None:
    """Return the plan of an agreement; None: none has a goal.

    Args:
        versions: Of every agreement, newest first within its name.
        found_of: Returns what the history of a version's goal comes to.
        now: The instant that counts as now.
        name: Of the agreement; None: the first that has a goal.
        month: First day of the month of the revenue; None: the first that can be planned.
        confidence: None: that of the goal, else four in five.

    Raises:
        NotFoundError: No agreement of that name has a goal.
    """
    current = current_of(versions, now)
    if name is not None and name not in current:
        known = ", ".join(current) or "none"
        raise NotFoundError(f"no agreement “{name}” has a goal; there are: {known}", name)
    if not current:
        return None
    version = current[name or next(iter(current))]
    agreement, plan, trouble = agreement_of(version), None, ""
    found = found_of(version)
    try:
        months = (month,) if month else ()
        (plan,) = plans_of(agreement, found, now, months, confidence)
    except ImpossibleGoalError as error:
        trouble = str(error)
    today = local_date(now, agreement.timezone)
    return GoalShown(
        version=version,
        agreement=agreement,
        others={name: agreement_of(one) for name, one in current.items()},
        plan=plan,
        trouble=trouble,
        notes=plan_notes(plan, today) if plan else found.history.problems,
        signed=frozen_of(version),
    )


def current_of(versions: Sequence[Version], now: datetime) -> dict[str, Version]:
    """Return the version of each agreement with a goal that is planned with."""
    found = planned_of(versions, now)
    return {name: version for name, version in found.items() if agreement_of(version).goal}


def planned_of(versions: Sequence[Version], now: datetime) -> dict[str, Version]:
    """Return the version of each agreement that is planned with; agreements with a goal first.

    The one in force; else the newest that is signed and has not begun; else the newest. A version
    without a goal is chosen only where none of its name has one.

    Args:
        versions: Of every agreement, newest first within its name.
        now: Decides which version holds.
    """
    by_name: dict[str, list[Version]] = {}
    for version in versions:
        by_name.setdefault(version.name, []).append(version)
    chosen = [_planned(mine, versions, now) for mine in by_name.values()]
    chosen.sort(key=lambda version: agreement_of(version).goal is None)
    return {version.name: version for version in chosen}


def _planned(mine: Sequence[Version], versions: Sequence[Version], now: datetime) -> Version:
    aiming = [version for version in mine if agreement_of(version).goal] or mine
    states = {version.id: state_now(version, versions, now) for version in aiming}
    for wanted in (State.IN_FORCE, State.SIGNED):
        for version in aiming:
            if states[version.id] is wanted:
                return version
    return aiming[0]
