"""What attempts, hours and speed brought under one agreement, up to an instant.

Attempts and hours: of the leads handed off in the last whole weeks up to yesterday, `WEEKS` at
most and no more than hold `ENOUGH` leads: more would say the same and take longer. Speed: of leads
that are `OLD` or older, so that a deal had time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Protocol

import polars as pl

from smarketing.domain.days import day_number
from smarketing.domain.metrics import Metric
from smarketing.services.progress.progress import version_ids
from smarketing.services.reaching.heat import heat_of
from smarketing.services.reaching.speed import Speed, speed_of
from smarketing.services.reaching.tries import tries_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from smarketing.domain.agreement import Commitment
    from smarketing.services.conclusions.book import Book, InForce
    from smarketing.services.reaching.heat import Heat
    from smarketing.services.reaching.tries import Tries

WEEKS: Final = 13
"""The whole weeks that are looked at, at most."""

ENOUGH: Final = 2_500
"""The leads that are enough for attempts and hours: a share of them is known to two points."""

OLD: Final = timedelta(days=90)
"""How long ago a lead was handed off at least, for what became of it to say something."""

_SPEED_DAYS: Final = timedelta(days=180)
_MOST: Final = 5_000
_MAPPED: Final = (Metric.ACKNOWLEDGED_WITHIN, Metric.FIRST_ATTEMPT_WITHIN)
_THEN: Final = (
    "What became of fast and slow answers is compared from what is known now only, not as of an "
    "earlier instant."
)


class ReachStore(Protocol):
    """Where attempts, hours and outcomes are counted."""

    def tries(self, first_day: int, last_day: int) -> pl.DataFrame:
        """Return `version_id, segment, tier, attempts, reached, logged, leads` of some days."""
        ...

    def hours(self, first_day: int, last_day: int) -> pl.DataFrame:
        """Return `commitment_id, quarter, due, met` of the judged clocks of leads of some days."""
        ...

    def outcomes(
        self, first_day: int, last_day: int, commitment_id: int, most: int
    ) -> pl.DataFrame | None:
        """Return `tier, lead_source, in_time, won, leads` of the last `most` leads of some days.

        None: not known as of an instant.
        """
        ...


@dataclass(frozen=True)
class Reaching:
    """What attempts, hours and speed brought.

    Attributes:
        starts: First day of the hand-offs that attempts and hours are about; ends: first day after.
        heats: The maps of the promises of an acknowledgement and of a first attempt.
        speed: In time or not: of the first attempt, else of the acknowledgement; None: neither is
            promised.
        speed_by: What an answer in time is there; None as `speed`.
    """

    starts: date
    ends: date
    tries: Tries
    heats: tuple[Heat, ...]
    speed: Speed | None
    speed_by: Commitment | None


def span_before(today: date, leads: Mapping[int, int]) -> tuple[date, date]:
    """Return the days that attempts and hours are looked at: whole weeks, up to yesterday.

    Args:
        today: The first day that does not count.
        leads: Day number to the leads that were handed off on it.
    """
    found, weeks = 0, 0
    while weeks < WEEKS and found < ENOUGH:
        last = day_number(today - timedelta(weeks=weeks))
        found += sum(leads.get(day, 0) for day in range(last - 7, last))
        weeks += 1
    return today - timedelta(weeks=weeks), today


def tries_between(store: ReachStore, book: Book, name: str, days: tuple[date, date]) -> Tries:
    """Return how often the leads of an agreement were tried that were handed off on some days."""
    starts, ends = days
    counted = store.tries(day_number(starts), day_number(ends))
    return tries_of(counted.filter(pl.col("version_id").is_in(version_ids(book, name))))


def reaching(
    store: ReachStore, book: Book, version: InForce, days: tuple[date, date], tries: Tries
) -> Reaching:
    """Return what is known of an agreement.

    Args:
        store: Where it is counted.
        book: The agreements in force.
        version: The one that holds today; leads of the agreement's earlier ones count, too.
        days: First day of the hand-offs, and the day of today.
        tries: Of the same days.
    """
    starts, ends = days
    counted = store.hours(day_number(starts), day_number(ends))
    promised = [found for metric in _MAPPED if (found := version.commitment(metric))]
    heats = tuple(
        heat_of(
            counted.filter(pl.col("commitment_id").is_in(_numbers(book, version, promise))),
            version,
            promise,
        )
        for promise in promised
    )
    by = promised[-1] if promised else None
    speed = _speed(store, version, by, ends) if by else None
    return Reaching(starts, ends, tries, heats, speed, by)


def _speed(store: ReachStore, version: InForce, promise: Commitment, today: date) -> Speed:
    last = today - OLD
    days = day_number(last - _SPEED_DAYS), day_number(last)
    outcomes = store.outcomes(*days, version.commitment_ids[promise.name], _MOST)
    return Speed((), None, _THEN) if outcomes is None else speed_of(outcomes, version.agreement)


def _numbers(book: Book, version: InForce, promise: Commitment) -> list[int]:
    """Return what the clocks of a commitment are kept under, in any version of the agreement."""
    return [
        number
        for held in book.versions
        if held.agreement.name == version.agreement.name
        and (number := held.commitment_ids.get(promise.name)) is not None
    ]
