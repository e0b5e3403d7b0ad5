"""What became of a message, for people to read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True)
class SentMessage:
    """A message as people see it.

    Attributes:
        said: The last answer of the other side; empty before the first.
        maybe_twice: It was sent again although it may have arrived before.
        sent_at: When it was taken; None: it was not.
    """

    id: int
    kind: str
    channel: str
    recipient: str
    subject: str
    state: str
    attempts: int
    maybe_twice: bool
    message_id: str
    said: str
    created_at: datetime
    not_before: datetime
    expires_at: datetime
    sent_at: datetime | None


@dataclass(frozen=True)
class Receipt:
    """One thing that happened to a message; `attempt` is 0 where it belongs to none."""

    at: datetime
    what: str
    attempt: int
    said: str


@dataclass(frozen=True)
class Shut:
    """A recipient to whom nothing is sent, since two messages found nobody there."""

    recipient: str
    since_at: datetime
    said: str


@dataclass(frozen=True)
class Resting:
    """A way out that takes nothing at present, and until when it is left alone.

    Attributes:
        since_at: When it first took nothing, after the last message that it did take.
    """

    channel: str
    since_at: datetime
    open_until: datetime
    said: str
