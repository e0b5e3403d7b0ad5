"""What the targets of two versions of an agreement have in common, and what not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from smarketing.domain.agreement import OTHER
from smarketing.domain.errors import ImpossibleGoalError
from smarketing.services.agreements.life import agreement_of, frozen_of
from smarketing.services.agreements.scopes import whom
from smarketing.services.goals.freeze import goal_targets

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from smarketing.domain.agreement import Agreement
    from smarketing.domain.versions import Version
    from smarketing.services.conclusions.book import Book, Cell, Frozen
    from smarketing.services.goals.history import Told

_MONEY: Final = 10_000
_CENTS: Final = 2


def differ(before: Frozen, after: Frozen, starts_on: date) -> bool:
    """Return whether the leads asked for become others from a day on."""
    months = {month for month in (*before.months, *after.months) if month >= starts_on}
    return before.targets != after.targets or any(
        before.months.get(month, {}) != after.months.get(month, {}) for month in months
    )


def target_changes(
    before: Version, version: Version, told: Told, book: Book, now: datetime
) -> tuple[str, ...]:
    """Return a sentence for each target that a version changes.

    What a version that nobody has signed asks for is computed as the last signature would.

    Args:
        before: The version that it is compared with, signed.
        version: Which one.
        told: Where history is read.
        book: The agreements in force.
        now: The instant that counts as now.
    """
    agreement = agreement_of(version)
    if agreement.goal is None:
        return ()
    if version.in_force:
        return tuple(_changes(frozen_of(before), frozen_of(version), agreement))
    try:
        targets = goal_targets(version, told, book, now)
    except ImpossibleGoalError as error:
        return (f"Targets: they cannot be computed: {error}.",)
    return tuple(_changes(frozen_of(before), targets.frozen, agreement))


def _changes(before: Frozen, after: Frozen, agreement: Agreement) -> Iterator[str]:
    for cell in dict.fromkeys((*after.targets, *before.targets)):
        old, new = before.targets.get(cell), after.targets.get(cell)
        if old != new:
            yield f"Targets: {_whom(cell, agreement)} {_leads(old)} → {_leads(new)} a month."
        was, now = before.values.get(cell), after.values.get(cell)
        if was is not None and now is not None and round(was, -_CENTS) != round(now, -_CENTS):
            yield (
                f"Value of a lead: {_whom(cell, agreement)} {agreement.currency} "
                f"{was / _MONEY:,.2f} → {now / _MONEY:,.2f}."
            )
    for month in sorted({*before.months, *after.months}):
        if month >= agreement.starts_on.replace(day=1):
            yield from _of_month(month, before, after, agreement)


def _of_month(month: date, before: Frozen, after: Frozen, agreement: Agreement) -> Iterator[str]:
    for cell in after.targets:
        old, new = before.target(cell, month), after.target(cell, month)
        if old != new:
            yield (
                f"Targets of {month:%Y-%m}: {_whom(cell, agreement)} {_leads(old)} → {_leads(new)}."
            )


def _whom(cell: Cell, agreement: Agreement) -> str:
    """Return a cell as people call it; one of an older version by its names."""
    known = (agreement.segments, agreement.tiers)
    names = ({OTHER, *(rule.name for rule in rules)} for rules in known)
    if all(name in there for name, there in zip(cell, names, strict=True)):
        return whom(*cell, agreement)
    return " / ".join(cell)


def _leads(leads: int | None) -> str:
    return "no number" if leads is None else f"{leads:,} lead{'s' if leads != 1 else ''}"
