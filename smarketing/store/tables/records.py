"""What sources said, and what came of it: imports, leads, their events and deals, facts."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import Column, Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from smarketing.store.types import Instant, Money, instant_column

HANDED_OFF_LATER = "(handed_at - created_at > 86400 OR created_at - handed_at > 86400)"
"""Which leads have a day that is not nearly that of their creation: few, and so is their index."""

ATTEMPTED_LATER = "(first_attempt_at - handed_at > 1209600 OR handed_at - first_attempt_at > 86400)"
"""Whose record tells of a first attempt two weeks after the hand-off and more, or before: few."""


class Source(SQLModel, table=True):
    """Where records come from; `first_recorded_at` is when its first import began."""

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    first_recorded_at: datetime = Field(sa_column=instant_column(nullable=False))
    cursor: str | None = Field(default=None, sa_type=Text)
    last_read_at: datetime | None = Field(default=None, sa_column=instant_column())
    last_error: str | None = Field(default=None, sa_type=Text)


class Freshness(SQLModel, table=True):
    """Until when the acts of one kind are known from one source, not inclusive.

    `kind` names the kind of file and the act (`leads:attempted`); `told` is 1 once any such act
    was told there: until then the row counts for nothing.
    """

    source_id: int = Field(primary_key=True, foreign_key="source.id")
    kind: str = Field(primary_key=True)
    known_until: datetime = Field(sa_column=instant_column(nullable=False))
    told: int = 1


class FreshnessTold(SQLModel, table=True):
    """What an import, recorded at an instant, told of `freshness`: what was known when."""

    __tablename__ = "freshness_told"

    source_id: int = Field(primary_key=True, foreign_key="source.id")
    kind: str = Field(primary_key=True)
    recorded_at: datetime = Field(sa_column=Column(Instant(), primary_key=True, nullable=False))
    known_until: datetime = Field(sa_column=instant_column(nullable=False))
    told: int = 1


class ImportRun(SQLModel, table=True):
    """One file or answer that was taken in, with its report.

    `started_by` is the e-mail of who did it in the portal; `undone_at` says that it was taken back.
    """

    __tablename__ = "import_run"

    id: int | None = Field(default=None, primary_key=True)
    source_id: int = Field(foreign_key="source.id", index=True)
    kind: str
    mapping: str
    label: str
    started_at: datetime = Field(sa_column=instant_column(nullable=False))
    report: str = Field(default="{}", sa_type=Text)
    started_by: str | None = None
    undone_at: datetime | None = Field(default=None, sa_column=instant_column())
    undone_by: str | None = None


class ImportBefore(SQLModel, table=True):
    """A stored row as it was before an import changed it: what undoing the import puts back.

    `kind` is `lead`, `deal` or `activity`; `before` is JSON of the row's columns.
    """

    __tablename__ = "import_before"

    import_id: int = Field(primary_key=True, foreign_key="import_run.id")
    kind: str = Field(primary_key=True)
    row_id: int = Field(primary_key=True)
    before: str = Field(sa_type=Text)


class Upload(SQLModel, table=True):
    """A file that somebody brought to the import page and has not taken in yet.

    `token` names it in addresses and on disk; `settings` is JSON of what the person chose.
    """

    token: str = Field(primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    name: str
    created_at: datetime = Field(sa_column=instant_column(nullable=False))
    settings: str = Field(default="{}", sa_type=Text)


class Cell(SQLModel, table=True):
    """One combination of what progress can be grouped by; blank is the empty text.

    `version_id` is 0 for leads without an agreement.
    """

    __table_args__ = (
        UniqueConstraint(
            "version_id", "segment", "tier", "source_id", "lead_source", "provider", "owner",
            "country", name="uq_cell",
        ),
    )  # fmt: skip

    id: int | None = Field(default=None, primary_key=True)
    version_id: int
    segment: str
    tier: str
    source_id: int
    lead_source: str
    provider: str
    owner: str
    country: str


class UsedId(SQLModel, table=True):
    """The highest id that rows of a table ever had, kept when rows are removed.

    So that the address of a lead that is gone never leads to another one.
    """

    __tablename__ = "used_id"

    name: str = Field(primary_key=True)
    last: int


class Lead(SQLModel, table=True):
    """What a source says of a lead, and what we concluded.

    The second block is the record as it was said last; the third is ours: `handed_at` starts
    the clocks, `segment_rule` and `tier_rule` are the positions of the rules that matched
    (-1: none), `won_deals` and `won_amount` count deals and, without one, a record that says won.
    `holder_id` is who has it (null: the team), `next_due_at` the earliest due time of a clock that
    runs (null: nothing is owed), `next_risk_at` that clock's warning, `paused_until` the end of
    its last pause.
    """

    __table_args__ = (
        UniqueConstraint("source_id", "source_key", name="uq_lead_source_key"),
        Index(
            "ix_lead_held",
            "holder_id",
            "next_due_at",
            sqlite_where=text("next_due_at IS NOT NULL"),
            postgresql_where=text("next_due_at IS NOT NULL"),
        ),
        Index(
            "ix_lead_next",
            "next_due_at",
            sqlite_where=text("next_due_at IS NOT NULL"),
            postgresql_where=text("next_due_at IS NOT NULL"),
        ),
        Index(
            "ix_lead_acceptance",
            "source_id",
            "accept_due_at",
            sqlite_where=text("accepted = 0 AND rejected = 0 AND accept_due_at IS NOT NULL"),
            postgresql_where=text("accepted = 0 AND rejected = 0 AND accept_due_at IS NOT NULL"),
        ),
        Index(
            "ix_lead_paused",
            "paused_until",
            sqlite_where=text("paused_until IS NOT NULL"),
            postgresql_where=text("paused_until IS NOT NULL"),
        ),
        Index("ix_lead_day", "day"),
        Index(
            "ix_lead_created",
            "created_at",
            sqlite_where=text(HANDED_OFF_LATER),
            postgresql_where=text(HANDED_OFF_LATER),
        ),
        Index(
            "ix_lead_attempted_later",
            "first_attempt_at",
            sqlite_where=text(ATTEMPTED_LATER),
            postgresql_where=text(ATTEMPTED_LATER),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    source_id: int = Field(foreign_key="source.id")
    source_key: str
    import_id: int | None = Field(default=None, foreign_key="import_run.id")
    recorded_at: datetime = Field(sa_column=instant_column(nullable=False))

    email: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    full_name: str | None = None
    company: str | None = None
    job_title: str | None = None
    employees: int | None = None
    industry: str | None = None
    country: str | None = None
    region: str | None = None
    phone: str | None = None
    lead_source: str | None = None
    campaign: str | None = None
    provider: str | None = None
    status: str | None = None
    owner: str | None = None
    created_at: datetime = Field(sa_column=instant_column(nullable=False))
    handed_off_at: datetime | None = Field(default=None, sa_column=instant_column())
    acknowledged_at: datetime | None = Field(default=None, sa_column=instant_column())
    first_attempt_at: datetime | None = Field(default=None, sa_column=instant_column())
    connected_at: datetime | None = Field(default=None, sa_column=instant_column())
    accepted_at: datetime | None = Field(default=None, sa_column=instant_column())
    rejected_at: datetime | None = Field(default=None, sa_column=instant_column())
    reject_reason: str | None = None
    qualified_at: datetime | None = Field(default=None, sa_column=instant_column())
    closed_at: datetime | None = Field(default=None, sa_column=instant_column())
    outcome: str | None = None
    amount: Decimal | None = Field(default=None, sa_column=Column(Money()))
    currency: str | None = None
    updated_at: datetime | None = Field(default=None, sa_column=instant_column())
    extra: str | None = Field(default=None, sa_type=Text)

    seniority: str = "unknown"
    handed_at: datetime = Field(sa_column=instant_column(nullable=False))
    day: int
    cell_id: int = Field(foreign_key="cell.id")
    segment_rule: int = -1
    tier_rule: int = -1
    value: Decimal = Field(default=Decimal(0), sa_column=Column(Money(), nullable=False))
    accept_due_at: datetime | None = Field(default=None, sa_column=instant_column())
    accepted: int = 0
    rejected: int = 0
    acknowledged: int = 0
    won_deals: int = 0
    won_amount: Decimal = Field(default=Decimal(0), sa_column=Column(Money(), nullable=False))
    holder_id: int | None = Field(default=None, foreign_key="person.id")
    held_since: datetime | None = Field(default=None, sa_column=instant_column())
    next_due_at: datetime | None = Field(default=None, sa_column=instant_column())
    next_risk_at: datetime | None = Field(default=None, sa_column=instant_column())
    paused_until: datetime | None = Field(default=None, sa_column=instant_column())


class LeadEvent(SQLModel, table=True):
    """One thing that was told of a lead. Append-only; `nth` counts from 1 within the lead.

    `ref` is empty for a stamp of the lead's own record, else it names what it came from: an
    activity's key or the act of a person in the portal. Of several events of one stamp or `ref`
    the last one counts; one of kind `withdrawn` takes back what was told.
    """

    __tablename__ = "lead_event"
    __table_args__ = (
        # Few: hand-offs that were told of again. A report on the past asks for them.
        Index(
            "ix_lead_event_moved",
            "recorded_at",
            sqlite_where=text("kind = 'handed_off' AND nth > 2"),
            postgresql_where=text("kind = 'handed_off' AND nth > 2"),
        ),
        # The attempts of a week that were told apart from the lead's own record.
        Index(
            "ix_lead_event_attempted",
            "occurred_at",
            sqlite_where=text("kind = 'attempted' AND ref <> ''"),
            postgresql_where=text("kind = 'attempted' AND ref <> ''"),
        ),
        {"sqlite_with_rowid": False},
    )

    lead_id: int = Field(primary_key=True, foreign_key="lead.id")
    nth: int = Field(primary_key=True)
    kind: str
    occurred_at: datetime = Field(sa_column=instant_column(nullable=False))
    ref: str = ""
    recorded_at: datetime = Field(sa_column=instant_column(nullable=False))
    source_id: int | None = None
    import_id: int | None = None
    actor: str | None = None
    detail: str | None = None


class Activity(SQLModel, table=True):
    """What a source said of a call, mail or meeting; `lead_id` is null until its lead comes.

    `recorded_at` is when it was told first; its events say when it was told anew.
    """

    __table_args__ = (
        UniqueConstraint("source_id", "source_key", name="uq_activity_source_key"),
        Index("ix_activity_lead", "lead_id"),
        Index(
            "ix_activity_waiting",
            "source_id",
            "lead_key",
            sqlite_where=text("lead_id IS NULL"),
            postgresql_where=text("lead_id IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    source_id: int = Field(foreign_key="source.id")
    source_key: str
    lead_key: str
    lead_id: int | None = Field(default=None, foreign_key="lead.id")
    import_id: int | None = Field(default=None, foreign_key="import_run.id")
    recorded_at: datetime = Field(sa_column=instant_column(nullable=False))
    kind: str | None = None
    direction: str | None = None
    occurred_at: datetime = Field(sa_column=instant_column(nullable=False))
    result: str | None = None
    actor: str | None = None
    extra: str | None = Field(default=None, sa_type=Text)


class Deal(SQLModel, table=True):
    """What a source said of a deal; `lead_id` is null while its lead is missing.

    `recorded_at` is when its outcome was told first: what else is corrected later does not move it.
    `before_lead` marks one that is dated before its lead: it counts, and is shown.
    """

    __table_args__ = (
        UniqueConstraint("source_id", "source_key", name="uq_deal_source_key"),
        Index("ix_deal_lead", "lead_id"),
        Index(
            "ix_deal_waiting",
            "source_id",
            "lead_key",
            sqlite_where=text("lead_id IS NULL"),
            postgresql_where=text("lead_id IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    source_id: int = Field(foreign_key="source.id")
    source_key: str
    lead_key: str
    lead_id: int | None = Field(default=None, foreign_key="lead.id")
    import_id: int | None = Field(default=None, foreign_key="import_run.id")
    recorded_at: datetime = Field(sa_column=instant_column(nullable=False))
    stage: str | None = None
    outcome: str | None = None
    amount: Decimal | None = Field(default=None, sa_column=Column(Money()))
    currency: str | None = None
    closed_at: datetime | None = Field(default=None, sa_column=instant_column())
    owner: str | None = None
    created_at: datetime | None = Field(default=None, sa_column=instant_column())
    before_lead: int = 0
    extra: str | None = Field(default=None, sa_type=Text)


class DailyFact(SQLModel, table=True):
    """What was counted of one day and cell: always the sum over its leads and their clocks."""

    __tablename__ = "daily_fact"
    __table_args__ = ({"sqlite_with_rowid": False},)

    day: int = Field(primary_key=True)
    cell_id: int = Field(primary_key=True, foreign_key="cell.id")
    delivered: int = 0
    rejected: int = 0
    accepted: int = 0
    acknowledged: int = 0
    ack_met: int = 0
    ack_late: int = 0
    ack_overdue: int = 0
    attempt_met: int = 0
    attempt_late: int = 0
    attempt_overdue: int = 0
    customers: int = 0
    value: Decimal = Field(default=Decimal(0), sa_column=Column(Money(), nullable=False))
    won_amount: Decimal = Field(default=Decimal(0), sa_column=Column(Money(), nullable=False))
