"""How long clocks stood still in a span, by who paused them: in working minutes.

Pausing is the way such agreements are gamed, so it is told by person. What overlaps counts once
for each lead and person, and only in the working time of the lead's own agreement.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from smarketing.domain.acts import pause_from
from smarketing.domain.metrics import Metric
from smarketing.domain.pauses import pauses_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from smarketing.domain.calendar import Calendar
    from smarketing.services.conclusions.book import Book


def paused_s(told: pl.DataFrame, book: Book, from_s: int, to_s: int) -> Mapping[str, int]:
    """Return the working seconds of `[from_s, to_s)` in pauses, by the e-mail of who made them.

    Args:
        told: `lead_id, actor, at, detail, version_id` of pauses that may touch the span; those of
            leads without an agreement stop no clock and count nothing.
        book: The agreements in force.
        from_s: Seconds of UTC.
        to_s: Seconds of UTC: the end of the span, or now where it goes on.
    """
    spans: defaultdict[int, list[tuple[int, str, int, int]]] = defaultdict(list)
    for row in told.iter_rows(named=True):
        ends = pause_from(row["detail"])[0]
        span = max(row["at"], from_s), min(ends, to_s)
        if span[0] < span[1]:
            spans[row["version_id"]].append((row["lead_id"], row["actor"], *span))
    found: defaultdict[str, int] = defaultdict(int)
    for version_id, those in spans.items():
        if calendar := _calendar(book, version_id):
            for actor, seconds in _by_actor(those, calendar, from_s, to_s):
                found[actor] += seconds
    return found


def _by_actor(
    spans: list[tuple[int, str, int, int]], calendar: Calendar, from_s: int, to_s: int
) -> list[tuple[str, int]]:
    keys = sorted({(lead_id, actor) for lead_id, actor, *_ in spans})
    row = {key: number for number, key in enumerate(keys)}
    pauses = pauses_of((row[lead_id, actor], start, end) for lead_id, actor, start, end in spans)
    starts, ends = (np.full(len(keys), at, dtype=np.int64) for at in (from_s, to_s))
    worked = pauses.worked(starts, ends, calendar)
    return [(actor, int(seconds)) for (_, actor), seconds in zip(keys, worked, strict=True)]


def _calendar(book: Book, version_id: int) -> Calendar | None:
    """Return the working time in which a version's acknowledgements are owed."""
    version = book.version(version_id)
    if version is None:
        return None
    promise = version.commitment(Metric.ACKNOWLEDGED_WITHIN)
    name = promise.calendar if promise else version.agreement.acceptance_calendar
    return version.agreement.calendars[name]
