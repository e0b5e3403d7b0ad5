"""Presses that cannot come from a page of ours are counted by where they come from.

A signature cannot be guessed: this keeps the noise down, as at the door. Who presses a button of
a page that we made is never counted, and never kept waiting by others of the same network.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, Protocol

from smarketing.services.people.sign_in import (
    OF_ADDRESS,
    Limit,
    TooManyTriesError,
    address_sha256,
    digest,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

OF_LINKS: Final = Limit(
    30,
    OF_ADDRESS.within,
    "Too many presses from your network that no page of ours made. Wait an hour, or open the "
    "link of the mail itself.",
)


class Failures(Protocol):
    """Where failures are counted."""

    def record_failure(
        self, key_sha256: str, now: datetime, since: datetime, most: int, drop: datetime
    ) -> Sequence[datetime]:
        """Keep one failure more of a key; return those after `since` before it, oldest first."""
        ...


def count_bad_press(store: Failures, address: str, now: datetime) -> None:
    """Count a press that is none.

    Raises:
        TooManyTriesError: There were too many within an hour.
    """
    if not address:
        return
    key = digest(f"\0link\0{address_sha256(address)}")
    since = now - OF_LINKS.within
    before = store.record_failure(key, now, since, OF_LINKS.most, since)
    if len(before) >= OF_LINKS.most:
        left = before[-OF_LINKS.most] + OF_LINKS.within - now
        raise TooManyTriesError(OF_LINKS.said, max(left, timedelta(seconds=1)))
