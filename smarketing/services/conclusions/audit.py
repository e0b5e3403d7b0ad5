"""Hold the stored facts against a recount from the events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from smarketing.domain.facts import COUNTS
from smarketing.services.progress.progress import CELL_KEYS

if TYPE_CHECKING:
    from smarketing.services.progress.progress import Facts

ALL_DAYS: Final = (0, 200_000)
"""Day numbers: the first, and one after the last that any lead has."""


def differing_facts(stored: Facts, recounted: Facts) -> int:
    """Return how many days and cells have other figures than a recount gives."""
    key = ["day", "version_id", *CELL_KEYS]
    parts = [
        facts.daily(*ALL_DAYS, CELL_KEYS).with_columns(pl.col(COUNTS) * sign)
        for facts, sign in ((stored, 1), (recounted, -1))
    ]
    left = pl.concat([part.select(*key, *COUNTS) for part in parts])
    sums = left.group_by(key).agg(pl.col(COUNTS).sum())
    return sums.filter(pl.any_horizontal(pl.col(COUNTS) != 0)).height
