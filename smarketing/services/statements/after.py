"""What the months around a failure say about it: earned back, or chronic."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from smarketing.domain.periods import month_before
from smarketing.domain.remedies import earned_back, is_chronic
from smarketing.domain.targets import next_month
from smarketing.services.statements.judged import judged_levels

if TYPE_CHECKING:
    from datetime import date
    from fractions import Fraction

    from smarketing.domain.levels import Level
    from smarketing.domain.remedies import EarnBack, Remedy
    from smarketing.services.statements.accounts import Accounts
    from smarketing.services.statements.entitlement import Entitlement


def earned_back_of(accounts: Accounts, entitlement: Entitlement) -> Fraction | None:
    """Return how much of a credit is earned back by now; None: it cannot be."""
    rule = entitlement.remedy.earn_back
    if rule is None or not entitlement.is_due:
        return None
    return earned_back(entitlement.owed, rule, months_met_after(accounts, entitlement, rule))


def months_met_after(accounts: Accounts, entitlement: Entitlement, rule: EarnBack) -> int:
    """Return how many months in a row, right after, the promise was met (or exceeded).

    At most as many as the rule asks for. A month in which nothing was due neither counts nor
    breaks the row; one that is not over ends it for now.
    """
    count, month = 0, entitlement.judged.level.starts_on.replace(day=1)
    while count < rule.months:
        month = next_month(month)
        parts = _parts(accounts, month, entitlement.remedy.commitment)
        if not parts or not all(level.is_over for level in parts):
            break
        verdicts = [level.exceeded if rule.exceeded else level.met for level in parts]
        if False in verdicts:
            break
        count += any(verdicts)
    return count


class LookedAt(NamedTuple):
    """One month of those that make failing chronic.

    Attributes:
        month: First day.
        levels: Of the commitment, as remedies see them: one a version that held in it.
        failed: None: it is not over, or nothing was due.
    """

    month: date
    levels: tuple[Level, ...]
    failed: bool | None


def looked_at(accounts: Accounts, remedy: Remedy, month: date) -> tuple[LookedAt, ...]:
    """Return the months up to one, given by its first day, that a remedy's rule looks at.

    The oldest first; none where failing often has no consequence.
    """
    if remedy.chronic is None:
        return ()
    months = [month]
    while len(months) < remedy.chronic.months:
        months.append(month_before(months[-1]))
    return tuple(_looked_at(accounts, remedy, month) for month in reversed(months))


def is_chronic_of(accounts: Accounts, remedy: Remedy, month: date) -> bool:
    """Return whether failing is chronic by the end of a month, given by its first day."""
    if remedy.chronic is None:
        return False
    return is_chronic([one.failed for one in looked_at(accounts, remedy, month)], remedy.chronic)


def _looked_at(accounts: Accounts, remedy: Remedy, month: date) -> LookedAt:
    parts = tuple(_parts(accounts, month, remedy.commitment))
    verdicts = [level.met for level in parts if level.is_over and level.met is not None]
    return LookedAt(month, parts, False in verdicts if verdicts else None)


def _parts(accounts: Accounts, month: date, commitment: str) -> list[Level]:
    """Return the levels of a commitment in a month as remedies see them: one a version."""
    mine = [level for level in accounts.levels(month) if level.commitment.name == commitment]
    return [one.judged for one in judged_levels(accounts, mine)]
