"""The weekly report to channels: one a channel and week, at the hour at which people get theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from reports.notices import digest_notice
from smarketing.domain.channels import Occasion
from smarketing.domain.slots import latest_slot, usual
from smarketing.services.channels.data import digest_data
from smarketing.services.channels.rooms import Told
from smarketing.services.digest.due import CATCH_UP, KEEPS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from datetime import datetime

    from reports.content import Content
    from reports.digest import Digest
    from smarketing.domain.messages import Message
    from smarketing.services.channels.rooms import Rooms


class Outbox(Protocol):
    """Where messages are planned."""

    def planned(self, keys: Collection[str]) -> Collection[str]:
        """Return which of these dedupe keys are planned already."""
        ...

    def plan(self, messages: Sequence[Message]) -> int:
        """Put messages in whose key is not there yet; return how many were new."""
        ...


class Made(NamedTuple):
    """One week's report: its numbers, and its words without pictures."""

    digest: Digest
    content: Content


def plan_digests(
    rooms: Rooms,
    outbox: Outbox,
    make: Callable[[str, str], Made | None],
    *,
    now: datetime,
    timezone: str,
    planned_until: datetime | None = None,
) -> int:
    """Plan the weekly reports that are due to channels; a second call plans and makes nothing.

    Args:
        rooms: The channels.
        outbox: Where messages are planned.
        make: Returns the report of a week for an audience, None where there is nothing to report
            yet. Called once an audience, and only if a channel is due.
        now: The business instant.
        timezone: IANA name; decides when Monday morning is.
        planned_until: What was due until then counts as planned (a restored backup has forgotten
            it); None: nothing.

    Returns:
        How many messages were new.
    """
    slot = latest_slot(now, usual(timezone))
    if now - slot.due_at > CATCH_UP or (planned_until and slot.due_at <= planned_until):
        return 0
    asked = {
        f"{Occasion.DIGEST}:{slot.week}:{channel.address}": channel
        for channel in rooms.channels
        if Occasion.DIGEST in channel.sends
    }
    due = asked.keys() - set(outbox.planned(asked.keys())) if asked else set()
    made = {audience: make(slot.week, audience) for audience in {asked[k].audience for k in due}}
    messages = []
    for key in sorted(due):
        report = made[asked[key].audience]
        if report and asked[key].tells(Occasion.DIGEST, report.digest.agreement):
            told = Told(
                Occasion.DIGEST, digest_notice(report.content), digest_data(*report), now,
                now + KEEPS,
            )  # fmt: skip
            messages.append(rooms.message(asked[key], key, told))
    return outbox.plan(messages) if messages else 0
