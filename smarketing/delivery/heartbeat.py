"""A sign of life to a monitoring service: when it stays away, that service raises the alarm."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

import requests

from smarketing.domain.errors import SmarketingError

_TIMEOUT_S: Final = 10.0
_WELL: Final = range(200, 300)


class HeartbeatError(SmarketingError):
    """The sign of life was not taken; the message says what the other side answered."""


def beat(url: str, timeout: float = _TIMEOUT_S) -> None:
    """Ask for an address once; it is the administrator's own, and no redirect is followed.

    Args:
        url: With whatever secret it has in its path: it stands in no message.
        timeout: Seconds for the connection, and for the answer.

    Raises:
        HeartbeatError: Nobody answered, or with another status than 2xx.
    """
    host = urlsplit(url).netloc.rpartition("@")[2]
    try:
        with requests.Session() as session:
            session.trust_env = False  # no proxy and no password of this machine's
            answer = session.get(url, timeout=timeout, allow_redirects=False, stream=True)
            answer.close()
    except requests.RequestException as error:
        raise HeartbeatError(
            f"the heartbeat did not reach {host} ({type(error).__name__}): see whether "
            "SMARKETING_HEARTBEAT_URL is right and this machine may reach it"
        ) from None
    if answer.status_code not in _WELL:
        raise HeartbeatError(
            f"the heartbeat was answered {answer.status_code} by {host}: see whether "
            "SMARKETING_HEARTBEAT_URL is right"
        )
