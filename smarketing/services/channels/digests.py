"""The weekly report to channels: one a channel and week, at the hour at which people get theirs.

It says what the report of that week says, and is noted where it is not to be sent, as those of
people are: a channel that is not told of the report's agreement is asked about once a week.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

from reports.notices import digest_notice
from smarketing.domain.channels import Occasion
from smarketing.domain.slots import usual
from smarketing.services.channels.data import digest_data
from smarketing.services.channels.rooms import Told
from smarketing.services.digest.due import (
    KEEPS,
    TOO_LATE,
    dedupe_key_prefix,
    latest_of,
    left_out_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from reports.content import Content
    from reports.digest import Digest
    from smarketing.domain.channels import Channel
    from smarketing.domain.messages import Message
    from smarketing.domain.slots import Slot
    from smarketing.services.channels.rooms import Rooms
    from smarketing.services.digest.due import Span


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


@dataclass(frozen=True)
class ChannelReport:
    """The report of a week to one channel, whether it is planned or not."""

    channel: Channel
    slot: Slot

    @property
    def key(self) -> str:
        """Return what makes it one a channel and week."""
        return f"{dedupe_key_prefix(self.slot.week)}{self.channel.address}"


def latest_to_channels(rooms: Rooms, span: Span) -> Iterator[ChannelReport]:
    """Yield the latest report of every channel that is told of weeks."""
    if (slot := latest_of(span, usual(span.timezone))) is not None:
        yield from (ChannelReport(one, slot) for one in _told_of_weeks(rooms))


def plan_digests(
    rooms: Rooms, outbox: Outbox, make: Callable[[str, str], Made | None], span: Span
) -> int:
    """Plan the weekly reports that are due to channels; a second call plans and makes nothing.

    Args:
        rooms: The channels.
        outbox: Where messages are planned.
        make: Returns the report of a week for an audience as it is kept, None where there is
            nothing to report yet. Called once an audience, and only if a channel is due.
        span: When it is, and what counts; `looked_at` is when channels were looked at last.

    Returns:
        How many messages are to be sent; what is only noted does not count.
    """
    latest = _new(latest_to_channels(rooms, span), outbox)
    missed = left_out_of(span, usual(span.timezone))
    earlier = [ChannelReport(one, slot) for slot in missed for one in _told_of_weeks(rooms)]
    late = [one for one in latest if span.is_too_late(one.slot)]
    notes = [_note(rooms, one, span, "skipped", TOO_LATE) for one in late + _new(earlier, outbox)]
    due = [one for one in latest if not span.is_too_late(one.slot)]
    asked = dict.fromkeys((one.slot.week, one.channel.audience) for one in due)
    made = {key: make(*key) for key in asked}
    messages = []
    for one in due:
        report = made[one.slot.week, one.channel.audience]
        if report is None:
            continue
        if one.channel.tells(Occasion.DIGEST, report.digest.agreement):
            messages.append(_message(rooms, one, report, span))
        else:
            said = f"it is about {report.digest.title}, of which this channel is not told"
            notes.append(_note(rooms, one, span, "unwanted", said))
    if notes:
        outbox.plan(notes)
    return outbox.plan(messages) if messages else 0


def _told_of_weeks(rooms: Rooms) -> tuple[Channel, ...]:
    return tuple(one for one in rooms.channels if Occasion.DIGEST in one.sends)


def _new(reports: Iterable[ChannelReport], outbox: Outbox) -> list[ChannelReport]:
    by_key = {one.key: one for one in reports}
    done = outbox.planned(by_key.keys()) if by_key else ()
    return [by_key[key] for key in sorted(by_key.keys() - set(done))]


def _message(rooms: Rooms, due: ChannelReport, report: Made, span: Span) -> Message:
    told = Told(
        Occasion.DIGEST,
        digest_notice(report.content),
        digest_data(*report),
        span.now,
        span.now + KEEPS,
    )
    return rooms.message(due.channel, due.key, told)


def _note(rooms: Rooms, due: ChannelReport, span: Span, state: str, said: str) -> Message:
    subject = f"Weekly report of {due.slot.week}"
    return rooms.note(due.channel, due.key, subject, span.now, state=state, said=said)
