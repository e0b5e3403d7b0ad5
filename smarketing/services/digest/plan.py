"""Who is due a weekly report: one a person and week, planned exactly once.

The slot of a week's report is Monday 08:00 of a zone, for the ISO week before. After an outage
only the latest slot is made good, and only within six days: nobody wants two reports on one
morning, or one a day before the next.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final, Protocol
from zoneinfo import ZoneInfo

from reports.digest import Audience
from reports.mail import to_bytes
from smarketing.domain.errors import SmarketingError
from smarketing.domain.messages import Message
from smarketing.domain.weeks import week_of
from smarketing.services.people.address import address_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
    from email.headerregistry import Address

    from reports.mail import Envelope, RenderedDigest
    from smarketing.services.people.people import Person

KIND: Final = "digest"
_AT: Final = time(8)
_CATCH_UP: Final = timedelta(days=6)
_KEEPS: Final = timedelta(hours=48)
_CHUNK: Final = 100
"""Messages in one transaction: a hundred with three pictures each are 10 to 20 MB."""


class Outbox(Protocol):
    """Where messages are planned."""

    def planned(self, keys: Collection[str]) -> Collection[str]:
        """Return which of these dedupe keys are planned already."""
        ...

    def plan(self, messages: Sequence[Message]) -> int:
        """Put messages in whose key is not there yet; return how many were new."""
        ...


class UnaddressableError(SmarketingError):
    """Some people have an address that no mail can go to; the others have their report.

    Attributes:
        emails: The addresses as they are kept.
    """

    def __init__(self, emails: tuple[str, ...]) -> None:
        super().__init__(
            f"no report can be sent to {', '.join(emails)}: correct the address of that person"
        )
        self.emails = emails


@dataclass(frozen=True)
class Slot:
    """When the report of a week is due.

    Attributes:
        week: The ISO week that it covers, as `2026-W47`.
        due_at: In UTC.
    """

    week: str
    due_at: datetime


@dataclass(frozen=True)
class DueReport:
    """One person's report that is due, whether it is planned or not."""

    key: str
    slot: Slot
    person: Person


@dataclass(frozen=True)
class _Due:
    key: str
    audience: str
    address: Address


def slot_on(monday: date, timezone: str, at: time = _AT) -> Slot:
    """Return the slot on a Monday.

    A local time that the clocks jump over is taken as far after the jump as it lies after the
    jump's beginning (PEP 495); of one that comes twice the first counts.
    """
    local = datetime.combine(monday, at, tzinfo=ZoneInfo(timezone))
    return Slot(week_of(monday - timedelta(days=7)).name, local.astimezone(UTC))


def latest_slot(now: datetime, timezone: str, at: time = _AT) -> Slot:
    """Return the last slot that has come; one that comes right now has come."""
    today = now.astimezone(ZoneInfo(timezone)).date()
    monday = today - timedelta(days=today.weekday())
    slot = slot_on(monday, timezone, at)
    return slot if slot.due_at <= now else slot_on(monday - timedelta(days=7), timezone, at)


def plan_reports(
    people: Iterable[Person],
    outbox: Outbox,
    render: Callable[[str, str], RenderedDigest | None],
    envelope: Callable[[str, Address], Envelope],
    *,
    now: datetime,
    timezone: str,
    planned_until: datetime | None = None,
) -> int:
    """Plan the reports that are due; a second call plans nothing and renders nothing.

    Args:
        people: Everybody; only active ones with an audience get a report.
        outbox: Where messages are planned.
        render: Returns the report of a week for an audience, None where there is nothing to
            report yet. Called once an audience, and only if somebody is due.
        envelope: Returns the head of the mail to an address; its Message-ID depends on the
            dedupe key alone.
        now: The business instant.
        timezone: IANA name; decides when Monday morning is.
        planned_until: What was due until then counts as planned (a restored backup has forgotten
            what it sent); None: nothing does.

    Returns:
        How many messages were new.

    Raises:
        UnaddressableError: Somebody cannot be written to; all others were planned.
    """
    reports = due_reports(people, now=now, timezone=timezone, planned_until=planned_until)
    if not reports:
        return 0
    slot = reports[0].slot
    due, unaddressable = _due(reports, outbox)
    count = 0
    for audience in Audience:
        mine = [one for one in due if one.audience == audience]
        rendered = render(slot.week, audience) if mine else None
        if rendered is not None:
            for chunk in _chunks(mine):
                messages = [_message(one, rendered, envelope, now) for one in chunk]
                count += outbox.plan(messages)
    if unaddressable:
        raise UnaddressableError(unaddressable)
    return count


def dedupe_key(week: str, person_id: int) -> str:
    """Return what makes a report unique: one a person and week."""
    return f"{dedupe_key_prefix(week)}{person_id}"


def dedupe_key_prefix(week: str) -> str:
    """Return how the keys of a week's reports begin; the number of the person follows."""
    return f"{KIND}:{week}:"


def due_reports(
    people: Iterable[Person], *, now: datetime, timezone: str, planned_until: datetime | None = None
) -> tuple[DueReport, ...]:
    """Return the reports that are due now and not yet too late, planned or not.

    The arguments are those of `plan_reports`.
    """
    slot = latest_slot(now, timezone)
    is_before = planned_until is not None and slot.due_at <= planned_until
    if is_before or now - slot.due_at > _CATCH_UP:
        return ()
    return tuple(
        DueReport(dedupe_key(slot.week, person.id), slot, person)
        for person in people
        if person.active and person.audience in set(Audience)
    )


def _due(reports: Iterable[DueReport], outbox: Outbox) -> tuple[list[_Due], tuple[str, ...]]:
    """Return who is not planned yet, and the addresses that no mail can go to."""
    wanted = {one.key: one.person for one in reports}
    done = outbox.planned(wanted.keys()) if wanted else ()
    due: list[_Due] = []
    unaddressable: list[str] = []
    for key, person in wanted.items():
        if key in done:
            continue
        address = address_of(person)
        if address is None:
            unaddressable.append(person.email)
        else:
            due.append(_Due(key, person.audience, address))
    return due, tuple(unaddressable)


def _message(
    due: _Due, rendered: RenderedDigest, envelope: Callable[[str, Address], Envelope], now: datetime
) -> Message:
    head = envelope(due.key, due.address)
    return Message(
        dedupe_key=due.key,
        kind=KIND,
        recipient=due.address.addr_spec,
        subject=rendered.subject,
        message_id=head["message_id"],
        mime=to_bytes(rendered, **head),
        not_before=now,
        expires_at=now + _KEEPS,
        created_at=now,
        audience=due.audience,
    )


def _chunks(due: Sequence[_Due]) -> Iterator[Sequence[_Due]]:
    for start in range(0, len(due), _CHUNK):
        yield due[start : start + _CHUNK]
