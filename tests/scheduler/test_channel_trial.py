"""A trial message to a channel while a worker runs that may be quicker."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from smarketing import bootstrap
from smarketing.bootstrap import House
from smarketing.domain.channels import Channel, ChannelKind
from smarketing.domain.messages import Claimed, Message
from smarketing.services.channels.trial import trial
from smarketing.settings import load_settings
from smarketing.store.outbox import OutboxStore
from tests.delivery.receiver import Receiver, receiving
from tests.end_to_end.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Engine

NOW = datetime(2026, 11, 23, 7, tzinfo=UTC)
BY = "a person"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def room(receiver: Receiver) -> Channel:
    return Channel(
        name="room", kind=ChannelKind.SLACK, sends=frozenset(), url=receiver.url, url_name="URL",
        allow_private=True,
    )  # fmt: skip


@pytest.fixture
def house(engine: Engine, tmp_path: Path) -> House:
    told = {"SMARKETING_HOME": str(tmp_path), "SMARKETING_CONFIG": str(ROOT / "config")}
    return House(load_settings(told, tmp_path), engine)


@pytest.fixture
def outbox(house: House) -> OutboxStore:
    return OutboxStore(house.engine)


def the_trial(house: House, room: Channel) -> Message:
    rooms = bootstrap.rooms_of(house, (room,))
    return trial(rooms, room, NOW, by=BY, base_url=house.settings.base_url)


@pytest.fixture
def taken_up(house: House, outbox: OutboxStore, room: Channel) -> Claimed:
    """The trial message, which a worker has claimed before whoever asked for it."""
    outbox.plan([the_trial(house, room)])
    (claimed,) = outbox.claim(limit=1, lease=timedelta(minutes=10), now=NOW)
    return claimed


def test_a_trial_that_a_worker_took_up_is_waited_for(
    house: House, outbox: OutboxStore, room: Channel, taken_up: Claimed
):
    key = (taken_up.id, taken_up.token)
    worker = iter(
        [lambda: outbox.mark_dot(*key), lambda: outbox.mark_sent(*key, "200 from the worker", NOW)]
    )
    sent = bootstrap.send_trial(house, room, lambda: NOW, BY, lambda _: next(worker)())
    assert (sent.state, sent.said) == ("sent", "200 from the worker")


def test_a_trial_that_a_worker_never_ends_is_waited_for_a_minute(
    house: House, room: Channel, taken_up: Claimed
):
    waited: list[float] = []
    sent = bootstrap.send_trial(house, room, lambda: NOW, BY, waited.append)
    assert (sent.id, sent.state, sum(waited)) == (taken_up.id, "claimed", 60)


def test_a_trial_tells_of_itself_and_not_of_a_newer_message(
    house: House, outbox: OutboxStore, room: Channel, receiver: Receiver
):
    newer = the_trial(house, room)
    mine = bootstrap.send_trial(house, room, lambda: NOW, BY)
    outbox.plan([Message(**{**vars(newer), "dedupe_key": "another", "subject": "another"})])
    again = bootstrap.send_trial(house, room, lambda: NOW, BY)
    assert (again.id, again.state) == (mine.id, "sent")
    assert len(receiver.taken) == 1
