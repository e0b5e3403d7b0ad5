"""What people see of messages, and what they decide: send again, do not send, write to again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Protocol

from smarketing.domain.errors import ConflictError, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from smarketing.domain.receipts import Receipt, Resting, SentMessage, Shut
    from smarketing.services.people.people import Person

A_PAGE: Final = 50
_KEEPS: Final = timedelta(hours=48)
STATES: Final = (
    "pending",
    "claimed",
    "dot",
    "sent",
    "held",
    "failed",
    "cancelled",
    "skipped",
    "unwanted",
)


class ReceiptStore(Protocol):
    """Where it is read what became of messages."""

    def messages(
        self,
        most: int,
        *,
        before: int | None = None,
        state: str = "",
        kind: str = "",
        recipient: str = "",
    ) -> Sequence[SentMessage]:
        """Return messages, the newest first."""
        ...

    def message(self, number: int) -> SentMessage | None:
        """Return one message; None: there is none of that number."""
        ...

    def of(self, number: int) -> Sequence[Receipt]:
        """Return the receipts of a message in their order."""
        ...

    def counts(self) -> Mapping[str, int]:
        """Return how many messages are in each state."""
        ...

    def shut(self) -> Sequence[Shut]:
        """Return the recipients to whom nothing is sent."""
        ...

    def resting(self) -> Sequence[Resting]:
        """Return the ways out that are left alone now."""
        ...


class Deciding(Protocol):
    """Where decisions about messages are kept."""

    def release(self, id: int, by: str, *, now: datetime, expires_at: datetime) -> bool:  # noqa: A002
        """Send a held or failed message again; False: it is neither."""
        ...

    def cancel(self, id: int, by: str) -> bool:  # noqa: A002
        """Do not send a message; False: it left already."""
        ...

    def lift(self, recipient: str) -> bool:
        """Send to a recipient again; False: nothing kept it from that."""
        ...


@dataclass(frozen=True)
class Asked:
    """Which messages somebody wants to see; empty: all."""

    state: str = ""
    kind: str = ""
    recipient: str = ""
    before: int | None = None


@dataclass(frozen=True)
class Listed:
    """A page of messages.

    Attributes:
        further: Id that the next page begins below; None: this is the last one.
    """

    messages: Sequence[SentMessage]
    further: int | None


def listed(store: ReceiptStore, asked: Asked) -> Listed:
    """Return a page of messages, the newest first."""
    found = store.messages(
        A_PAGE + 1,
        before=asked.before,
        state=asked.state,
        kind=asked.kind,
        recipient=asked.recipient,
    )
    shown = found[:A_PAGE]
    return Listed(shown, shown[-1].id if len(found) > A_PAGE else None)


def message_of(store: ReceiptStore, number: int) -> tuple[SentMessage, Sequence[Receipt]]:
    """Return a message and its receipts.

    Raises:
        NotFoundError: There is no such message.
    """
    found = store.message(number)
    if found is None:
        raise NotFoundError(f"there is no message {number}", str(number))
    return found, store.of(number)


def own_message_of(
    store: ReceiptStore, number: int, person: Person
) -> tuple[SentMessage, Sequence[Receipt]]:
    """Return a message that went to a person, and its receipts.

    Raises:
        NotFoundError: There is no such message, or it went to somebody else.
    """
    message, receipts = message_of(store, number)
    if message.recipient.casefold() != person.email.casefold():
        raise NotFoundError(f"there is no message {number}", str(number))
    return message, receipts


def send_again(outbox: Deciding, number: int, by: Person, now: datetime) -> None:
    """Send a held or failed message again, within two days.

    Raises:
        ConflictError: It is neither held nor failed any more.
    """
    if not outbox.release(number, by.email, now=now, expires_at=now + _KEEPS):
        raise ConflictError("the message is neither held nor failed any more: look at it again")


def do_not_send(outbox: Deciding, number: int, by: Person) -> None:
    """Keep a message from being sent.

    Raises:
        ConflictError: It left already, or is leaving.
    """
    if not outbox.cancel(number, by.email):
        raise ConflictError("the message has left already, or is leaving: look at it again")


def write_to(outbox: Deciding, recipient: str) -> None:
    """Send to a recipient again.

    Raises:
        ConflictError: Nothing kept messages from being sent to it.
    """
    if not outbox.lift(recipient):
        raise ConflictError(f"nothing keeps messages from {recipient}: look at the list again")
