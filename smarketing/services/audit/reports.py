"""Weekly reports that were due and are not planned."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from reports.numbers import instant
from smarketing.domain.findings import Finding, FindingKind
from smarketing.services.digest.due import latest_reports

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from smarketing.services.audit.ports import Planned
    from smarketing.services.digest.due import DueReport, Span
    from smarketing.services.people.people import Person

KINDS: Final = (FindingKind.REPORT,)
GRACE: Final = timedelta(minutes=15)
"""Drawing and planning may take minutes, where many people get one."""
_NAMED: Final = 5


def missing_reports(people: Iterable[Person], outbox: Planned, span: Span) -> Iterator[Finding]:
    """Yield, a week each, that reports were due some time ago and are not planned.

    Args:
        people: Everybody.
        outbox: Whose keys tell what is planned.
        span: When it is, and what counts.
    """
    now, zone = span.now, span.timezone
    due = latest_reports(people, span)
    late = {one.key: one for one in due if now - one.slot.due_at > GRACE}
    done = outbox.planned(late.keys()) if late else ()
    weeks: defaultdict[str, list[DueReport]] = defaultdict(list)
    for key, one in late.items():
        if key not in done:
            weeks[one.slot.week].append(one)
    for week, missing in weeks.items():
        yield Finding(f"report:{week}", FindingKind.REPORT, _said(week, missing, zone))


def _said(week: str, missing: list[DueReport], zone: str) -> str:
    since = instant(min(one.slot.due_at for one in missing), zone)
    names = [one.person.name for one in missing[:_NAMED]]
    more = len(missing) - len(names)
    whose = ", ".join(names) + (f" and {more} more" if more else "")
    return (
        f"The weekly report of {week} was due from {since} on, and is not planned for {whose}. "
        "See what the job tick says: it plans reports as soon as it can."
    )
