from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from smarketing.domain.channels import ChannelKind, Occasion
from smarketing.services.channels.shown import channel_lines
from smarketing.services.channels.trial import trial
from smarketing.store.outbox import OutboxStore
from smarketing.store.receipts import Receipts
from tests.services.channels.rooms import channel, rooms

if TYPE_CHECKING:
    from tests.web.office import Office

ROOM = channel("room", Occasion.DIGEST, Occasion.CHRONIC)
LAKE = channel("lake", Occasion.ESCALATION, kind=ChannelKind.WEBHOOK)
EXAMPLE = """
[[channels]]
name = "room"
kind = "slack"
url_env = "ROOM_URL"
sends = ["digest"]
"""


@pytest.fixture
def outbox(office: Office) -> OutboxStore:
    outbox = OutboxStore(office.house.engine)
    told = trial(rooms(ROOM), ROOM, office.now, by="Ada", base_url="https://portal.example")
    outbox.plan([told])
    return outbox


def refuse(office: Office, outbox: OutboxStore, *, gone: bool) -> None:
    (claimed,) = outbox.claim(limit=1, lease=timedelta(minutes=1), now=office.now)
    outbox.mark_failed(claimed.id, claimed.token, "410 no", bounced=gone, gone=gone)


def lines(office: Office):
    return channel_lines((ROOM, LAKE), Receipts(office.house.engine))


def test_a_channel_is_shown_with_its_last_message(office: Office, outbox: OutboxStore):
    room, lake = lines(office)
    assert (room.last.subject, room.last.state, room.fault) == (
        "smarketing can write here", "pending", "",
    )  # fmt: skip
    assert lake.last is None
    refuse(office, outbox, gone=False)
    room, _ = lines(office)
    assert (room.shut, room.fault) == (None, "410 no")


def test_a_channel_that_is_over_or_rests_says_why(office: Office, outbox: OutboxStore):
    outbox.rest("room", "503 busy")
    room, lake = lines(office)
    assert (room.fault, lake.fault) == ("503 busy", "")
    outbox.wake("room")
    refuse(office, outbox, gone=True)
    room, _ = lines(office)
    assert room.shut.said == "410 no"


def test_without_channels_the_page_says_what_they_are_for(office: Office):
    page = office.client("Ada").get("/channels").text
    assert "No channel is configured." in page
    assert "config/channels.toml" in page


def test_the_page_is_for_administrators(office: Office):
    assert office.client("Rita").get("/channels").status_code == 403
