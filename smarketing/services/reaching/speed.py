"""Whether leads that were answered in time became customers more often, within alike leads.

A landmark: it begins when the answer was due, and counts what came after it; who was won, lost or
rejected before is left out. Nothing is said where the records are too few or too young to say it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from reports.numbers import count
from smarketing.domain.agreement import OTHER
from smarketing.domain.speed import Stratum, speed_effect

if TYPE_CHECKING:
    from smarketing.domain.agreement import Agreement
    from smarketing.domain.speed import SpeedEffect

FEWEST_LEADS: Final = 50
"""In time, and the same not in time: fewer leads say nothing of either."""

FEWEST_WON: Final = 10
"""Customers among all of them; with fewer, every measure would be chance."""


@dataclass(frozen=True)
class Speed:
    """What speed goes together with.

    Attributes:
        strata: By tier and source of the lead, the largest first.
        effect: None where it cannot be said; `missing` says why.
        missing: One sentence; empty where there is an effect.
    """

    strata: tuple[Stratum, ...]
    effect: SpeedEffect | None
    missing: str = ""


def speed_of(outcomes: pl.DataFrame, agreement: Agreement) -> Speed:
    """Return the comparison of leads answered in time with the others.

    Args:
        outcomes: `tier, lead_source, in_time, won, leads` of leads that were open when the answer
            was due.
        agreement: Whose titles the tiers have.
    """
    titles = {rule.name: rule.title for rule in agreement.tiers} | {OTHER: "Other"}
    sums = outcomes.group_by("tier", "lead_source", "in_time", "won").agg(pl.col("leads").sum())
    cells: dict[tuple[str, str], dict[tuple[int, int], int]] = {}
    for tier, source, in_time, won, leads in sums.iter_rows():
        cells.setdefault((tier, source), {})[in_time, won] = leads
    strata = [
        Stratum(
            f"{titles.get(tier, tier)}, {source or 'no source named'}",
            *(found.get(key, 0) for key in ((1, 1), (1, 0), (0, 1), (0, 0))),
        )
        for (tier, source), found in cells.items()
    ]
    ordered = tuple(sorted(strata, key=lambda one: (-one.size, one.name)))
    missing = _missing(ordered)
    effect = None if missing else speed_effect(ordered)
    if effect is None and not missing:
        missing = (
            "In no tier and source are there leads answered in time and others answered late, so "
            "there is nothing alike to compare."
        )
    return Speed(ordered, effect, missing)


def _missing(strata: tuple[Stratum, ...]) -> str:
    fast, slow = (sum(getattr(one, name) for one in strata) for name in ("fast", "slow"))
    won = sum(one.fast_won + one.slow_won for one in strata)
    if not strata:
        return "No lead is old enough yet: an answer has to be due, and a deal needs its time."
    if min(fast, slow) < FEWEST_LEADS:
        return (
            f"{count(fast)} were answered in time and {count(slow)} were not: with fewer than "
            f"{FEWEST_LEADS} of either, a difference would be chance."
        )
    if won < FEWEST_WON:
        return (
            f"{count(won)} of these leads became customers after their answer was due; fewer than "
            f"{FEWEST_WON} say nothing of what speed brings."
        )
    return ""
