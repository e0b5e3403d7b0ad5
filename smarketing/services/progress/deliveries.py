"""What a supplier delivered, month by month, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from smarketing.domain.days import day_number, day_of, local_date
from smarketing.domain.targets import next_month
from smarketing.services.people.policy import Action, scope_of
from smarketing.services.progress.progress import progress

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from smarketing.services.conclusions.book import Book
    from smarketing.services.people.people import Person
    from smarketing.services.progress.progress import Facts

MONTHS: Final = 12
"""The months that are shown, the current one included."""


@dataclass(frozen=True)
class Delivered:
    """One month of a supplier.

    Attributes:
        month: First day; ends: first day of the next one.
        counted: Delivered, less rejected.
        reasons: Reason of a rejection to the number of leads, the most frequent first.
    """

    month: date
    ends: date
    delivered: int
    rejected: int
    counted: int
    accepted: int
    customers: int
    reasons: tuple[tuple[str, int], ...]


class Rejections(Protocol):
    """Where the reasons of rejections are counted."""

    def reasons(
        self, provider: str, first_day: int, last_day: int
    ) -> Sequence[tuple[int, str | None, int]]:
        """Return day, reason and number of the rejected leads of a provider.

        Args:
            provider: The name that its leads carry.
            first_day: Day number, inclusive.
            last_day: Day number, not inclusive.
        """
        ...


def deliveries(
    facts: Facts, rejections: Rejections, book: Book, person: Person, now: datetime
) -> tuple[Delivered, ...]:
    """Return the last twelve months of a supplier, the current one first."""
    provider = scope_of(person, Action.SEE_DELIVERIES).provider
    months = _months(local_date(now, book.pages_timezone))
    starts, ends = months[-1], next_month(months[0])
    if provider is None:
        return ()
    rows = {
        row.keys["month"]: row
        for row in progress(facts, book, starts, ends, by=("provider", "month"))
        if row.keys["provider"] == provider
    }
    reasons = _by_month(rejections.reasons(provider, day_number(starts), day_number(ends)))
    return tuple(
        Delivered(
            month=month,
            ends=next_month(month),
            reasons=_most_frequent(reasons.get(f"{month:%Y-%m}", {})),
            **{
                name: getattr(rows.get(f"{month:%Y-%m}"), name, 0)
                for name in ("delivered", "rejected", "counted", "accepted", "customers")
            },
        )
        for month in months
    )


def _months(today: date) -> list[date]:
    """Return the first days of the months that are shown, the current one first."""
    of_all = today.year * 12 + today.month - 1
    return [
        today.replace(year=n // 12, month=n % 12 + 1, day=1)
        for n in range(of_all, of_all - MONTHS, -1)
    ]


def _by_month(told: Sequence[tuple[int, str | None, int]]) -> dict[str, dict[str, int]]:
    """Return month to reason to number; reasons are codes, whatever a source writes them like."""
    found: dict[str, dict[str, int]] = {}
    for day, reason, leads in told:
        code = "_".join((reason or "no reason").lower().replace("-", " ").split())
        counted = found.setdefault(f"{day_of(day):%Y-%m}", {})
        counted[code] = counted.get(code, 0) + leads
    return found


def _most_frequent(reasons: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(reasons.items(), key=lambda one: (-one[1], one[0])))
