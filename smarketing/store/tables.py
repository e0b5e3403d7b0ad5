"""Every table, and what a row of it means.

Instants are `Instant` (seconds of UTC), money is `Money`, a day is a number (days since
1970-01-01) in the zone of its agreement. Rows are made by this package alone: a table class
does not validate. Annotations must be real here (no `from __future__ import annotations`):
SQLModel reads them when the class is made.
"""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Column, Index, LargeBinary, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from smarketing.store.types import Instant, Money


def _instant(*, nullable: bool = True, index: bool = False) -> Column[datetime]:
    return Column(Instant(), nullable=nullable, index=index)


HANDED_OFF_LATER = "(handed_at - created_at > 86400 OR created_at - handed_at > 86400)"
"""Which leads have a day that is not nearly that of their creation: few, and so is their index."""

ATTEMPTED_LATER = "(first_attempt_at - handed_at > 1209600 OR handed_at - first_attempt_at > 86400)"
"""Whose record tells of a first attempt two weeks after the hand-off and more, or before: few."""


class Source(SQLModel, table=True):
    """Where records come from; `first_recorded_at` is when its first import began."""

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    first_recorded_at: datetime = Field(sa_column=_instant(nullable=False))
    cursor: str | None = Field(default=None, sa_type=Text)
    last_read_at: datetime | None = Field(default=None, sa_column=_instant())
    last_error: str | None = Field(default=None, sa_type=Text)


class Freshness(SQLModel, table=True):
    """Until when the acts of one kind are known from one source, not inclusive.

    `kind` names the kind of file and the act (`leads:attempted`); `told` is 1 once any such act
    was told there: until then the row counts for nothing.
    """

    source_id: int = Field(primary_key=True, foreign_key="source.id")
    kind: str = Field(primary_key=True)
    known_until: datetime = Field(sa_column=_instant(nullable=False))
    told: int = 1


class FreshnessTold(SQLModel, table=True):
    """What an import, recorded at an instant, told of `freshness`: what was known when."""

    __tablename__ = "freshness_told"

    source_id: int = Field(primary_key=True, foreign_key="source.id")
    kind: str = Field(primary_key=True)
    recorded_at: datetime = Field(sa_column=Column(Instant(), primary_key=True, nullable=False))
    known_until: datetime = Field(sa_column=_instant(nullable=False))
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
    started_at: datetime = Field(sa_column=_instant(nullable=False))
    report: str = Field(default="{}", sa_type=Text)
    started_by: str | None = None
    undone_at: datetime | None = Field(default=None, sa_column=_instant())
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
    created_at: datetime = Field(sa_column=_instant(nullable=False))
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
    recorded_at: datetime = Field(sa_column=_instant(nullable=False))

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
    created_at: datetime = Field(sa_column=_instant(nullable=False))
    handed_off_at: datetime | None = Field(default=None, sa_column=_instant())
    acknowledged_at: datetime | None = Field(default=None, sa_column=_instant())
    first_attempt_at: datetime | None = Field(default=None, sa_column=_instant())
    connected_at: datetime | None = Field(default=None, sa_column=_instant())
    accepted_at: datetime | None = Field(default=None, sa_column=_instant())
    rejected_at: datetime | None = Field(default=None, sa_column=_instant())
    reject_reason: str | None = None
    qualified_at: datetime | None = Field(default=None, sa_column=_instant())
    closed_at: datetime | None = Field(default=None, sa_column=_instant())
    outcome: str | None = None
    amount: Decimal | None = Field(default=None, sa_column=Column(Money()))
    currency: str | None = None
    updated_at: datetime | None = Field(default=None, sa_column=_instant())
    extra: str | None = Field(default=None, sa_type=Text)

    seniority: str = "unknown"
    handed_at: datetime = Field(sa_column=_instant(nullable=False))
    day: int
    cell_id: int = Field(foreign_key="cell.id")
    segment_rule: int = -1
    tier_rule: int = -1
    value: Decimal = Field(default=Decimal(0), sa_column=Column(Money(), nullable=False))
    accept_due_at: datetime | None = Field(default=None, sa_column=_instant())
    accepted: int = 0
    rejected: int = 0
    acknowledged: int = 0
    won_deals: int = 0
    won_amount: Decimal = Field(default=Decimal(0), sa_column=Column(Money(), nullable=False))
    holder_id: int | None = Field(default=None, foreign_key="person.id")
    held_since: datetime | None = Field(default=None, sa_column=_instant())
    next_due_at: datetime | None = Field(default=None, sa_column=_instant())
    next_risk_at: datetime | None = Field(default=None, sa_column=_instant())
    paused_until: datetime | None = Field(default=None, sa_column=_instant())


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
    occurred_at: datetime = Field(sa_column=_instant(nullable=False))
    ref: str = ""
    recorded_at: datetime = Field(sa_column=_instant(nullable=False))
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
    recorded_at: datetime = Field(sa_column=_instant(nullable=False))
    kind: str | None = None
    direction: str | None = None
    occurred_at: datetime = Field(sa_column=_instant(nullable=False))
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
    recorded_at: datetime = Field(sa_column=_instant(nullable=False))
    stage: str | None = None
    outcome: str | None = None
    amount: Decimal | None = Field(default=None, sa_column=Column(Money()))
    currency: str | None = None
    closed_at: datetime | None = Field(default=None, sa_column=_instant())
    owner: str | None = None
    created_at: datetime | None = Field(default=None, sa_column=_instant())
    before_lead: int = 0
    extra: str | None = Field(default=None, sa_type=Text)


class AgreementVersion(SQLModel, table=True):
    """One text of an agreement; it never changes once both sides have signed.

    `frozen` is JSON: the targets and lead values that the signatures fixed. `in_force` is 1
    from the last signature on. Days are ISO dates; `ends_on` is not inclusive. `base_id` is the
    version of the agreement that it inherits from, as it was when this one was loaded.
    """

    __tablename__ = "agreement_version"
    __table_args__ = (UniqueConstraint("name", "version", name="uq_agreement_version"),)

    id: int | None = Field(default=None, primary_key=True)
    name: str
    version: int
    text: str = Field(sa_type=Text)
    sha256: str
    starts_on: date
    ends_on: date | None = None
    loaded_at: datetime = Field(sa_column=_instant(nullable=False))
    in_force: int = 0
    frozen: str = Field(default="{}", sa_type=Text)
    base_id: int | None = None


class AgreementEvent(SQLModel, table=True):
    """What else was done with a version: proposed, taken back, cancelled, reviewed, ended.

    Append-only. `from_on` is the first day on which a cancelled agreement holds no longer.
    """

    __tablename__ = "agreement_event"

    id: int | None = Field(default=None, primary_key=True)
    version_id: int = Field(foreign_key="agreement_version.id", index=True)
    act: str
    by: str
    at: datetime = Field(sa_column=_instant(nullable=False))
    from_on: date | None = None
    text: str = Field(default="", sa_type=Text)


class Signature(SQLModel, table=True):
    """Who signed which text for which party, and when."""

    version_id: int = Field(primary_key=True, foreign_key="agreement_version.id")
    party: str = Field(primary_key=True)
    email: str
    sha256: str
    signed_at: datetime = Field(sa_column=_instant(nullable=False))


class CommitmentRow(SQLModel, table=True):
    """The number under which the clocks of a version's commitment are kept."""

    __tablename__ = "commitment"
    __table_args__ = (UniqueConstraint("version_id", "name", name="uq_commitment"),)

    id: int | None = Field(default=None, primary_key=True)
    version_id: int = Field(foreign_key="agreement_version.id")
    name: str
    metric: str


class Clock(SQLModel, table=True):
    """One running obligation for one lead, as `domain.clocks` computed it.

    `breached_at` is the due time once it is known to be missed. The partial index holds only
    clocks that may still be missed and are not yet marked: one look-up at any size. `excused` is
    1 while an excuse keeps it out of every count, `relief` 1 where the allowance of a day with more
    leads than agreed holds. `next_step_at` is when the ladder of its commitment has to do something
    next.
    """

    __table_args__ = (
        Index(
            "ix_clock_due",
            "source_id",
            "commitment_id",
            "due_at",
            sqlite_where=text("state IN (0, 3) AND breached_at IS NULL"),
            postgresql_where=text("state IN (0, 3) AND breached_at IS NULL"),
        ),
        Index(
            "ix_clock_step",
            "next_step_at",
            sqlite_where=text("next_step_at IS NOT NULL"),
            postgresql_where=text("next_step_at IS NOT NULL"),
        ),
        {"sqlite_with_rowid": False},
    )

    lead_id: int = Field(primary_key=True, foreign_key="lead.id")
    commitment_id: int = Field(primary_key=True, foreign_key="commitment.id")
    cycle: int = Field(default=1, primary_key=True)
    source_id: int
    started_at: datetime = Field(sa_column=_instant(nullable=False))
    due_at: datetime = Field(sa_column=_instant(nullable=False))
    at_risk_at: datetime | None = Field(default=None, sa_column=_instant())
    stopped_at: datetime | None = Field(default=None, sa_column=_instant())
    state: int
    breached_at: datetime | None = Field(default=None, sa_column=_instant())
    used_s: int = 0
    wall_s: int = 0
    excused: int = 0
    relief: int = 0
    next_step_at: datetime | None = Field(default=None, sa_column=_instant())


class LadderStep(SQLModel, table=True):
    """That a step of the ladder of a clock was taken: `step` counts from 0 in its commitment."""

    __tablename__ = "ladder_step"
    __table_args__ = ({"sqlite_with_rowid": False},)

    lead_id: int = Field(primary_key=True, foreign_key="lead.id")
    commitment_id: int = Field(primary_key=True, foreign_key="commitment.id")
    cycle: int = Field(primary_key=True)
    step: int = Field(primary_key=True)
    taken_at: datetime = Field(sa_column=_instant(nullable=False))
    did: str = Field(default="", sa_type=Text)


class LadderTold(SQLModel, table=True):
    """That a step tells one person; `told_at` is None until a mail about it is planned.

    `dedupe_key` is that mail's; several rows have one mail where many leads are told of at once.
    `held_by` had the lead when the step was taken, `given_to` got it by the step (0: the team).
    """

    __tablename__ = "ladder_told"
    __table_args__ = (
        Index(
            "ix_ladder_told_owed",
            "owed_at",
            sqlite_where=text("told_at IS NULL"),
            postgresql_where=text("told_at IS NULL"),
        ),
        Index("ix_ladder_told_at", "told_at"),
        {"sqlite_with_rowid": False},
    )

    lead_id: int = Field(primary_key=True, foreign_key="lead.id")
    commitment_id: int = Field(primary_key=True, foreign_key="commitment.id")
    cycle: int = Field(primary_key=True)
    step: int = Field(primary_key=True)
    address: str = Field(primary_key=True)
    owed_at: datetime = Field(sa_column=_instant(nullable=False))
    held_by: int | None = None
    given_to: int | None = None
    told_at: datetime | None = Field(default=None, sa_column=_instant())
    dedupe_key: str | None = None


class Breach(SQLModel, table=True):
    """One record about a breach; the last one (the highest `nth`) about a subject counts.

    Append-only. The subject is a commitment and, for a clock, its lead and cycle (`occasion` is
    empty), else an occasion: `2026-11` of a month, `2026-11/segment/tier` of a cell of it,
    `2026-W47` of a report, `crm@<seconds>` of a source. `record` is recorded, reclassified or
    withdrawn; `kind` missing, late or wrong; `month` the month that it counts for; `quantity`
    what is short (leads or money), 0 for a clock; `late_s` is working time.
    """

    __table_args__ = (
        UniqueConstraint("commitment_id", "lead_id", "cycle", "occasion", "nth", name="uq_breach"),
        Index("ix_breach_at", "at"),
        Index("ix_breach_month", "month", "commitment_id"),
        Index("ix_breach_lead", "lead_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    commitment_id: int = Field(foreign_key="commitment.id")
    lead_id: int = 0
    cycle: int = 0
    occasion: str = ""
    nth: int
    record: str
    kind: str
    reason: str
    month: str
    at: datetime = Field(sa_column=_instant(nullable=False))
    recorded_at: datetime = Field(sa_column=_instant(nullable=False))
    late_s: int = 0
    wall_s: int = 0
    quantity: Decimal = Field(default=Decimal(0), sa_column=Column(Money(), nullable=False))


class BreachWord(SQLModel, table=True):
    """What a person said about a breach. Append-only; the subject is that of `breach`.

    `act` is disputed, upheld or dropped (the answer to a dispute), excused, waived, or
    reinstated (an excuse or a waiver is taken back); `clause` names what it rests on.
    """

    __tablename__ = "breach_word"
    __table_args__ = (
        Index("ix_breach_word", "commitment_id", "lead_id", "cycle", "occasion"),
        Index("ix_breach_word_lead", "lead_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    commitment_id: int = Field(foreign_key="commitment.id")
    lead_id: int = 0
    cycle: int = 0
    occasion: str = ""
    act: str
    clause: str = ""
    text: str = Field(default="", sa_type=Text)
    party: str
    by: str
    at: datetime = Field(sa_column=_instant(nullable=False))


class ClaimWord(SQLModel, table=True):
    """What a party said about what it is entitled to: claimed, accepted, disputed, settled.

    Append-only. `remedy` is its name in the agreement, `period` the month, `party` who says it.
    """

    __tablename__ = "claim_word"
    __table_args__ = (Index("ix_claim_word", "agreement", "period", "remedy"),)

    id: int | None = Field(default=None, primary_key=True)
    agreement: str
    period: str
    remedy: str
    act: str
    amount: Decimal = Field(default=Decimal(0), sa_column=Column(Money(), nullable=False))
    unit: str = ""
    text: str = Field(default="", sa_type=Text)
    party: str
    by: str
    at: datetime = Field(sa_column=_instant(nullable=False))


class Unrecorded(SQLModel, table=True):
    """Leads, from the first id to the last, whose breaches are to be compared with the records.

    An import writes one row for all the leads that are new in a batch; the worker takes them.
    """

    id: int | None = Field(default=None, primary_key=True)
    first_id: int
    last_id: int


class OpenBreach(SQLModel, table=True):
    """A breach that is late and open, and when it becomes missing unless somebody acts."""

    __tablename__ = "open_breach"

    lead_id: int = Field(primary_key=True)
    commitment_id: int = Field(primary_key=True)
    cycle: int = Field(primary_key=True)
    gives_up_at: datetime = Field(sa_column=_instant(nullable=False, index=True))


class Leave(SQLModel, table=True):
    """Days on which a person does not work: `ends_on` is not inclusive."""

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    starts_on: date
    ends_on: date
    note: str = ""
    told_by: str = ""
    told_at: datetime = Field(sa_column=_instant(nullable=False))


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


class Person(SQLModel, table=True):
    """Who may sign in, and who gets the weekly report.

    `provider` is the name that the leads of a supplier carry; `audience` is empty for people
    without a report; `alerts` is 1 for those who get a mail when a lead is handed to them. The
    password is an argon2 hash; empty: may not sign in.
    """

    id: int | None = Field(default=None, primary_key=True)
    email: str = Field(unique=True)
    name: str
    role: str
    provider: str | None = None
    audience: str = ""
    alerts: int = 1
    password_hash: str = ""
    active: int = 1
    created_at: datetime = Field(sa_column=_instant(nullable=False))


class OwnerName(SQLModel, table=True):
    """Who it is that a CRM calls by a name, an e-mail or an id; one person may have several."""

    __tablename__ = "owner_name"

    name: str = Field(primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    tied_at: datetime = Field(sa_column=_instant(nullable=False))
    tied_by: str | None = None


class PortalSession(SQLModel, table=True):
    """A signed-in browser; only the hash of its token is kept. `agent` is what it calls itself."""

    __tablename__ = "portal_session"

    token_sha256: str = Field(primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    created_at: datetime = Field(sa_column=_instant(nullable=False))
    expires_at: datetime = Field(sa_column=_instant(nullable=False))
    agent: str = ""


class SignInFailure(SQLModel, table=True):
    """A wrong password, by the account (known or not) and by the address it came from.

    Either has a hash of its own; both are kept for an hour.
    """

    __tablename__ = "sign_in_failure"
    __table_args__ = (Index("ix_sign_in_failure", "account_sha256", "at"),)

    id: int | None = Field(default=None, primary_key=True)
    account_sha256: str
    at: datetime = Field(sa_column=_instant(nullable=False))


class Alert(SQLModel, table=True):
    """That a person was told, by a message of the outbox, of a lead that they (or the team) got."""

    lead_id: int = Field(primary_key=True, foreign_key="lead.id")
    person_id: int = Field(primary_key=True, foreign_key="person.id")
    held_since: datetime = Field(sa_column=Column(Instant(), primary_key=True, nullable=False))
    dedupe_key: str


class Outbox(SQLModel, table=True):
    """One message to one person, frozen as bytes; `dedupe_key` makes it planned only once.

    `audience` is whom a report was written for; empty for other kinds.
    """

    __table_args__ = (
        Index(
            "ix_outbox_pending",
            "not_before",
            sqlite_where=text("state IN ('pending', 'claimed', 'dot')"),
            postgresql_where=text("state IN ('pending', 'claimed', 'dot')"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    dedupe_key: str = Field(unique=True)
    kind: str
    recipient: str
    audience: str = ""
    subject: str
    message_id: str
    mime: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    state: str = "pending"
    token: str | None = None
    lease_until: datetime | None = Field(default=None, sa_column=_instant())
    attempts: int = 0
    not_before: datetime = Field(sa_column=_instant(nullable=False))
    expires_at: datetime = Field(sa_column=_instant(nullable=False))
    last_reply: str | None = Field(default=None, sa_type=Text)
    created_at: datetime = Field(sa_column=_instant(nullable=False))
    sent_at: datetime | None = Field(default=None, sa_column=_instant())


class JobRun(SQLModel, table=True):
    """One run of a job of the worker."""

    __tablename__ = "job_run"

    id: int | None = Field(default=None, primary_key=True)
    job: str = Field(index=True)
    started_at: datetime = Field(sa_column=_instant(nullable=False))
    ended_at: datetime | None = Field(default=None, sa_column=_instant())
    failed: int = 0
    detail: str = Field(default="", sa_type=Text)
