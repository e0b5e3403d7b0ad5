"""Where values belong in a sorted array: `searchsorted`, for a million values in no order.

A binary search over a thousand steps guesses ten branches a value, half of them wrong. Here a
table of equal slots leads to the last step before the slot, and what is left is compared.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_FEW: Final = 4096
"""Values for which no table is worth building."""

_SLOTS_A_STEP: Final = 6
_MOST_IN_SLOT: Final = 4
_LAST: Final = np.iinfo(np.int64).max


class Places:
    """A sorted array of int64, and where values belong in it.

    Args:
        steps: Ascending; no two alike.
    """

    def __init__(self, steps: NDArray[np.int64]) -> None:
        self._steps = steps

    def up_to(self, values: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return how many steps are at or below each value."""
        if values.size < _FEW or self._in_slot > _MOST_IN_SLOT:
            return np.searchsorted(self._steps, values, side="right")
        near = np.clip(values, self._first, self._steps[-1])
        place: NDArray[np.int64] = self._before_slot[(near - self._first) >> self._shift]
        for _ in range(self._in_slot):
            place = place + (self._padded[place] <= near)
        return place

    def below(self, values: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return how many steps are below each value."""
        return self.up_to(values - 1)

    @cached_property
    def _first(self) -> int:
        """Return where the first slot begins: before the first step."""
        return int(self._steps[0]) - 1

    @cached_property
    def _shift(self) -> int:
        """Return the length of a slot, as a power of two."""
        span = int(self._steps[-1]) - self._first
        return max(0, (span // (_SLOTS_A_STEP * self._steps.size)).bit_length() - 1)

    @cached_property
    def _before_slot(self) -> NDArray[np.int64]:
        """Return how many steps are at or below the first value of each slot, and of one more."""
        slots = ((int(self._steps[-1]) - self._first) >> self._shift) + 2
        starts = self._first + (np.arange(slots, dtype=np.int64) << self._shift)
        return np.searchsorted(self._steps, starts, side="right")

    @cached_property
    def _in_slot(self) -> int:
        """Return how many steps a slot has at most, its first value left out."""
        return int(np.diff(self._before_slot).max())

    @cached_property
    def _padded(self) -> NDArray[np.int64]:
        return np.append(self._steps, _LAST)
