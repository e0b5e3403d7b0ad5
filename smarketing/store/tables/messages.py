"""What leaves the house, what became of it, and the runs of the worker."""

from datetime import datetime

from sqlalchemy import Column, Index, LargeBinary, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from smarketing.store.types import Instant, instant_column


class Alert(SQLModel, table=True):
    """That a person was told, by a message of the outbox, of a lead that they (or the team) got."""

    lead_id: int = Field(primary_key=True, foreign_key="lead.id")
    person_id: int = Field(primary_key=True, foreign_key="person.id")
    held_since: datetime = Field(sa_column=Column(Instant(), primary_key=True, nullable=False))
    dedupe_key: str


class Outbox(SQLModel, table=True):
    """One message to one recipient, frozen as bytes; `dedupe_key` makes it planned only once.

    `channel` is the way out: `mail`, or the name of a channel of the configuration, of which
    `recipient` is then the name, too. `audience` is whom a report was written for; empty for other
    kinds. `maybe_twice` is 1 once it was sent again although it may have arrived before. `due_at`
    is when a report was due by the wish of its reader; it stays when the message is tried again.
    """

    __table_args__ = (
        Index(
            "ix_outbox_pending",
            "not_before",
            sqlite_where=text("state IN ('pending', 'claimed', 'dot')"),
            postgresql_where=text("state IN ('pending', 'claimed', 'dot')"),
        ),
        Index(
            "ix_outbox_trouble",
            "created_at",
            sqlite_where=text("state IN ('held', 'failed')"),
            postgresql_where=text("state IN ('held', 'failed')"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    dedupe_key: str = Field(unique=True)
    kind: str
    channel: str = "mail"
    recipient: str
    audience: str = ""
    subject: str
    message_id: str
    mime: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    state: str = "pending"
    token: str | None = None
    lease_until: datetime | None = Field(default=None, sa_column=instant_column())
    attempts: int = 0
    maybe_twice: int = 0
    due_at: datetime | None = Field(default=None, sa_column=instant_column())
    not_before: datetime = Field(sa_column=instant_column(nullable=False))
    expires_at: datetime = Field(sa_column=instant_column(nullable=False))
    last_reply: str | None = Field(default=None, sa_type=Text)
    created_at: datetime = Field(sa_column=instant_column(nullable=False))
    sent_at: datetime | None = Field(default=None, sa_column=instant_column())


class Receipt(SQLModel, table=True):
    """One thing that happened to a message: rows are added, never changed.

    `what` is the word for it, as `sent`, `put back`, `held`; `attempt` the number of the attempt
    that it belongs to, 0 where it belongs to none; `said` the answer of the other side, or who
    decided it.
    """

    id: int | None = Field(default=None, primary_key=True)
    outbox_id: int = Field(foreign_key="outbox.id", index=True)
    at: datetime = Field(sa_column=instant_column(nullable=False))
    what: str
    attempt: int = 0
    said: str = Field(default="", sa_type=Text)


class Suppression(SQLModel, table=True):
    """A recipient that refused messages for good; `since_at` is set while nothing is sent to it."""

    recipient: str = Field(primary_key=True)
    bounces: int = 0
    since_at: datetime | None = Field(default=None, sa_column=instant_column())
    said: str = Field(default="", sa_type=Text)


class Breaker(SQLModel, table=True):
    """A way out that takes nothing at present: it is left alone until `open_until`."""

    channel: str = Field(primary_key=True)
    failures: int = 0
    open_until: datetime | None = Field(default=None, sa_column=instant_column())
    said: str = Field(default="", sa_type=Text)


class Report(SQLModel, table=True):
    """A weekly report as it was made for an audience, with marks where the personal parts go.

    `images` is JSON: name, words, size and the base64 of each picture; `figures` is JSON, too: the
    headline figures as they were printed. `quiet` is 1 where nothing happened in the week.
    """

    __table_args__ = (UniqueConstraint("week", "audience", "locale"),)

    id: int | None = Field(default=None, primary_key=True)
    week: str
    audience: str
    locale: str
    made_at: datetime = Field(sa_column=instant_column(nullable=False))
    subject: str
    preheader: str
    text: str = Field(sa_type=Text)
    html: str = Field(sa_type=Text)
    images: str = Field(sa_type=Text)
    figures: str = Field(sa_type=Text)
    quiet: int = 0


class ReportNumbers(SQLModel, table=True):
    """The numbers of a week, kept when its first report was made: each report of it shows them.

    `numbers` is JSON, as `services.digest.numbers` writes it.
    """

    __tablename__ = "report_numbers"

    week: str = Field(primary_key=True)
    made_at: datetime = Field(sa_column=instant_column(nullable=False))
    numbers: str = Field(sa_type=Text)


class PlannerMark(SQLModel, table=True):
    """Up to when messages of a kind count as planned: a restored backup plans none of them anew."""

    __tablename__ = "planner_mark"

    kind: str = Field(primary_key=True)
    planned_until: datetime = Field(sa_column=instant_column(nullable=False))


class Finding(SQLModel, table=True):
    """Something that an auditor missed: `gone_at` is set once it is there, or was seen to."""

    __table_args__ = (Index("ix_finding_gone_at", "gone_at"),)

    key: str = Field(primary_key=True)
    kind: str
    said: str = Field(sa_type=Text)
    found_at: datetime = Field(sa_column=instant_column(nullable=False))
    seen_at: datetime = Field(sa_column=instant_column(nullable=False))
    gone_at: datetime | None = Field(default=None, sa_column=instant_column())


class JobRun(SQLModel, table=True):
    """One run of a job of the worker."""

    __tablename__ = "job_run"

    id: int | None = Field(default=None, primary_key=True)
    job: str = Field(index=True)
    started_at: datetime = Field(sa_column=instant_column(nullable=False))
    ended_at: datetime | None = Field(default=None, sa_column=instant_column())
    failed: int = 0
    detail: str = Field(default="", sa_type=Text)
