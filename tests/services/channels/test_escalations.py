"""A channel is told of steps like a person: once, in working time, a storm as one message."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from smarketing.domain.channels import ChannelKind, Occasion
from smarketing.services.escalation.mails import Run
from smarketing.services.escalation.take import Escalated, take_steps
from smarketing.store.escalation import EscalationDesk
from smarketing.store.people import People
from tests.services.channels.rooms import channel, rooms
from tests.services.escalation import company as built
from tests.services.escalation.company import URL, berlin, envelope
from tests.store.seed import lead

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine

    from smarketing.services.channels.rooms import Rooms
    from tests.services.escalation.company import Company

ROOM = channel("sales-chat", Occasion.ESCALATION)
HOOK = channel("lake", Occasion.ESCALATION, kind=ChannelKind.WEBHOOK)


@pytest.fixture
def company(engine: Engine, tmp_path: Path) -> Company:
    return built.company(engine, tmp_path)


def tick(company: Company, told: str, those: Rooms) -> Escalated:
    now = berlin(told)
    company.mark(now)
    run = Run(company.book, envelope, now, URL, rooms=those)
    return take_steps(EscalationDesk(company.engine), People(company.engine), run)


def sent(company: Company, name: str = "sales-chat") -> list[str]:
    rows = company.all("SELECT subject FROM outbox WHERE channel = :name ORDER BY id", name=name)
    return [str(subject) for (subject,) in rows]


def test_a_step_is_one_message_to_the_channel_and_one_mail_to_each_person(company: Company):
    company.hand_off(lead(company="Acme"))
    assert tick(company, "16 12:12", rooms(ROOM)) == (1, 2, 0)
    assert sent(company) == ["Due soon: Acme"]
    assert tick(company, "16 12:12", rooms(ROOM)) == (0, 0, 0)
    assert tick(company, "16 13:00:20", rooms(ROOM)).steps == 1
    assert sent(company) == ["Due soon: Acme", "Late: Acme"]


def test_of_several_steps_at_once_the_channel_is_told_of_the_last(company: Company):
    company.hand_off(lead(company="Acme"))
    assert tick(company, "16 14:00", rooms(ROOM)).steps == 2
    assert sent(company) == ["Late: Acme"]


def test_a_storm_is_one_message(company: Company):
    company.hand_off(*[lead(company=f"Company {number}") for number in range(40)])
    tick(company, "16 12:12", rooms(ROOM))
    assert sent(company) == ["Due soon: 40 leads"]
    (row,) = company.all("SELECT mime FROM outbox WHERE channel = 'sales-chat'")
    assert b"and 30 more" in bytes(row[0])
    assert f"<{URL}/queue|Open the queue>".encode() in bytes(row[0])


def test_a_channel_is_told_in_the_working_time_of_those_whom_the_step_tells(company: Company):
    company.hand_off(lead(company="Acme"))
    tick(company, "16 20:00", rooms(ROOM))
    assert sent(company) == []
    tick(company, "17 09:00", rooms(ROOM))
    assert sent(company) == ["Late: Acme"]


@pytest.mark.parametrize(
    "those",
    [
        pytest.param(rooms(), id="there is none"),
        pytest.param(
            rooms(channel("sales-chat", Occasion.DIGEST)), id="it is told of other things"
        ),
        pytest.param(
            rooms(channel("sales-chat", Occasion.ESCALATION, agreements=frozenset({"other"}))),
            id="of another agreement",
        ),
    ],
)
def test_a_channel_that_does_not_ask_is_not_told(company: Company, those: Rooms):
    company.hand_off(lead(company="Acme"))
    assert tick(company, "16 12:12", those) == (1, 1, 0)
    assert sent(company) == []


def test_what_is_owed_to_a_channel_that_was_taken_away_is_forgotten(company: Company):
    company.hand_off(lead(company="Acme"))
    tick(company, "16 20:00", rooms(ROOM))
    tick(company, "17 09:00", rooms())
    tick(company, "17 09:01", rooms(ROOM))
    assert sent(company) == []


def test_a_program_gets_names_instants_and_links_but_no_telephone(company: Company):
    company.hand_off(
        lead(company="Acme", full_name="Ada Brandt", phone="+49 40 123", email="a@b.c")
    )
    tick(company, "16 12:12", rooms(HOOK))
    (row,) = company.all("SELECT kind, mime, message_id FROM outbox WHERE channel = 'lake'")
    assert row[0] == "webhook"
    assert str(row[2]).startswith("msg_")
    body = json.loads(bytes(row[1]))
    assert (body["type"], body["timestamp"]) == ("escalation.step_taken", "2026-11-16T11:12:00Z")
    data = body["data"]
    assert data["agreement"]["name"] == company.book.versions[0].agreement.name
    assert data["commitment"]["metric"] == "acknowledged_within"
    assert data["step"] == {"number": 1, "when": "after 80 % of the time"}
    assert data["leads"] == [
        {
            "id": 1, "source_id": "L1", "name": "Ada Brandt", "company": "Acme",
            "segment": "other", "tier": "other", "started_at": "2026-11-16T08:00:00Z",
            "due_at": "2026-11-16T12:00:00Z", "holder": "Person 1", "given_to": None,
            "url": f"{URL}/leads/1",
        }
    ]  # fmt: skip
    assert b"123" not in bytes(row[1])
    assert b"a@b.c" not in bytes(row[1])
