"""Calls and mails to the leads of the sample company: one to seven tries, until one connects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from smarketing.services.demo.chance import skewed, some, weighted
from smarketing.services.demo.office import HOUR_S, WORKING_DAY_S, after

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray

    from smarketing.domain.calendar import Calendar
    from smarketing.services.demo.answers import Answers

_MOST: Final = 7
_STAYS: Final = 0.72
"""Chance that a rep tries once more."""

_CONNECTS: Final = 0.3
_FORGOTTEN: Final = 0.05
"""Share of the leads that nobody calls for days."""

_WRITES_BACK: Final = 0.12
_FAILED: Final = {"No answer": 60.0, "Voicemail": 25.0, "Busy": 15.0}


def attempts(random: Generator, who: pl.DataFrame, told: Answers, office: Calendar) -> pl.DataFrame:
    """Return `lead_id, at, kind, direction, result, actor`, ascending by `at`.

    `at` is in seconds of UTC. What sales does starts with the acknowledgement and ends with the
    rejection; a mail of the lead may come in between, and is no attempt.
    """
    size = len(who)
    goes_on = told.acknowledged > 0
    forgotten = some(random, _FORGOTTEN, size)
    at = np.where(told.acknowledged > 0, told.acknowledged, told.acknowledged.max())
    parts = []
    for number in range(_MOST):
        waited = skewed(random, 0.8 * HOUR_S if number == 0 else 9 * HOUR_S, 0.8, size)
        if number == 0:
            waited = np.where(forgotten, waited + 3 * WORKING_DAY_S, waited)
        at = after(at, waited, office)
        goes_on &= (told.rejected == 0) | (at < told.rejected)
        connected = some(random, _CONNECTS, size)
        parts.append(_outbound(random, who, at, connected).filter(pl.Series(goes_on)))
        goes_on &= ~connected & some(random, _STAYS, size)
    parts.append(_inbound(random, who, told))
    return pl.concat(parts).sort("at", "lead_id")


def _outbound(
    random: Generator, who: pl.DataFrame, at: NDArray[np.int64], connected: NDArray[np.bool_]
) -> pl.DataFrame:
    size = len(who)
    kind = weighted(random, {"Call": 66.0, "Mail": 34.0}, size)
    failed = weighted(random, _FAILED, size)
    outcome = pl.when(pl.Series(connected)).then(
        pl.when(pl.lit(kind) == "Call").then(pl.lit("Connected")).otherwise(pl.lit("Replied"))
    )
    missed = pl.when(pl.lit(kind) == "Call").then(pl.lit(failed)).otherwise(pl.lit("Sent"))
    return _frame(who, at, kind, "Outbound").with_columns(outcome.otherwise(missed).alias("result"))


def _inbound(random: Generator, who: pl.DataFrame, told: Answers) -> pl.DataFrame:
    """Return the mails of leads who ask again by themselves."""
    size = len(who)
    at = told.handed + skewed(random, 20 * HOUR_S, 1.0, size).astype(np.int64)
    kind = pl.Series(["Mail"]).new_from_index(0, size)
    mails = _frame(who, at, kind, "Inbound").with_columns(pl.lit("Received").alias("result"))
    return mails.filter(pl.Series(some(random, _WRITES_BACK, size)))


def _frame(
    who: pl.DataFrame, at: NDArray[np.int64], kind: pl.Series, direction: str
) -> pl.DataFrame:
    return who.select(
        "lead_id",
        pl.Series("at", at),
        kind.alias("kind"),
        pl.lit(direction).alias("direction"),
        pl.col("owner").alias("actor"),
    )
