"""The channels of an installation: which there are, how they are reached, what they are told."""

from __future__ import annotations

from time import sleep
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from smarketing.bootstrap.house import House
    from smarketing.delivery.ports import Transport
    from smarketing.domain.channels import Channel
    from smarketing.domain.receipts import SentMessage
    from smarketing.services.channels.digests import Made
    from smarketing.services.channels.rooms import Rooms
    from smarketing.services.channels.shown import Channels

_LOOKS: Final = 120
_LOOK_S: Final = 0.5
"""A minute in all: a worker that took the message up may have others to send first."""


def configured_channels(house: House) -> tuple[Channel, ...]:
    """Return the channels of `config/channels.toml`.

    Raises:
        ChannelError: The file has a fault.
    """
    from smarketing.delivery.channel_file import load_channels

    return load_channels(house.settings.config / "channels.toml", house.settings.token)


def channels_known(house: House) -> tuple[Channel, ...]:
    """Return the channels; none while their file has a fault."""
    from smarketing.delivery.channel_file import ChannelError

    try:
        return configured_channels(house)
    except ChannelError:
        return ()


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
    """Return the report of a week's name without its pictures; None: no agreement is in force.

    It has the numbers that the mails of the week have, whichever of them is made first.
    """
    from dataclasses import replace

    from reports.content import content
    from reports.digest import Audience
    from smarketing.bootstrap.reports import counted
    from smarketing.domain.weeks import week_named
    from smarketing.services.channels.digests import Made
    from smarketing.services.digest.frozen import week_numbers
    from smarketing.store.reports import Reports

    if not house.book().versions:
        return None
    named = week_named(week)
    numbers = week_numbers(Reports(house.engine), counted(house, named), named, now)
    found = replace(numbers, audience=Audience(audience))
    return Made(found, content(found, ()))


def channels_shown(house: House) -> Channels:
    """Return where the channels stand; a fault of their file is told, not raised."""
    from smarketing.delivery.channel_file import ChannelError
    from smarketing.services.channels.shown import Channels, channel_lines
    from smarketing.store.receipts import Receipts

    try:
        channels = configured_channels(house)
    except ChannelError as error:
        return Channels(fault=str(error))
    return Channels(channel_lines(channels, Receipts(house.engine)))


def send_trial(
    house: House,
    channel: Channel,
    clock: Callable[[], datetime],
    by: str,
    wait: Callable[[float], None] = sleep,
) -> SentMessage:
    """Plan and send a message to a channel now; return what became of it.

    A worker that is quicker sends it: it is waited for, a minute at most.

    Args:
        house: The installation.
        channel: Whom it goes to; if it rests, it is tried nevertheless.
        clock: Returns this instant.
        by: Who asks.
        wait: Waits so many seconds.
    """
    from smarketing.delivery.drain import drain
    from smarketing.services.channels.trial import trial
    from smarketing.store.outbox import OutboxStore
    from smarketing.store.receipts import Receipts

    now, outbox = clock(), OutboxStore(house.engine, house.settings.retried)
    rooms = rooms_of(house, (channel,))
    message = trial(rooms, channel, now, by=by, base_url=house.settings.base_url)
    outbox.wake(channel.name)
    outbox.plan((message,))
    ways = channel_transports(house, (channel,), clock)
    drain(outbox, ways, now, only=message.dedupe_key)
    receipts = Receipts(house.engine)
    sent = receipts.planned_as(message.dedupe_key)
    for _ in range(_LOOKS):
        if sent.said or sent.state not in {"claimed", "dot"}:
            break
        wait(_LOOK_S)
        sent = receipts.planned_as(message.dedupe_key)
    return sent


def channel_fault(channel: Channel) -> str:
    """Return why nothing can be sent to a channel's address, in a sentence; empty: it can be."""
    from smarketing.delivery.errors import UnreachableError
    from smarketing.delivery.guard import addresses_to_connect, system_addresses
    from smarketing.delivery.http import place_of

    place = place_of(channel.url)
    try:
        addresses_to_connect(
            place.host, place.port, system_addresses, allow_private=channel.allow_private
        )
    except UnreachableError as error:
        return str(error)
    return ""
