"""The facts of days as they were known at an earlier instant.

The same conclusions as everywhere, from the events known then: so that a report of an old
week shows what could be known at its end, and says the same each time it is made.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

import polars as pl

from smarketing.domain.facts import COUNTS
from smarketing.domain.moment import Moment
from smarketing.services.conclusions.conclude import conclude
from smarketing.services.conclusions.facts import facts
from smarketing.services.conclusions.judged import Knowledge
from smarketing.services.conclusions.log import RANKS, log_of
from smarketing.services.conclusions.settle import with_seniority
from smarketing.services.conclusions.surge import ranks_among

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from smarketing.services.conclusions.book import Book
    from smarketing.services.conclusions.conclude import Concluded
    from smarketing.services.conclusions.log import LogStore


class Known(Protocol):
    """Leads as they were known at a moment."""

    def known(self, first_day: int, last_day: int, moment: Moment) -> Iterator[pl.DataFrame]:
        """Yield leads of some days (and perhaps others) as they were known."""
        ...

    def log(self, moment: Moment) -> LogStore:
        """Return where it is read what was told of leads besides."""
        ...

    def known_until(self, told_before: int) -> Mapping[tuple[int, str], int]:
        """Return until when each kind of act was known from each source."""
        ...

    def source_names(self) -> Mapping[int, str]:
        """Return the name of every source."""
        ...


class FactsAsOf:
    """Answers like the stored facts, for an earlier instant.

    Args:
        history: Leads as they were known.
        book: The agreements in force.
        at: The instant that counts as now, in seconds of UTC.
        told_before: What was told at it or later is not known; None: the same as `at`.
        happened_before: Acts at it or later are not known; None: the same as `at`.
    """

    def __init__(
        self,
        history: Known,
        book: Book,
        at: int,
        told_before: int | None = None,
        happened_before: int | None = None,
    ) -> None:
        self._history = history
        self._book = book
        self._at = at
        self._moment = Moment(
            at if happened_before is None else happened_before,
            at if told_before is None else told_before,
        )
        self._span: tuple[int, int] | None = None
        self._kept: list[Concluded] = []

    def daily(self, first_day: int, last_day: int, names: Sequence[str]) -> pl.DataFrame:
        """Return sums of COUNTS by day, `version_id` and some of the cell's columns."""
        key = ["day", "version_id", *names]
        parts = [_nothing(key)]
        parts += [facts(c.leads, c.clocks, key) for c in self._parts(first_day, last_day)]
        summed = pl.concat(parts).group_by(key).agg(pl.col(COUNTS).sum())
        return summed.filter(pl.col("day").is_between(first_day, last_day, closed="left"))

    def concluded(self, first_day: int, last_day: int) -> list[Concluded]:
        """Return what was concluded then of the leads of some days (and perhaps others).

        It is kept, so that a report of that span reads its leads once; `daily` alone keeps
        nothing. The leads have `source`, the name of theirs.
        """
        self._kept = list(self._conclude(first_day, last_day))
        self._span = (first_day, last_day)
        return self._kept

    def attempts(self, ids: pl.Series) -> pl.DataFrame:
        """Return `lead_id, at` of the attempts to reach some leads that were known then."""
        return self._history.log(self._moment).attempts(ids)

    def _parts(self, first_day: int, last_day: int) -> Iterable[Concluded]:
        if self._span and self._span[0] <= first_day and last_day <= self._span[1]:
            return self._kept
        return self._conclude(first_day, last_day)

    def _conclude(self, first_day: int, last_day: int) -> Iterator[Concluded]:
        knowledge = Knowledge(self._at, self._history.known_until(self._moment.told_before))
        sources = self._history.source_names()
        named = pl.col("source_id").replace_strict(sources, return_dtype=pl.String)
        log = self._history.log(self._moment)
        ranks = self._ranks(first_day, last_day)
        for leads in self._history.known(first_day, last_day, self._moment):
            seen = with_seniority(leads, self._book)
            told = replace(log_of(log, leads["id"], seen, self._book), ranks=ranks)
            concluded = conclude(seen, told, self._book, knowledge)
            yield replace(concluded, leads=concluded.leads.with_columns(named.alias("source")))

    def _ranks(self, first_day: int, last_day: int) -> pl.DataFrame:
        """Return which lead of its day each one was; nothing where no agreement asks for it."""
        if not self._book.relief_after:
            return pl.DataFrame(schema=RANKS)
        known = self._history.known(first_day, last_day, self._moment)
        return ranks_among((with_seniority(part, self._book) for part in known), self._book)


def _nothing(key: Sequence[str]) -> pl.DataFrame:
    whole = {"day", "version_id", *COUNTS}
    return pl.DataFrame(
        schema={name: pl.Int64 if name in whole else pl.String for name in (*key, *COUNTS)}
    )
