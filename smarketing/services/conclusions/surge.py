"""Which lead of its day it is: agreements give relief on days with more leads than agreed (G2).

Counted are the leads of one agreement's version and day, in the order of their hand-off; of
several at one second, in the order of their source and its key. A lead that comes, moves or goes
changes the ranks of others: those that relief begins or ends for are concluded about anew with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

import polars as pl

from smarketing.domain.days import local_days
from smarketing.services.conclusions.classify import classified_by
from smarketing.services.conclusions.log import RANKS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from smarketing.services.conclusions.book import Book

ARRIVALS: Final = ("id", "version_id", "day", "handed_at", "source_id", "source_key")
_DAY: Final = ("version_id", "day")
_ORDER: Final = ("handed_at", "source_id", "source_key")


class Arrivals(Protocol):
    """Where the leads of a day are found."""

    def arrivals(self, days: pl.DataFrame) -> pl.DataFrame:
        """Return the stored leads of `version_id, day`, with the columns ARRIVALS."""
        ...


class Crowd(NamedTuple):
    """The ranks of some leads, and the stored leads that have or lose relief through them."""

    ranks: pl.DataFrame
    others: pl.Series


def crowd_of(ledger: Arrivals, leads: pl.DataFrame, before: pl.DataFrame, book: Book) -> Crowd:
    """Return what the days of some leads say about them and about others.

    Args:
        ledger: The stored leads.
        leads: Those that are concluded about.
        before: Those of them that are stored, as they are stored.
        book: The agreements in force.
    """
    limits = book.relief_after
    came = _arrivals(leads, book, limits)
    left = before.select(ARRIVALS).filter(pl.col("version_id").is_in(list(limits)))
    days = pl.concat([came.select(_DAY), left.select(_DAY)]).unique()
    if days.is_empty():
        return Crowd(pl.DataFrame(schema=RANKS), pl.Series("id", [], dtype=pl.Int64))
    mine = pl.concat([leads["id"], before["id"]])
    stayed = ledger.arrivals(days).filter(~pl.col("id").is_in(mine.implode()))
    ranks = ranks_of(pl.concat([came, stayed]))
    others = _changed(stayed, ranks_of(pl.concat([left, stayed])), ranks, limits)
    return Crowd(ranks, others)


def ranks_of(arrivals: pl.DataFrame) -> pl.DataFrame:
    """Return `lead_id, rank` of leads with the columns ARRIVALS: all those of their days."""
    return arrivals.sort(*_DAY, *_ORDER).select(
        pl.col("id").alias("lead_id"),
        pl.col("id").cum_count().over(_DAY).cast(pl.Int64).alias("rank"),
    )


def ranks_among(parts: Iterable[pl.DataFrame], book: Book) -> pl.DataFrame:
    """Return `lead_id, rank` among leads that come in parts: whole days of them."""
    limits = book.relief_after
    found = [_arrivals(part, book, limits) for part in parts]
    return ranks_of(pl.concat(found)) if found else pl.DataFrame(schema=RANKS)


def _arrivals(
    leads: pl.DataFrame, book: Book, limits: Mapping[int, tuple[int, ...]]
) -> pl.DataFrame:
    classified = classified_by(leads, book)
    parts = [
        part.with_columns(
            pl.Series("day", local_days(part["handed_at"].to_numpy(), book.timezone_of(version)))
        ).select(ARRIVALS)
        for (version,), part in classified.partition_by("version_id", as_dict=True).items()
        if version in limits
    ]
    nothing = leads.clear().select("id", "source_id", "source_key")
    numbers = (pl.lit(0, dtype=pl.Int64).alias(n) for n in ("version_id", "day", "handed_at"))
    return pl.concat([nothing.with_columns(numbers).select(ARRIVALS), *parts])


def _changed(
    stayed: pl.DataFrame,
    before: pl.DataFrame,
    after: pl.DataFrame,
    limits: Mapping[int, tuple[int, ...]],
) -> pl.Series:
    """Return ids of the leads that are beyond more limits of their version, or fewer, than before.

    Args:
        stayed: Leads with the columns ARRIVALS.
        before: Their ranks, as `ranks_of` returns them; other leads may be among them.
        after: Their ranks now.
        limits: By version.
    """
    ranked = (
        stayed.select("id", "version_id")
        .join(before, left_on="id", right_on="lead_id")
        .join(after, left_on="id", right_on="lead_id", suffix="_now")
        .filter(pl.col("rank") != pl.col("rank_now"))
    )
    found = [ranked["id"].clear()]
    for (version,), part in ranked.partition_by("version_id", as_dict=True).items():
        low, high = pl.min_horizontal("rank", "rank_now"), pl.max_horizontal("rank", "rank_now")
        crossed = [(low <= limit) & (high > limit) for limit in limits[version]]
        found.append(part.filter(pl.any_horizontal(crossed))["id"])
    return pl.concat(found)
