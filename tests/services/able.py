"""An agreement in force with fakes of what is counted under it, for capacity and the mix."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import polars as pl

from smarketing.domain.days import day_number
from smarketing.domain.facts import COUNTS
from smarketing.services.agreements.file import parse_agreement
from smarketing.services.capacity.page import Records, Typed, capacity_page
from smarketing.services.conclusions.book import Book, Frozen, InForce
from smarketing.services.people.preferences import Preferences
from tests.builders import AGREEMENT, WORDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from smarketing.services.capacity.page import CapacityPage

NOW = datetime(2026, 6, 15, 9, tzinfo=UTC)
"""A Monday of a month with 22 working days of 8 hours."""

PEOPLE = '\n[capacity]\nreps = 4\nhours_a_month = 120\ntime_for_leads = "50 %"\n'
PEOPLE += "minutes_an_attempt = 8\n"
ATTEMPTS = """[commitments.attempts]
metric = "attempts_made"
by = "sales"
to = "marketing"
calendar = "office"
promised_rate = "70 %"
attempts = 6
allowance = "40h"

[goal]"""
SIX = AGREEMENT.replace("[goal]", ATTEMPTS) + PEOPLE
"""Six attempts to each lead, by four people with 60 hours a month for leads."""

Cells = dict[tuple[str, str], int]
BIG = ("enterprise", "decision_maker")


@dataclass
class Recorded:
    """What is counted: so many leads of each cell on every weekday, and the attempts of them."""

    a_day: Cells = field(default_factory=lambda: {BIG: 20})
    tried: Sequence[tuple[int, int, int]] = ()
    people: Sequence[dict[str, Any]] = ()
    leave: Sequence[dict[str, Any]] = ()

    def daily(self, first_day: int, last_day: int, names: Sequence[str]) -> pl.DataFrame:
        assert list(names) == ["segment", "tier"]
        epoch = date(1970, 1, 1)
        rows = [
            {**dict.fromkeys(COUNTS, 0), "day": day, "version_id": 1, "segment": segment,
             "tier": tier, "delivered": leads}
            for day in range(first_day, last_day)
            if (epoch + timedelta(days=day)).weekday() < 5
            for (segment, tier), leads in self.a_day.items()
            if leads
        ]  # fmt: skip
        whole = dict.fromkeys(("day", "version_id", *COUNTS), pl.Int64())
        texts = {"segment": pl.String(), "tier": pl.String()}
        return pl.DataFrame(rows, schema=whole | texts)

    def tries(self, *days: int) -> pl.DataFrame:
        assert days[1] == day_number(NOW.date())
        rows = [(1, *BIG, attempts, reached, 1, leads) for attempts, reached, leads in self.tried]
        schema = {"version_id": pl.Int64(), "segment": pl.String(), "tier": pl.String()}
        schema |= dict.fromkeys(("attempts", "reached", "logged", "leads"), pl.Int64())
        return pl.DataFrame(rows, schema=schema, orient="row")

    def hours(self, *_days: int) -> pl.DataFrame:
        names = ("commitment_id", "quarter", "due", "met")
        return pl.DataFrame(schema=dict.fromkeys(names, pl.Int64()))

    def outcomes(self, *_days: int) -> None:
        return None

    def everyone(self) -> Sequence[dict[str, Any]]:
        return self.people

    def coming(self, today: date) -> Sequence[dict[str, Any]]:
        return [one for one in self.leave if one["ends_on"] > today]


def row(number: int, role: str = "rep", active: int = 1) -> dict[str, Any]:
    email = f"p{number}@example.com"
    return {"id": number, "email": email, "name": f"P {number}", "role": role, "provider": None,
            "audience": "", "alerts": 1, "active": active, "password_hash": "",
            **Preferences().columns}  # fmt: skip


def asked(
    text: str = SIX,
    records: Recorded | None = None,
    typed: Typed | None = None,
    values: Mapping[tuple[str, str], int] | None = None,
    targets: Mapping[tuple[str, str], int] | None = None,
) -> CapacityPage:
    """What is said of an agreement's text."""
    agreement = parse_agreement(text)
    ids = {promise.name: number for number, promise in enumerate(agreement.commitments, 1)}
    version = InForce(1, 1, agreement, ids, Frozen(values or {}, targets or {}))
    told: Any = records or Recorded()
    book = Book((version,), "UTC", WORDS)
    return capacity_page(Records(told, told, told, told), book, None, NOW, typed or Typed())
