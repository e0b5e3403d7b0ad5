"""What a broken promise entitles to: the data of a remedy, and its arithmetic.

Money moves only between a department and an outside supplier (a credit); between departments a
make-good is owed, or the other side is relieved. Amounts are exact fractions of the agreement's
currency, or leads; they are rounded once, when they are claimed. The ids are those of
DOMAIN.md section 2.4 and of tests/data/vectors/goals.json.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from smarketing.domain.breaches import Kind

_NOTHING = Fraction(0)
CLAIM_DAYS = 30
"""Days after its month in which a remedy may be claimed, where the agreement says nothing."""

ANSWER_DAYS = 30
"""Days in which a claim may be disputed, where the agreement says nothing."""


class RemedyKind(StrEnum):
    """What a remedy gives.

    Attributes:
        CREDIT: Money: a part of what an outside supplier is paid.
        MAKE_GOOD: Leads or lead value, owed in addition to what comes next.
        RELIEF: Leads that the other side was late with leave the share that it is judged by.
    """

    CREDIT = "credit"
    MAKE_GOOD = "make_good"
    RELIEF = "relief"


@dataclass(frozen=True)
class Band:
    """One step of a schedule: half-open, the lower end is inside (D3).

    Attributes:
        below: Levels below this share, down to the next band's, both exact.
        credit: Share of the credit that they give.
    """

    below: Fraction
    credit: Fraction


@dataclass(frozen=True)
class Points:
    """A table of points (D5): each breach of a month has some, their sum gives a credit.

    Attributes:
        of_kind: Points of one breach of each kind; a kind that is missing has none.
        steps: Least sum of points and the share of the credit from it on, ascending.
    """

    of_kind: Mapping[Kind, int]
    steps: tuple[tuple[int, Fraction], ...]

    def total(self, breaches: Mapping[Kind, int]) -> int:
        """Return the points of some breaches, given by kind."""
        return sum(self.of_kind.get(kind, 0) * number for kind, number in breaches.items())


@dataclass(frozen=True)
class EarnBack:
    """How a credit is earned back (D6).

    Attributes:
        share: Part of the credit that comes back.
        months: So many months right after the month of the failure.
        exceeded: Whether the promise has to be exceeded in each of them: to meet it is not enough.
    """

    share: Fraction
    months: int
    exceeded: bool = False


@dataclass(frozen=True)
class Chronic:
    """When failing is no accident any more: `failed` of the last `months` months."""

    failed: int
    months: int


@dataclass(frozen=True)
class Fee:
    """What an outside supplier is paid, and how much of it is at risk.

    Attributes:
        invoice: A month, in the agreement's currency.
        at_risk: Share of it; the credits of a month are never more (D2).
        cap_year: The most that the credits of a calendar year may be; None: twelve months' worth.
    """

    invoice: Fraction
    at_risk: Fraction
    cap_year: Fraction | None = None

    @property
    def at_risk_amount(self) -> Fraction:
        """Return the most that the credits of one month may be."""
        return self.invoice * self.at_risk


@dataclass(frozen=True)
class Remedy:
    """What follows when a commitment is broken in a month.

    Attributes:
        name: The key in the file; unique in the agreement.
        commitment: Name of the commitment that it is about.
        incident: Remedies of one incident give one credit, that of the beneficiary's choice, else
            the highest (D8); its own name where it stands alone.
        claim_days: Days after the month in which it may be claimed.
        answer_days: Days after the claim in which it may be disputed; then it is accepted.
        minimum: What is not more than this is not owed (D3b).
        pool: Credit: the part of the amount at risk that is allocated to its kind of service.
        allocation: Credit: the part of that which is allocated to this commitment (D1).
        schedule: Credit: bands by the level; empty: another scheme.
        by_gap: Credit: as many per cent as the level is points below the promise (D4).
        points: Credit: a table of points; None: another scheme.
        band: Make-good: nothing is owed while this share of the target, or less, is missing (G1).
        cap: Make-good: the most that is owed for a month, as a share of its target.
        cap_year: Make-good: the most of a calendar year, in leads or lead value; None: no limit.
        relieves: Relief: name of the commitment on acceptance that late leads leave.
        earn_back: None: a credit stays.
        chronic: None: failing often has no other consequence.
    """

    name: str
    title: str
    kind: RemedyKind
    commitment: str
    incident: str
    claim_days: int = CLAIM_DAYS
    answer_days: int = ANSWER_DAYS
    minimum: Fraction = _NOTHING
    pool: Fraction = Fraction(1)
    allocation: Fraction = Fraction(1)
    schedule: tuple[Band, ...] = ()
    by_gap: bool = False
    points: Points | None = None
    band: Fraction = _NOTHING
    cap: Fraction = Fraction(1)
    cap_year: Fraction | None = None
    relieves: str | None = None
    earn_back: EarnBack | None = None
    chronic: Chronic | None = None


def rounded(amount: Fraction) -> Decimal:
    """Return an amount to hundredths, half to even: only where it is claimed or shown."""
    return Decimal(round(amount * 100)) / 100


def full_credit(
    invoice: Fraction, at_risk: Fraction, pool: Fraction, allocation: Fraction
) -> Fraction:
    """Return the credit that a commitment gives when all of it is owed (D1)."""
    return invoice * at_risk * pool * allocation


def share_by_schedule(schedule: Sequence[Band], level: Fraction) -> Fraction:
    """Return the share of the credit at a level: that of the lowest band it is below (D3).

    Args:
        schedule: Descending.
        level: A share, exact; one at the edge of a band belongs to the band above.
    """
    reached = [band.credit for band in schedule if level < band.below]
    return reached[-1] if reached else _NOTHING


def share_by_gap(promised: Fraction, level: Fraction) -> Fraction:
    """Return the points that a level is below the promise, as a share (D4)."""
    return max(_NOTHING, promised - level)


def share_by_points(steps: Sequence[tuple[int, Fraction]], total: int) -> Fraction:
    """Return the share of the credit at a sum of points (D5)."""
    reached = [share for least, share in steps if total >= least]
    return reached[-1] if reached else _NOTHING


def make_good(target: Fraction, delivered: Fraction, band: Fraction, cap: Fraction) -> Fraction:
    """Return what is to be made good of one target (G1).

    Nothing while delivered >= target x (1 - band), otherwise the shortfall beyond the band, and
    at most cap x target.
    """
    if delivered >= target * (1 - band):
        return _NOTHING
    return min(target - delivered - band * target, cap * target)


def within_cap(amount: Fraction, cap: Fraction | None, used: Fraction = _NOTHING) -> Fraction:
    """Return what is left of an amount under a cap of which a part is used; None: no cap."""
    return amount if cap is None else max(_NOTHING, min(amount, cap - used))


def is_issued(amount: Fraction, minimum: Fraction) -> bool:
    """Return whether an amount is owed at all: only what is more than the minimum is (D3b)."""
    return amount > max(minimum, _NOTHING)


def chosen(amounts: Mapping[str, Fraction], choice: str | None = None) -> str | None:
    """Return which remedy of one incident is given: the one chosen, else the highest (D8).

    The first one where several are as high; None where nothing is owed.
    """
    owed = {name: amount for name, amount in amounts.items() if amount > 0}
    if choice in owed:
        return choice
    return max(owed, key=lambda name: owed[name], default=None)


def earned_back(credit: Fraction, earn_back: EarnBack, months: int) -> Fraction:
    """Return how much of a credit is earned back (D6).

    Args:
        credit: What was owed.
        earn_back: What the agreement says.
        months: Months in a row, right after the month of the failure, in which the promise was
            met (or exceeded, where that is asked for).
    """
    return credit * earn_back.share if months >= earn_back.months else _NOTHING


def is_chronic(failed: Sequence[bool | None], chronic: Chronic) -> bool:
    """Return whether failing is chronic.

    Args:
        failed: Whether each month failed, the latest last; None: nothing was due or judged.
        chronic: What the agreement says.
    """
    return sum(one is True for one in failed[-chronic.months :]) >= chronic.failed


def budget(promised: Fraction, due: Fraction) -> Fraction:
    """Return how much of what is due may fail while the promise is kept (D7).

    The unit is that of `due`: clocks, leads, or hours of a period.
    """
    return (1 - promised) * due
