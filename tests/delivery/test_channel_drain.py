"""The outbox over channels: a real receiver, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from smarketing.delivery.channel import ChannelTransport
from smarketing.delivery.drain import Drained, drain
from smarketing.delivery.http import HttpSender
from smarketing.delivery.signing import parse_secret
from smarketing.domain.channels import Channel, ChannelKind, message_id
from smarketing.domain.messages import Message
from smarketing.store.outbox import OutboxStore
from smarketing.store.receipts import Receipts
from tests.delivery.receiver import SECRET, Receiver, receiving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

NOW = datetime(2026, 11, 23, 7, tzinfo=UTC)
HOUSE = UUID("5a0c2c5e-6f4c-4a53-9d1f-3d1f6b0a1c11")


def message(number: int, channel: str, kind: str) -> Message:
    key = f"digest:2026-W{number}:channel:{channel}"
    return Message(
        dedupe_key=key, kind=kind, recipient=channel, subject=f"W{number}",
        message_id=message_id(HOUSE, key), mime=b'{"text":"W%d"}' % number, not_before=NOW,
        expires_at=NOW + timedelta(hours=48), created_at=NOW, channel=channel,
    )  # fmt: skip


@pytest.fixture
def outbox(engine: Engine) -> OutboxStore:
    outbox = OutboxStore(engine, ("webhook",))
    outbox.plan([message(number, "room", "chat") for number in (45, 46, 47)])
    outbox.plan([message(47, "hook", "webhook")])
    return outbox


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def transports(receiver: Receiver) -> dict[str, ChannelTransport]:
    sender = HttpSender(answer_s=5)
    return {
        name: ChannelTransport(
            Channel(
                name=name, kind=kind, sends=frozenset(), url=receiver.url, url_name="URL",
                secrets=secrets, allow_private=True,
            ),
            sender, HOUSE, lambda: NOW,
        )
        for name, kind, secrets in (
            ("room", ChannelKind.SLACK, ()),
            ("hook", ChannelKind.WEBHOOK, (parse_secret(SECRET),)),
        )
    }  # fmt: skip


def age(engine: Engine) -> None:
    """Let every lease and rest be over."""
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE outbox SET lease_until = lease_until - 100000")
        connection.exec_driver_sql("UPDATE breaker SET open_until = open_until - 100000")


def test_what_is_due_is_sent_once_and_leaves_a_receipt(engine, outbox, transports, receiver):
    assert drain(outbox, transports, NOW) == Drained(sent=4)
    assert drain(outbox, transports, NOW) == Drained()
    assert sorted(taken.body for taken in receiver.taken) == [
        b'{"text":"W45"}', b'{"text":"W46"}', b'{"text":"W47"}', b'{"text":"W47"}',
    ]  # fmt: skip
    (signed,) = [taken for taken in receiver.taken if "webhook-id" in taken.headers]
    assert signed.is_signed_by(SECRET)
    (told,) = Receipts(engine).messages(9, recipient="hook")
    assert (told.state, told.said, told.message_id) == (
        "sent",
        "200 ok",
        signed.headers["webhook-id"],
    )


def test_one_message_can_be_asked_for_alone(engine: Engine, outbox, transports, receiver):
    only = "digest:2026-W47:channel:hook"
    assert drain(outbox, transports, NOW, only=only) == Drained(sent=1)
    assert len(receiver.taken) == 1
    assert Receipts(engine).counts() == {"sent": 1, "pending": 3}


def test_mails_and_channels_are_drained_apart(outbox, transports, receiver):
    assert drain(outbox, transports, NOW, rooms=False) == Drained()
    assert drain(outbox, transports, NOW, rooms=True, limit=1) == Drained(sent=1)
    assert drain(outbox, transports, NOW) == Drained(sent=3)
    assert len(receiver.taken) == 4


def test_a_chat_in_doubt_is_held_and_a_webhook_is_sent_again_with_its_id(
    engine, outbox, transports, receiver
):
    receiver.manner = "drop"
    assert drain(outbox, transports, NOW) == Drained(doubtful=2, again=2)
    receiver.manner = "answer"
    age(engine)
    drain(outbox, transports, NOW)
    assert Receipts(engine).counts() == {"held": 1, "sent": 3}
    hooks = [
        taken.headers["webhook-id"] for taken in receiver.taken if "webhook-id" in taken.headers
    ]
    assert len(hooks) == 2
    assert len(set(hooks)) == 1
    assert Receipts(engine).messages(9, recipient="hook")[0].maybe_twice


def test_410_ends_the_channel_until_somebody_enables_it(engine, outbox, transports, receiver):
    receiver.statuses = [410]
    assert drain(outbox, transports, NOW, limit=1) == Drained(failed=1)
    receiver.statuses = [200]
    assert drain(outbox, transports, NOW) == Drained(sent=1, suppressed=2)
    assert len(receiver.taken) == 2
    states = {told.subject: told for told in Receipts(engine).messages(9, recipient="room")}
    for subject in ("W45", "W46", "W47"):
        assert states[subject].state == "failed"
        assert "smarketing channels enable room" in states[subject].said
    (shut,) = Receipts(engine).shut()
    assert shut.recipient == "room"
    assert outbox.lift("room")
    outbox.plan([message(48, "room", "chat")])
    assert drain(outbox, transports, NOW) == Drained(sent=1)


def test_a_message_that_a_channel_cannot_bear_lets_the_others_go_first(
    engine, outbox, transports, receiver
):
    receiver.statuses = [503, 200]
    assert drain(outbox, transports, NOW) == Drained(again=3, sent=1)
    age(engine)
    receiver.statuses = [200]
    assert drain(outbox, transports, NOW) == Drained(sent=2)
    (back,) = Receipts(engine).messages(9, state="pending")
    assert (back.subject, back.attempts) == ("W45", 1)


@pytest.mark.parametrize("wait", [("1800", 1790), ("5", 50), (None, 50)])
def test_429_lets_the_channel_rest_as_long_as_it_asks_and_counts_no_attempt(
    engine, outbox, transports, receiver, wait: tuple[str | None, int]
):
    asked, least = wait
    receiver.statuses = [429, 200]
    receiver.headers = {} if asked is None else {"Retry-After": asked}
    assert drain(outbox, transports, NOW) == Drained(again=3, sent=1)
    (resting,) = Receipts(engine).resting()
    with engine.connect() as connection:
        clock = outbox._clock  # noqa: SLF001  (what this database calls its clock)
        here = connection.exec_driver_sql(f"SELECT {clock}").scalar_one()
    assert least <= resting.open_until.timestamp() - here <= max(least + 10, 60)
    assert drain(outbox, transports, NOW) == Drained()
    assert {told.attempts for told in Receipts(engine).messages(9, recipient="room")} == {0}
    assert outbox.wake("room")
    assert drain(outbox, transports, NOW) == Drained(sent=3)


def test_a_rest_grows_with_each_failure_and_never_falls_short_of_what_was_asked(engine, outbox):
    waits = []
    for asked in (None, None, None, timedelta(hours=1), None, None):
        outbox.rest("room", "503", asked)
        with engine.connect() as connection:
            left = f"SELECT open_until - {outbox._clock} FROM breaker"  # noqa: S608, SLF001
            waits.append(round(connection.exec_driver_sql(left).scalar_one() / 60))
    assert waits == [1, 2, 5, 60, 15, 15]


def test_500_is_tried_again_and_400_is_not(outbox, transports, receiver):
    receiver.statuses = [500, 400, 200]
    assert drain(outbox, transports, NOW) == Drained(sent=2, again=1, failed=1)
    assert drain(outbox, transports, NOW + timedelta(minutes=1)) == Drained(sent=1)


def test_a_channel_that_is_not_configured_any_more_keeps_its_messages(outbox, transports):
    del transports["room"]
    assert drain(outbox, transports, NOW) == Drained(sent=1, again=3)
    assert "config/channels.toml" in Receipts(outbox._engine).messages(1, recipient="room")[0].said  # noqa: SLF001
