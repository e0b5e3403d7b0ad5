"""Messages and what became of them, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from smarketing.domain.receipts import Resting

STATES: Final[Mapping[str, str]] = {
    "pending": "Waits",
    "claimed": "Being sent",
    "dot": "Being sent",
    "sent": "Sent",
    "held": "In doubt",
    "failed": "Not delivered",
    "cancelled": "Not to be sent",
    "skipped": "Left out: too late",
    "unwanted": "Left out: not wanted",
}
KINDS: Final[Mapping[str, str]] = {
    "alert": "Lead handed off",
    "chat": "Chat",
    "chronic": "Chronic failure",
    "digest": "Weekly report",
    "finding": "Something is wrong",
    "ladder": "Escalation",
    "webhook": "Webhook",
}
STEPS: Final[Mapping[str, str]] = {
    "planned": "Planned",
    "claimed": "Taken up by the worker",
    "handed over": "Handed over, but for the last answer",
    "sent": "Taken by the other side",
    "put back": "Not taken; it will be tried again",
    "not tried": "Not tried: the way out takes nothing",
    "set aside": "Refused like everything else: the server is at fault, and it is tried again",
    "refused for good": "Refused for good",
    "in doubt": "The connection was lost: it may have arrived",
    "held": "Held: it may have arrived, and a person decides",
    "put back, in doubt": "It may have arrived; it will be tried again",
    "expired": "Given up: too old to be of use",
    "suppressed": "Not sent: there is no such recipient",
    "released": "Released: it will be tried again",
    "cancelled": "Not to be sent",
}
EXPLAINED: Final[Mapping[str, str]] = {
    "held": (
        "The connection was lost after everything was handed over. It may have arrived. Ask the "
        "recipient, then send it again or let it be."
    ),
    "failed": "It was not delivered. What the other side said stands below.",
    "pending": "It waits for its time, or to be tried again.",
}


def headline(counts: Mapping[str, int], resting: Sequence[Resting]) -> str:
    """Return what is to be known first."""
    if resting:
        ways = ", ".join(one.channel for one in resting)
        return f"Nothing goes out by {ways} at present: the other side takes nothing."
    doubtful, failed = counts.get("held", 0), counts.get("failed", 0)
    if doubtful:
        some = "1 message is" if doubtful == 1 else f"{doubtful:,} messages are"
        return f"{some} in doubt: it takes a person to decide."
    if failed:
        some = "1 message was" if failed == 1 else f"{failed:,} messages were"
        return f"{some} not delivered; nothing is in doubt."
    return "Everything that was planned was sent, or waits for its time."
