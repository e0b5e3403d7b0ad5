"""A sales team under the example agreement, whose ladder has three steps, and the worker's tick.

Rita (1) and Otto (2) are reps, Rhea (5), too; 3 manages them, 4 is in marketing. A lead that is
handed off on Monday at nine is due at one: 80 % of the time is used up at 12:12, and four hours
after the due time the office closes, so that the last step waits for Tuesday at nine.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_bytes
from email.headerregistry import Address
from email.policy import SMTP
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import text

from smarketing.domain.calendar import seconds
from smarketing.services.conclusions.watch import mark_due
from smarketing.services.escalation.mails import Run
from smarketing.services.escalation.take import Escalated, take_steps
from smarketing.services.mail_link.tokens import LinkSigner
from smarketing.services.people.people import Role
from smarketing.store.desk import Desk
from smarketing.store.escalation import EscalationDesk
from smarketing.store.people import People
from tests.store.seed import MONDAY, hand_off, lead, let_in, person, signed_book

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine

    from reports.mail import Envelope
    from smarketing.services.conclusions.book import Book
    from smarketing.services.mail_link.tokens import Link

MANAGER = 3
URL = "https://smarketing.example"
SIGNER = LinkSigner(["a key that only these tests know of"])
BERLIN = ZoneInfo("Europe/Berlin")


def berlin(told: str) -> datetime:
    """An instant of November 2026 in Berlin, as `16 12:12`."""
    return datetime.fromisoformat(f"2026-11-{told}").replace(tzinfo=BERLIN)


def envelope(key: str, recipient: Address) -> Envelope:
    return {
        "sender": Address("smarketing", "smarketing", "example.com"),
        "recipient": recipient,
        "message_id": f"<{key.replace(':', '.')}@example.com>",
        "date": MONDAY,
    }


def answer_url(link: Link) -> str:
    return f"{URL}/a/{SIGNER.token(link)}"


@dataclass
class Company:
    """The team with its database."""

    engine: Engine
    folder: Path
    book: Book

    @property
    def desk(self) -> Desk:
        return Desk(self.engine, self.folder)

    def hand_off(self, *leads: dict[str, object], at: datetime = MONDAY) -> list[int]:
        return hand_off(self.engine, self.book, leads or [lead(company="Acme")], at)

    def mark(self, now: datetime) -> None:
        with self.desk.ledger() as ledger:
            mark_due(ledger, self.book, seconds(now))

    def escalate(self, now: datetime, told_until: datetime | None = None) -> Escalated:
        run = Run(self.book, envelope, now, URL, told_until=told_until, answer=answer_url)
        return take_steps(EscalationDesk(self.engine), People(self.engine), run)

    def tick(self, told: str) -> Escalated:
        """What the worker's tick does up to the steps, at an instant of Berlin."""
        self.mark(berlin(told))
        return self.escalate(berlin(told))

    def all(self, sql: str, **values: object) -> list[tuple[object, ...]]:
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(sql), values)]

    def change(self, sql: str, **values: object) -> None:
        with self.engine.begin() as connection:
            connection.execute(text(sql), values)

    def mails(self) -> list[tuple[str, str]]:
        """Whom, and the subject, in the order of the outbox."""
        rows = self.all("SELECT recipient, subject FROM outbox ORDER BY id")
        return [(str(to).partition("@")[0], str(subject)) for to, subject in rows]

    def parts(self) -> list[tuple[str, str, str]]:
        """Whom, the text and the HTML of each mail, in the order of the outbox."""
        rows = self.all("SELECT recipient, mime FROM outbox ORDER BY id")
        mails = [(to, message_from_bytes(bytes(mime), policy=SMTP)) for to, mime in rows]
        return [
            (to.partition("@")[0], *(m.get_body((k,)).get_content() for k in ("plain", "html")))
            for to, m in mails
        ]

    def steps(self) -> list[tuple[object, ...]]:
        """The lead and the position of each step that was taken."""
        return self.all("SELECT lead_id, step FROM ladder_step ORDER BY lead_id, step")

    def holder(self, lead_id: int = 1) -> object:
        return self.all("SELECT holder_id FROM lead WHERE id = :id", id=lead_id)[0][0]


def company(engine: Engine, folder: Path) -> Company:
    let_in(
        engine, person(1), person(2), person(MANAGER, Role.SALES_MANAGER),
        person(4, Role.MARKETING_MANAGER), person(5),
        owners={"Rita Rep": 1, "Otto Other": 2, "Rhea": 5},
    )  # fmt: skip
    return Company(engine, folder, signed_book(engine, MONDAY - timedelta(days=30)))
