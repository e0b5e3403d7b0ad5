"""Whose weekly report is due, and which ones an outage left out.

Nothing is scheduled: what is due follows from the calendar and from what each person wants. A
report is one a person and week, whatever changes within the week.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import islice, takewhile
from typing import TYPE_CHECKING, Final

from reports.digest import Audience
from reports.numbers import day
from smarketing.domain.days import starts_at
from smarketing.domain.errors import ConflictError
from smarketing.domain.slots import Slot, slots_back
from smarketing.domain.weeks import week_named

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date, datetime

    from smarketing.domain.slots import Weekly
    from smarketing.domain.weeks import Week
    from smarketing.services.people.people import Person

KIND: Final = "digest"
CATCH_UP: Final = timedelta(days=6)
"""After an outage nobody wants two reports on one morning, or one a day before the next."""
KEEPS: Final = timedelta(hours=48)
"""How long a report that is planned is still of use."""
TOO_LATE: Final = "the worker stood still when it was due; the next report was nearer"
_MOST_LEFT_OUT: Final = 12
"""Weeks of an outage that are recorded for each person."""


@dataclass(frozen=True)
class DueReport:
    """One person's report that is due, whether it is planned or not.

    Attributes:
        key: What makes it one a person and week.
        zone: Of the slot, for words.
    """

    key: str
    slot: Slot
    person: Person
    zone: str = "UTC"


@dataclass(frozen=True)
class Span:
    """What counts in looking for reports.

    Attributes:
        now: The business instant.
        timezone: The agreement's: the zone of people who named none, and of the weeks.
        planned_until: What was due until then counts as planned (a restored backup has forgotten
            what it sent); None: nothing does.
        first_day: A week that begins before it is not whole in the data, so it has no report;
            None: every week is.
        looked_at: When somebody looked for due reports last; None: nobody ever did.
    """

    now: datetime
    timezone: str
    planned_until: datetime | None = None
    first_day: date | None = None
    looked_at: datetime | None = None

    def covers(self, slot: Slot, since: datetime | None = None) -> bool:
        """Return whether the report of a slot is ours to plan at all.

        Args:
            slot: When it is due.
            since: When its reader began to get reports; None: it does not matter.
        """
        is_known = self.is_known(week_named(slot.week))
        is_theirs = since is None or slot.due_at >= since
        is_open = self.planned_until is None or slot.due_at > self.planned_until
        return is_known and is_theirs and is_open

    def is_known(self, week: Week) -> bool:
        """Return whether a week is whole in the data."""
        return self.first_day is None or week.starts >= self.first_day

    def over_at(self, week: Week) -> datetime:
        """Return the instant from which a week can be told of: when it is over where it counts.

        On Monday morning in Auckland it is still Sunday in Berlin.
        """
        return starts_at(week.ends, self.timezone)

    def refuse_part(self, week: Week) -> None:
        """Let a week through of which a report can be frozen.

        Raises:
            ConflictError: It goes on, or only a part of it is known.
        """
        if self.over_at(week) > self.now:
            raise ConflictError(
                f"{week.name} is not over before the end of {day(week.last_day)} "
                f"({self.timezone}), and a report that is sent stays as it is: send it then, or "
                f"look at it so far with smarketing digest --week {week.name}"
            )
        if self.first_day is not None and not self.is_known(week):
            raise ConflictError(
                f"{week.name} began before {day(self.first_day)}, the first day of which anything "
                "is known, and no report is sent of a part of a week: send a later one"
            )

    def was_missed(self, slot: Slot) -> bool:
        """Return whether nobody looked when a slot came: the worker stood still."""
        return self.looked_at is None or slot.due_at > self.looked_at

    def is_too_late(self, slot: Slot) -> bool:
        """Return whether an outage left so little time that the next report is better."""
        return self.was_missed(slot) and self.now - slot.due_at > CATCH_UP


def dedupe_key(week: str, person_id: int) -> str:
    """Return what makes a report unique: one a person and week."""
    return f"{dedupe_key_prefix(week)}{person_id}"


def dedupe_key_prefix(week: str) -> str:
    """Return how the keys of a week's reports begin; the number of the person follows."""
    return f"{KIND}:{week}:"


def latest_reports(people: Iterable[Person], span: Span) -> Iterator[DueReport]:
    """Yield the latest report of everybody who wants one by mail."""
    for person, weekly in _readers(people, span):
        if (slot := latest_of(span, weekly, person.report_since)) is not None:
            yield _due(slot, person, weekly)


def left_out(people: Iterable[Person], span: Span) -> Iterator[DueReport]:
    """Yield what an outage left out: slots before the latest one that came while nobody looked."""
    for person, weekly in _readers(people, span):
        for slot in left_out_of(span, weekly, person.report_since):
            yield _due(slot, person, weekly)


def latest_of(span: Span, weekly: Weekly, since: datetime | None = None) -> Slot | None:
    """Return the latest slot that has come; None: its report is not ours to plan."""
    slot = next(_come(span, weekly))
    return slot if span.covers(slot, since) else None


def left_out_of(span: Span, weekly: Weekly, since: datetime | None = None) -> Iterator[Slot]:
    """Yield the slots before the latest one that came while nobody looked."""
    if span.looked_at is None:
        return
    earlier = islice(_come(span, weekly), 1, 1 + _MOST_LEFT_OUT)
    yield from takewhile(lambda slot: span.was_missed(slot) and span.covers(slot, since), earlier)


def _readers(people: Iterable[Person], span: Span) -> Iterator[tuple[Person, Weekly]]:
    for person in people:
        weekly = person.preferences.weekly(span.timezone)
        if weekly is not None and person.is_reader and person.audience in set(Audience):
            yield person, weekly


def _come(span: Span, weekly: Weekly) -> Iterator[Slot]:
    """Yield the slots that have come and whose week is over, the latest first."""
    for slot in slots_back(span.now, weekly):
        over_at = span.over_at(week_named(slot.week))
        if over_at <= span.now:
            yield Slot(slot.week, max(slot.due_at, over_at))


def _due(slot: Slot, person: Person, weekly: Weekly) -> DueReport:
    return DueReport(dedupe_key(slot.week, person.id), slot, person, weekly.timezone)
