"""The channels of an installation: which there are, how they are reached, what they are told."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from smarketing.bootstrap.house import House
    from smarketing.delivery.ports import Transport
    from smarketing.domain.channels import Channel
    from smarketing.services.channels.digests import Made
    from smarketing.services.channels.rooms import Rooms


def configured_channels(house: House) -> tuple[Channel, ...]:
    """Return the channels of `config/channels.toml`.

    Raises:
        ChannelError: The file has a fault.
    """
    from smarketing.delivery.channel_file import load_channels

    return load_channels(house.settings.config / "channels.toml", house.settings.token)


def rooms_of(house: House, channels: Iterable[Channel]) -> Rooms:
    """Return the channels as recipients of messages."""
    from smarketing.services.channels.rooms import Rooms

    return Rooms(tuple(channels), house.settings.load_installation_id())


def channel_transports(
    house: House, channels: Iterable[Channel], clock: Callable[[], datetime]
) -> dict[str, Transport]:
    """Return the ways out to channels, by name.

    Args:
        house: The installation.
        channels: Those that are configured.
        clock: Returns this instant, which signatures hold.
    """
    from smarketing.delivery.channel import ChannelTransport
    from smarketing.delivery.http import HttpSender

    sender, installation = HttpSender(), house.settings.load_installation_id()
    return {
        channel.name: ChannelTransport(channel, sender, installation, clock) for channel in channels
    }


def weekly_words(house: House, week: str, audience: str, now: datetime) -> Made | None:
    """Return the report of a week's name without its pictures; None: no agreement is in force."""
    from reports.content import content
    from reports.digest import Audience
    from smarketing.domain.weeks import week_named
    from smarketing.services.channels.digests import Made
    from smarketing.services.digest.digest import digest

    book = house.book()
    if not book.versions:
        return None
    found = digest(
        house.history,
        house.sources,
        book,
        audience=Audience(audience),
        week=week_named(week),
        as_of=None,
        generated_at=now,
        base_url=house.settings.base_url,
    )
    return Made(found, content(found, ()))
