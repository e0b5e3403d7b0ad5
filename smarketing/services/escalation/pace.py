"""How many messages of one kind a person gets: a storm becomes one message, also one that lasts.

Of a kind are those by which one step of one commitment tells one person. At most APART of them are
sent in any WINDOW_S; what would be more waits until one may be sent, and becomes that one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Item = TypeVar("Item")

APART: Final = 5
"""A person can act on a handful of mails one by one; after an outage or a weekend there are
hundreds, and nobody reads the second page of an inbox."""

WINDOW_S: Final = 1800
"""Longer, and a lead that is due within the hour would be told of when it is late."""


def messages_now(
    waiting: Sequence[Item], sent_at: Iterable[int], now: int
) -> list[tuple[Item, ...]]:
    """Return what is told now, a tuple a message; none: it waits.

    Args:
        waiting: What is to be told of one kind.
        sent_at: When messages of the kind were sent, in seconds of UTC.
        now: Seconds of UTC.
    """
    room = APART - len(_recent(sent_at, now))
    if len(waiting) <= room:
        return [(one,) for one in waiting]
    return [tuple(waiting)] if room > 0 else []


def room_at(sent_at: Iterable[int], now: int) -> int:
    """Return from when on a message of the kind may be sent, in seconds of UTC: now, or later."""
    recent = _recent(sent_at, now)
    return now if len(recent) < APART else recent[-APART] + WINDOW_S


def _recent(sent_at: Iterable[int], now: int) -> list[int]:
    return sorted(at for at in sent_at if at > now - WINDOW_S)
