"""A channel as a way out: the frozen body of a message, posted to its address.

All kinds are one request of JSON; a webhook's is signed. What an answer means is the same for all
of them, too: 2xx it was taken, 429 and 503 wait, 410 the channel is over, any other 4xx cannot be
mended by trying again. A gateway's 502 or 504 says nothing about what became of the request.
"""

from __future__ import annotations

from datetime import timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from smarketing.delivery.errors import DoubtfulError, GoneError, RefusedError, UnreachableError
from smarketing.delivery.signing import signed_headers
from smarketing.domain.channels import message_id

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from uuid import UUID

    from smarketing.delivery.http import Answer, HttpSender
    from smarketing.domain.channels import Channel
    from smarketing.domain.messages import Claimed

_WAIT: Final = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})
_UNKNOWN: Final = frozenset({HTTPStatus.BAD_GATEWAY, HTTPStatus.GATEWAY_TIMEOUT})
_AGAIN: Final = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY})
_LONGEST_WAIT: Final = timedelta(hours=6)
"""Of a wait that is asked for: a slip of the other side must not silence a channel for a week."""

_MENDS: Final = {
    400: "it did not understand the message",
    401: "it does not know us: check the key",
    403: "it does not allow this",
    404: "nothing is at this address: check the URL, or make a new one",
}


class ChannelTransport:
    """Posts messages to one channel.

    Args:
        channel: Where to.
        sender: How.
        installation: Makes the ids of its messages unlike those of others.
        clock: Returns this instant, which a signature holds.
    """

    def __init__(
        self,
        channel: Channel,
        sender: HttpSender,
        installation: UUID,
        clock: Callable[[], datetime],
    ) -> None:
        self._channel = channel
        self._sender = sender
        self._installation = installation
        self._clock = clock

    def send(self, message: Claimed, before_dot: Callable[[], bool]) -> str:
        """Post a message; return the status and the first words of the answer.

        Raises:
            GoneError: 410: the channel wants no messages any more.
            RefusedError: This message was not taken.
            UnreachableError: Nothing is taken for now.
            DoubtfulError: It may have arrived.
            LeaseLostError: `before_dot` returned False.
        """
        answer = self._sender.post(
            self._channel.url,
            message.mime,
            self._headers(message),
            before_dot,
            allow_private=self._channel.allow_private,
        )
        if answer.status // 100 != HTTPStatus.OK // 100:
            raise self._fault(answer)
        return _told(answer)

    def close(self) -> None:
        """Do nothing: each message has a connection of its own."""

    def _headers(self, message: Claimed) -> dict[str, str]:
        headers = {"Content-Type": "application/json", "User-Agent": "smarketing"}
        if self._channel.secrets:
            known_by = message_id(self._installation, message.dedupe_key)
            at = int(self._clock().timestamp())
            headers |= signed_headers(self._channel.secrets, known_by, at, message.mime)
        return headers

    def _fault(self, answer: Answer) -> Exception:
        """Return what an answer that is no 2xx means."""
        status, told = answer.status, _told(answer)
        if status == HTTPStatus.GONE:
            name = self._channel.name
            return GoneError(
                f"{told}: the channel is over, nothing more is sent to it; when its URL is mended "
                f"({self._channel.url_name}), enable it again: smarketing channels enable {name}"
            )
        if status in _WAIT:
            after = retry_after(answer.retry_after, self._clock())
            # 429 counts requests; over 503 it may be this one that the other side cannot bear.
            over_message = status == HTTPStatus.SERVICE_UNAVAILABLE
            return UnreachableError(told, retry_after=after, over_message=over_message)
        if status in _UNKNOWN:
            return DoubtfulError(
                f"{told}: a gateway answered, not the receiver; it may have arrived"
            )
        if status in range(300, 400):
            return RefusedError(
                f"{told}: it leads elsewhere, and no redirect is followed; write the final address "
                f"into {self._channel.url_name}",
                permanent=True,
            )
        if status in _AGAIN or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return RefusedError(told, permanent=False)
        mend = _MENDS.get(status)
        return RefusedError(f"{told} ({mend})" if mend else told, permanent=True)


def retry_after(value: str | None, now: datetime) -> timedelta | None:
    """Return the wait that a `Retry-After` asks for, six hours at most; None: it says nothing."""
    if value is None:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit():
        return min(timedelta(seconds=int(text[:9])), _LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    if until.tzinfo is None:
        return None
    return min(max(until - now, timedelta()), _LONGEST_WAIT)


def _told(answer: Answer) -> str:
    return f"{answer.status} {answer.said}".strip()
