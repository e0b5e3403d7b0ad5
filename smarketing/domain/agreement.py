"""The agreement as both sides signed it: parties, rules, commitments, goal.

Spans of days are half-open `[starts_on, ends_on)` in the agreement's zone. Allowances are
working time of the commitment's calendar. Rates are shares 0..1 as exact fractions.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, timedelta
    from decimal import Decimal
    from fractions import Fraction

    from smarketing.domain.calendar import Calendar

OTHER = "other"
"""The visible segment or tier of a lead that no rule matches."""


class Side(StrEnum):
    """Which of the two departments a party stands for."""

    MARKETING = "marketing"
    SALES = "sales"


class Metric(StrEnum):
    """What a commitment is measured with."""

    LEADS_DELIVERED = "leads_delivered"
    ACKNOWLEDGED_WITHIN = "acknowledged_within"
    FIRST_ATTEMPT_WITHIN = "first_attempt_within"


class Evidence(StrEnum):
    """Where the acts come from that a commitment is judged by."""

    SOURCE = "source"
    PORTAL = "portal"


@dataclass(frozen=True)
class Party:
    """One who promises or is promised to.

    Attributes:
        name: The key in the file.
        signatories: E-mail addresses of those who may sign for it.
    """

    name: str
    title: str
    side: Side
    signatories: tuple[str, ...]
    needs: tuple[str, ...]


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
        allowance: Working time until an answer is late; None for a commitment of volume.
        target: Leads a period (volume), or None: computed from the goal, or not a volume.
    """

    segment: str | None
    tier: str | None
    allowance: timedelta | None
    target: int | None

    @property
    def level(self) -> str:
        """Return the name of the level: corporate, customer or service."""
        if self.segment is None and self.tier is None:
            return "corporate"
        return "customer" if self.tier is None else "service"


@dataclass(frozen=True)
class Commitment:
    """One promise of one party to another.

    Attributes:
        name: The key in the file; unique in the agreement.
        by: Name of the party that owes it.
        to: Name of the party that it is owed to.
        period: "month" for a volume; clocks have none of their own and are reported by month.
        calendar: Name of the calendar whose working time is counted.
        promised_rate: Share of the due clocks that must be met; None for a volume.
        at_risk: Shares of the allowance at which a clock is at risk, ascending; may be empty.
        recorded_in: Where the acts come from that it is judged by.
        terms: The numbers, from the most general to the most specific.
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

    def term(self, segment: str, tier: str) -> Term | None:
        """Return the most specific term for a cell (tests F1); None where nothing is promised."""
        fitting = [t for t in self.terms if t.segment in (None, segment) and t.tier in (None, tier)]
        # A term of a segment is more specific than one of a tier across all segments.
        return max(
            fitting, key=lambda t: (t.segment is not None) * 2 + (t.tier is not None), default=None
        )


@dataclass(frozen=True)
class GoalCell:
    """What the goal expects of one segment and tier.

    Attributes:
        share: Part of the marketing revenue goal that this cell brings, 0..1.
        average_deal: In the agreement's currency; None: from history.
        close_rate: Lead to customer, 0..1; None: from history.
    """

    segment: str
    tier: str
    share: Fraction
    average_deal: Decimal | None
    close_rate: Fraction | None


@dataclass(frozen=True)
class Goal:
    """What the business wants, from which the targets of a period follow.

    Attributes:
        revenue: Revenue goal of one month, in the agreement's currency.
        marketing_share: Part of it that leads from marketing must bring, 0..1.
        cells: Their shares sum to 1.
    """

    revenue: Decimal
    marketing_share: Fraction
    cells: tuple[GoalCell, ...]


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
