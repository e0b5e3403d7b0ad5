from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from smarketing.delivery.channel import ChannelTransport, retry_after
from smarketing.delivery.errors import DoubtfulError, GoneError, RefusedError, UnreachableError
from smarketing.delivery.http import HttpSender
from smarketing.delivery.signing import parse_secret
from smarketing.domain.channels import Channel, ChannelKind, Occasion, message_id
from smarketing.domain.messages import Claimed
from tests.delivery.receiver import OLD_SECRET, SECRET, Receiver, receiving

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = datetime(2026, 11, 23, 7, tzinfo=UTC)
HOUSE = UUID("5a0c2c5e-6f4c-4a53-9d1f-3d1f6b0a1c11")
CLAIMED = Claimed(1, "token", "digest:2026-W47:hook", "hook", b'{"type":"digest"}', 1)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


def transport(receiver: Receiver, kind: ChannelKind = ChannelKind.SLACK, **more: Any):
    channel = Channel(
        name="hook", kind=kind, sends=frozenset({Occasion.DIGEST}), url=receiver.url,
        url_name="HOOK_URL", allow_private=True, **more,
    )  # fmt: skip
    return ChannelTransport(channel, HttpSender(answer_s=5), HOUSE, lambda: NOW)


def send(receiver: Receiver, kind: ChannelKind = ChannelKind.SLACK, **more: Any) -> str:
    return transport(receiver, kind, **more).send(CLAIMED, lambda: True)


@pytest.mark.parametrize("status", [200, 202, 204])
def test_2xx_is_the_receipt(receiver, status: int):
    receiver.statuses = [status]
    receiver.said = b"" if status == 204 else b"ok, thanks"
    assert send(receiver) == ("204" if status == 204 else f"{status} ok, thanks")
    assert receiver.taken[0].body == CLAIMED.mime
    assert receiver.taken[0].headers["content-type"] == "application/json"


def test_a_webhook_is_signed_and_a_second_attempt_has_the_same_id(receiver):
    keys = (parse_secret(SECRET), parse_secret(OLD_SECRET))
    for _ in range(2):
        send(receiver, ChannelKind.WEBHOOK, secrets=keys)
    first, second = receiver.taken
    assert first.is_signed_by(SECRET)
    assert first.is_signed_by(OLD_SECRET)
    assert not first.is_signed_by("whsec_" + "A" * 32)
    assert first.headers["webhook-timestamp"] == str(int(NOW.timestamp()))
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.headers["webhook-id"] == message_id(HOUSE, CLAIMED.dedupe_key)


def test_a_chat_is_not_signed(receiver):
    send(receiver)
    assert "webhook-signature" not in receiver.taken[0].headers


@pytest.mark.parametrize(
    ("status", "error", "told"),
    [
        (400, RefusedError, "400 ok.*did not understand"),
        (404, RefusedError, "404 ok.*nothing is at this address"),
        (418, RefusedError, "418 ok"),
        (301, RefusedError, "301 ok: it leads elsewhere.*HOOK_URL"),
        (410, GoneError, "HOOK_URL.*smarketing channels enable hook"),
        (408, RefusedError, "408 ok"),
        (500, RefusedError, "500 ok"),
        (429, UnreachableError, "429 ok"),
        (503, UnreachableError, "503 ok"),
        (502, DoubtfulError, "gateway.*may have arrived"),
        (504, DoubtfulError, "gateway.*may have arrived"),
    ],
)
def test_every_other_answer_is_an_error_with_a_sentence(receiver, status: int, error, told: str):
    receiver.statuses = [status]
    with pytest.raises(error, match=told) as caught:
        send(receiver)
    if isinstance(caught.value, RefusedError):
        assert caught.value.permanent is (status not in (408, 500))
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("status", [429, 503])
def test_the_wait_that_is_asked_for_is_told(receiver, status: int):
    receiver.statuses, receiver.headers = [status], {"Retry-After": "120"}
    with pytest.raises(UnreachableError) as caught:
        send(receiver)
    assert caught.value.retry_after == timedelta(minutes=2)


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        (None, None),
        ("30", timedelta(seconds=30)),
        ("Mon, 23 Nov 2026 07:05:00 GMT", timedelta(minutes=5)),
        ("Mon, 23 Nov 2026 06:00:00 GMT", timedelta()),
        ("999999999999", timedelta(hours=6)),
        ("soon", None),
        ("-5", None),
    ],
)
def test_a_wait_is_read_in_seconds_or_as_a_date_and_is_six_hours_at_most(value, wait):
    assert retry_after(value, NOW) == wait
