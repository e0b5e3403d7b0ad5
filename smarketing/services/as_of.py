"""The facts of days as they were known at an earlier instant.

The same conclusions as everywhere, from the events known then: so that a report of an old
week shows what could be known at its end, and says the same each time it is made.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

import polars as pl

from smarketing.services.conclude import conclude
from smarketing.services.facts import COUNTS, facts
from smarketing.services.judged import Knowledge
from smarketing.services.settle import wins_of, with_seniority

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from smarketing.services.book import Book
    from smarketing.services.conclude import Concluded


class Known(Protocol):
    """Leads as they were known at an instant."""

    def known(self, first_day: int, last_day: int, at: int) -> Iterator[pl.DataFrame]:
        """Yield leads of some days (and perhaps others) as they were known."""
        ...

    def wins(self, ids: pl.Series, at: int) -> pl.DataFrame:
        """Return `lead_id, currency, amount` of the won deals known then."""
        ...

    def known_until(self) -> Mapping[tuple[int, str], int]:
        """Return until when each kind of act is known from each source."""
        ...

    def source_names(self) -> Mapping[int, str]:
        """Return the name of every source."""
        ...


class FactsAsOf:
    """Answers like the stored facts, for an earlier instant."""

    def __init__(self, history: Known, book: Book, at: int) -> None:
        self._history = history
        self._book = book
        self._at = at
        self._span: tuple[int, int] | None = None
        self._kept: list[Concluded] = []

    def daily(self, first_day: int, last_day: int, names: Sequence[str]) -> pl.DataFrame:
        """Return sums of COUNTS by day, `version_id` and some of the cell's columns."""
        key = ["day", "version_id", *names]
        parts = [_nothing(key)]
        parts += [facts(c.leads, c.clocks, key) for c in self.concluded(first_day, last_day)]
        summed = pl.concat(parts).group_by(key).agg(pl.col(COUNTS).sum())
        return summed.filter(pl.col("day").is_between(first_day, last_day, closed="left"))

    def concluded(self, first_day: int, last_day: int) -> list[Concluded]:
        """Return what was concluded then of the leads of some days (and perhaps others).

        The widest span that was asked for is kept, so that a report reads its leads once. The
        leads have `source`, the name of theirs.
        """
        if self._span is None or first_day < self._span[0] or last_day > self._span[1]:
            self._kept = list(self._conclude(first_day, last_day))
            self._span = (first_day, last_day)
        return self._kept

    def _conclude(self, first_day: int, last_day: int) -> Iterator[Concluded]:
        knowledge = Knowledge(self._at, self._history.known_until())
        sources = self._history.source_names()
        named = pl.col("source_id").replace_strict(sources, return_dtype=pl.String)
        for leads in self._history.known(first_day, last_day, self._at):
            seen = with_seniority(leads, self._book)
            wins = wins_of(seen, self._history.wins(leads["id"], self._at))
            concluded = conclude(seen, wins, self._book, knowledge)
            yield replace(concluded, leads=concluded.leads.with_columns(named.alias("source")))


def _nothing(key: Sequence[str]) -> pl.DataFrame:
    whole = {"day", "version_id", *COUNTS}
    return pl.DataFrame(
        schema={name: pl.Int64 if name in whole else pl.String for name in (*key, *COUNTS)}
    )
