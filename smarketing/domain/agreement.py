"""The agreement as both sides signed it: parties, rules, commitments, goal.

Spans of days are half-open `[starts_on, ends_on)` in the agreement's zone. Allowances are
working time of the commitment's calendar. Rates are shares 0..1 as exact fractions.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, time, timedelta
    from fractions import Fraction

    from smarketing.domain.calendar import Calendar
    from smarketing.domain.ladders import Step
    from smarketing.domain.metrics import Metric
    from smarketing.domain.remedies import Fee, Remedy

OTHER = "other"
"""The visible segment or tier of a lead that no rule matches."""


class Side(StrEnum):
    """Which of the two departments a party stands for."""

    MARKETING = "marketing"
    SALES = "sales"


class PartyKind(StrEnum):
    """What a party is."""

    DEPARTMENT = "department"
    SITE = "site"
    SUPPLIER = "supplier"


class Review(StrEnum):
    """How often both sides look at an agreement together."""

    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    YEARLY = "yearly"


class ClauseKind(StrEnum):
    """What an exclusion is about."""

    HOLIDAY = "holiday"
    MAINTENANCE = "maintenance"
    OUTAGE = "outage"
    SURGE = "surge"
    FORCE_MAJEURE = "force_majeure"
    OTHER = "other"


class Evidence(StrEnum):
    """Where the acts come from that a commitment is judged by."""

    SOURCE = "source"
    PORTAL = "portal"


@dataclass(frozen=True)
class Contact:
    """Somebody of a party to turn to.

    Attributes:
        about: What for, as `escalation`; empty: for everything.
    """

    name: str
    email: str
    about: str = ""


@dataclass(frozen=True)
class Need:
    """What a party needs from the other side besides what is counted.

    Attributes:
        commitment: Name of the commitment that promises it; None: it is only said.
    """

    text: str
    commitment: str | None = None


@dataclass(frozen=True)
class Party:
    """One who promises or is promised to.

    Attributes:
        name: The key in the file.
        kind: An outside supplier may be owed or owe money; departments and sites never.
        parent: Name of the party that it is a part of; None: of none.
        provider: What the leads that it delivers carry in their column `provider`; None: its leads
            carry no name of their own.
        signatories: E-mail addresses of those who may sign for it.
    """

    name: str
    title: str
    side: Side
    signatories: tuple[str, ...]
    needs: tuple[Need, ...]
    kind: PartyKind = PartyKind.DEPARTMENT
    parent: str | None = None
    provider: str | None = None
    contacts: tuple[Contact, ...] = ()


@dataclass(frozen=True)
class Rule:
    """A segment or a tier: a name and the condition over a lead's columns that makes it match.

    Attributes:
        when: A SQL condition; NULL does not match; the first rule that matches wins.
    """

    name: str
    title: str
    when: str


@dataclass(frozen=True)
class Term:
    """The number of a commitment at one level: corporate, customer (segment) or service.

    Attributes:
        segment: The segment it holds for; None for all.
        tier: The tier it holds for; None for all.
        allowance: Working time until an answer is late; None for a commitment without clocks.
        target: Leads a month (a volume of leads), or None: computed from the goal, or no volume.
        amount: Lead value a month in the agreement's currency (a volume of value), or None.
        attempts: How many attempts are owed; None where they are not counted.
        origin: Name of the agreement that it comes from; empty: the one that it stands in.
    """

    segment: str | None
    tier: str | None
    allowance: timedelta | None
    target: int | None
    amount: Decimal | None = None
    attempts: int | None = None
    origin: str = ""

    @property
    def level(self) -> str:
        """Return the name of the level: corporate, customer or service."""
        if self.segment is None and self.tier is None:
            return "corporate"
        return "customer" if self.tier is None else "service"


@dataclass(frozen=True)
class Surge:
    """What holds for the leads of a day that are more than was agreed (tests G2).

    Attributes:
        leads_a_day: So many leads of a day, in the order of their hand-off, have the usual
            allowance.
        allowance: Working time that the later ones have, where it is more than theirs.
    """

    leads_a_day: int
    allowance: timedelta


@dataclass(frozen=True)
class Commitment:
    """One promise of one party to another.

    Attributes:
        name: The key in the file; unique in the agreement.
        by: Name of the party that owes it.
        to: Name of the party that it is owed to.
        period: "month": what it is counted by. A clock belongs to the month of its lead.
        calendar: Name of the calendar whose working time is counted.
        promised_rate: Share that must be met: of the due clocks, of the leads, of the occasions;
            None for a volume and for evenness.
        at_risk: Shares of the allowance at which a clock is at risk, ascending; may be empty.
        recorded_in: Where the acts come from that it is judged by.
        terms: The numbers, from the most general to the most specific.
        give_up: Working time after which a lead that nobody answered counts as missing, not late;
            None: when its month ends.
        surge: Relief on days with more leads than agreed; None: there is none.
        band: How far delivery may stray from the pace, as a share of the month's target; None:
            the pace is not judged (evenness always has one).
        due_day: Day of the month by which the target is to be reached; None: its last one.
        source: Name of the source that has to be fresh; None: another metric.
        due_weekday: ISO weekday of the week after, by which a report is due; None: another metric.
        due_time: Local time of that day.
        ladder: Who is told when, while an act is awaited; the earliest step first.
        origin: Name of the agreement that it comes from; empty: the one that it stands in.
    """

    name: str
    title: str
    metric: Metric
    by: str
    to: str
    calendar: str
    period: str
    promised_rate: Fraction | None
    at_risk: tuple[Fraction, ...]
    recorded_in: frozenset[Evidence]
    terms: tuple[Term, ...]
    give_up: timedelta | None = None
    surge: Surge | None = None
    band: Fraction | None = None
    due_day: int | None = None
    source: str | None = None
    due_weekday: int | None = None
    due_time: time | None = None
    ladder: tuple[Step, ...] = ()
    origin: str = ""

    def term(self, segment: str, tier: str) -> Term | None:
        """Return the most specific term for a cell (tests F1); None where nothing is promised."""
        fitting = [t for t in self.terms if t.segment in (None, segment) and t.tier in (None, tier)]
        # A term of a segment is more specific than one of a tier across all segments.
        return max(
            fitting, key=lambda t: (t.segment is not None) * 2 + (t.tier is not None), default=None
        )


class GoalMode(StrEnum):
    """What the targets of a goal are counted in.

    Attributes:
        COUNT: Leads of each cell.
        VALUE: What the leads are worth together: close rate x average deal of their cells.
    """

    COUNT = "count"
    VALUE = "value"


@dataclass(frozen=True)
class GoalCell:
    """What the goal expects of one segment and tier.

    Attributes:
        share: Part of the marketing revenue goal that this cell brings, 0..1.
        average_deal: In the agreement's currency; None: from history.
        close_rate: Lead to customer, 0..1; None: from history.
        lag: Time from the hand-off to the win, in whole days; None: from history.
        own_leads: Leads of the cell that sales brings itself each month.
        cost: Of a lead, in the agreement's currency, above 0; None: nobody said.
    """

    segment: str
    tier: str
    share: Fraction
    average_deal: Decimal | None
    close_rate: Fraction | None
    lag: timedelta | None = None
    own_leads: int = 0
    cost: Decimal | None = None


@dataclass(frozen=True)
class Goal:
    """What the business wants, from which the targets of a period follow.

    Attributes:
        revenue: Revenue goal of one month, in the agreement's currency.
        marketing_share: Part of it that leads from marketing must bring, 0..1.
        cells: Their shares sum to 1.
        confidence: How likely the targets are to bring the revenue, from 0.5 to 0.99; None:
            they are the textbook's, about as likely as not.
        mode: What the targets are counted in.
        own_revenue: What sales brings itself each month; marketing's share is of the rest.
        months: First day of a month to its revenue, where that is another one.
        reevaluate: Whether the targets are computed anew each month and proposed.
    """

    revenue: Decimal
    marketing_share: Fraction
    cells: tuple[GoalCell, ...]
    confidence: Fraction | None = None
    mode: GoalMode = GoalMode.COUNT
    own_revenue: Decimal = Decimal(0)
    months: Mapping[date, Decimal] = field(default_factory=dict)
    reevaluate: bool = False

    def of_month(self, month: date) -> Goal:
        """Return the goal with the revenue of one month.

        Args:
            month: First day of the month that the revenue is planned for.
        """
        return replace(self, revenue=self.months.get(month, self.revenue))


@dataclass(frozen=True)
class CapacityTerms:
    """What both sides take for granted of the people who work leads; None: left to be found out.

    Attributes:
        reps: Who work leads; None: those whom the portal knows.
        hours: Working hours of one of them in a month; None: those of the calendar.
        time_for_leads: Part of these hours that goes into leads, above 0 and up to 1.
        minutes: Of working time that an attempt takes: preparing, calling and noting.
    """

    reps: int | None = None
    hours: int | None = None
    time_for_leads: Fraction | None = None
    minutes: int | None = None


@dataclass(frozen=True)
class Exclusion:
    """A clause that an excuse may rest on: why a breach would not count.

    Attributes:
        name: The key in the file; unique in the agreement.
        title: What has to have happened, in the words of the agreement.
    """

    name: str
    title: str
    kind: ClauseKind


@dataclass(frozen=True)
class Disputes:
    """How long a breach may be disputed; whole days of the agreement's zone, not working time.

    Attributes:
        window: From the record of the breach on.
        answer: From the dispute on, for the other side.
    """

    window: timedelta
    answer: timedelta


@dataclass(frozen=True)
class Agreement:
    """The whole that is signed.

    Attributes:
        name: Unique among agreements; versions share it.
        timezone: IANA zone of its days, weeks and months.
        currency: ISO 4217; every amount of it is in this currency.
        rates: Units of `currency` for one unit of another currency.
        starts_on: First day.
        ends_on: First day after it; None: until ended.
        applies_when: SQL condition over a lead; None: every lead.
        acceptance_window: Working time in which sales may reject; then a lead is accepted.
        acceptance_calendar: Name of the calendar of that working time.
        reject_reasons: Reasons that take a lead off marketing's count; others do not.
        segments: First match wins; what matches none is `other`.
        tiers: The same.
        text: The TOML it was read from, byte for byte: what is signed.
        extra_columns: Columns of the sources, by their own names, that its rules may use.
        base: Name of the agreement that it inherits from; None: of none.
        review: How often both sides look at it together; None: not agreed.
        notice: Days from a cancellation to the first day on which it holds no longer; None: none.
        cancellation: What else is agreed about its end; empty: nothing.
        exclusions: The clauses that an excuse may name.
        disputes: None: a breach cannot be disputed.
        fees: Party to what it is paid: outside suppliers alone.
        remedies: What a broken commitment entitles to; empty: nothing but the record of it.
        capacity: Who works the leads; None: nothing was agreed about it.
    """

    name: str
    title: str
    timezone: str
    currency: str
    rates: Mapping[str, Decimal]
    starts_on: date
    ends_on: date | None
    applies_when: str | None
    acceptance_window: timedelta
    acceptance_calendar: str
    reject_reasons: frozenset[str]
    parties: Mapping[str, Party]
    calendars: Mapping[str, Calendar]
    segments: tuple[Rule, ...]
    tiers: tuple[Rule, ...]
    commitments: tuple[Commitment, ...]
    goal: Goal | None
    text: str
    extra_columns: tuple[str, ...] = ()
    base: str | None = None
    review: Review | None = None
    notice: timedelta | None = None
    cancellation: str = ""
    exclusions: tuple[Exclusion, ...] = ()
    disputes: Disputes | None = None
    fees: Mapping[str, Fee] = field(default_factory=dict)
    remedies: tuple[Remedy, ...] = ()
    capacity: CapacityTerms | None = None
