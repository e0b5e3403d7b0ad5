"""How likely a period's goal still is, and where the period may end.

Leads come at a rate for each average working day (`rhythm`), which is not known: before the period
it is Gamma(a, b), after L leads in e days Gamma(a + L, b + e), and what is still to come follows a
negative binomial, exactly (DOMAIN 4.4, E11). Floats, no simulation.

Where days differ more than a Poisson lets them (Fano factor F above 1, E12b) both parts widen:
the leads seen count 1 / F each in what is known of the rate (a + L / F, b + e / F), and those to
come vary F times as much around it. What results has the mean m and the variance
m (F + left / (b + e / F)) and is again written as a negative binomial of these two, a distribution
of whole leads; with F = 1 it is the one above. (Quasi-likelihood: McCullagh & Nelder, 9.2.)

Leads that sales may still reject are there, but not for good: each stays with the same chance, so
that what stays of them is a binomial, added to what comes (exact convolution), and the rate is
learnt from what is expected to stay.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import partial
from math import ceil
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from smarketing.domain.remaining import (
    ALL_DECIDED,
    NOT_BEGUN,
    NOTHING,
    Begun,
    Left,
    Prior,
    Undecided,
)
from smarketing.domain.worth import worth_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_FEWEST_DAYS: Final = 2  # without history; one day shows no rate
_CENT: Final = Decimal("0.01")
NO_VALUES: Final[Mapping[Decimal, Fraction | int]] = MappingProxyType({})
"""Nothing is known of what leads were worth in other periods."""


@dataclass(frozen=True)
class Band:
    """Where half of such periods are at one point (`lower` to `upper`), and 80 % (`low`, `high`).

    Leads, those that are there by now included.
    """

    low: int
    lower: int
    upper: int
    high: int


@dataclass(frozen=True)
class Forecast:
    """Where a period may end; leads, or money where it says so.

    Attributes:
        chance: P(the goal is reached); 0 or 1 once nothing is left to come.
        low: Nine in ten such periods end there or above: 80 % end between `low` and `high`.
        median: Half of them.
        high: The upper end.
        expected: The mean.
        widened: By which factor days differ more than chance; 1: they do not.
        is_vague: The range is wider than the goal itself: say "too early to tell".
    """

    chance: float
    low: int | Decimal
    median: int | Decimal
    high: int | Decimal
    expected: float
    widened: float
    is_vague: bool


def forecast(
    goal: Fraction | int,
    done: int,
    *,
    elapsed: Fraction | int,
    total: Fraction | int,
    prior: Prior = NOTHING,
    dispersion: float | None = None,
    undecided: Undecided = ALL_DECIDED,
    begun: Begun = NOT_BEGUN,
    drift: float = 0.0,
) -> Forecast | None:
    """Return where the period may end; None: too early to tell.

    It is too early with fewer than two average working days gone and no history (`prior.b` = 0);
    a goal that is reached by then needs no forecast.

    Args:
        goal: Leads of the period; 0 and less are reached.
        done: Counted until now; below 0 (more rejected than came) it tells of a rate of none.
        elapsed: Average working days that are over (`rhythm.exposure`).
        total: Of the whole period.
        prior: From other periods (`earlier.prior_of`).
        dispersion: Fano factor of days (`rhythm.expected_dispersion`); None: none assumed.
        undecided: Those of `done` that may still be rejected; they leave even an ended period open.
        begun: The working day that is not over, and those of `done` that are there for it: the
            rate is not learnt from them.
        drift: By how much the rate moves in a day (`drift.drift_of`); 0: it stays.
    """
    if elapsed >= total and not undecided.leads:
        return _ended(goal, done)
    if elapsed < min(_FEWEST_DAYS, total) and not prior.b:
        return None
    factor = _factor(dispersion)
    left = Left.after(
        done,
        float(elapsed),
        float(total),
        prior=prior,
        factor=factor,
        undecided=undecided,
        begun=begun,
        drift=drift,
    )
    low, median, high = (done + left.quantile(share) for share in (0.1, 0.5, 0.9))
    return Forecast(
        chance=left.at_least(ceil(goal - done)),
        low=low,
        median=median,
        high=high,
        expected=done + left.mean,
        widened=factor,
        is_vague=high - low > goal > done,
    )


def forecast_value(
    goal: Decimal,
    values: Sequence[Decimal],
    *,
    elapsed: Fraction | int,
    total: Fraction | int,
    known: Mapping[Decimal, Fraction | int] = NO_VALUES,
    prior: Prior = NOTHING,
    dispersion: float | None = None,
    undecided: Undecided = ALL_DECIDED,
    begun: Begun = NOT_BEGUN,
    drift: float = 0.0,
) -> Forecast | None:
    """Return where the period may end in lead value, in the currency; None: too early to tell.

    Value is counted in leads of average value, which come as leads do and vary more: leads of
    different value add the square of their coefficient of variation to the Fano factor (compound
    Poisson), and the fewer leads tell the average, the more it is in doubt. With equal values it
    is `forecast`, scaled. It takes leads to be alike in kind through the period; one large deal's
    lead at its end is not foreseen. Too early also while nobody knows what a lead is worth
    (`worth.worth_of`).

    Args:
        goal: Lead value of the period.
        values: Of each lead counted until now, 0 or more.
        elapsed: As for `forecast`.
        total: As for `forecast`.
        known: Value to leads of it in other periods, as for `worth.worth_of`.
        prior: Of the rate of leads, as for `forecast`.
        dispersion: As for `forecast`.
        undecided: As for `forecast`; taken as of average value.
        begun: As for `forecast`.
        drift: As for `forecast`.
    """
    done = sum(values, start=Decimal(0))
    if elapsed >= total and not (undecided.leads and done):
        return _ended(goal, done)
    worth = worth_of(values, known)
    if worth is None or (elapsed < min(_FEWEST_DAYS, total) and not prior.b):
        return None
    factor = _factor(dispersion)
    left = Left.after(
        len(values),
        float(elapsed),
        float(total),
        prior=prior,
        factor=factor,
        undecided=undecided,
        begun=begun,
        drift=drift,
        uneven=worth.uneven,
        doubt=worth.doubt,
    )
    low, median, high = (
        _money(Fraction(done) + worth.unit * left.quantile(share)) for share in (0.1, 0.5, 0.9)
    )
    return Forecast(
        chance=left.at_least(ceil((Fraction(goal) - Fraction(done)) / worth.unit)),
        low=low,
        median=median,
        high=high,
        expected=float(done) + float(worth.unit) * left.mean,
        widened=factor + worth.uneven,
        is_vague=high - low > goal > done,
    )


def _money(amount: Fraction) -> Decimal:
    return (Decimal(amount.numerator) / amount.denominator).quantize(_CENT)


def fan(
    done: int,
    *,
    elapsed: Fraction | int,
    ends: Sequence[Fraction | int],
    prior: Prior = NOTHING,
    dispersion: float | None = None,
    undecided: Undecided = ALL_DECIDED,
    begun: Begun = NOT_BEGUN,
    drift: float = 0.0,
) -> tuple[Band, ...]:
    """Return where the period may be at each of some later points, for a picture.

    At the period's end the 80 % are those of `forecast`.

    Args:
        done: As for `forecast`.
        elapsed: As for `forecast`; above 0, or with a prior.
        ends: Average working days from the period's beginning to each point.
        prior: As for `forecast`.
        dispersion: As for `forecast`.
        undecided: As for `forecast`.
        begun: As for `forecast`.
        drift: As for `forecast`.
    """
    after = partial(
        Left.after,
        prior=prior,
        factor=_factor(dispersion),
        undecided=undecided,
        begun=begun,
        drift=drift,
    )
    lefts = [after(done, float(elapsed), float(end)) for end in ends]
    return tuple(
        Band(*(done + left.quantile(share) for share in (0.1, 0.25, 0.75, 0.9))) for left in lefts
    )


def _factor(dispersion: float | None) -> float:
    """Return how much more days differ than chance lets them; no less than chance does."""
    return max(1.0, dispersion or 1.0)


def _ended(goal: Fraction | int | Decimal, done: int | Decimal) -> Forecast:
    return Forecast(float(done >= goal), done, done, done, float(done), 1.0, is_vague=False)
