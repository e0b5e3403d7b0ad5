"""A small invented company for tests: its agreement, its exports, and a house to hold them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from connectors.protocol import Kind
from connectors.tabular import file_delivery
from smarketing.domain.calendar import seconds
from smarketing.services.agreements import life
from smarketing.services.breaches.record import record_breaches
from smarketing.services.conclusions.as_of import FactsAsOf
from smarketing.services.conclusions.watch import mark_due
from smarketing.services.goals import freeze
from smarketing.services.intake.take_in import take_in
from smarketing.services.progress.progress import progress
from smarketing.services.rules.seniority import load_words
from smarketing.store.agreements import AgreementShelf
from smarketing.store.breaches import BreachDesk
from smarketing.store.desk import Desk
from smarketing.store.facts import FactsNow
from smarketing.store.history import History
from smarketing.store.sources import SourceShelf

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import Engine

    from smarketing.domain.versions import Version
    from smarketing.services.conclusions.book import Book
    from smarketing.services.intake.report import ImportReport
    from smarketing.services.progress.progress import ProgressRow

ROOT = Path(__file__).parents[1]
WORDS = load_words(ROOT / "config" / "seniority.toml")

MAPPING = """
vendor = "crm"
timezone = "UTC"

[leads.columns]
source_id = "id"
created_at = "created"
handed_off_at = "handed"
acknowledged_at = "acknowledged"
first_attempt_at = "attempted"
accepted_at = "accepted"
rejected_at = "rejected"
reject_reason = "reason"
company = "company"
job_title = "title"
employees = "employees"
lead_source = "origin"
owner = "owner"
outcome = "outcome"
closed_at = "closed"
amount = "amount"
currency = "currency"
updated_at = "updated"

[activities.columns]
source_id = "id"
lead_source_id = "lead"
kind = "kind"
direction = "direction"
occurred_at = "at"
result = "result"

[deals.columns]
source_id = "id"
lead_source_id = "lead"
outcome = "outcome"
amount = "amount"
currency = "currency"
closed_at = "closed"
"""

AGREEMENT = """
name = "test"
title = "Marketing and Sales"
timezone = "UTC"
currency = "EUR"

[term]
starts_on = 2026-01-01

[rates]
USD = "0.5"

[parties.marketing]
title = "Marketing"
side = "marketing"
signatories = ["marketing@example.com"]

[parties.sales]
title = "Sales"
side = "sales"
signatories = ["sales@example.com"]

[calendars.office]
hours = { mon-fri = [["09:00", "17:00"]] }

[[segments]]
name = "enterprise"
when = "employees >= 500"

[[segments]]
name = "small"
when = "employees < 500"

[[tiers]]
name = "decision_maker"
when = "seniority IN ('c_level', 'vp', 'director')"

[acceptance]
within = "24h"
calendar = "office"

[commitments.leads]
metric = "leads_delivered"
by = "marketing"
to = "sales"
period = "month"
calendar = "office"

[[commitments.leads.terms]]
segment = "enterprise"
tier = "decision_maker"
target = 21

[commitments.acknowledge]
metric = "acknowledged_within"
by = "sales"
to = "marketing"
calendar = "office"
promised_rate = "90 %"
allowance = "4h"

[[commitments.acknowledge.terms]]
segment = "enterprise"
tier = "decision_maker"
allowance = "1h"

[commitments.first_attempt]
metric = "first_attempt_within"
by = "sales"
to = "marketing"
calendar = "office"
promised_rate = "85 %"
allowance = "8h"

[goal]
revenue = "100000"
marketing_share = "0.5"

[[goal.cells]]
segment = "enterprise"
tier = "decision_maker"
share = "1"
average_deal = "10000"
close_rate = "0.1"
"""

IN_FULL = AGREEMENT.replace(
    'promised_rate = "85 %"\nallowance = "8h"\n',
    """promised_rate = "85 %"
allowance = "8h"
surge = { leads_a_day = 1, allowance = "12h" }

[commitments.attempts]
metric = "attempts_made"
by = "sales"
to = "marketing"
calendar = "office"
promised_rate = "70 %"
attempts = 3
allowance = "24h"

[[commitments.attempts.terms]]
segment = "small"
allowance = "16h"
attempts = 1
override = true

[commitments.decision]
metric = "disposition_within"
by = "sales"
to = "marketing"
calendar = "office"
promised_rate = "80 %"
allowance = "30h"
""",
)
"""The same with every kind of clock, and relief from the second lead of a day on."""


def at(text: str) -> datetime:
    """An instant of UTC, as `2026-04-27 15:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


NEW_YEAR = at("2026-01-01 00:00")


@dataclass(frozen=True)
class Company:
    """An installation without its settings: a database and a folder of files."""

    engine: Engine
    folder: Path

    @property
    def shelf(self) -> AgreementShelf:
        return AgreementShelf(self.engine)

    @property
    def desk(self) -> Desk:
        return Desk(self.engine, self.folder / "imports")

    @property
    def history(self) -> History:
        return History(self.engine)

    @property
    def sources(self) -> SourceShelf:
        return SourceShelf(self.engine)

    @property
    def book(self) -> Book:
        return life.book_of(self.shelf, "UTC", WORDS)

    def sign(self, text: str = AGREEMENT, now: datetime = NEW_YEAR) -> Version:
        version, _ = life.load(text, "test.toml", self.shelf, now)
        for party in life.agreement_of(version).parties:
            email = life.agreement_of(version).parties[party].signatories[0]
            version = life.sign(version.name, party, email, self.shelf, now)
        freeze.enact(version, self.shelf, self.history, self.desk, book=self.book, now=now)
        return life.newest(version.name, self.shelf)

    def take(
        self, kind: str, text: str, now: datetime, *, name: str = "file.csv", dry_run: bool = False
    ) -> ImportReport:
        mapping, path = self.folder / "crm.toml", self.folder / name
        mapping.write_text(MAPPING)
        path.write_text(text)
        delivery = file_delivery(
            path, kind=Kind(kind), mappings_folder=self.folder, mapping=str(mapping)
        )
        return take_in(delivery, self.desk, self.book, now=seconds(now), dry_run=dry_run)

    def watch(self, now: datetime) -> None:
        with self.desk.ledger() as ledger:
            mark_due(ledger, self.book, seconds(now))
        record_breaches(BreachDesk(self.engine), self.book, seconds(now))

    def progress(
        self, starts: date, ends: date, *by: str, as_of: datetime | None = None
    ) -> tuple[ProgressRow, ...]:
        facts = (
            FactsNow(self.engine)
            if as_of is None
            else FactsAsOf(self.history, self.book, seconds(as_of))
        )
        return progress(facts, self.book, starts, ends, by=by)
