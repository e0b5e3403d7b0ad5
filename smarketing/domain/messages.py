"""What leaves the house: a message to one person, as it is planned and as a drain gets it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True)
class Message:
    """One message to one person, frozen as bytes.

    Attributes:
        dedupe_key: What makes it the same message when it is planned again.
        kind: As `digest`.
        recipient: The bare address.
        subject: For lists.
        message_id: With its angle brackets; the same for every attempt.
        mime: As it goes over the wire.
        not_before: When it may be sent at the earliest.
        expires_at: From when on it is of no use.
        created_at: When it was planned.
        audience: Whom a report is written for; empty for other kinds.
    """

    dedupe_key: str
    kind: str
    recipient: str
    subject: str
    message_id: str
    mime: bytes
    not_before: datetime
    expires_at: datetime
    created_at: datetime
    audience: str = ""


@dataclass(frozen=True)
class Claimed:
    """A message that one drain has for the time of its lease.

    Attributes:
        token: Proof of the claim; every later step asks for it.
        attempts: This one included.
    """

    id: int
    token: str
    dedupe_key: str
    recipient: str
    mime: bytes
    attempts: int


@dataclass(frozen=True)
class Settled:
    """What was decided without a drain.

    Attributes:
        expired: Messages given up because they are too old.
        doubtful: Messages of which nobody knows whether they arrived.
    """

    expired: int
    doubtful: int
