"""Whether groups under the same promise differ by more than chance: intervals and funnel limits.

Nobody is ranked: few leads give any rate. A group is remarkable only when it lies outside the
limits within which chance alone puts nearly all groups that are equally good. Floats here are for
sentences and charts, never for a verdict on a promise.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import sqrt
from typing import TYPE_CHECKING, Final

import numpy as np

from smarketing.domain.attainment import wilson_interval

if TYPE_CHECKING:
    from collections.abc import Iterable

WARNING: Final = 0.95
ALARM: Final = 0.998
"""The two pairs of limits of a funnel plot: Spiegelhalter, Stat. Med. 2005;24:1185-1202."""


@dataclass(frozen=True)
class Group:
    """One of those that are compared.

    Attributes:
        name: What it is called; empty where the records name nobody.
        kept: Of those due.
        is_external: An outside supplier of an agreement.
    """

    name: str
    kept: int
    due: int
    is_external: bool = False

    @property
    def rate(self) -> Fraction | None:
        """Return kept / due exactly; None where nothing was due."""
        return Fraction(self.kept, self.due) if self.due else None


@dataclass(frozen=True)
class Difference:
    """The difference of two rates, and what it is compatible with.

    Attributes:
        points: First less second, as a share (0.1 is ten points).
        low: Lower end of the interval; high: the upper one.
    """

    points: float
    low: float
    high: float

    @property
    def is_evidence(self) -> bool:
        """Return whether it is more than chance explains: zero lies outside of the interval."""
        return self.low > 0 or self.high < 0


def difference(first: Group, second: Group, confidence: float = 0.95) -> Difference | None:
    """Return the difference of two rates with Newcombe's interval; None where nothing was due.

    Source: Newcombe, Stat. Med. 1998;17:873-890, method 10 (hybrid score); tests E16.
    """
    one = wilson_interval(first.kept, first.due, confidence)
    two = wilson_interval(second.kept, second.due, confidence)
    if one is None or two is None:
        return None
    p, q = first.kept / first.due, second.kept / second.due
    return Difference(
        p - q,
        p - q - sqrt((p - one[0]) ** 2 + (two[1] - q) ** 2),
        p - q + sqrt((one[1] - p) ** 2 + (q - two[0]) ** 2),
    )


def funnel_limits(due: int, centre: float, level: float) -> tuple[float, float]:
    """Return the lowest and the highest rate that chance alone gives to a group, exactly binomial.

    Args:
        due: How many were due, at least 1.
        centre: The rate of a group that is as good as promised (or as all together).
        level: Share of such groups within the limits, as 0.998.
    """
    chances = _binomial(due, centre)
    tail = (1 - level) / 2
    below = np.cumsum(chances)
    above = np.cumsum(chances[::-1])[::-1]
    lowest = int(np.argmax(below > tail))
    highest = due - int(np.argmax(above[::-1] > tail))
    return lowest / due, highest / due


def remarkable(groups: Iterable[Group], centre: float, level: float = ALARM) -> tuple[Group, ...]:
    """Return the groups outside the limits, in the order given; those without any due are not."""
    return tuple(
        group
        for group in groups
        if group.due and not _is_within(group, funnel_limits(group.due, centre, level))
    )


def _is_within(group: Group, limits: tuple[float, float]) -> bool:
    rate = group.kept / group.due
    return limits[0] <= rate <= limits[1]


def _binomial(due: int, centre: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return the chance of 0 to `due` kept, each."""
    if centre <= 0 or centre >= 1:
        sure = np.zeros(due + 1)
        sure[due if centre >= 1 else 0] = 1.0
        return sure
    kept = np.arange(due + 1)
    logs = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, due + 1)))])
    ways = logs[due] - logs[kept] - logs[due - kept]
    chances: np.ndarray[tuple[int], np.dtype[np.float64]] = np.exp(
        ways + kept * np.log(centre) + (due - kept) * np.log1p(-centre)
    )
    return chances
