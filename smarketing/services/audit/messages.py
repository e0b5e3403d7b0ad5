"""Messages that do not go their way: a lease that is over, a queue that nobody empties, trouble."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from reports.numbers import instant
from smarketing.domain.findings import Finding, FindingKind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from smarketing.services.audit.ports import Messages

KINDS: Final = (FindingKind.LEASE, FindingKind.WAITING, FindingKind.MESSAGE)

LEASE_GRACE: Final = timedelta(minutes=10)
"""A drain looks every few seconds, and settles what another one left as soon as its lease ends."""
WAITING_GRACE: Final = timedelta(minutes=10)
"""A message that could not be handed in is due later; one that is due waits for a drain alone."""
_LOOKED_BACK: Final = timedelta(days=7)
"""A message that was given up a week ago is no news; the list of messages still has it."""

_HELD: Final = (
    "Nobody knows whether they arrived, or a backup was restored: look at each, and send it again "
    "or leave it."
)
_FAILED: Final = "They were refused for good, or too old to be of use: correct the address."


def stale_leases(messages: Messages, zone: str) -> Iterator[Finding]:
    """Yield that messages are claimed though their lease has long been over."""
    count, since = messages.stale_leases(LEASE_GRACE)
    if since is not None:
        yield Finding(
            "lease",
            FindingKind.LEASE,
            f"{_messages(count)} claimed, and the lease has been over since "
            f"{instant(since, zone)}: no worker sends mail. Start one with: smarketing scheduler",
        )


def waiting(messages: Messages, now: datetime, zone: str) -> Iterator[Finding]:
    """Yield that messages are due and nobody sends them."""
    count, since = messages.waiting(now - WAITING_GRACE, now)
    if since is not None:
        yield Finding(
            "waiting",
            FindingKind.WAITING,
            f"{_messages(count)} due since {instant(since, zone)} and not sent. See what the job "
            "drain says, and try the way out with: smarketing mail doctor",
        )


def troubles(messages: Messages, now: datetime, zone: str) -> Iterator[Finding]:
    """Yield that messages are held for a person, or were given up in the last week.

    What is held waits for that person, however long it takes.
    """
    for state, told, mend, planned_since in (
        ("held", "held", _HELD, None),
        ("failed", "not delivered", _FAILED, now - _LOOKED_BACK),
    ):
        count, since = messages.troubles(state, planned_since)
        if since is not None:
            yield Finding(
                f"message:{state}",
                FindingKind.MESSAGE,
                f"{_messages(count)} {told}, the first planned on {instant(since, zone)}. {mend}",
            )


def _messages(count: int) -> str:
    return "1 message is" if count == 1 else f"{count:,} messages are"
