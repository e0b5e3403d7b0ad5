"""Channels as recipients: a room of Slack, one of Teams, a program."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from smarketing.domain.channels import Channel, ChannelKind, Occasion
from smarketing.services.channels.rooms import Rooms

HOUSE = UUID("5a0c2c5e-6f4c-4a53-9d1f-3d1f6b0a1c11")


def channel(name: str, *sends: Occasion, kind: ChannelKind = ChannelKind.SLACK, **more: Any):
    return Channel(
        name=name, kind=kind, sends=frozenset(sends), url="https://hooks.example/x",
        url_name="URL", **more,
    )  # fmt: skip


def rooms(*channels: Channel) -> Rooms:
    return Rooms(channels, HOUSE)
