"""What counts as known: what happened before one instant, as it was told before another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

FOREVER: Final = 2**62
"""After every instant, in seconds of UTC: no bound, also for what is dated in the future."""


@dataclass(frozen=True)
class Moment:
    """A point of view on history; neither bound is inclusive, both in seconds of UTC.

    Attributes:
        happened_before: Acts at it or later are not known.
        told_before: What was told at it or later is not known; history that was loaded later as a
            whole (the source's first import came after it) is known all the same.
    """

    happened_before: int
    told_before: int
