"""What attempts and hours had brought as far as it was known at an earlier instant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

import polars as pl

from smarketing.domain.clocks import ClockState
from smarketing.services.reaching.heat import QUARTER_S

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smarketing.domain.moment import Moment
    from smarketing.services.conclusions.conclude import Concluded

_MISSED: Final = (ClockState.RUNNING, ClockState.MET_LATE, ClockState.NEVER_MET)


class TriesThen(Protocol):
    """Where attempts are counted as they were known."""

    def tries(self, first_day: int, last_day: int, moment: Moment | None) -> pl.DataFrame:
        """Return `version_id, segment, tier, attempts, reached, logged, leads` of some days."""
        ...


class ConcludedThen(Protocol):
    """What was concluded of leads then."""

    def concluded(self, first_day: int, last_day: int) -> Sequence[Concluded]:
        """Return what was concluded of the leads of some days (and perhaps others)."""
        ...


class ReachAsOf:
    """Answers like the store, for an earlier instant; a lead counts on the day it has now."""

    def __init__(self, tries: TriesThen, then: ConcludedThen, moment: Moment) -> None:
        self._tries = tries
        self._then = then
        self._moment = moment

    def tries(self, first_day: int, last_day: int) -> pl.DataFrame:
        """Return the leads of some days by how often they had been tried."""
        return self._tries.tries(first_day, last_day, self._moment)

    def hours(self, first_day: int, last_day: int) -> pl.DataFrame:
        """Return `commitment_id, quarter, due, met` of the clocks that were judged then."""
        within = pl.col("day").is_between(first_day, last_day, closed="left")
        parts = [
            found.clocks.join(
                found.leads.filter(within).select("id"),
                left_on="lead_id",
                right_on="id",
                how="semi",
            )
            for found in self._then.concluded(first_day, last_day)
        ]
        met = pl.col("state") == ClockState.MET
        missed = pl.col("breached_at").is_not_null() & pl.col("state").is_in(_MISSED)
        counted = [
            part.filter((pl.col("excused") == 0) & (pl.col("cycle") == 1) & (met | missed)).select(
                "commitment_id",
                (pl.col("started_at") // QUARTER_S).alias("quarter"),
                pl.lit(1, dtype=pl.Int64).alias("due"),
                met.cast(pl.Int64).alias("met"),
            )
            for part in parts
        ]
        nothing = pl.DataFrame(
            schema=dict.fromkeys(("commitment_id", "quarter", "due", "met"), pl.Int64)
        )
        key = ("commitment_id", "quarter")
        return pl.concat([nothing, *counted]).group_by(key).agg(pl.col("due", "met").sum())

    def outcomes(self, first_day: int, last_day: int, commitment_id: int, most: int) -> None:
        """Return None: what became of leads afterwards is known as it stands now only."""
