"""Levels as remedies see them: without what is excused, and without leads worked late."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from smarketing.domain.metrics import Measure
from smarketing.domain.remedies import RemedyKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from smarketing.domain.levels import CellLevel, Level
    from smarketing.domain.remedies import Remedy
    from smarketing.services.statements.accounts import Accounts, Breaches


@dataclass(frozen=True)
class Relief:
    """What leads that the other side worked late change of a share.

    Attributes:
        remedies: By which it is given.
        leads: Worked late.
        accepted: Of them; they leave numerator and denominator.
        rejected: Of them; they leave the denominator.
        recycled: Of them; they count as delivered.
        before: The share's level with them.
        after: Without them.
    """

    remedies: tuple[Remedy, ...]
    leads: int
    accepted: int
    rejected: int
    recycled: int
    before: Level
    after: Level


@dataclass(frozen=True)
class Judged:
    """One commitment in the days of a level.

    Attributes:
        level: As it is counted.
        breaches: Of its month.
        judged: What remedies follow from: without what is excused or relieved.
        relief: None: nothing was relieved.
    """

    level: Level
    breaches: Breaches
    judged: Level
    relief: Relief | None = None


def judged_levels(accounts: Accounts, levels: Sequence[Level]) -> Iterator[Judged]:
    """Yield the commitments of a month in their order."""
    for level in levels:
        breaches = accounts.breaches(level)
        excused = without_excused(level, breaches)
        relief = _relief(accounts, excused)
        yield Judged(level, breaches, relief.after if relief else excused, relief)


def without_excused(level: Level, breaches: Breaches) -> Level:
    """Return a level without the cells, the month or the occasions that are excused.

    Clocks that are excused are in no level anyway.
    """
    occasions = breaches.excused_occasions
    if not occasions or level.measure is Measure.CLOCK:
        return level
    if level.measure is Measure.OCCASION:
        due = max(level.numerator, level.denominator - len(occasions))
        return replace(level, denominator=due, excused=len(occasions))
    month = f"{level.starts_on:%Y-%m}"
    if level.measure is Measure.VOLUME:
        cells = tuple(cell for cell in level.cells if _occasion(month, cell) not in occasions)
        whole = [c for c in cells if c.segment is None and c.tier is None] or cells
        return replace(
            level,
            cells=cells,
            numerator=sum((cell.counted for cell in whole), Fraction(0)),
            denominator=sum((cell.target for cell in whole), Fraction(0)),
            excused=len(level.cells) - len(cells),
        )
    return replace(level, denominator=Fraction(0), excused=1) if month in occasions else level


def _occasion(month: str, cell: CellLevel) -> str:
    """Return what a breach of a cell is called, as `domain.breaches.Subject` says it."""
    return f"{month}/{cell.segment or 'all'}/{cell.tier or 'all'}"


def _relief(accounts: Accounts, level: Level) -> Relief | None:
    """Return how late leads relieve a share; each lead once, by however many commitments."""
    remedies = tuple(
        remedy
        for remedy in accounts.version(level).agreement.remedies
        if remedy.kind is RemedyKind.RELIEF and remedy.relieves == level.commitment.name
    )
    if not remedies:
        return None
    late = accounts.late_leads(level, [remedy.commitment for remedy in remedies])
    return Relief(remedies, **late, before=level, after=_relieved(level, late))


def _relieved(level: Level, late: Mapping[str, int]) -> Level:
    accepted, rejected = late["accepted"], late["rejected"]
    return replace(
        level,
        numerator=level.numerator - accepted,
        denominator=level.denominator - accepted - rejected,
    )
