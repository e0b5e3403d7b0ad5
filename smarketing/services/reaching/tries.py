"""What attempts brought: how often leads were reached at the first one, the second, and so on."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Final

import polars as pl

from smarketing.domain.capacity import depth_of

if TYPE_CHECKING:
    from smarketing.domain.capacity import Depth

FEWEST: Final = 5
"""An attempt that fewer leads were given says nothing: its share would be chance."""

MOST: Final = 12
"""The attempts that are looked at; what comes after them is rare and says little."""


@dataclass(frozen=True)
class Tries:
    """How often leads were tried until they were reached, in so far as it was recorded.

    Attributes:
        given: Leads that were given the first attempt, the second, and so on.
        reached: Of them, those that were reached at it.
        unlogged: Leads of which only the record tells of an attempt: how many followed is not
            known, so that they are in none of these numbers.
    """

    given: tuple[int, ...]
    reached: tuple[int, ...]
    unlogged: int

    @property
    def depth(self) -> Depth | None:
        """Return what the attempts brought that enough leads were given; None: too few were."""
        enough = sum(given >= FEWEST for given in self.given)
        return depth_of(self.given[:enough], self.reached[:enough])

    @property
    def a_lead(self) -> Fraction | None:
        """Return the attempts that a lead was given on average; None: none is recorded."""
        return Fraction(sum(self.given), self.given[0]) if self.given else None

    def hazards(self, attempts: int) -> tuple[Fraction, ...]:
        """Return the share that is reached at each of so many attempts.

        Those that were made too rarely are taken like the last one that says something; all are 0
        where nothing is recorded, so that a lead takes every attempt.
        """
        known = self.depth.hazards if self.depth else (Fraction(0),)
        return tuple(known[min(number, len(known) - 1)] for number in range(attempts))


def tries_of(counted: pl.DataFrame) -> Tries:
    """Return the sums of counts by attempts, as the store gives them (`attempts, reached, ...`)."""
    logged = counted.filter(pl.col("logged") == 1)
    most = min(MOST, _most(logged))
    given = (logged.filter(pl.col("attempts") >= n) for n in range(1, most + 1))
    at = (
        logged.filter((pl.col("attempts") == n) & (pl.col("reached") == 1))
        for n in range(1, most + 1)
    )
    return Tries(
        tuple(_leads(part) for part in given),
        tuple(_leads(part) for part in at),
        _leads(counted.filter(pl.col("logged") == 0)),
    )


def _most(counted: pl.DataFrame) -> int:
    return 0 if counted.is_empty() else int(counted.select(pl.col("attempts").max()).item())


def _leads(counted: pl.DataFrame) -> int:
    return int(counted["leads"].sum())
