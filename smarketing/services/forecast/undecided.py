"""The leads of a month that sales may still reject, and how many of them it will.

A lead is decided once it is accepted, by hand or because nobody rejected it in the window, or
rejected. Facts of days know how many are, not for how long the others have waited: the share of
all that were decided stands for them, which is a little off where rejections come late.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from smarketing.domain.remaining import Undecided
from smarketing.services.forecast.past import ALL_LEADS, in_cells

if TYPE_CHECKING:
    from collections.abc import Collection

    from smarketing.services.conclusions.book import Cell

_BORROWED: Final = 20
_HIGHEST: Final = 0.99


def undecided_of(month: pl.DataFrame, decided: pl.DataFrame, cells: Collection[Cell]) -> Undecided:
    """Return the leads of some cells that are not decided.

    Args:
        month: `progress.month.counted_leads` of the month.
        decided: The same of all days that the share of rejections comes from: a cell's own is
            pulled to that of all cells as by 20 leads.
        cells: Whose leads.
    """
    delivered, rejected, accepted = _sums(month, cells)
    waiting = max(0, delivered - rejected - accepted)
    return Undecided(waiting, _rejected_rate(decided, cells)) if waiting else Undecided()


def _rejected_rate(decided: pl.DataFrame, cells: Collection[Cell]) -> float:
    _, rejected, accepted = _sums(decided, {ALL_LEADS})
    if not rejected + accepted:
        return 0.0
    everywhere = rejected / (rejected + accepted)
    _, rejected, accepted = _sums(decided, cells)
    own = (rejected + _BORROWED * everywhere) / (rejected + accepted + _BORROWED)
    return min(own, _HIGHEST)


def _sums(leads: pl.DataFrame, cells: Collection[Cell]) -> tuple[int, int, int]:
    mine = leads.filter(in_cells(cells))
    delivered, rejected, accepted = mine.select(
        pl.col("delivered", "rejected", "accepted").sum()
    ).row(0)
    return delivered, rejected, accepted
