"""Versions of agreements, who signed them, and the numbers of their commitments."""

from datetime import date, datetime

from sqlalchemy import Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from smarketing.store.types import instant_column


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
    loaded_at: datetime = Field(sa_column=instant_column(nullable=False))
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
    at: datetime = Field(sa_column=instant_column(nullable=False))
    from_on: date | None = None
    text: str = Field(default="", sa_type=Text)


class Signature(SQLModel, table=True):
    """Who signed which text for which party, and when."""

    version_id: int = Field(primary_key=True, foreign_key="agreement_version.id")
    party: str = Field(primary_key=True)
    email: str
    sha256: str
    signed_at: datetime = Field(sa_column=instant_column(nullable=False))


class CommitmentRow(SQLModel, table=True):
    """The number under which the clocks of a version's commitment are kept."""

    __tablename__ = "commitment"
    __table_args__ = (UniqueConstraint("version_id", "name", name="uq_commitment"),)

    id: int | None = Field(default=None, primary_key=True)
    version_id: int = Field(foreign_key="agreement_version.id")
    name: str
    metric: str
