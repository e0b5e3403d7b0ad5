"""Everything that the page and the command say of capacity, for one agreement at an instant."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from smarketing.domain.days import local_date
from smarketing.domain.errors import NotFoundError
from smarketing.services.allocation.allocation import allotted
from smarketing.services.capacity.capacity import capacity_of
from smarketing.services.capacity.flow import flow_of
from smarketing.services.capacity.inputs import NOTHING_TYPED, inputs_of
from smarketing.services.progress.targets import spans
from smarketing.services.reaching.reaching import reaching, span_before, tries_between

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from smarketing.domain.agreement import Agreement, CapacityTerms
    from smarketing.services.allocation.allocation import Allotted
    from smarketing.services.capacity.capacity import Capacity
    from smarketing.services.conclusions.book import Book, Cell, InForce
    from smarketing.services.people.leave import Coming
    from smarketing.services.people.people import Reading
    from smarketing.services.progress.progress import Facts
    from smarketing.services.reaching.reaching import Reaching, ReachStore


@dataclass(frozen=True)
class Records:
    """Where capacity is read, as it stands or as it stood (`people.then`)."""

    facts: Facts
    store: ReachStore
    people: Reading
    leave: Coming


@dataclass(frozen=True)
class Typed:
    """What somebody typed in to ask "what if"; it wins over what is agreed or counted.

    Attributes:
        most: The most leads of cells in a month.
    """

    terms: CapacityTerms = NOTHING_TYPED
    most: Mapping[Cell, int] = field(default_factory=dict)


@dataclass(frozen=True)
class CapacityPage:
    """The three answers.

    Attributes:
        today: The local date of the instant; what happened on it does not count yet.
    """

    agreement: Agreement
    today: date
    capacity: Capacity
    reaching: Reaching
    mix: Allotted


def capacity_page(
    records: Records, book: Book, name: str | None, now: datetime, typed: Typed
) -> CapacityPage:
    """Return what is known of an agreement.

    Args:
        records: Where it is read.
        book: The agreements in force.
        name: Of the agreement; None: the first one that holds.
        now: The instant that counts as now.
        typed: What somebody tries.

    Raises:
        NotFoundError: No such agreement holds at that instant.
    """
    version = _holding(book, name, now)
    today = local_date(now, version.agreement.timezone)
    inputs = inputs_of(version, records.people, records.leave, today, typed.terms)
    flow = flow_of(records.facts, book, version, today, inputs.month)
    days = span_before(today, flow.by_day)
    tries = tries_between(records.store, book, version.agreement.name, days)
    capacity = capacity_of(inputs, flow, tries, version)
    return CapacityPage(
        agreement=version.agreement,
        today=today,
        capacity=capacity,
        reaching=reaching(records.store, book, version, days, tries),
        mix=allotted(version, capacity, typed.most),
    )


def agreements_held(book: Book, now: datetime) -> tuple[Agreement, ...]:
    """Return the agreements that hold at an instant, each name once."""
    today = local_date(now, book.pages_timezone)
    held = spans(book, today, today + timedelta(days=1), None)
    named = {version.agreement.name: version.agreement for version, _ in held}
    return tuple(named.values())


def _holding(book: Book, name: str | None, now: datetime) -> InForce:
    today = local_date(now, book.pages_timezone)
    held = spans(book, today, today + timedelta(days=1), name)
    found = next((version for version, _ in held), None)
    if found is None:
        which = f"agreement {name!r}" if name else "agreement"
        raise NotFoundError(
            f"no {which} is in force on {today}; have one signed first", name or "agreement"
        )
    return found
