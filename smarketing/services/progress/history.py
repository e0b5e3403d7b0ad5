"""What the imported history says of each cell: close rate and average deal.

The plain rates: customers over all leads of the cell. Recent leads have not had time to
close, so they are on the low side; the sample is shown with them.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

import polars as pl

from smarketing.domain.goals import Given, GoalInputs, Origin
from smarketing.services.conclusions.as_of import FactsAsOf

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from smarketing.domain.moment import Moment
    from smarketing.services.conclusions.as_of import Known
    from smarketing.services.conclusions.book import Book, Cell

_MONEY: Final = 10_000


def history(
    known: Known, book: Book, days: tuple[int, int], at: int, on: date
) -> dict[Cell, GoalInputs]:
    """Return what is known of each cell of an agreement.

    Args:
        known: Leads as they were known; how they were classified before does not count.
        book: Has this one agreement, signed or about to be.
        days: Day numbers `[first, after)` of the leads that count.
        at: Seconds of UTC; what happened at it or later is not known.
        on: The last day of that history, to be shown.
    """
    facts = FactsAsOf(_Afresh(known), book, at).daily(*days, ("segment", "tier"))
    sums = (
        facts.filter(pl.col("version_id") > 0)
        .group_by("segment", "tier")
        .agg(pl.col("delivered", "customers", "won_amount").sum())
    )
    return {
        (segment, tier): _inputs(leads, customers, won, on)
        for segment, tier, leads, customers, won in sums.iter_rows()
    }


class _Afresh:
    """Leads as they were known, with what was concluded of them forgotten."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self.log = known.log
        self.known_until, self.source_names = known.known_until, known.source_names

    def known(self, first_day: int, last_day: int, moment: Moment) -> Iterator[pl.DataFrame]:
        """Yield leads that no version has a claim on."""
        for leads in self._known.known(first_day, last_day, moment):
            yield leads.drop("classified_at")


def _inputs(leads: int, customers: int, won: int, on: date) -> GoalInputs:
    deal = Fraction(won, customers * _MONEY) if customers and won else None
    rate = Fraction(customers, leads) if leads else None
    return GoalInputs(
        average_deal=None if deal is None else Given(deal, Origin.HISTORY, customers, on),
        close_rate=None if rate is None else Given(rate, Origin.HISTORY, leads, on),
    )
