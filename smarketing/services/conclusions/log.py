"""What was told of leads apart from their own records, as the conclusions need it.

Frames, with instants in seconds of UTC and money in ten-thousandths; a lead of which nothing was
told has no row.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol

import polars as pl

from smarketing.domain.acts import pause_from

if TYPE_CHECKING:
    from collections.abc import Mapping

    from smarketing.services.conclusions.book import Book

WINS: Final = {"lead_id": pl.Int64(), "currency": pl.String(), "amount": pl.Int64()}
PAUSES: Final = {"lead_id": pl.Int64(), "starts": pl.Int64(), "ends": pl.Int64()}
ATTEMPTS: Final = {"lead_id": pl.Int64(), "at": pl.Int64()}
CYCLES: Final = {"lead_id": pl.Int64(), "kind": pl.String(), "at": pl.Int64()}
EXCUSES: Final = {"lead_id": pl.Int64(), "commitment_id": pl.Int64(), "cycle": pl.Int64()}
RANKS: Final = {"lead_id": pl.Int64(), "rank": pl.Int64()}


def _empty(schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    return pl.DataFrame(schema=schema)


@dataclass(frozen=True)
class Log:
    """What was told of some leads.

    Attributes:
        wins: A row a won deal.
        pauses: A row a span in which a lead's clocks stand.
        attempts: A row an attempt that was logged; empty unless the book counts attempts.
        cycles: Every act, and every further hand-off, of the leads that were handed off more than
            once; `kind` is that of the event.
        excuses: The clocks that an excuse keeps out of every count.
        ranks: Which lead of its day and agreement it is, from 1; only where that matters.
    """

    wins: pl.DataFrame = field(default_factory=lambda: _empty(WINS))
    pauses: pl.DataFrame = field(default_factory=lambda: _empty(PAUSES))
    attempts: pl.DataFrame = field(default_factory=lambda: _empty(ATTEMPTS))
    cycles: pl.DataFrame = field(default_factory=lambda: _empty(CYCLES))
    excuses: pl.DataFrame = field(default_factory=lambda: _empty(EXCUSES))
    ranks: pl.DataFrame = field(default_factory=lambda: _empty(RANKS))


class LogStore(Protocol):
    """Where it is read; every method takes the ids of leads."""

    def wins(self, ids: pl.Series) -> pl.DataFrame:
        """Return every won deal, as WINS."""
        ...

    def pauses(self, ids: pl.Series) -> pl.DataFrame:
        """Return `lead_id, at, detail` of every pause; see `acts.pause_from`."""
        ...

    def attempts(self, ids: pl.Series) -> pl.DataFrame:
        """Return the logged attempts, as ATTEMPTS."""
        ...

    def cycles(self, ids: pl.Series) -> pl.DataFrame:
        """Return the acts and further hand-offs of leads that have any, as CYCLES."""
        ...

    def excuses(self, ids: pl.Series) -> pl.DataFrame:
        """Return the excused clocks, as EXCUSES."""
        ...


def log_of(store: LogStore, ids: pl.Series, leads: pl.DataFrame, book: Book) -> Log:
    """Return what was told of leads that are stored.

    Args:
        store: Where it is read.
        ids: The leads of which anything may have been told.
        leads: Those that are concluded about: one without a won deal whose own record says won
            has a row among the wins, too.
        book: The agreements in force.
    """
    if ids.is_empty():
        return Log(wins=_wins(leads, _empty(WINS)))
    return Log(
        wins=_wins(leads, store.wins(ids)),
        pauses=pauses_from(store.pauses(ids)),
        attempts=store.attempts(ids) if book.counts_attempts else _empty(ATTEMPTS),
        cycles=store.cycles(ids),
        excuses=store.excuses(ids),
    )


def pauses_from(told: pl.DataFrame) -> pl.DataFrame:
    """Return `lead_id, starts, ends` of the pauses that were told as `lead_id, at, detail`."""
    if told.is_empty():
        return _empty(PAUSES)
    ends = [pause_from(detail)[0] for detail in told["detail"]]
    spans = told.select("lead_id", pl.col("at").alias("starts"))
    return spans.with_columns(pl.Series("ends", ends, dtype=pl.Int64))


def _wins(leads: pl.DataFrame, wins: pl.DataFrame) -> pl.DataFrame:
    said = leads.filter(pl.col("outcome") == "won").select(
        pl.col("id").alias("lead_id"), "currency", "amount"
    )
    return pl.concat([wins, said.join(wins, on="lead_id", how="anti")])
