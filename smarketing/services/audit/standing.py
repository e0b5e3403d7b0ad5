"""Whether the worker lives and messages leave: what a machine that watches wants to know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from smarketing.services.audit.jobs import is_still
from smarketing.services.audit.messages import WAITING_GRACE

if TYPE_CHECKING:
    from datetime import datetime

    from smarketing.services.audit.ports import Messages


@dataclass(frozen=True)
class Standing:
    """Where an installation stands.

    Attributes:
        tick_age_s: Since the worker's last sign of life; None: it never ran.
        oldest_due_s: How long the oldest message has been due; 0: none is.
        still: What stands still, in words; empty: nothing.
    """

    tick_age_s: int | None
    oldest_due_s: int
    still: tuple[str, ...]


def standing_of(
    seen_at: datetime | None, failing_since: datetime | None, messages: Messages, now: datetime
) -> Standing:
    """Return where an installation stands.

    Args:
        seen_at: The last sign of life of the worker's tick; None: it never ran.
        failing_since: Since when each run of it failed; None: the last one was well.
        messages: What waits to be sent.
        now: When that is asked.
    """
    _, since = messages.waiting(now, now)
    waits = since is not None and now - since > WAITING_GRACE
    fails = failing_since is not None and is_still(failing_since, now)
    told = {"the worker": is_still(seen_at, now) or fails, "the outbox": waits}
    return Standing(
        tick_age_s=None if seen_at is None else _age_s(seen_at, now),
        oldest_due_s=0 if since is None else _age_s(since, now),
        still=tuple(what for what, stands in told.items() if stands),
    )


def _age_s(at: datetime, now: datetime) -> int:
    return max(0, int((now - at).total_seconds()))
