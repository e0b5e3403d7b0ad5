"""Which steps of which clocks are to be taken now, and which wait."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from smarketing.domain.clocks import NEVER
from smarketing.domain.errors import NeverOpenError
from smarketing.services.conclusions.log import pauses_from
from smarketing.services.conclusions.of_clocks import pauses_in
from smarketing.services.conclusions.steps import CLOCK_KEY, instants_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from smarketing.domain.ladders import Step
    from smarketing.services.conclusions.book import Book, Laddered
    from smarketing.services.escalation.ports import DueSteps

PATIENCE_S: Final = 7 * 86_400
"""How long a step past the due time waits for somebody to tell whether the clock ran out. After a
week the weekly report has told of it, and the index would keep such clocks for ever."""

TAKE, WAIT, LATER, GONE = "take", "wait", "later", "gone"
_STEPS: Final = dict.fromkeys((*CLOCK_KEY, "step", "at"), pl.Int64()) | {"what": pl.String()}


def steps_due(desk: DueSteps, clocks: pl.DataFrame, book: Book, now: int) -> pl.DataFrame:
    """Return every step of clocks, with `what` becomes of it now.

    Args:
        desk: Where pauses are read, and what was taken already.
        clocks: As `DueSteps.due` returns them.
        book: The agreements in force.
        now: Seconds of UTC.

    Returns:
        CLOCK_KEY, `step`, `at` and `what`: TAKE, WAIT (its time has come, but those who are told do
        not work now, the clock stands, or nobody knows yet whether it ran out), LATER or GONE.
    """
    parts = [pl.DataFrame(schema=_STEPS)]
    pauses = pauses_from(desk.ledger.pauses(clocks["lead_id"].unique()))
    for commitment_id, laddered in book.ladders.items():
        mine = clocks.filter(pl.col("commitment_id") == commitment_id)
        if not mine.is_empty():
            parts.append(_steps(mine, pauses, laddered, now))
    found = pl.concat(parts)
    taken = desk.taken(clocks["lead_id"].unique()).with_columns(pl.lit(GONE).alias("_taken"))
    joined = found.join(taken, on=[*CLOCK_KEY, "step"], how="left")
    return joined.with_columns(pl.coalesce("_taken", "what").alias("what")).drop("_taken")


def following(clocks: pl.DataFrame, steps: pl.DataFrame) -> pl.DataFrame:
    """Return CLOCK_KEY and `next_step_at` of the clocks for which it is another one now."""
    still = steps.filter(pl.col("what").is_in([WAIT, LATER]))
    after = still.group_by(CLOCK_KEY).agg(pl.col("at").min().alias("_after"))
    joined = clocks.join(after, on=CLOCK_KEY, how="left")
    changed = joined.filter(pl.col("_after").ne_missing(pl.col("next_step_at")))
    return changed.select(*CLOCK_KEY, pl.col("_after").alias("next_step_at"))


def _steps(mine: pl.DataFrame, pauses: pl.DataFrame, laddered: Laddered, now: int) -> pl.DataFrame:
    ladder = laddered.commitment.ladder
    instants = instants_of(mine, pauses, laddered)
    late = np.array([step.is_late for step in ladder])
    unknown = late & mine["breached_at"].is_null().to_numpy()[:, np.newaxis]
    old = mine["next_step_at"].to_numpy()[:, np.newaxis]
    what = np.select(
        [
            (instants < old) | (instants == NEVER),
            instants > now,
            unknown & (now - instants > PATIENCE_S),
            unknown | ~_may_be_told(mine, pauses, laddered, now),
        ],
        [GONE, LATER, GONE, WAIT],
        TAKE,
    )
    row, step = np.indices(instants.shape)
    return mine.select(CLOCK_KEY)[row.ravel()].with_columns(
        pl.Series("step", step.ravel(), dtype=pl.Int64),
        pl.Series("at", instants.ravel(), dtype=pl.Int64),
        pl.Series("what", what.ravel(), dtype=pl.String),
    )


def _may_be_told(
    mine: pl.DataFrame, pauses: pl.DataFrame, laddered: Laddered, now: int
) -> NDArray[np.bool_]:
    """Return whether those who are told work now, and the clock does not stand: row and step."""
    stood = pauses_in(mine["lead_id"], pauses)
    at = np.full(len(mine), now, dtype=np.int64)

    def column(step: Step) -> NDArray[np.bool_]:
        try:
            may: NDArray[np.bool_] = stood.past(at, laddered.calendars[step.in_calendar]) == now
        except NeverOpenError:
            return np.zeros(len(mine), dtype=np.bool_)
        return may

    return np.stack([column(step) for step in laddered.commitment.ladder], axis=1)
