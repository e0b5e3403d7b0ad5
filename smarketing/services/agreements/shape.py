"""The shape of an agreement file: which keys there are, and of what kind.

Pydantic reads it; whether the values make sense together is asked by `agreement_checks`.
"""

from __future__ import annotations

from datetime import date, time, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainValidator, StringConstraints

from smarketing.domain.agreement import (
    ClauseKind,
    Evidence,
    GoalMode,
    PartyKind,
    Review,
    Side,
)
from smarketing.domain.ladders import Channel
from smarketing.domain.metrics import Metric
from smarketing.services.agreements import ladders, values
from smarketing.services.agreements.remedy_shape import FeeShape, RemedyShape

REJECT_REASONS: Final = (
    "wrong_tier",
    "wrong_segment",
    "duplicate",
    "unreachable",
    "competitor",
    "out_of_territory",
    "existing_customer",
)
"""The reasons of CLOCKS.md that take a lead off marketing's count, where a file names none."""

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Allowance = Annotated[timedelta, PlainValidator(values.allowance)]
Days = Annotated[timedelta, PlainValidator(values.days)]
Rate = Annotated[Fraction, PlainValidator(values.rate)]
Lag = Annotated[timedelta, PlainValidator(values.lag)]
Money = Annotated[Decimal, PlainValidator(values.money)]
Count = Annotated[int, Field(ge=1)]
Day = Annotated[date, PlainValidator(values.day)]
Target = Annotated[int | Literal["goal"], PlainValidator(values.target)]
SideOf = Annotated[Side, PlainValidator(partial(values.one_of, Side))]
MetricOf = Annotated[Metric, PlainValidator(partial(values.one_of, Metric))]
KindOf = Annotated[PartyKind, PlainValidator(partial(values.one_of, PartyKind))]
ReviewOf = Annotated[Review, PlainValidator(partial(values.one_of, Review))]
ModeOf = Annotated[GoalMode, PlainValidator(partial(values.one_of, GoalMode))]
ClauseOf = Annotated[ClauseKind, PlainValidator(partial(values.one_of, ClauseKind))]
WeekHour = Annotated[tuple[int, time], PlainValidator(values.week_hour)]
Fees = dict[str, FeeShape]
Remedies = dict[str, RemedyShape]
StepAtOf = Annotated[ladders.StepAt, PlainValidator(ladders.step_at)]
ChannelOf = Annotated[Channel, PlainValidator(partial(values.one_of, Channel))]
EvidenceOf = Annotated[Evidence, PlainValidator(partial(values.one_of, Evidence))]


class Section(BaseModel):
    """A table of the file: no key but those named, no value bent into another kind."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class RunsShape(Section):
    """`[term]`: from the first day to the first day after it; `review` is how often."""

    starts_on: Day
    ends_on: Day | None = None
    review: ReviewOf | None = None


class CancellationShape(Section):
    """`[cancellation]`: how the agreement is ended before its last day."""

    notice: Days | None = None
    text: Text | None = None


class ExclusionShape(Section):
    """`[exclusions.<name>]`: a clause that an excuse may name."""

    title: Text
    kind: ClauseOf


class DisputesShape(Section):
    """`[disputes]`: until when a breach may be disputed, and is to be answered."""

    window: Days
    answer: Days


class ContactShape(Section):
    """One of the contacts of a party."""

    name: Text
    email: Text
    about: Text | None = None


class NeedShape(Section):
    """A need of a party that a commitment of the other side promises."""

    text: Text
    commitment: Text


class PartyShape(Section):
    """`[parties.<name>]`."""

    title: Text
    side: SideOf
    kind: KindOf = PartyKind.DEPARTMENT
    parent: Text | None = None
    provider: Text | None = None
    signatories: list[Text] = []
    contacts: list[ContactShape] = []
    needs: list[Text | NeedShape] = []


class CalendarShape(Section):
    """`[calendars.<name>]`: the format of `calendar_from`, with the holidays of a country."""

    timezone: Text | None = None
    hours: dict[str, object] = {}
    country: Text | None = None
    subdivision: Text | None = None
    holidays: list[Day] = []
    date_hours: dict[str, object] = {}
    breaks: dict[str, object] = {}


class RuleShape(Section):
    """`[[segments]]` or `[[tiers]]`."""

    name: Text
    title: Text | None = None
    when: Text


class AcceptanceShape(Section):
    """`[acceptance]`: how long sales may reject, and why."""

    within: Allowance = timedelta(hours=24)
    calendar: Text
    reject_reasons: list[Text] = list(REJECT_REASONS)


class TermShape(Section):
    """`[[commitments.<name>.terms]]`: the number for a segment, a tier, or both.

    Attributes:
        override: Allows more time than the more general term.
    """

    segment: Text | None = None
    tier: Text | None = None
    allowance: Allowance | None = None
    target: Target | None = None
    amount: Money | None = None
    attempts: Count | None = None
    override: bool = False


class SurgeShape(Section):
    """`surge`: relief on days with more leads than agreed."""

    leads_a_day: Count
    allowance: Allowance


class StepShape(Section):
    """`[[commitments.<name>.ladder]]`: who is told when; the earliest step first."""

    at: StepAtOf
    tell: Annotated[list[Text], Field(min_length=1)]
    channel: ChannelOf = Channel.MAIL
    in_calendar: Text | None = None
    reassign: bool = False


class CommitmentShape(Section):
    """`[commitments.<name>]`; `allowance`, `attempts` or `amount` here hold for every lead.

    Attributes:
        override: Promises less than the agreement that this one inherits from.
    """

    title: Text | None = None
    metric: MetricOf
    by: Text
    to: Text
    calendar: Text
    period: Literal["month"] = "month"
    promised_rate: Rate | None = None
    allowance: Allowance | None = None
    attempts: Count | None = None
    target: Target | None = None
    amount: Money | None = None
    at_risk: list[Rate] = []
    give_up: Allowance | None = None
    surge: SurgeShape | None = None
    band: Rate | None = None
    due_day: Annotated[int, Field(ge=1, le=28)] | None = None
    source: Text | None = None
    due: WeekHour | None = None
    recorded_in: list[EvidenceOf] = Field(default=[Evidence.SOURCE], min_length=1)
    override: bool = False
    terms: list[TermShape] = []
    ladder: list[StepShape] = []


class GoalCellShape(Section):
    """`[[goal.cells]]`; what is left out comes from history."""

    segment: Text
    tier: Text
    share: Rate
    average_deal: Money | None = None
    close_rate: Rate | None = None
    lag: Lag | None = None
    own_leads: Annotated[int, Field(ge=0)] = 0
    cost: Money | None = None


class GoalShape(Section):
    """`[goal]`; `[goal.months]` has the months whose revenue is another one, as `"2027-01"`."""

    revenue: Money
    marketing_share: Rate
    confidence: Rate | None = None
    mode: ModeOf = GoalMode.COUNT
    own_revenue: Money = Decimal(0)
    months: dict[str, Money] = {}
    reevaluate: bool = False
    cells: Annotated[list[GoalCellShape], Field(min_length=1)]


class CapacityShape(Section):
    """`[capacity]`: who works the leads; what is left out is found out or asked for."""

    reps: int | None = None
    hours_a_month: int | None = None
    time_for_leads: Rate | None = None
    minutes_an_attempt: int | None = None


class AgreementShape(Section):
    """The whole file, in the order in which it reads.

    What has a default and is nevertheless needed may be left to the agreement named in `inherits`.
    """

    name: Text
    title: Text
    timezone: Text
    currency: Text
    inherits: Text | None = None
    applies_when: Text | None = None
    extra_columns: list[Text] = []
    term: RunsShape
    cancellation: CancellationShape = CancellationShape()
    rates: dict[str, Money] = {}
    parties: dict[str, PartyShape]
    calendars: dict[str, CalendarShape] = {}
    segments: list[RuleShape] = Field(default=[], min_length=1)
    tiers: list[RuleShape] = Field(default=[], min_length=1)
    acceptance: AcceptanceShape | None = None
    commitments: dict[str, CommitmentShape] = {}
    goal: GoalShape | None = None
    capacity: CapacityShape | None = None
    exclusions: dict[str, ExclusionShape] = {}
    disputes: DisputesShape | None = None
    fees: Fees = {}
    remedies: Remedies = {}
