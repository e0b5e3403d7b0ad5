"""Channels: ways out besides mail, each to one room of a chat or to one other program."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final
from uuid import uuid5

if TYPE_CHECKING:
    from uuid import UUID

KEY: Final = "channel:"
"""How a channel is written where an address may stand, too: no address has it."""


class ChannelKind(StrEnum):
    """Who reads what a channel sends."""

    SLACK = "slack"
    TEAMS = "teams"
    WEBHOOK = "webhook"

    @property
    def of_messages(self) -> str:
        """Return the kind of its messages in the outbox, which decides what is done in doubt.

        A receiver of a webhook drops what it gets twice, by its id; a room of a chat does not.
        """
        return "webhook" if self is ChannelKind.WEBHOOK else "chat"


class Occasion(StrEnum):
    """Of what a channel tells; the value is the word in `channels.toml`."""

    ESCALATION = "escalation"
    """A step of an escalation ladder was taken: an act is due soon, or late."""
    CHRONIC = "chronic"
    """A promise has failed in so many months that its remedy calls it chronic."""
    DIGEST = "digest"
    """The weekly report."""
    TEST = "test"
    """Somebody asked for a message; no channel has to name it."""


@dataclass(frozen=True)
class Channel:
    """One channel, as the owner of an installation configured it.

    Attributes:
        name: Also the channel and the recipient of its messages in the outbox.
        sends: Of what it tells.
        url: Where messages are posted. Who knows it may post: it stands in no message or log.
        url_name: The setting that holds it.
        secrets: Keys of signatures, the newest first; a webhook has one or, while the key is
            changed, two.
        agreements: Names of those that it tells of; empty: of all.
        audience: Whom its weekly report is written for.
        allow_private: Whether the address may lie in the own network, and go without encryption.
    """

    name: str
    kind: ChannelKind
    sends: frozenset[Occasion]
    url: str = field(repr=False)
    url_name: str
    secrets: tuple[bytes, ...] = field(default=(), repr=False)
    agreements: frozenset[str] = frozenset()
    audience: str = "both"
    allow_private: bool = False

    @property
    def address(self) -> str:
        """Return what it is written as where an address of a person may stand, too."""
        return f"{KEY}{self.name}"

    def tells(self, occasion: Occasion, agreement: str) -> bool:
        """Return whether it tells of something that happened under an agreement."""
        return occasion in self.sends and (not self.agreements or agreement in self.agreements)


def message_id(installation: UUID, dedupe_key: str) -> str:
    """Return what a receiver knows a message by: the same for every attempt to send it."""
    return f"msg_{uuid5(installation, dedupe_key).hex}"
