"""Which channels are told of what, and their messages for the outbox.

A channel is one recipient more beside the people whom a mail tells: it is planned where they are,
in the same transaction, under a dedupe key of its own. What it gets is less than the mail has.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from reports.slack import slack_body
from reports.teams import teams_body
from reports.webhook import webhook_body
from smarketing.domain.channels import ChannelKind, Occasion, message_id
from smarketing.domain.messages import Message

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from reports.notice import Notice
    from smarketing.domain.channels import Channel

TYPES: Final = {
    Occasion.ESCALATION: "escalation.step_taken",
    Occasion.CHRONIC: "promise.failing",
    Occasion.DIGEST: "digest.ready",
    Occasion.TEST: "channel.test",
}
"""What a webhook calls them; see `docs/webhooks.md`."""

_NOWHERE: Final = UUID(int=0)


@dataclass(frozen=True)
class Told:
    """What is told: for people, and for programs.

    Attributes:
        data: What a webhook has besides the notice.
        now: When it is found out.
        expires_at: From when on it is of no use.
    """

    occasion: Occasion
    notice: Notice
    data: Mapping[str, Any]
    now: datetime
    expires_at: datetime


@dataclass(frozen=True)
class Rooms:
    """The channels of an installation.

    Attributes:
        installation: Makes the ids of messages unlike those of others.
    """

    channels: tuple[Channel, ...] = ()
    installation: UUID = _NOWHERE

    def told(self, occasion: Occasion, agreement: str) -> tuple[Channel, ...]:
        """Return the channels that are told of something under an agreement."""
        return tuple(one for one in self.channels if one.tells(occasion, agreement))

    def reached(self, address: str, occasion: Occasion, agreement: str) -> Channel | None:
        """Return the channel of an address; None: it is none, or is not told of this any more."""
        return next((c for c in self.told(occasion, agreement) if c.address == address), None)

    def message(self, channel: Channel, key: str, told: Told) -> Message:
        """Return a message to a channel; equal input gives equal bytes.

        Args:
            channel: Whom it goes to.
            key: The dedupe key, of this channel alone.
            told: What it says.
        """
        return Message(
            dedupe_key=key,
            kind=channel.kind.of_messages,
            recipient=channel.name,
            subject=told.notice.title,
            message_id=message_id(self.installation, key),
            mime=_body(channel.kind, told),
            not_before=told.now,
            expires_at=told.expires_at,
            created_at=told.now,
            channel=channel.name,
        )

    def note(
        self, channel: Channel, key: str, subject: str, now: datetime, *, state: str, said: str
    ) -> Message:
        """Return what notes that a message to a channel is never sent.

        Args:
            channel: Whom it would have gone to.
            key: The dedupe key, of this channel alone.
            subject: For lists.
            now: When it is noted.
            state: `skipped` or `unwanted`, as `domain.messages` says.
            said: Why.
        """
        return Message(
            dedupe_key=key,
            kind=channel.kind.of_messages,
            recipient=channel.name,
            subject=subject,
            message_id=message_id(self.installation, key),
            mime=b"",
            not_before=now,
            expires_at=now,
            created_at=now,
            channel=channel.name,
            state=state,
            said=said,
        )


def _body(kind: ChannelKind, told: Told) -> bytes:
    match kind:
        case ChannelKind.SLACK:
            return slack_body(told.notice)
        case ChannelKind.TEAMS:
            return teams_body(told.notice)
        case ChannelKind.WEBHOOK:
            return webhook_body(TYPES[told.occasion], told.now, told.notice, told.data)
