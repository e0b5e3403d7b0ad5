"""Who may sign in, how they are called in a CRM, and when they do not work."""

from datetime import date, datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from smarketing.store.types import instant_column


class Leave(SQLModel, table=True):
    """Days on which a person does not work: `ends_on` is not inclusive."""

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    starts_on: date
    ends_on: date
    note: str = ""
    told_by: str = ""
    told_at: datetime = Field(sa_column=instant_column(nullable=False))


class Person(SQLModel, table=True):
    """Who may sign in, and who gets the weekly report.

    `provider` is the name that the leads of a supplier carry; `audience` is empty for people
    without a report; `alerts` is 1 for those who get a mail when a lead is handed to them. The
    password is an argon2 hash; empty: may not sign in.

    The report comes on `digest_weekday` (`monday`; empty: never by mail, only in the portal) at
    `digest_minute` of the day in `timezone` (empty: the agreement's), with dates and numbers as
    `locale` writes them (empty: the installation's); not after a quiet week where `skip_quiet` is
    1. What was due before `report_since` is not theirs (null: it was not noted).
    """

    id: int | None = Field(default=None, primary_key=True)
    email: str = Field(unique=True)
    name: str
    role: str
    provider: str | None = None
    audience: str = ""
    alerts: int = 1
    digest_weekday: str = "monday"
    digest_minute: int = 480
    timezone: str = ""
    locale: str = ""
    skip_quiet: int = 0
    password_hash: str = ""
    active: int = 1
    created_at: datetime = Field(sa_column=instant_column(nullable=False))
    report_since: datetime | None = Field(default=None, sa_column=instant_column())


class OwnerName(SQLModel, table=True):
    """Who it is that a CRM calls by a name, an e-mail or an id; one person may have several."""

    __tablename__ = "owner_name"

    name: str = Field(primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    tied_at: datetime = Field(sa_column=instant_column(nullable=False))
    tied_by: str | None = None


class PortalSession(SQLModel, table=True):
    """A signed-in browser; only the hash of its token is kept. `agent` is what it calls itself."""

    __tablename__ = "portal_session"

    token_sha256: str = Field(primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    created_at: datetime = Field(sa_column=instant_column(nullable=False))
    expires_at: datetime = Field(sa_column=instant_column(nullable=False))
    agent: str = ""


class SignInFailure(SQLModel, table=True):
    """A wrong password, by the account (known or not) and by the address it came from.

    Either has a hash of its own; both are kept for an hour.
    """

    __tablename__ = "sign_in_failure"
    __table_args__ = (Index("ix_sign_in_failure", "account_sha256", "at"),)

    id: int | None = Field(default=None, primary_key=True)
    account_sha256: str
    at: datetime = Field(sa_column=instant_column(nullable=False))
