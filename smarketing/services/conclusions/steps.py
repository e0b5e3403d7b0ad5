"""When the next step of the ladder of each running clock is to be taken.

It stands beside the clock, so that "whose step is due" is a look-up in an index. History that is
imported tells nobody anything: a clock begins with the first step of the last hour. A step that
was waited for before the clock was concluded about anew is waited for still.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from smarketing.domain.calendar import working_s
from smarketing.domain.clocks import NEVER, ClockState
from smarketing.domain.ladders import next_step, step_instants
from smarketing.services.conclusions.of_clocks import pauses_in

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from smarketing.services.conclusions.book import Book, Laddered

NEWS_S: Final = 3600
"""Steps that are older when a clock is concluded about first are history."""

CLOCK_KEY: Final = ("lead_id", "commitment_id", "cycle")


def with_next_steps(
    clocks: pl.DataFrame, pauses: pl.DataFrame, was: pl.DataFrame, book: Book, now: int
) -> pl.DataFrame:
    """Return clocks with `next_step_at`, seconds of UTC; without any ladder, as they are.

    Args:
        clocks: As `of_clocks.CLOCK`.
        pauses: As `log.PAUSES`.
        was: The same clocks as they are stored; may be empty.
        book: The agreements in force.
        now: Seconds of UTC.
    """
    if not book.ladders or clocks.is_empty():
        return clocks
    placed = _floored(clocks, was, now).with_row_index("_row")
    parts = [placed.select("_row").clear().with_columns(_nothing())]
    for commitment_id, laddered in book.ladders.items():
        mine = placed.filter(
            pl.col("commitment_id") == commitment_id,
            pl.col("state") == ClockState.RUNNING,
            pl.col("excused") == 0,
        )
        if not mine.is_empty():
            parts.append(_next_of(mine, pauses, laddered))
    found = pl.concat(parts)
    return placed.join(found, on="_row", how="left", maintain_order="left").drop("_row", "_floor")


def instants_of(
    clocks: pl.DataFrame, pauses: pl.DataFrame, laddered: Laddered
) -> NDArray[np.int64]:
    """Return when the steps of clocks of one commitment are to be taken: a row a clock.

    Args:
        clocks: `lead_id, started_at, due_at`.
        pauses: As `log.PAUSES`.
        laddered: Their commitment.
    """
    started, due = (clocks[name].to_numpy() for name in ("started_at", "due_at"))
    calendar = laddered.calendars[laddered.commitment.calendar]
    stood = pauses_in(clocks["lead_id"], pauses)
    return step_instants(
        laddered.commitment.ladder,
        started=started,
        # What was allowed (with relief, of its cell) is what lies between, pauses left out.
        allowance_s=working_s(started, due, calendar) - stood.worked(started, due, calendar),
        due=due,
        calendar=calendar,
        calendars=laddered.calendars,
        pauses=stood,
    )


def _next_of(mine: pl.DataFrame, pauses: pl.DataFrame, laddered: Laddered) -> pl.DataFrame:
    following = next_step(instants_of(mine, pauses, laddered), mine["_floor"].to_numpy())
    at = pl.Series("next_step_at", following).replace(NEVER, None)
    return mine.select("_row", at)


def _floored(clocks: pl.DataFrame, was: pl.DataFrame, now: int) -> pl.DataFrame:
    """Return clocks with `_floor`: from when on their steps count."""
    waited = was.select(*CLOCK_KEY, pl.col("next_step_at").alias("_waited"))
    joined = clocks.join(waited, on=CLOCK_KEY, how="left", maintain_order="left")
    floor = pl.min_horizontal(pl.lit(now - NEWS_S, dtype=pl.Int64), "_waited").alias("_floor")
    return joined.with_columns(floor).drop("_waited")


def _nothing() -> pl.Expr:
    return pl.lit(None, dtype=pl.Int64).alias("next_step_at")
