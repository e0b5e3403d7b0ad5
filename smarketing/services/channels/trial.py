"""A message that somebody asks for, to see whether a channel works."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from reports.notices import trial_notice
from smarketing.domain.channels import Occasion
from smarketing.services.channels.rooms import Told

if TYPE_CHECKING:
    from datetime import datetime

    from smarketing.domain.channels import Channel
    from smarketing.domain.messages import Message
    from smarketing.services.channels.rooms import Rooms

_KEEPS: Final = timedelta(minutes=10)


def trial(rooms: Rooms, channel: Channel, now: datetime, *, by: str, base_url: str) -> Message:
    """Return the message; one a channel and second.

    Args:
        rooms: The channels of the installation.
        channel: Whom it goes to.
        now: When it is asked for.
        by: Who asks.
        base_url: Of the portal.
    """
    key = f"{Occasion.TEST}:{channel.address}:{now:%Y%m%dT%H%M%S}"
    notice = trial_notice(channel.name, by, base_url)
    told = Told(Occasion.TEST, notice, {"channel": channel.name}, now, now + _KEEPS)
    return rooms.message(channel, key, told)
