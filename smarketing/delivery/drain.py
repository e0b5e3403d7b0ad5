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
    RecipientError,
    RefusedError,
    UnreachableError,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from smarketing.delivery.ports import Outbox, Transport
    from smarketing.domain.messages import Claimed

_LEASE: Final = timedelta(minutes=10)
_BEHIND: Final = timedelta(minutes=1)
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

    A way out that takes nothing, or does not say whether it takes a message, rests for some
    minutes: what is claimed for it goes back, and no attempt counts but that of the message over
    which it went away.

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
        transport = transports.get(channel)
        outcomes += (
            _Pass(outbox, transport, now).over(mine) if transport else _unknown(outbox, mine, now)
        )
    outcomes += Counter(
        expired=settled.expired, doubtful=settled.doubtful, suppressed=settled.suppressed
    )
    return Drained(**outcomes)


def wait_after(attempts: int) -> timedelta:
    """Return how long to wait after so many attempts: 1, 5, 15 minutes, then an hour each."""
    return _WAITS[min(attempts, len(_WAITS)) - 1]


def _unknown(outbox: Outbox, claims: Sequence[Claimed], now: datetime) -> Counter[str]:
    """Return the outcomes of messages for a way out that nobody knows any more."""
    outcomes: Counter[str] = Counter()
    for claimed in claims:
        unknown = f"{claimed.channel} is no way out any more: name it in config/channels.toml"
        outcomes[_put_back(outbox, claimed, unknown, now)] += 1
    return outcomes


def _put_back(outbox: Outbox, claimed: Claimed, reply: str, now: datetime) -> str:
    outbox.put_back(claimed.id, claimed.token, reply, now + wait_after(claimed.attempts))
    return "again"


class _Pass:
    """A pass over messages that have one way out.

    What was refused for its recipient is judged at the end: where nobody was taken, that says more
    of the server than of the recipients.
    """

    def __init__(self, outbox: Outbox, transport: Transport, now: datetime) -> None:
        self._outbox = outbox
        self._transport = transport
        self._now = now
        self._outcomes: Counter[str] = Counter()
        self._refused: list[tuple[Claimed, RecipientError]] = []

    def over(self, claims: Sequence[Claimed]) -> Counter[str]:
        """Deliver messages until the way out takes no more; return what became of them."""
        stopped = False
        try:
            for number, claimed in enumerate(claims):
                try:
                    self._deliver(claimed)
                except (UnreachableError, DoubtfulError) as error:
                    stopped = True
                    self._stop(error, claimed, claims[number + 1 :])
                    break
        finally:
            self._transport.close()
        self._judge(rests=stopped)
        return self._outcomes

    def _deliver(self, claimed: Claimed) -> None:
        """Deliver one message and count it as a field of `Drained`, if it can be said already."""
        key = (claimed.id, claimed.token)
        try:
            reply = self._transport.send(claimed, lambda: self._outbox.mark_dot(*key))
        except RecipientError as error:
            self._refused.append((claimed, error))
        except RefusedError as error:
            self._outcomes[self._refuse(claimed, error)] += 1
        except LeaseLostError:
            self._outcomes["lost"] += 1
        else:
            self._outbox.mark_sent(*key, reply, self._now)
            self._outcomes["sent"] += 1

    def _refuse(self, claimed: Claimed, error: RefusedError) -> str:
        if not error.permanent:
            return _put_back(self._outbox, claimed, str(error), self._now)
        gone = isinstance(error, GoneError)
        key = (claimed.id, claimed.token)
        self._outbox.mark_failed(*key, str(error), bounced=error.bounced, gone=gone)
        return "failed"

    def _stop(
        self, error: UnreachableError | DoubtfulError, claimed: Claimed, others: Sequence[Claimed]
    ) -> None:
        """Let the way out rest, and give back what was not tried."""
        waiting, why = list(others), str(error)
        if isinstance(error, DoubtfulError):
            self._outbox.rest(claimed.channel, why, None)
            self._outbox.mark_doubtful(claimed.id, claimed.token, why)
            self._outcomes["doubtful"] += 1
            why = f"not tried after message {claimed.id}, of which nobody knows whether it arrived"
        else:
            self._outbox.rest(claimed.channel, why, error.retry_after)
            if error.over_message:
                self._outcomes[_put_back(self._outbox, claimed, why, self._now)] += 1
            else:
                waiting.insert(0, claimed)
        ids = [one.id for one in waiting]
        self._outcomes["again"] += self._outbox.give_back(ids, claimed.token, why)

    def _judge(self, *, rests: bool) -> None:
        """Decide whose fault the refusals were; `rests`: the way out is left alone already."""
        took = any(self._outcomes[outcome] for outcome in ("sent", "doubtful", "lost"))
        sound = {one.id for one, _ in self._refused if took or self._outbox.took_others(one.id)}
        suspects = [(one, error) for one, error in self._refused if one.id not in sound]
        if not (_is_of_the_server(suspects) or self._is_one_of_many(suspects)):
            suspects = []
        elif not rests:
            self._outbox.rest(suspects[0][0].channel, str(suspects[0][1]), None)
        for claimed, error in suspects:
            behind = self._now + _BEHIND
            self._outbox.set_aside(claimed.id, claimed.token, str(error), behind)
        for claimed, error in self._refused:
            if (claimed, error) not in suspects:
                bounced = error.bounced and (error.coded or claimed.id in sound)
                self._outbox.mark_failed(
                    claimed.id, claimed.token, str(error), bounced=bounced, gone=False
                )
        self._outcomes += Counter(again=len(suspects), failed=len(self._refused) - len(suspects))

    def _is_one_of_many(self, refused: Sequence[tuple[Claimed, RecipientError]]) -> bool:
        """Return whether others were refused in passes before, and nobody was taken since."""
        return any(self._outbox.refused_others(claimed.id) for claimed, _ in refused)


def _is_of_the_server(refused: Sequence[tuple[Claimed, RecipientError]]) -> bool:
    """Return whether refusals say more of the server, as it took nobody.

    They do where it refused different recipients, or says itself that it is not about them. One
    recipient alone may as well be wrong.
    """
    recipients = {claimed.recipient.casefold() for claimed, _ in refused}
    return len(recipients) > 1 or any(error.ours for _, error in refused)
