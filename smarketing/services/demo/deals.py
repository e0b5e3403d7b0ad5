"""Deals of the sample company: few, late, and of very different size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from smarketing.services.demo.chance import factors, skewed, some
from smarketing.services.demo.office import WORKING_DAY_S, after
from smarketing.services.demo.people import REPS

if TYPE_CHECKING:
    from numpy.random import Generator

    from smarketing.domain.calendar import Calendar
    from smarketing.services.demo.answers import Answers

_CLOSE_RATE: Final = {"decision_maker": 0.105, "manager": 0.05, "individual": 0.018}
_INTERN_RATE: Final = 0.005
_BY_SEGMENT: Final = {"enterprise": 0.85, "mid": 1.0, "small": 1.1}
_USUAL_AMOUNT: Final = {"enterprise": 21_000.0, "mid": 7_900.0, "small": 2_100.0}
_DEALS_PER_WIN: Final = 2.6
_IN_DOLLARS: Final = 0.05


def deals(random: Generator, who: pl.DataFrame, told: Answers, office: Calendar) -> pl.DataFrame:
    """Return `lead_id, owner, opened, closed, won, amount, currency`, ascending by `opened`.

    Instants are in seconds of UTC, also those that lie in the future; amounts whole.
    """
    size = len(who)
    chance = _DEALS_PER_WIN * factors(who["tier"], _CLOSE_RATE, _INTERN_RATE)
    chance *= factors(who["segment"], _BY_SEGMENT, 1.0)
    chance *= factors(who["owner"], {rep.name: rep.close for rep in REPS}, 0.4)
    opens = some(random, chance, size) & (told.acknowledged > 0) & (told.rejected == 0)
    begun = np.where(told.acknowledged > 0, told.acknowledged, told.acknowledged.max())
    opened = after(begun, skewed(random, 4 * WORKING_DAY_S, 0.6, size), office)
    closed = after(opened, skewed(random, 13 * WORKING_DAY_S, 0.6, size), office)
    amount = skewed(random, 1.0, 0.5, size) * factors(who["segment"], _USUAL_AMOUNT, 0.0)
    return (
        who.select(
            "lead_id",
            "owner",
            pl.Series("opened", opened),
            pl.Series("closed", closed),
            pl.Series("won", some(random, 1 / _DEALS_PER_WIN, size)),
            pl.Series("amount", (amount // 50 * 50).astype(np.int64)),
            pl.Series("dollars", some(random, _IN_DOLLARS, size)),
        )
        .with_columns(
            pl.when("dollars").then(pl.lit("USD")).otherwise(pl.lit("EUR")).alias("currency")
        )
        .filter(pl.Series(opens))
        .drop("dollars")
        .sort("opened", "lead_id")
    )
