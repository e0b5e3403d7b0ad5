"""Where a commitment stands in a month: what was kept, of what was due, and whether that is enough.

Everything here is exact. A verdict follows from these numbers alone; the interval of a share
only informs the wording (DOMAIN 4.8).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from smarketing.domain.attainment import is_too_few_to_judge, wilson_interval
from smarketing.domain.metrics import CATALOGUE, Measure

if TYPE_CHECKING:
    from datetime import date

    from smarketing.domain.agreement import Commitment

_COUNTED = frozenset({Measure.SHARE, Measure.CLOCK, Measure.OCCASION})


@dataclass(frozen=True)
class CellLevel:
    """Where a volume stands in one segment and tier.

    Attributes:
        segment: Its name; None: all of them.
        tier: The same.
        counted: Leads that count, or their value in the agreement's currency.
        target: What is promised for the days of the level, in the same unit.
    """

    segment: str | None
    tier: str | None
    counted: Fraction
    target: Fraction

    @property
    def met(self) -> bool:
        """Return whether the target is reached, whatever day it is."""
        return self.counted >= self.target

    @property
    def shortfall(self) -> Fraction:
        """Return what is missing to the target; 0 when it is reached."""
        return max(Fraction(0), self.target - self.counted)


@dataclass(frozen=True)
class Level:
    """Where a commitment stands in the days of one month that one version holds for.

    Attributes:
        agreement: Name of the agreement.
        version_id: Of the version that promises it.
        starts_on: First day: that of the month, or of the version within it.
        ends_on: First day after it.
        is_over: Whether these days are over, and their leads known; before, all is "so far".
        numerator: What was kept: leads, money, clocks, readings, reports. Of evenness: the
            largest distance from the pace, in leads.
        denominator: What was due; of a volume and of evenness the target of these days.
        pending: What is not due yet: clocks that run, leads that nobody decided on, the report
            of a week whose hour has not come.
        excused: Clocks that an excuse keeps out of every count.
        late: Clocks whose act came too late, or cannot come any more.
        overdue: Clocks past due that are still open.
        cells: Of a volume, in the order of the agreement's terms; else empty.
        is_known: Whether any lead is known from these days or before: else nothing is judged.
    """

    agreement: str
    version_id: int
    commitment: Commitment
    starts_on: date
    ends_on: date
    is_over: bool
    numerator: Fraction
    denominator: Fraction
    pending: int = 0
    excused: int = 0
    late: int = 0
    overdue: int = 0
    cells: tuple[CellLevel, ...] = ()
    is_known: bool = True

    @property
    def measure(self) -> Measure:
        """Return how it is measured."""
        return CATALOGUE[self.commitment.metric].measure

    @property
    def promised(self) -> Fraction | None:
        """Return the share that `share` is compared with; None for a volume: all of it.

        Of evenness it is the most that is allowed, else the least.
        """
        if self.measure is Measure.EVENNESS:
            return self.commitment.band
        return self.commitment.promised_rate

    @property
    def share(self) -> Fraction | None:
        """Return numerator / denominator; None where nothing was due."""
        return self.numerator / self.denominator if self.denominator else None

    @property
    def met(self) -> bool | None:
        """Return whether the promise is kept; of a rate: so far.

        A volume is kept when every cell reaches its target. None: nothing was due or can be
        judged, or it is a volume whose days are not over (evenness may be broken before).
        """
        if not self.is_known:
            return None
        if self.measure is Measure.VOLUME:
            settled = self.is_over and bool(self.cells)
            return all(cell.met for cell in self.cells) if settled else None
        if self.share is None or self.promised is None:
            return None
        if self.measure is Measure.EVENNESS:
            strays = self.share > self.promised
            return not strays if strays or self.is_over else None
        return self.share >= self.promised

    @property
    def exceeded(self) -> bool | None:
        """Return whether more was kept than promised, strictly: nothing exceeds 100 %."""
        if not self.met:
            return self.met
        if self.measure is Measure.VOLUME:
            return all(cell.counted > cell.target for cell in self.cells)
        return self.share != self.promised

    @property
    def interval(self) -> tuple[float, float] | None:
        """Return the Wilson interval of a share that is counted; None for any other level."""
        if self.measure not in _COUNTED:
            return None
        return wilson_interval(int(self.numerator), int(self.denominator))

    @property
    def is_too_few_to_judge(self) -> bool:
        """Return whether chance alone may explain the verdict: said beside it, never instead."""
        if self.measure not in _COUNTED or self.promised is None:
            return False
        return is_too_few_to_judge(int(self.numerator), int(self.denominator), self.promised)
