"""Administrators are told by mail of what is amiss: once a kind and day.

Of what heals by itself before the next audit nobody is told.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Protocol

from reports.finding import FindingMail, render_findings
from reports.mail import to_bytes
from smarketing.domain.days import local_date
from smarketing.domain.messages import Message
from smarketing.services.people.address import address_of
from smarketing.services.people.people import Role

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
    from datetime import datetime
    from email.headerregistry import Address

    from reports.mail import Envelope, RenderedDigest
    from smarketing.domain.findings import FindingKind, KeptFinding
    from smarketing.services.people.people import Person

KIND: Final = "finding"
HEALS: Final = timedelta(minutes=4)
"""A little less than from one audit to the next: what is found twice did not heal by itself."""
_KEEPS: Final = timedelta(days=1)


class Outbox(Protocol):
    """Where messages are planned."""

    def planned(self, keys: Collection[str]) -> Collection[str]:
        """Return which of these dedupe keys are planned already."""
        ...

    def plan(self, messages: Sequence[Message]) -> int:
        """Put messages in whose key is not there yet; return how many were new."""
        ...


def plan_findings(
    findings: Iterable[KeptFinding],
    people: Iterable[Person],
    outbox: Outbox,
    envelope: Callable[[str, Address], Envelope],
    *,
    now: datetime,
    zone: str,
    base_url: str,
    planned_until: datetime | None = None,
) -> int:
    """Plan the mails about what is amiss; a second call plans nothing.

    Args:
        findings: Those that are open.
        people: Everybody; active administrators are told.
        outbox: Where messages are planned.
        envelope: Returns the head of the mail to an address, by the dedupe key.
        now: What was found just before may still heal by itself.
        zone: Of days and of instants in the mail.
        base_url: Of the portal, without a slash at the end.
        planned_until: What was found until then is no news; None: everything is.

    Returns:
        How many mails were new.
    """
    told: defaultdict[tuple[str, FindingKind], list[KeptFinding]] = defaultdict(list)
    for one in findings:
        if now - one.found_at >= HEALS and not (planned_until and one.found_at <= planned_until):
            told[f"{local_date(one.found_at, zone)}", one.kind].append(one)
    mails = {
        f"{KIND}:{kind}:{day}:{person.id}": (address, found)
        for (day, kind), found in told.items()
        for person, address in _reached(people)
    }
    done = outbox.planned(mails.keys()) if mails else ()
    return outbox.plan(
        [
            _message(_rendered(found, base_url, zone), key, envelope(key, address), now)
            for key, (address, found) in mails.items()
            if key not in done
        ]
    )


def _reached(people: Iterable[Person]) -> Iterator[tuple[Person, Address]]:
    for person in people:
        address = address_of(person)
        if person.active and person.role is Role.ADMINISTRATOR and address is not None:
            yield person, address


def _rendered(found: Sequence[KeptFinding], base_url: str, zone: str) -> RenderedDigest:
    lines = tuple((one.found_at, one.said) for one in found)
    return render_findings(FindingMail(found[0].kind, lines, zone, f"{base_url}/findings"))


def _message(mail: RenderedDigest, key: str, head: Envelope, now: datetime) -> Message:
    return Message(
        dedupe_key=key,
        kind=KIND,
        recipient=head["recipient"].addr_spec,
        subject=mail.subject,
        message_id=head["message_id"],
        mime=to_bytes(mail, **head),
        not_before=now,
        expires_at=now + _KEEPS,
        created_at=now,
    )
