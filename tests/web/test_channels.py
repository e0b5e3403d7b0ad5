from __future__ import annotations

import shutil
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from smarketing.domain.channels import ChannelKind, Occasion
from smarketing.services.channels.shown import channel_lines
from smarketing.services.channels.trial import trial
from smarketing.store.engine import open_engine
from smarketing.store.outbox import OutboxStore
from smarketing.store.receipts import Receipts
from tests.services.channels.rooms import channel, rooms
from tests.store.seed import CONFIG
from tests.web.office import open_office

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Engine

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
def sqlite(sqlite_template: Path, tmp_path: Path) -> Iterator[Engine]:
    shutil.copy(sqlite_template, tmp_path / "office.db")
    engine = open_engine(f"sqlite:///{tmp_path / 'office.db'}")
    yield engine
    engine.dispose()


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


def with_a_room(engine: Engine, folder: Path, text: str = EXAMPLE) -> Office:
    """An office whose file of channels has this text."""
    config = folder / "config"
    config.mkdir()
    shutil.copy(CONFIG / "seniority.toml", config)
    (config / "channels.toml").write_text(text)
    office = open_office(engine, folder, config)
    office.house.settings.environ["ROOM_URL"] = "https://hooks.example/services/secret"
    return office


def test_the_page_shows_the_last_receipt_and_never_the_address(sqlite: Engine, tmp_path: Path):
    office = with_a_room(sqlite, tmp_path)
    outbox = OutboxStore(sqlite)
    outbox.plan([trial(rooms(ROOM), ROOM, office.now, by="Ada", base_url="https://p.example")])
    (claimed,) = outbox.claim(limit=1, lease=timedelta(minutes=1), now=office.now)
    outbox.mark_sent(claimed.id, claimed.token, "200 ok", office.now)
    page = office.client("Ada").get("/channels").text
    for said in ("Every channel takes", "room", "Slack", "Weekly report", "Sent", "200 ok"):
        assert said in page
    assert "hooks.example" not in page


def test_a_channel_that_is_over_is_used_again_by_a_press(sqlite: Engine, tmp_path: Path):
    office = with_a_room(sqlite, tmp_path)
    outbox = OutboxStore(sqlite)
    outbox.plan([trial(rooms(ROOM), ROOM, office.now, by="Ada", base_url="https://p.example")])
    refuse(office, outbox, gone=True)
    assert "1 channel needs a look: room." in office.client("Ada").get("/channels").text
    office.post("Ada", "/messages/write-to", page="/channels", recipient="room")
    assert "In&nbsp;use" in office.client("Ada").get("/channels").text


def test_a_fault_of_the_file_is_said_on_the_page(sqlite: Engine, tmp_path: Path):
    office = with_a_room(sqlite, tmp_path, EXAMPLE.replace("digest", "weekly"))
    page = office.client("Ada").get("/channels").text
    assert "key sends: &#39;weekly&#39; is unknown" in page


def test_the_page_is_for_administrators(office: Office):
    assert office.client("Hetty").get("/channels").status_code == 403
