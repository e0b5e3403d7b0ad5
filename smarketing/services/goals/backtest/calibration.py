"""Whether what was stated is what happened: counts with Wilson's interval, never a verdict on few.

What is counted once a month is taken as independent. Forecasts of one month are not (of its cells,
or of its fifth and tenth working day): their interval counts each month once, whatever its number.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from statistics import fmean
from typing import TYPE_CHECKING, Final

from smarketing.domain.attainment import wilson_interval
from smarketing.services.goals.backtest.promises import LEVELS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from smarketing.services.goals.backtest.looks import Look
    from smarketing.services.goals.backtest.pacing import Paced
    from smarketing.services.goals.backtest.replay import Backtest, Kept, MonthThen

FEWEST: Final = 6
"""Months from which on a verdict is given."""
NARROW: Final = 0.35
"""Width of an interval from which on what happened cannot be told from other chances: it holds
what was stated, and half of that nearly as well."""
BANDS: Final = ((0.0, 0.2), (0.2, 0.4), (0.4, 0.6), (0.6, 0.8), (0.8, 1.0))


class Verdict(StrEnum):
    """What counts say of a stated chance."""

    AS_STATED = "as stated"
    TOO_SURE = "too sure"  # less happened than was stated, by more than chance explains
    TOO_CAREFUL = "too careful"
    UNSURE = "cannot be told yet"  # fits, as would much that is far from what was stated
    TOO_FEW = "too few"


@dataclass(frozen=True)
class Count:
    """A stated chance, and how often it happened.

    Attributes:
        stated: The mean of what was stated.
        made: How many statements.
        happened: How many of them came true.
        months: That they are of.
        low: Lower end of Wilson's 95 % interval of the share that happened; `high` the upper end.
    """

    stated: float
    made: int
    happened: int
    months: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """Return which share happened."""
        return self.happened / self.made

    @property
    def verdict(self) -> Verdict:
        """Return whether what was stated fits what happened."""
        if self.months < FEWEST:
            return Verdict.TOO_FEW
        if self.high < self.stated:
            return Verdict.TOO_SURE
        if self.low > self.stated:
            return Verdict.TOO_CAREFUL
        return Verdict.AS_STATED if self.high - self.low < NARROW else Verdict.UNSURE


@dataclass(frozen=True)
class Errors:
    """How far rates of open leads were from what happened, as a mean share.

    Attributes:
        looks: At a month that is over now.
        naive: Of the plain rate.
        corrected: Of the corrected one.
    """

    looks: int
    naive: float
    corrected: float


@dataclass(frozen=True)
class Calibration:
    """What a backtest comes to, None where there is nothing to count.

    Attributes:
        range: The 80 % range of the customers of a month's leads.
        textbook: The same for the plain rate, as if it were known.
        cells: The same as `range` for single segments and tiers.
        levels: Numbers of customers promised at a confidence, the surest first.
        open_rates: The 80 % interval of the rate of months that were still open.
        cell_rates: The same for the open leads of single segments and tiers.
        errors: How far those rates were off.
        paced: The 80 % range of a month's leads, while it ran.
        bands: The chance of a goal of leads, by what was stated, the lowest first.
    """

    range: Count | None
    textbook: Count | None
    cells: Count | None
    levels: tuple[Count, ...]
    open_rates: Count | None
    cell_rates: Count | None
    errors: Errors | None
    paced: Count | None
    bands: tuple[Count, ...]


_Said = tuple["date", float, bool]
"""The month, what was stated, whether it happened."""


def calibration_of(found: Backtest) -> Calibration:
    """Return what a backtest comes to."""
    over = [one for one in found.months if one.is_over]
    looks = [look for one in found.months for look in one.looks if look.final is not None]
    return Calibration(
        range=count_of(_ranges((one, one.all) for one in over)),
        textbook=count_of(_ranges((one, one.textbook) for one in over)),
        cells=count_of(_ranges((one, kept) for one in over for kept in one.cells)),
        levels=tuple(_levels(over)),
        open_rates=count_of(_held(look for look in looks if look.cell is None)),
        cell_rates=count_of(_held(look for look in looks if look.cell is not None)),
        errors=_errors([look for look in looks if look.cell is None]),
        paced=count_of((one.month, 0.8, one.holds) for one in found.paced),
        bands=tuple(_bands(found.paced)),
    )


def count_of(said: Iterable[_Said]) -> Count | None:
    """Return how often it happened; None where nothing was said."""
    known = list(said)
    happened = sum(came for _, _, came in known)
    months = len({month for month, _, _ in known})
    # Wilson's interval takes any share of any number: here of as many as there are months.
    interval = wilson_interval(happened * months / max(1, len(known)), months)
    if interval is None:
        return None
    return Count(fmean(stated for _, stated, _ in known), len(known), happened, months, *interval)


def _ranges(kept: Iterable[tuple[MonthThen, Kept]]) -> Iterator[_Said]:
    for month, one in kept:
        if one.leads:
            yield month.month, one.by_now.stated, one.holds


def _levels(over: Sequence[MonthThen]) -> Iterator[Count]:
    for place in range(len(LEVELS)):
        promised = [(one, one.all.by_now.levels[place]) for one in over if one.all.leads]
        found = count_of(
            (one.month, level.stated, one.all.customers >= level.customers)
            for one, level in promised
        )
        if found is not None:
            yield found


def _held(looks: Iterable[Look]) -> Iterator[_Said]:
    """Yield the looks by the month that they are of: several at the same leads count once."""
    for look in looks:
        if look.holds is not None:
            yield look.months[-1], 0.8, look.holds


def _errors(looks: Sequence[Look]) -> Errors | None:
    told = [(look.then, look.final) for look in looks if look.final is not None]
    if not told:
        return None
    return Errors(
        len(told),
        naive=fmean(abs(then.naive - final) for then, final in told),
        corrected=fmean(abs(then.corrected - final) for then, final in told),
    )


def _bands(forecasts: Sequence[Paced]) -> Iterator[Count]:
    said = [
        (one.month, chance.stated, chance.reached) for one in forecasts for chance in one.chances
    ]
    for low, high in BANDS:
        found = count_of(one for one in said if low <= min(one[1], 1 - 1e-9) < high)
        if found is not None:
            yield found
