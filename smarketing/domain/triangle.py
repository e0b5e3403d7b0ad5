"""What becomes of cohorts that are still open, by hand: exact, to be explained in a letter.

Cohorts by age, as a triangle; the daily form that the forecast uses is in `lag.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import expm1, prod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class ChainLadder:
    """Cohorts carried to the age of the oldest (Mack, ASTIN Bulletin 1993;23:213-225).

    Attributes:
        factors: From each age to the next.
        shares: Share of the wins that a cohort of each age has seen; the last is 1.
        ultimate: Wins of each cohort in the end.
        naive_rate: Wins seen / leads.
        rate: Ultimate wins / leads.
        cape_cod_rate: Wins seen / leads weighted by their share (Bühlmann and Straub 1983).
    """

    factors: tuple[Fraction, ...]
    shares: tuple[Fraction, ...]
    ultimate: tuple[Fraction, ...]
    naive_rate: Fraction
    rate: Fraction
    cape_cod_rate: Fraction


def chain_ladder(leads: Sequence[int], wins: Sequence[Sequence[int]]) -> ChainLadder | None:
    """Return what a triangle of cohorts comes to (E8); None where wins begin too late to tell.

    Args:
        leads: Of each cohort, the oldest first, above 0.
        wins: Of each cohort, cumulative by age, each row no longer than the one before.
    """
    ages = max(map(len, wins), default=0)
    sums = [
        (sum(row[age + 1] for row in old), sum(row[age] for row in old))
        for age in range(ages - 1)
        for old in [[row for row in wins if len(row) > age + 1]]
    ]
    if not ages or not all(before for _, before in sums):
        return None
    factors = tuple(Fraction(after, before) for after, before in sums)
    shares = tuple(1 / prod(factors[age:], start=Fraction(1)) for age in range(ages))
    ultimate = tuple(row[-1] / shares[len(row) - 1] for row in wins)
    seen = sum(row[-1] for row in wins)
    exposure = sum(
        (count * shares[len(row) - 1] for count, row in zip(leads, wins, strict=True)), Fraction(0)
    )
    return ChainLadder(
        factors=factors,
        shares=shares,
        ultimate=ultimate,
        naive_rate=Fraction(seen, sum(leads)),
        rate=sum(ultimate, Fraction(0)) / sum(leads),
        cape_cod_rate=seen / exposure,
    )


def kaplan_meier(
    days: Sequence[float], converted: Sequence[bool | int], until: float | None = None
) -> Fraction:
    """Return the share of leads that convert within `until` days, exactly (E5).

    A lead that was lost or disqualified is not censored: give it with the age that it would have
    today and as not converted, or the rate comes out too high (E6: 39 % for a true 30 %).

    Args:
        days: Age at conversion, or age today.
        converted: Which of the two it is.
        until: Inclusive; None: the greatest age there is.
    """
    left = Fraction(1)
    order = sorted(zip(days, converted, strict=True), key=lambda lead: (lead[0], not lead[1]))
    for before, (age, won) in enumerate(order):
        if won and (until is None or age <= until):
            left *= 1 - Fraction(1, len(order) - before)
    return 1 - left


def share_in_month(days: float, mean_lag: float) -> float:
    """Return the share of a month's wins that fall into the month itself (E17).

    Leads are spread evenly over it and close after an exponential lag: a goal of revenue needs its
    leads earlier (DOMAIN 4.2).

    Args:
        days: Length of the month, above 0.
        mean_lag: In days; 0: at once.
    """
    if not mean_lag:
        return 1.0
    return 1 + mean_lag / days * expm1(-days / mean_lag)
