"""What the weekly report is drawn from: plain numbers, no words, no pixels.

Counts are of leads; days and weeks are of `zone`; spans are half-open. A share is kept as
its two counts, so that the reader can see how much stands behind it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime
    from decimal import Decimal
    from fractions import Fraction

    from reports.outlook import Outlook
    from smarketing.domain.metrics import Metric


class Audience(StrEnum):
    """Who the report is written for: same numbers, another first block."""

    MARKETING = "marketing"
    SALES = "sales"
    BOTH = "both"


@dataclass(frozen=True)
class WeekCount:
    """One week of the team as a whole, by the day of the hand-off.

    Attributes:
        week: ISO week, as `2018-W10`.
        counted: Delivered less rejected.
        value: Lead value of what was counted, in the digest's currency.
    """

    week: str
    delivered: int
    rejected: int
    counted: int
    accepted: int
    customers: int
    value: Decimal


@dataclass(frozen=True)
class DayCount:
    """What came on one day.

    Attributes:
        working: Whether the marketing calendar has working time on it.
    """

    day: date
    working: bool
    counted: int
    rejected: int


@dataclass(frozen=True)
class CellProgress:
    """One segment and tier, in the month of the week's last day.

    Attributes:
        segment_title: Words for people; `segment` is the name in links.
        counted_week: Counted leads of the week itself.
        target: Counted leads promised for the month; None where nothing is promised.
        expected: Part of the target that should be there by now, by working days gone; None
            without a target.
        left_days: Working days of the month that are still to come.
        days: Every day of the month, those to come with zero counts; `as_of` says where now is.
    """

    segment: str
    tier: str
    segment_title: str
    tier_title: str
    counted_week: int
    delivered: int
    rejected: int
    counted: int
    target: int | None
    expected: Fraction | None
    left_days: int
    days: tuple[DayCount, ...]


@dataclass(frozen=True)
class PromiseWeek:
    """How one commitment of time was kept for the leads handed off in one week.

    Attributes:
        met: Clocks stopped in time.
        late: Clocks stopped late.
        overdue: Clocks past due and still open.
        pending: Not yet due, or not yet known (no data so far).
        at_end: The same leads as they stood when the week ended, which its own report told; None
            of the digest's own week, and where it is not known.
    """

    week: str
    met: int
    late: int
    overdue: int
    pending: int
    at_end: PromiseWeek | None = None

    @property
    def due(self) -> int:
        """Return the decided ones: met, late and overdue."""
        return self.met + self.late + self.overdue

    @property
    def total(self) -> int:
        """Return all of them, with those that are pending.

        What is met is known at once, what is missed only when its time is up: a share of the
        decided ones alone would flatter a week whose leads still have time.
        """
        return self.due + self.pending


@dataclass(frozen=True)
class PromiseProgress:
    """One commitment of time over the last weeks.

    Attributes:
        name: The commitment's name, for links.
        by: Title of the party that owes it.
        promised_rate: Share of the due clocks that must be met; None: none agreed.
        weeks: Oldest first; the last one is the digest's week.
        busiest_miss: Weekday (0 is Monday) and local hour of hand-off with the most clocks not
            met in the last four weeks, with that number; None when there were fewer than 3.
        judged_until: Until when the acts are known; None when no source and no person supplies
            them, so that nothing is judged.
        metric: What stops the clocks; chooses the verb. None says "answered".
    """

    name: str
    title: str
    by: str
    promised_rate: Fraction | None
    weeks: tuple[PromiseWeek, ...]
    busiest_miss: tuple[int, int, int] | None
    judged_until: datetime | None
    metric: Metric | None = None


@dataclass(frozen=True)
class DepthWeek:
    """How often the leads were tried whose attempts had to be made by a day of one week.

    A lead that was reached before owes no further attempt and is left out.

    Attributes:
        week: ISO week, as `2018-W10`.
        leads: How many there were.
        made: Attempts made in time, of each lead at most the promised ones.
        promised: Attempts promised.
        short: Leads that got fewer than promised.
    """

    week: str
    leads: int
    made: int
    promised: int
    short: int


@dataclass(frozen=True)
class DepthProgress:
    """One promise of attempts over the last weeks, oldest first; see `PromiseProgress`."""

    name: str
    title: str
    by: str
    weeks: tuple[DepthWeek, ...]


@dataclass(frozen=True)
class BreachWeek:
    """The breaches of one party that began in one week, and count.

    Attributes:
        by: Title of the party that owes; `party` is its name in links.
        missing: What did not come at all; late: what came late; wrong: what is not as promised.
    """

    week: str
    party: str
    by: str
    missing: int
    late: int
    wrong: int

    @property
    def total(self) -> int:
        """Return those of every kind."""
        return self.missing + self.late + self.wrong


@dataclass(frozen=True)
class Debt:
    """What one party owes the other for a month that is over, as the statement says.

    Attributes:
        by: Title of the party that owes it.
        to: Title of the party that is entitled to it; `party` is its name in links.
        month: First day.
        promise: Title of the broken commitment.
        what: As `12 leads` or `a credit of 2,000 EUR`.
        state: What may be done about it, in a few words.
        is_open: Whether somebody still has to act on it.
    """

    by: str
    to: str
    party: str
    month: date
    promise: str
    what: str
    state: str
    is_open: bool


@dataclass(frozen=True)
class SourceState:
    """One source that the numbers come from.

    Attributes:
        last_read_at: When it was read last.
        known_until: The latest instant of which it told.
    """

    name: str
    last_read_at: datetime
    known_until: datetime


@dataclass(frozen=True)
class Digest:
    """Everything that one weekly report shows.

    Attributes:
        week: ISO week, as `2018-W10`.
        starts: First day of the week; ends: first day after it.
        month: First day of the month that the cells are of.
        as_of: The instant up to which acts are counted (not inclusive).
        weeks: The last weeks, oldest first; the last one is `week`.
        waiting: Leads of the last weeks that nobody has acknowledged, past a due time.
        base_url: Of the portal, without a slash at the end; links go below it.
        outlooks: Where each cell with a target may end, by segment and tier; empty: no forecast.
        depths: Of each promise of attempts.
        breaches: Of each party, a row a week, oldest first; empty: they were not read.
        owed: What was owed for `owed_month`; empty: nothing.
        owed_month: First day of the last month that was over; None: the statement was not read.
        others: Titles of the agreements that are in force beside this one, and are not in it.
    """

    audience: Audience
    agreement: str
    title: str
    week: str
    starts: date
    ends: date
    month: date
    zone: str
    currency: str
    as_of: datetime
    generated_at: datetime
    weeks: tuple[WeekCount, ...]
    cells: tuple[CellProgress, ...]
    promises: tuple[PromiseProgress, ...]
    waiting: int
    sources: tuple[SourceState, ...]
    gaps: tuple[str, ...]
    base_url: str
    outlooks: Mapping[tuple[str, str], Outlook] = field(default_factory=dict)
    depths: tuple[DepthProgress, ...] = ()
    breaches: tuple[BreachWeek, ...] = ()
    owed: tuple[Debt, ...] = ()
    owed_month: date | None = None
    others: tuple[str, ...] = ()
