"""From the hand-off of a lead to the clock that is met, by the link in a mail of a real server."""

from __future__ import annotations

import re
from datetime import timedelta
from email import message_from_bytes
from email.policy import SMTP
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from smarketing.bootstrap import House, portal
from smarketing.delivery.drain import drain
from smarketing.delivery.smtp import SmtpTransport
from smarketing.domain.calendar import seconds
from smarketing.domain.ways import Way, how_from
from smarketing.scheduler.parts import worker_parts
from smarketing.services.leads.handing import assign
from smarketing.services.people.people import Role
from smarketing.settings import load_settings
from smarketing.store.acts import ActDesk
from smarketing.store.outbox import OutboxStore
from smarketing.store.people import People
from tests.delivery import servers
from tests.store.seed import CONFIG, MONDAY, act, hand_off, lead, let_in, person, signed_book

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from flask.testing import FlaskClient
    from sqlalchemy import Engine

    from smarketing.services.conclusions.book import Book

SOON = MONDAY + timedelta(minutes=5)
PRESSED = MONDAY + timedelta(minutes=30)
BASE = "https://smarketing.example"
LINK = re.compile(rf"{BASE}/a/(\S+)")
NONCE = re.compile(r'name="nonce" value="([^"]+)"')


@pytest.fixture
def house(engine: Engine, tmp_path: Path) -> House:
    """Rita (1) and Otto (2) are reps, 3 manages them."""
    let_in(
        engine, person(1), person(2), person(3, Role.SALES_MANAGER), owners={"Rita Rep": 1}
    )  # fmt: skip
    told = {
        "SMARKETING_HOME": str(tmp_path / "home"), "SMARKETING_CONFIG": str(CONFIG),
        "SMARKETING_BASE_URL": BASE,
    }  # fmt: skip
    return House(load_settings(told, tmp_path), engine)


@pytest.fixture
def book(house: House) -> Book:
    return signed_book(house.engine, MONDAY)


def client_at(house: House, now: datetime) -> FlaskClient:
    return portal(house, lambda: now).test_client()


def sent(house: House, post: servers.Post, mail_server, now: datetime) -> list[tuple[str, str]]:
    """Recipient and text part of the mails that the server takes now."""
    before = len(post.taken)
    worker_parts(house, now).alert(now)
    transport = SmtpTransport(servers.at(mail_server), "smarketing@example.com")
    drain(OutboxStore(house.engine), {"mail": transport}, now)
    mails = [message_from_bytes(content, policy=SMTP) for _, content in post.taken[before:]]
    return [
        (mail["To"].addresses[0].addr_spec, mail.get_body(("plain",)).get_content())
        for mail in mails
    ]


def press(client: FlaskClient, token: str, button: str):
    page = client.get(f"/a/{token}", base_url=BASE)
    nonce = NONCE.search(page.text)
    told = {"press": button, "nonce": nonce[1] if nonce else ""}
    return client.post(f"/a/{token}", data=told, base_url=BASE)


def acknowledged(engine: Engine) -> list[tuple[object, ...]]:
    sql = text(
        "SELECT occurred_at, detail, actor FROM lead_event WHERE kind = 'acknowledged' "
        "AND ref <> '' ORDER BY nth"
    )
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(sql)]


def clock(engine: Engine) -> tuple[object, ...]:
    sql = text(
        "SELECT clock.state, clock.stopped_at FROM clock JOIN commitment "
        "ON commitment.id = clock.commitment_id WHERE metric = 'acknowledged_within'"
    )
    with engine.connect() as connection:
        return tuple(connection.execute(sql).one())


def test_the_link_of_the_text_part_meets_the_clock(house, book, post, mail_server):
    hand_off(house.engine, book, [lead(company="Acme")], MONDAY)
    ((to, told),) = sent(house, post, mail_server, SOON)
    assert to == "p1@example.com"
    (token,) = LINK.findall(told)
    assert len(f"{BASE}/a/{token}") <= 100
    client = client_at(house, PRESSED)
    for _ in range(5):
        assert client.get(f"/a/{token}", base_url=BASE).status_code == 200
    assert clock(house.engine) == (0, None)
    assert "You have it." in press(client, token, "have").text
    assert clock(house.engine) == (1, seconds(PRESSED))
    ((at, detail, actor),) = acknowledged(house.engine)
    how = how_from(detail)
    assert (at, actor) == (seconds(PRESSED), "p1@example.com")
    assert how is not None
    assert (how.way, how.age_s, how.sent_s) == (Way.EMAIL_LINK, 1500, 1500)
    press(client, token, "have")
    assert len(acknowledged(house.engine)) == 1


def test_a_press_right_after_the_mail_is_unverified_and_counts(house, book, post, mail_server):
    hand_off(house.engine, book, [lead(company="Acme")], MONDAY)
    ((_, told),) = sent(house, post, mail_server, SOON)
    at = SOON + timedelta(seconds=7)
    press(client_at(house, at), LINK.findall(told)[0], "have")
    how = how_from(acknowledged(house.engine)[0][1])
    assert how is not None
    assert (how.sent_s, how.is_too_soon) == (7, True)
    assert clock(house.engine) == (1, seconds(at))


def test_who_gets_the_lead_gets_a_link_and_the_one_of_before_is_dead(
    house, book, post, mail_server
):
    (lead_id,) = hand_off(house.engine, book, [lead(company="Acme")], MONDAY)
    ((_, told),) = sent(house, post, mail_server, SOON)
    manager = act(3, SOON + timedelta(minutes=1), role=Role.SALES_MANAGER)
    assign(ActDesk(house.engine), People(house.engine), [lead_id], manager, book, to=2)
    ((to, news),) = sent(house, post, mail_server, SOON + timedelta(minutes=2))
    assert to == "p2@example.com"
    client = client_at(house, PRESSED)
    assert "Person 2 has it since" in client.get(
        f"/a/{LINK.findall(told)[0]}", base_url=BASE
    ).text  # fmt: skip
    assert press(client, LINK.findall(told)[0], "have").status_code == 400
    assert acknowledged(house.engine) == []
    assert "You have it." in press(client, LINK.findall(news)[0], "have").text
    assert acknowledged(house.engine)[0][2] == "p2@example.com"


@pytest.mark.parametrize(("use", "links"), [("button", 1), ("login_required", 0), ("off", 0)])
def test_only_where_no_door_is_wanted_mails_have_such_links(
    house, book, post, mail_server, *, use: str, links: int
):
    settings = house.settings.model_copy(update={"email_link": use})
    home = House(settings, house.engine)
    hand_off(house.engine, book, [lead(company="Acme")], MONDAY)
    ((_, told),) = sent(home, post, mail_server, SOON)
    assert len(LINK.findall(told)) == links
    assert f"{BASE}/leads/1" in told
