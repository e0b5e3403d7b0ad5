"""Those who may sign are told once a month of what failed too often."""

from __future__ import annotations

import json
from email import message_from_bytes
from email.headerregistry import Address
from email.policy import default
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from smarketing.domain.channels import ChannelKind, Occasion
from smarketing.services.statements.accounts import Sources
from smarketing.services.statements.chronic import plan_chronic
from smarketing.store.facts import FactsNow
from smarketing.store.levels import LevelDesk
from smarketing.store.outbox import OutboxStore
from smarketing.store.statements import StatementDesk
from tests.builders import Company, at
from tests.services.agreements.remedied import CREDIT, FEE, SUPPLIED
from tests.services.channels.rooms import channel, rooms

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy import Engine

    from reports.mail import Envelope
    from smarketing.services.channels.rooms import Rooms

HEAD = "id,created,rejected,reason,title,employees\n"
SIGNATORIES = ["marketing@example.com", "sales@example.com", "sue@example.com"]
APRIL = at("2026-04-08 09:00")


def leads(month: str, rejected: int) -> str:
    """Ten leads of the second; those that are rejected are so on the third."""
    gone = (f"{month}r{n},{month}-02 10:00,{month}-03 10:00,duplicate,CEO,900\n" for n in
            range(rejected))  # fmt: skip
    kept = (f"{month}a{n},{month}-02 10:00,,,CEO,900\n" for n in range(10 - rejected))
    return "".join([*gone, *kept])


@pytest.fixture
def company(engine: Engine, tmp_path: Path) -> Company:
    company = Company(engine, tmp_path)
    company.sign(SUPPLIED + FEE + CREDIT)
    return company


def plan(company: Company, now: datetime, those: Rooms | None = None) -> int:
    def envelope(key: str, recipient: Address) -> Envelope:
        sender = Address("smarketing", addr_spec="s@example.com")
        return {
            "sender": sender, "recipient": recipient, "message_id": f"<{key}>", "date": now,
        }  # fmt: skip

    company.watch(now)
    sources = Sources(
        LevelDesk(company.engine), FactsNow(company.engine), StatementDesk(company.engine)
    )
    outbox = OutboxStore(company.engine)
    return plan_chronic(
        sources, company.book, outbox, envelope, now=now, base_url="http://portal.example",
        opens=lambda email: email.startswith("sales"),
        rooms=those,
    )  # fmt: skip


def mails(company: Company) -> list[tuple[str, str]]:
    with company.engine.connect() as connection:
        rows = connection.execute(text("SELECT recipient, mime FROM outbox ORDER BY recipient"))
        parsed = [(to, message_from_bytes(bytes(mime), policy=default)) for to, mime in rows]
    return [(to, mail.get_body(("plain",)).get_content()) for to, mail in parsed]


def take(company: Company, told: str, now: datetime) -> None:
    last = f"x,{now:%Y-%m-%d %H:%M},,,Intern,20\n"
    company.take("leads", f"{HEAD}{told}{last}", now)


def test_two_failed_months_of_three_are_told_to_every_signatory_once(company: Company):
    take(company, leads("2026-01", 5) + leads("2026-02", 1) + leads("2026-03", 6), APRIL)
    assert plan(company, APRIL) == len(SIGNATORIES)
    assert plan(company, APRIL) == 0
    assert [to for to, _ in mails(company)] == SIGNATORIES
    told = mails(company)[0][1]
    assert "“Accepted” failed in 2 of 3 months." in told
    assert "January 2026:" in told
    assert "failed: 5 of 10 (50 %), 80 % promised" in told
    assert "kept: 9 of 10 (90 %), 80 % promised" in told


def test_only_who_can_open_the_statement_gets_a_link_to_it(company: Company):
    take(company, leads("2026-01", 5) + leads("2026-02", 1) + leads("2026-03", 6), APRIL)
    plan(company, APRIL)
    page = "http://portal.example/statements?party=sales&period=2026-03"
    linked = {to: page in told for to, told in mails(company)}
    assert linked == {to: to.startswith("sales") for to in SIGNATORIES}
    assert set(linked.values()) == {True, False}


def test_one_failed_month_is_not_chronic(company: Company):
    take(company, leads("2026-02", 1) + leads("2026-03", 6), APRIL)
    assert plan(company, APRIL) == 0


def test_a_month_whose_leads_are_not_known_to_its_end_is_told_of_when_they_are(company: Company):
    take(company, leads("2026-01", 5) + leads("2026-03", 6), at("2026-03-20 09:00"))
    assert plan(company, APRIL) == 0
    take(company, "", at("2026-04-20 09:00"))
    assert plan(company, at("2026-04-20 09:00")) == len(SIGNATORIES)


def test_the_next_month_in_which_the_rule_holds_is_told_of_again(company: Company):
    take(company, leads("2026-01", 5) + leads("2026-03", 6), APRIL)
    plan(company, APRIL)
    take(company, leads("2026-04", 1), at("2026-05-04 09:00"))
    assert plan(company, at("2026-05-04 09:00")) == 0  # one of the last three is left
    take(company, leads("2026-05", 6), at("2026-06-04 09:00"))
    assert plan(company, at("2026-06-04 09:00")) == len(SIGNATORIES)


def test_channels_that_ask_for_it_are_told_once_beside_the_signatories(company: Company):
    take(company, leads("2026-01", 5) + leads("2026-02", 1) + leads("2026-03", 6), APRIL)
    those = rooms(
        channel("room", Occasion.CHRONIC, kind=ChannelKind.TEAMS),
        channel("lake", Occasion.CHRONIC, kind=ChannelKind.WEBHOOK),
        channel("deaf", Occasion.DIGEST),
    )
    assert plan(company, APRIL, those) == len(SIGNATORIES) + 2
    assert plan(company, APRIL, those) == 0
    with company.engine.connect() as connection:
        rows = connection.execute(
            text(
                "SELECT channel, subject, mime FROM outbox WHERE channel <> 'mail' ORDER BY channel"
            )
        ).all()
    assert [tuple(row[:2]) for row in rows] == [
        ("lake", "“Accepted” failed in 2 of 3 months"),
        ("room", "“Accepted” failed in 2 of 3 months"),
    ]
    body = json.loads(bytes(rows[0][2]))
    assert body["type"] == "promise.failing"
    assert body["data"]["month"] == "2026-03"
    assert [month["failed"] for month in body["data"]["months"]] == [True, False, True]
    assert body["data"]["url"] == "http://portal.example/statements?party=sales&period=2026-03"
