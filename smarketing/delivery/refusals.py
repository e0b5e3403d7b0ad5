"""What it means that a mail server refused a recipient for good: whose fault it says it is."""

from __future__ import annotations

import re
from typing import Final

from smarketing.delivery.errors import RecipientError

_NO_MAILBOX: Final = frozenset({550, 551, 553})
_OF_THE_SENDER: Final = frozenset({b"5.1.7", b"5.1.8"})
_POLICY: Final = b"5.7."
_OF_US: Final = re.compile(rb"relay|authenti|log ?in|sender", re.IGNORECASE)


def recipient_error(said: str, code: int, text: bytes) -> RecipientError:
    """Return what an answer of 500 and more to RCPT says.

    A recipient is unknown, and will stay so, by the enhanced code where there is one: 5.1.x is
    about the address, and 5.2.1 about a mailbox that was shut; a full one (5.2.2) or a policy
    (5.7.x) may be another next week (RFC 3463). Without one it is 550, 551 and 553 (RFC 5321
    section 4.2.3). But 5.1.7, 5.1.8, 5.7.x and whatever speaks of relaying or logging in are about
    us: `554 5.7.1 Relay access denied`, `550 relay not permitted`.

    Args:
        said: The answer as a sentence, for the receipt.
        code: Of the answer.
        text: Of the answer, with the enhanced code if there is one.
    """
    found = re.match(rb"(\d)\.(\d{1,3})\.(\d{1,3})\b", text)
    enhanced = found.group() if found else b""
    ours = (
        enhanced in _OF_THE_SENDER
        or enhanced.startswith(_POLICY)
        or _OF_US.search(text) is not None
    )
    unknown = _is_unknown(enhanced) if enhanced else code in _NO_MAILBOX
    return RecipientError(said, bounced=unknown and not ours, coded=bool(enhanced), ours=ours)


def _is_unknown(enhanced: bytes) -> bool:
    return enhanced.startswith(b"5.1.") or enhanced == b"5.2.1"
