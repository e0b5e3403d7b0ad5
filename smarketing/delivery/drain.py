"""One pass over the outbox: claim, deliver, mark."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from smarketing.delivery.errors import (
    DoubtfulError,
    GoneError,
    LeaseLostError,
    RefusedError,
    UnreachableError,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from smarketing.delivery.ports import Outbox, Transport
    from smarketing.domain.messages import Claimed

_LEASE: Final = timedelta(minutes=10)
_WAITS: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))


@dataclass(frozen=True)
class Drained:
    """What became of the messages of one pass.

    Attributes:
        again: Not delivered, to be tried again later.
        failed: Refused for good.
        doubtful: May have arrived.
        expired: Given up because they are too old.
        suppressed: Not tried: their recipient refused others for good.
        lost: Taken over by another drain.
    """

    sent: int = 0
    again: int = 0
    failed: int = 0
    doubtful: int = 0
    expired: int = 0
    suppressed: int = 0
    lost: int = 0

    def __str__(self) -> str:
        """Return it as `3 sent, 1 failed`; empty when there was nothing to do."""
        words = {"again": "to be tried again", "lost": "left to another drain"}
        return ", ".join(
            f"{count} {words.get(outcome, outcome)}"
            for outcome, count in vars(self).items()
            if count
        )


def drain(
    outbox: Outbox,
    transports: Mapping[str, Transport],
    now: datetime,
    *,
    limit: int = 20,
    only: str = "",
    rooms: bool | None = None,
) -> Drained:
    """Deliver what is due; return what became of it.

    A way out that takes nothing rests for some minutes: what is claimed for it goes back, and no
    attempt counts.

    Args:
        outbox: Where the messages are.
        transports: Channel to its way out; a connection is used for all of them and then closed.
        now: Decides what is due, and stands on the receipts.
        limit: At most so many: call again while there was something to do.
        only: The dedupe key of the one message that is asked for; empty: any.
        rooms: True: only messages of channels; False: only mails; None: all.
    """
    settled = outbox.settle(now)
    claims = outbox.claim(limit=limit, lease=_LEASE, now=now, only=only, rooms=rooms)
    outcomes: Counter[str] = Counter()
    for channel in dict.fromkeys(claimed.channel for claimed in claims):
        mine = [claimed for claimed in claims if claimed.channel == channel]
        outcomes += _by_channel(outbox, transports.get(channel), mine, now)
    outcomes += Counter(
        expired=settled.expired, doubtful=settled.doubtful, suppressed=settled.suppressed
    )
    return Drained(**outcomes)


def wait_after(attempts: int) -> timedelta:
    """Return how long to wait after so many attempts: 1, 5, 15 minutes, then an hour each."""
    return _WAITS[min(attempts, len(_WAITS)) - 1]


def _by_channel(
    outbox: Outbox, transport: Transport | None, claims: Sequence[Claimed], now: datetime
) -> Counter[str]:
    """Return the outcomes of messages that have one way out; None: nobody knows it any more."""
    outcomes: Counter[str] = Counter()
    if transport is None:
        for claimed in claims:
            unknown = f"{claimed.channel} is no way out any more: name it in config/channels.toml"
            outcomes[_put_back(outbox, claimed, unknown, now)] += 1
        return outcomes
    try:
        for number, claimed in enumerate(claims):
            try:
                outcomes[_deliver(outbox, transport, claimed, now)] += 1
            except UnreachableError as error:
                outbox.rest(claimed.channel, str(error), error.retry_after)
                waiting = [one.id for one in claims[number:]]
                outcomes["again"] += outbox.give_back(waiting, claimed.token, str(error))
                break
    finally:
        transport.close()
    return outcomes


def _deliver(outbox: Outbox, transport: Transport, claimed: Claimed, now: datetime) -> str:
    """Return the outcome of one message, a field of `Drained`."""
    key = (claimed.id, claimed.token)
    try:
        reply = transport.send(claimed, lambda: outbox.mark_dot(*key))
    except RefusedError as error:
        if not error.permanent:
            return _put_back(outbox, claimed, str(error), now)
        gone = isinstance(error, GoneError)
        outbox.mark_failed(*key, str(error), bounced=error.bounced, gone=gone)
        return "failed"
    except DoubtfulError as error:
        outbox.mark_doubtful(*key, str(error))
        return "doubtful"
    except LeaseLostError:
        return "lost"
    outbox.mark_sent(*key, reply, now)
    return "sent"


def _put_back(outbox: Outbox, claimed: Claimed, reply: str, now: datetime) -> str:
    outbox.put_back(claimed.id, claimed.token, reply, now + wait_after(claimed.attempts))
    return "again"
