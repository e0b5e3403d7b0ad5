"""The exception list: leads that nobody tried in time, or too seldom, by who has them.

"Do not be on it": no scoreboard, only what is to be mended now. A lead stands in it from the
moment its attempt is known to be overdue until somebody makes it, rejects or recycles the lead,
or the breach is excused. One that was given up (agreed, or with the end of its month) stays, and
says so: the lead waits all the same.
Source: Roberge, The Sales Acceleration Formula, page 138 (DOMAIN 1.2).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

from smarketing.domain.calendar import instant, seconds, working_time_between
from smarketing.domain.metrics import Metric
from smarketing.services.breaches.speaking import places
from smarketing.services.leads.queue import cell_titles, lead_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    import polars as pl

    from smarketing.services.breaches.speaking import Place
    from smarketing.services.conclusions.book import Book

METRICS: Final = (Metric.FIRST_ATTEMPT_WITHIN, Metric.ATTEMPTS_MADE)
"""What brings a lead onto the list; one that nobody tried stands there once."""

RULE: Final = (
    "A lead stands here from the moment its attempt is overdue until somebody makes it, "
    "rejects or recycles the lead, or the breach is excused; “given up” says that its agreed "
    "time or its month is over."
)
"""Who is on the list, wherever it is shown."""

NOBODY: Final = "The team: nobody has them"


class ExceptionStore(Protocol):
    """Where the list is read."""

    def overdue(self, metric: str, now: int) -> pl.DataFrame:
        """Return the leads whose clock of a metric ran out and runs on, the oldest first.

        Columns: `id`, names, `owner`, `first_attempt_at`, `holder_id, holder` (a name),
        `version_id, segment, tier, commitment_id, due_at, paused_until`, and `given_up` (0 or 1).
        """
        ...

    def attempts(self, ids: pl.Series) -> pl.DataFrame:
        """Return `lead_id, at` of every attempt that was made to reach leads."""
        ...


@dataclass(frozen=True)
class Exceptional:
    """One lead on the list.

    Attributes:
        made: Attempts so far; promised: as many as the agreement wants, 1 for the first one.
        due_at: When the last of them was due.
        over_s: Working seconds since then.
        is_given_up: The breach counts as final: only the lead itself can still be helped.
        owner: What the CRM calls its owner; None: it names none.
        zone: In which times are shown.
    """

    lead_id: int
    name: str
    company: str | None
    segment: str
    tier: str
    owner: str | None
    metric: Metric
    commitment: str
    made: int
    promised: int
    due_at: datetime
    over_s: int
    is_given_up: bool
    zone: str


@dataclass(frozen=True)
class OnTheList:
    """What one person has on the list.

    Attributes:
        holder_id: None: nobody has them.
        leads: Those that were given up last; else the one that is overdue longest first.
    """

    holder_id: int | None
    name: str
    leads: tuple[Exceptional, ...]


def exceptions_of(store: ExceptionStore, book: Book, now: datetime) -> tuple[OnTheList, ...]:
    """Return who is on the list, by name; what nobody has stands first.

    Args:
        store: Where it is read.
        book: The agreements in force.
        now: Decides what is overdue, and for how long.
    """
    at, known = seconds(now), places(book)
    whose: dict[int | None, str] = {}
    found: dict[int | None, list[Exceptional]] = {}
    seen: set[int] = set()
    for metric in METRICS:
        rows = store.overdue(str(metric), at)
        made = _made(store, rows)
        for row in rows.iter_rows(named=True):
            if row["id"] in seen or row["commitment_id"] not in known:
                continue
            seen.add(row["id"])
            whose[row["holder_id"]] = row["holder"] or NOBODY
            place = known[row["commitment_id"]]
            item = _item(row, place, made.get(row["id"], 0), at, book)
            found.setdefault(row["holder_id"], []).append(item)
    lists = [OnTheList(number, whose[number], _oldest(found[number])) for number in found]
    return tuple(sorted(lists, key=lambda one: (one.holder_id is not None, one.name.casefold())))


def _oldest(leads: Iterable[Exceptional]) -> tuple[Exceptional, ...]:
    return tuple(sorted(leads, key=lambda one: (one.is_given_up, one.due_at, one.lead_id)))


def _made(store: ExceptionStore, rows: pl.DataFrame) -> Mapping[int, int]:
    if rows.is_empty():
        return {}
    counted = store.attempts(rows["id"].unique()).unique().group_by("lead_id").len()
    return dict(counted.iter_rows())


def _item(row: dict[str, Any], place: Place, made: int, now: int, book: Book) -> Exceptional:
    segment, tier = cell_titles(row, book)
    commitment = place.commitment
    term = commitment.term(row["segment"], row["tier"])
    calendar = place.agreement.calendars[commitment.calendar]
    due_at = instant(row["due_at"])
    return Exceptional(
        lead_id=row["id"],
        name=lead_name(row),
        company=row["company"],
        segment=segment,
        tier=tier,
        owner=row["owner"] or None,
        metric=commitment.metric,
        commitment=commitment.title,
        made=made,
        promised=(term.attempts if term else None) or 1,
        due_at=due_at,
        over_s=int(working_time_between(due_at, instant(now), calendar).total_seconds()),
        is_given_up=bool(row["given_up"]),
        zone=place.agreement.timezone,
    )
