"""What the months around a failure say about it: earned back, or chronic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smarketing.domain.periods import month_before
from smarketing.domain.remedies import earned_back, is_chronic
from smarketing.domain.targets import next_month
from smarketing.services.statements.judged import judged_levels

if TYPE_CHECKING:
    from collections.abc import Iterator
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


def is_chronic_of(accounts: Accounts, remedy: Remedy, month: date) -> bool:
    """Return whether failing is chronic by the end of a month, given by its first day."""
    if remedy.chronic is None:
        return False
    months = [month]
    while len(months) < remedy.chronic.months:
        months.append(month_before(months[-1]))
    return is_chronic([*_failed(accounts, remedy, reversed(months))], remedy.chronic)


def _failed(accounts: Accounts, remedy: Remedy, months: Iterator[date]) -> Iterator[bool | None]:
    for month in months:
        parts = [p for p in _parts(accounts, month, remedy.commitment) if p.is_over]
        verdicts = [level.met for level in parts if level.met is not None]
        yield False in verdicts if verdicts else None


def _parts(accounts: Accounts, month: date, commitment: str) -> list[Level]:
    """Return the levels of a commitment in a month as remedies see them: one a version."""
    mine = [level for level in accounts.levels(month) if level.commitment.name == commitment]
    return [one.judged for one in judged_levels(accounts, mine)]
