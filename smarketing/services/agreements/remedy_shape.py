"""The shape of `[remedies]` and `[fees]` in an agreement file."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Annotated

from pydantic import BaseModel, ConfigDict, PlainValidator, StringConstraints

from smarketing.domain.remedies import ANSWER_DAYS, CLAIM_DAYS, RemedyKind
from smarketing.services.agreements import values

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Rate = Annotated[Fraction, PlainValidator(values.rate)]
Share = Annotated[Fraction, PlainValidator(values.share)]
Money = Annotated[Decimal, PlainValidator(values.money)]
KindOf = Annotated[RemedyKind, PlainValidator(partial(values.one_of, RemedyKind))]


class _Table(BaseModel):
    """A table of the file: no key but those named, no value bent into another kind."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class FeeShape(_Table):
    """`[fees.<party>]`: what an outside supplier is paid a month, and how much is at risk."""

    invoice: Money
    at_risk: Rate
    cap_year: Money | None = None


class BandShape(_Table):
    """A step of `schedule`: levels below this share, down to the next step's."""

    below: Rate
    credit: Rate


class StepShape(_Table):
    """A step of `points.table`: from so many points on."""

    at_least: int
    credit: Share


class PointsShape(_Table):
    """`points`: those of one breach of each kind, and the table of their sum."""

    missing: int = 0
    late: int = 0
    wrong: int = 0
    table: list[StepShape]


class EarnBackShape(_Table):
    """`earn_back`: what comes back after so many months met in a row."""

    share: Rate
    after_months: int
    exceeded: bool = False


class ChronicShape(_Table):
    """`chronic`: failing in so many of the last months."""

    failed: int
    of: int


class RemedyShape(_Table):
    """`[remedies.<name>]`."""

    title: Text | None = None
    kind: KindOf
    commitment: Text
    incident: Text | None = None
    claim_days: int = CLAIM_DAYS
    answer_days: int = ANSWER_DAYS
    minimum: Money = Decimal(0)
    pool: Rate = Fraction(1)
    allocation: Rate = Fraction(1)
    schedule: list[BandShape] = []
    by_gap: bool = False
    points: PointsShape | None = None
    band: Rate | None = None
    cap: Rate | None = None
    cap_year: Money | None = None
    relieves: Text | None = None
    earn_back: EarnBackShape | None = None
    chronic: ChronicShape | None = None
