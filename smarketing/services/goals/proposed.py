"""What was tried on the page "What if" as a new version, proposed: nothing holds until both sign.

The text is that of the version in force with other values under `[goal]` and another first day;
its comments and its order stay.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import tomlkit

from smarketing.domain.days import local_date
from smarketing.domain.errors import ConflictError, InvalidError
from smarketing.domain.targets import next_month
from smarketing.domain.versions import State
from smarketing.services.agreements import acts, life
from smarketing.services.agreements.values import month as month_named
from smarketing.services.agreements.words import percent
from smarketing.services.goals.inputs import TypedCell
from smarketing.services.goals.redated import redate

if TYPE_CHECKING:
    from datetime import date, datetime
    from decimal import Decimal

    from smarketing.domain.versions import Version
    from smarketing.services.agreements.acts import Hand
    from smarketing.services.agreements.signing import ShelfAndDiary
    from smarketing.services.goals.tried import Tried
    from smarketing.services.goals.what_if import WhatIf


def obstacle(found: WhatIf, shelf: life.Versions, now: datetime) -> str:
    """Return why nothing can be proposed now, in one sentence; empty: it can."""
    versions, name = shelf.versions(), found.version.name
    newest = life.newest(name, shelf)
    state = life.state_now(newest, versions, now)
    if newest.id != found.version.id or state is not State.IN_FORCE:
        stands = {
            State.DRAFT: "is a draft: finish it, or propose it",
            State.PROPOSED: "is proposed: sign it, or take it back",
            State.SIGNED: "is signed and holds soon: try other numbers once it does",
        }
        why = stands.get(state, "is not in force: load a new one")
        return f"Version {newest.version} of {name} {why}, before another one can be proposed."
    begins, ends = next_month(local_date(now, found.agreement.timezone)), found.agreement.ends_on
    if ends is not None and ends <= begins:
        return f"{name} ends on {ends}, before another version could begin on {begins}."
    return ""


def propose(found: WhatIf, hand: Hand, shelf: ShelfAndDiary, now: datetime) -> Version:
    """Keep what was tried as a new version from the next month on, and offer it to be signed.

    Args:
        found: The answer to what was tried.
        hand: Who proposes it.
        shelf: The versions.
        now: When.

    Raises:
        ForbiddenError: They may not.
        ConflictError: Another version waits, the agreement ends first, or there is no plan.
        InvalidError: Nothing of the goal is another one, or a number cannot be used.
        AgreementError: The text cannot be used; the sentence says why.
    """
    if not found.tried.has_goal and not found.problems:
        raise InvalidError(
            "every number of the goal is as it stands: try another one, then save it; people and "
            "attempts are no part of the goal",
            "revenue",
        )
    acts.refuse_hand(found.version, hand)
    if in_the_way := obstacle(found, shelf, now):
        raise ConflictError(in_the_way.removesuffix("."))
    if found.plan is None:
        raise ConflictError(found.trouble)
    if found.problems:
        wrong = next(iter(found.problems))
        raise InvalidError("some numbers cannot be used: mend them first", wrong)
    if found.scaled:
        raise InvalidError("the shares do not sum to 100 %: scale them first", "share")
    begins = next_month(local_date(now, found.agreement.timezone))
    text = tried_text(found.version, _with_confidence(found), found.month, begins)
    version, _ = life.load(text, f"what was tried for {found.version.name}", shelf, now)
    return acts.propose(version.name, hand, shelf, now)


def _with_confidence(found: WhatIf) -> Tried:
    """Return what was tried, with the confidence that it was answered for.

    A goal that says none would ask for the textbook's leads instead of those on the page.
    """
    goal = found.agreement.goal
    if found.plan is None or goal is None or goal.confidence is not None:
        return found.tried
    return replace(found.tried, confidence=found.plan.confidence)


def tried_text(version: Version, tried: Tried, month: date, starts_on: date) -> str:
    """Return the text of a version with what was tried in its goal, and another first day.

    Args:
        version: Its text has a goal; comments and order stay.
        tried: What is written into it.
        month: First day of the month of the revenue: where it has a revenue of its own, that one
            becomes another one.
        starts_on: The first day; months of the goal before it go.
    """
    document = tomlkit.parse(version.text)
    goal: Any = document["goal"]
    months = goal.get("months", {})
    own = next((name for name in months if month_named(name) == month), None)
    if tried.revenue is not None and own is not None:
        months[own] = _written(tried.revenue)
    elif tried.revenue is not None:
        goal["revenue"] = _written(tried.revenue)
    redate(document, starts_on)
    if tried.marketing_share is not None:
        goal["marketing_share"] = percent(tried.marketing_share)
    if tried.confidence is not None:
        goal["confidence"] = percent(tried.confidence)
    for cell in goal["cells"]:
        key = (str(cell["segment"]), str(cell["tier"]))
        share, typed = tried.shares.get(key), tried.cells.get(key, TypedCell())
        if share is not None:
            cell["share"] = percent(share)
        if typed.average_deal is not None:
            cell["average_deal"] = _written(typed.average_deal)
        if typed.close_rate is not None:
            cell["close_rate"] = percent(typed.close_rate)
    return tomlkit.dumps(document)


def _written(money: Decimal) -> int | str:
    """Return an amount as an agreement has it: money is never a floating-point number."""
    whole = money == money.to_integral_value()
    return int(money) if whole else f"{money.normalize():f}"
