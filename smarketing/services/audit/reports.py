"""Weekly reports that were due and are not planned."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from reports.numbers import instant
from smarketing.domain.findings import Finding, FindingKind
from smarketing.services.channels.digests import latest_to_channels
from smarketing.services.digest.due import latest_reports

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from smarketing.domain.slots import Slot
    from smarketing.services.audit.ports import Planned
    from smarketing.services.channels.rooms import Rooms
    from smarketing.services.digest.due import Span
    from smarketing.services.people.people import Person

KINDS: Final = (FindingKind.REPORT,)
GRACE: Final = timedelta(minutes=15)
"""Drawing and planning may take minutes, where many people get one."""
_NAMED: Final = 5


def missing_reports(
    people: Iterable[Person], rooms: Rooms, outbox: Planned, span: Span
) -> Iterator[Finding]:
    """Yield, a week each, that reports were due some time ago and are neither planned nor noted.

    Args:
        people: Everybody.
        rooms: The channels.
        outbox: Whose keys tell what is planned.
        span: When it is, and what counts.
    """
    due: dict[str, _Due] = {
        one.key: _Due(one.slot, one.person.name) for one in latest_reports(people, span)
    }
    due |= {
        one.key: _Due(one.slot, f"the channel {one.channel.name}")
        for one in latest_to_channels(rooms, span)
    }
    late = {key: one for key, one in due.items() if span.now - one.slot.due_at > GRACE}
    done = outbox.planned(late.keys()) if late else ()
    weeks: defaultdict[str, list[_Due]] = defaultdict(list)
    for key, one in late.items():
        if key not in done:
            weeks[one.slot.week].append(one)
    for week, missing in weeks.items():
        yield Finding(f"report:{week}", FindingKind.REPORT, _said(week, missing, span.timezone))


class _Due(NamedTuple):
    """A report that is due: when, and whose it is, in words."""

    slot: Slot
    whose: str


def _said(week: str, missing: list[_Due], zone: str) -> str:
    since = instant(min(one.slot.due_at for one in missing), zone)
    names = [one.whose for one in missing[:_NAMED]]
    more = len(missing) - len(names)
    whose = ", ".join(names) + (f" and {more} more" if more else "")
    return (
        f"The weekly report of {week} was due from {since} on, and is not planned for {whose}. "
        "See what the job tick says: it plans reports as soon as it can."
    )
