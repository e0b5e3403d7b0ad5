"""What a lead is worth on average, and how much that differs and is in doubt."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from decimal import Decimal


@dataclass(frozen=True)
class Worth:
    """What leads are worth.

    Attributes:
        unit: The mean, in money, exact.
        uneven: How much leads differ: the square of the coefficient of variation.
        doubt: The same of the mean itself, which so many leads tell.
    """

    unit: Fraction
    uneven: float
    doubt: float


def worth_of(values: Iterable[Decimal], known: Mapping[Decimal, Fraction | int]) -> Worth | None:
    """Return what a lead is worth; None with fewer than two leads, or without any value.

    Args:
        values: Of each lead of the period.
        known: Value to leads of it in other periods. A value that a lead may have, seen or not,
            stands here with a part of a lead: else nobody would foresee the first one of it.
    """
    weights: dict[Decimal, Fraction] = defaultdict(Fraction)
    for value, leads in known.items():
        weights[value] += leads
    for value in values:
        weights[value] += 1
    leads = sum(weights.values(), start=Fraction(0))
    worth = sum((Fraction(value) * n for value, n in weights.items()), start=Fraction(0))
    if leads <= 1 or not worth:
        return None
    unit = worth / leads
    squares = sum(float((Fraction(value) / unit - 1) ** 2 * n) for value, n in weights.items())
    uneven = squares / float(leads)
    return Worth(unit, uneven, uneven / float(leads))
