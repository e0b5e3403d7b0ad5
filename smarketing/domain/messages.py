"""What leaves the house: a message to one recipient, as it is planned and as a drain gets it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

MAIL: Final = "mail"
"""The channel of mails; others have the names that the configuration gives them."""

KINDS: Final = ("alert", "chat", "chronic", "digest", "finding", "ladder", "webhook")
"""What messages may be; `chat` and `webhook` are those of channels, whatever they tell of."""


@dataclass(frozen=True)
class Message:
    """One message to one recipient, frozen as bytes.

    Attributes:
        dedupe_key: What makes it the same message when it is planned again.
        kind: As `digest`.
        recipient: The bare address; of another channel than mail, its name.
        subject: For lists.
        message_id: With its angle brackets; the same for every attempt.
        mime: As it goes over the wire.
        not_before: When it may be sent at the earliest.
        expires_at: From when on it is of no use.
        created_at: When it was planned.
        audience: Whom a report is written for; empty for other kinds.
        channel: The way out.
        due_at: When a report was due by the wish of its reader; None for other kinds.
        state: `pending`; what is only noted as never to be sent is `skipped` (it would come too
            late) or `unwanted` (its reader asked for none), and has no bytes.
        said: Why it is only noted.
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
    channel: str = MAIL
    due_at: datetime | None = None
    state: str = "pending"
    said: str | None = None


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
    kind: str = ""
    channel: str = MAIL


@dataclass(frozen=True)
class Settled:
    """What was decided without a drain.

    Attributes:
        expired: Messages given up because they are too old.
        doubtful: Messages of which nobody knows whether they arrived.
        suppressed: Messages to recipients that refused others for good.
    """

    expired: int
    doubtful: int
    suppressed: int = 0
