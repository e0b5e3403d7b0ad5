from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from tests.delivery.receiver import SECRET, Receiver, receiving
from tests.end_to_end.conftest import ROOT, Command

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CHANNELS = """
[[channels]]
name = "room"
kind = "slack"
url_env = "ROOM_URL"
sends = ["digest"]
allow_private = true

[[channels]]
name = "lake"
kind = "webhook"
url_env = "ROOM_URL"
secret_env = "LAKE_SECRET"
sends = ["escalation", "chronic"]
allow_private = true
"""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def smarketing(tmp_path: Path, receiver: Receiver) -> Command:
    shutil.copytree(ROOT / "config", tmp_path / "config")
    (tmp_path / "config" / "channels.toml").write_text(CHANNELS)
    (tmp_path / "secret").write_text(f"{SECRET}\n")
    return Command(
        tmp_path / "home",
        more={
            "SMARKETING_CONFIG": str(tmp_path / "config"),
            "ROOM_URL": receiver.url,
            "LAKE_SECRET_FILE": str(tmp_path / "secret"),
        },
    )


def test_a_test_message_is_sent_at_once_and_its_receipt_is_printed(smarketing, receiver):
    assert smarketing.done("channels", "test", "room") == "room took it: 200 ok\n"
    assert "smarketing can write here" in json.loads(receiver.taken[0].body)["text"]
    smarketing.done("channels", "test", "lake")
    assert receiver.taken[1].is_signed_by(SECRET)
    assert json.loads(receiver.taken[1].body)["type"] == "channel.test"
    room, lake = smarketing.json("channels")["channels"]
    assert (room["name"], room["kind"], room["sends"]) == ("room", "slack", "digest")
    assert (room["state"], room["last_state"], room["last_said"]) == ("in use", "sent", "200 ok")
    assert lake["sends"] == "chronic, escalation"


def test_a_channel_that_is_over_is_said_until_it_is_enabled(smarketing, receiver):
    receiver.statuses = [410, 200]
    first = smarketing("channels", "test", "room")
    assert first.returncode == 1
    assert "room did not take it (failed): 410 ok: the channel is over" in first.stderr
    assert "room is over since" in smarketing("channels", "test", "room").stderr
    assert smarketing.json("channels")["channels"][0]["state"] == "over"
    assert "MEND  channel room: 410 ok: the channel is over" in smarketing("doctor").stdout
    assert "room is used again" in smarketing.done("channels", "enable", "room")
    assert "took it" in smarketing.done("channels", "test", "room")


def test_a_channel_that_takes_nothing_for_now_is_named_by_the_doctor(smarketing, receiver):
    receiver.statuses = [503]
    assert "did not take it (pending): 503 ok" in smarketing("channels", "test", "room").stderr
    told = smarketing("doctor").stdout
    assert "MEND  way out room: takes nothing since" in told
    assert "UTC and rests: 503 ok" in told


def test_a_fault_of_the_file_is_one_sentence_of_configuration(smarketing, tmp_path: Path):
    file = tmp_path / "config" / "channels.toml"
    file.write_text(CHANNELS.replace('"digest"', '"weekly"'))
    said = "channels.toml, channel 1 (room), key sends: 'weekly' is unknown"
    for call in (("channels",), ("channels", "test", "room"), ("scheduler",)):
        done = smarketing(*call)
        assert (done.returncode, done.stderr.count("\n")) == (4, 1), call
        assert said in done.stderr
    assert f"MEND  channels: {said}" in smarketing("doctor").stdout


def test_without_allow_private_the_doctor_says_that_the_address_is_private(smarketing, tmp_path):
    file = tmp_path / "config" / "channels.toml"
    file.write_text(CHANNELS.replace("allow_private = true", "", 1))
    smarketing.more["ROOM_URL"] = smarketing.more["ROOM_URL"].replace("http:", "https:")
    told = smarketing("doctor").stdout
    assert "MEND  channel room: 127.0.0.1 is 127.0.0.1, an address of the own network" in told
    assert "ok    channel lake: nothing was sent to it yet" in told


def test_an_unknown_channel_is_said_with_those_there_are(smarketing):
    done = smarketing("channels", "test", "rom")
    assert done.returncode == 1
    assert "no channel is named 'rom'; config/channels.toml has: room, lake" in done.stderr
