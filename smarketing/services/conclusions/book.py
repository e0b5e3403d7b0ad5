"""The agreements in force, ready to be asked which of them a lead belongs to."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Final

from smarketing.domain.metrics import Metric
from smarketing.services.rules.seniority import seniority_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    import polars as pl

    from smarketing.domain.agreement import Agreement, Commitment
    from smarketing.domain.calendar import Calendar
    from smarketing.services.rules.seniority import SeniorityWords

Cell = tuple[str, str]
"""A segment and a tier, by name."""

NO_AGREEMENT: Final = 0
"""The version of a lead that belongs to no agreement."""


@dataclass(frozen=True)
class Frozen:
    """What the last signature fixed besides the text.

    Attributes:
        values: Value of a lead in each cell, in ten-thousandths of the agreement's currency.
        targets: Counted leads a month, by cell, of the commitment of volume.
        months: First day of a month to the targets by cell that are others in it.
    """

    values: Mapping[Cell, int]
    targets: Mapping[Cell, int]
    months: Mapping[date, Mapping[Cell, int]] = field(default_factory=dict)

    def target(self, cell: Cell, month: date) -> int | None:
        """Return the target of a cell in the month of a day; None: it has none."""
        other = self.months.get(month.replace(day=1), {})
        return other.get(cell, self.targets.get(cell))


@dataclass(frozen=True)
class InForce:
    """One signed version of an agreement.

    Attributes:
        version_id: Never 0.
        number: Of the version, counted from 1 within its agreement: what people call it.
        commitment_ids: Commitment's name to the number its clocks are kept under.
        over_at: Seconds of UTC from which on nothing follows it: clocks that run then are void;
            None: open. A newer version that takes over is no end.
        closed: Whether the clocks that ran then were concluded about again.
    """

    version_id: int
    number: int
    agreement: Agreement
    commitment_ids: Mapping[str, int]
    frozen: Frozen
    over_at: int | None = None
    closed: bool = False

    def is_over(self, now: int) -> bool:
        """Return whether nothing is promised any more."""
        return self.over_at is not None and self.over_at <= now

    def commitment(self, metric: Metric) -> Commitment | None:
        """Return the commitment that is measured so; None where there is none."""
        found = (c for c in self.agreement.commitments if c.metric is metric)
        return next(found, None)


@dataclass(frozen=True)
class Laddered:
    """A commitment with a ladder.

    Attributes:
        agreement: In the version that the clocks of the commitment are kept under.
    """

    agreement: Agreement
    commitment: Commitment

    @property
    def calendars(self) -> Mapping[str, Calendar]:
        """Return the calendars that its steps may name."""
        return self.agreement.calendars


@dataclass(frozen=True)
class Book:
    """Every version in force, in the order in which they are asked.

    Attributes:
        versions: The first one whose span and condition fit a lead wins.
        timezone: Zone of the days of leads without an agreement.
        words: The words of job titles.
    """

    versions: tuple[InForce, ...]
    timezone: str
    words: SeniorityWords

    def seniority(self, titles: pl.Series) -> pl.Series:
        """Return the seniority that each job title tells of."""
        return seniority_of(titles, self.words)

    @property
    def counts_attempts(self) -> bool:
        """Return whether any commitment is about how many attempts are made."""
        return any(version.commitment(Metric.ATTEMPTS_MADE) for version in self.versions)

    @cached_property
    def relief_after(self) -> Mapping[int, tuple[int, ...]]:
        """Return, of the versions that give relief, after how many leads a day each one does."""
        limits = {
            version.version_id: tuple(
                c.surge.leads_a_day for c in version.agreement.commitments if c.surge
            )
            for version in self.versions
        }
        return {version: found for version, found in limits.items() if found}

    @cached_property
    def ladders(self) -> Mapping[int, Laddered]:
        """Return the commitments that have a ladder, by the number of their clocks."""
        return {
            version.commitment_ids[commitment.name]: Laddered(version.agreement, commitment)
            for version in self.versions
            for commitment in version.agreement.commitments
            if commitment.ladder
        }

    @property
    def pages_timezone(self) -> str:
        """Return the zone of the days that a page about all leads has: the first agreement's."""
        return self.versions[0].agreement.timezone if self.versions else self.timezone

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of the agreements in force, each once."""
        return tuple(dict.fromkeys(version.agreement.name for version in self.versions))

    def with_version(self, version: InForce) -> Book:
        """Return the book with a version more: before the older ones of its agreement."""
        name = version.agreement.name
        first = next(
            (n for n, held in enumerate(self.versions) if held.agreement.name == name),
            len(self.versions),
        )
        return replace(self, versions=(*self.versions[:first], version, *self.versions[first:]))

    def version(self, version_id: int) -> InForce | None:
        """Return a version by its number; None for the number 0."""
        return next((v for v in self.versions if v.version_id == version_id), None)

    def timezone_of(self, version_id: int) -> str:
        """Return the zone of a version's days."""
        version = self.version(version_id)
        return version.agreement.timezone if version else self.timezone
