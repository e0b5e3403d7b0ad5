"""Clocks, the steps of their ladders, and what is recorded of breaches and claims."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import Column, Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from smarketing.store.types import Money, instant_column


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
    started_at: datetime = Field(sa_column=instant_column(nullable=False))
    due_at: datetime = Field(sa_column=instant_column(nullable=False))
    at_risk_at: datetime | None = Field(default=None, sa_column=instant_column())
    stopped_at: datetime | None = Field(default=None, sa_column=instant_column())
    state: int
    breached_at: datetime | None = Field(default=None, sa_column=instant_column())
    used_s: int = 0
    wall_s: int = 0
    excused: int = 0
    relief: int = 0
    next_step_at: datetime | None = Field(default=None, sa_column=instant_column())


class LadderStep(SQLModel, table=True):
    """That a step of the ladder of a clock was taken: `step` counts from 0 in its commitment."""

    __tablename__ = "ladder_step"
    __table_args__ = ({"sqlite_with_rowid": False},)

    lead_id: int = Field(primary_key=True, foreign_key="lead.id")
    commitment_id: int = Field(primary_key=True, foreign_key="commitment.id")
    cycle: int = Field(primary_key=True)
    step: int = Field(primary_key=True)
    taken_at: datetime = Field(sa_column=instant_column(nullable=False))
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
    owed_at: datetime = Field(sa_column=instant_column(nullable=False))
    held_by: int | None = None
    given_to: int | None = None
    told_at: datetime | None = Field(default=None, sa_column=instant_column())
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
    at: datetime = Field(sa_column=instant_column(nullable=False))
    recorded_at: datetime = Field(sa_column=instant_column(nullable=False))
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
    at: datetime = Field(sa_column=instant_column(nullable=False))


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
    at: datetime = Field(sa_column=instant_column(nullable=False))


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
    gives_up_at: datetime = Field(sa_column=instant_column(nullable=False, index=True))
