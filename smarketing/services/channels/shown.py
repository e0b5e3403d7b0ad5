"""What people see of channels: where they stand, and what became of the last message."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from smarketing.domain.channels import Channel
    from smarketing.domain.receipts import Resting, SentMessage, Shut


class Receipts(Protocol):
    """Where it is read what became of messages."""

    def messages(self, most: int, *, recipient: str) -> Sequence[SentMessage]:
        """Return the messages to a recipient, the newest first."""
        ...

    def shut(self) -> Sequence[Shut]:
        """Return the recipients to whom nothing is sent."""
        ...

    def resting(self) -> Sequence[Resting]:
        """Return the ways out that are left alone now."""
        ...


@dataclass(frozen=True)
class ChannelLine:
    """One channel.

    Attributes:
        last: The newest message to it; None: there was none.
        shut: It said that it wants nothing more; None: it did not.
        resting: It takes nothing at present; None: it does, as far as is known.
    """

    channel: Channel
    last: SentMessage | None = None
    shut: Shut | None = None
    resting: Resting | None = None

    @property
    def fault(self) -> str:
        """Return why the channel is not well, in a sentence; empty: it is."""
        if self.shut:
            return self.shut.said
        if self.resting:
            return self.resting.said
        if self.last and self.last.state in {"held", "failed"}:
            return self.last.said
        return ""


@dataclass(frozen=True)
class Channels:
    """The channels of an installation.

    Attributes:
        fault: What is wrong in their file: then there are no lines.
    """

    lines: tuple[ChannelLine, ...] = ()
    fault: str = ""


def channel_lines(channels: Iterable[Channel], receipts: Receipts) -> tuple[ChannelLine, ...]:
    """Return where channels stand, in their order."""
    shut = {one.recipient: one for one in receipts.shut()}
    resting = {one.channel: one for one in receipts.resting()}
    return tuple(
        ChannelLine(
            channel,
            next(iter(receipts.messages(1, recipient=channel.name)), None),
            shut.get(channel.name),
            resting.get(channel.name),
        )
        for channel in channels
    )
