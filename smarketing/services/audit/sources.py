"""Sources that cannot be read, and sources that fell silent."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from reports.numbers import instant
from smarketing.domain.findings import Finding, FindingKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from smarketing.services.audit.ports import Sources

KINDS: Final = (FindingKind.SOURCE,)
PORTAL: Final = "portal"

_ASKED: Final = 3
"""Times that a source may be due to be read before it counts as not read."""
_PATIENCE: Final = timedelta(minutes=15)
_REMEMBERED: Final = 12
_ENOUGH: Final = 4
"""Deliveries from which a rhythm can be told."""
_LONGER: Final = 1.5
"""A gap is silence when it is longer than any before by half: weekends are gaps, too."""
_LEAST: Final = timedelta(days=1)


def silent_sources(
    sources: Sources, rhythms: Mapping[str, timedelta], now: datetime, zone: str
) -> Iterator[Finding]:
    """Yield the sources that cannot be read, are not read, or bring nothing any more.

    Args:
        sources: What they delivered when.
        rhythms: How often each configured source is asked. Any other one is measured by its own
            deliveries: silent is who lets pass half as much again as its longest gap, and a day.
        now: When.
        zone: Of the instants in sentences.
    """
    for name, read_at, fault in sources.sources():
        if name == PORTAL:
            continue
        said = f"The source {name} cannot be read: {fault}" if fault and name in rhythms else None
        every = rhythms.get(name)
        if not said and every and read_at and now - read_at > _ASKED * every + _PATIENCE:
            said = (
                f"The source {name} was read last on {instant(read_at, zone)}, and is to be read "
                f"every {_span(every)}. See what its job says."
            )
        said = said or _silent(name, sources.deliveries(name, _REMEMBERED), now, zone)
        if said:
            yield Finding(f"source:{name}", FindingKind.SOURCE, said)


def _silent(name: str, at: Sequence[datetime], now: datetime, zone: str) -> str | None:
    gaps = [later - earlier for earlier, later in pairwise(at)]
    if len(at) < _ENOUGH or now - at[-1] <= max(_LONGER * max(gaps), _LEAST):
        return None
    return (
        f"The source {name} has brought nothing since {instant(at[-1], zone)}; never before did it "
        f"stay silent for more than {_span(max(gaps))}. See whether its export still runs."
    )


def _span(span: timedelta) -> str:
    for unit, seconds in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if span.total_seconds() >= 2 * seconds:
            return f"{span.total_seconds() / seconds:.0f} {unit}"
    return f"{span.total_seconds():.0f} seconds"
