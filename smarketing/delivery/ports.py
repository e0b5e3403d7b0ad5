"""What a drain asks of the outbox and of the way out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime, timedelta

    from smarketing.domain.messages import Claimed, Settled


class Transport(Protocol):
    """A way out of the house, used by one drain at a time."""

    def send(self, message: Claimed, before_dot: Callable[[], bool]) -> str:
        """Deliver a message; return the reply for the receipt.

        Args:
            message: Claimed by the caller.
            before_dot: To be called right before the step after which it may have arrived; when
                it returns False, that step must not be done. A way out that may repeat a
                delivery without harm need not call it.

        Raises:
            RefusedError: This message was not taken.
            UnreachableError: Nothing can be handed in.
            DoubtfulError: It may have arrived.
            LeaseLostError: `before_dot` returned False.
        """
        ...

    def close(self) -> None:
        """End the connection, if there is one; `send` opens a new one."""
        ...


class Outbox(Protocol):
    """The messages to be delivered. A step with a token that was lost changes nothing: False."""

    def settle(self, now: datetime) -> Settled:
        """Give up what has expired, decide on what a drain left behind at the dot."""
        ...

    def claim(
        self, *, limit: int, lease: timedelta, now: datetime, only: str, rooms: bool | None
    ) -> Sequence[Claimed]:
        """Return messages that are due, of ways out that do not rest, and keep them to itself.

        `only` is the dedupe key of the one that is asked for; empty: any. `rooms` is True for
        those of channels only, False for mails only, None for all.
        """
        ...

    def mark_dot(self, id: int, token: str) -> bool:  # noqa: A002  (the column's name)
        """Say that the next byte delivers it."""
        ...

    def mark_sent(self, id: int, token: str, reply: str, sent_at: datetime) -> bool:  # noqa: A002
        """Say that it was taken."""
        ...

    def put_back(self, id: int, token: str, reply: str, not_before: datetime) -> bool:  # noqa: A002
        """Say that it did not arrive and is to be tried again."""
        ...

    def mark_failed(
        self,
        id: int,  # noqa: A002
        token: str,
        reply: str,
        *,
        bounced: bool,
        gone: bool,
    ) -> bool:
        """Say that it was refused for good.

        `bounced`: there is no such recipient; `gone`: it said itself that it wants nothing more.
        """
        ...

    def give_back(self, ids: Sequence[int], token: str, reply: str) -> int:
        """Say that nobody tried to send these: no attempt counts."""
        ...

    def set_aside(self, id: int, token: str, reply: str, not_before: datetime) -> bool:  # noqa: A002
        """Say that it was refused as all others were: no attempt counts, and others go first."""
        ...

    def took_others(self, id: int) -> bool:  # noqa: A002
        """Return whether its way out has taken other messages since it was set aside."""
        ...

    def refused_others(self, id: int) -> bool:  # noqa: A002
        """Return whether its way out refused other recipients since it last took a message."""
        ...

    def rest(self, channel: str, reply: str, asked: timedelta | None) -> None:
        """Say that a way out takes nothing: no drain uses it for some minutes, or as it asked."""
        ...

    def mark_doubtful(self, id: int, token: str, reply: str) -> bool:  # noqa: A002
        """Say that nobody knows whether it arrived."""
        ...
