"""What the page of a link shows: the lead as it stands, and what the link is still good for.

A link names one person, one lead and since when that lead is where it is. As soon as the lead is
elsewhere, or came back, the link is good for nothing but to say so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from smarketing.domain.acts import ASSIGNED, HANDED_AGAIN, OWNER, RECYCLED, RETURNED
from smarketing.domain.calendar import instant, seconds
from smarketing.domain.ways import Way, how_from
from smarketing.services.leads.acts import UNDO_WITHIN
from smarketing.services.leads.queue import cell_titles, lead_name
from smarketing.services.leads.timeline import act_ref

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from smarketing.services.conclusions.book import Book
    from smarketing.services.mail_link.tokens import Link
    from smarketing.services.people.people import Person

Row = dict[str, Any]
"""A stored lead or a word about it; instants in seconds of UTC."""

Seen = tuple[Row, Sequence[Row]]
"""A lead, and what counts of what was told about it, in the order in which it was told."""

_PLACES: Final = (ASSIGNED, RETURNED, OWNER)


class Standing(StrEnum):
    """What a link is good for.

    Attributes:
        ASKED: The lead waits for the answer of who was told: both buttons work.
        YOURS: They have it, and it is acknowledged.
        GIVEN_BACK: They gave it back, and nobody has it since.
        MOVED: It is elsewhere, or went away and came back.
        CLOSED: It was rejected, recycled or closed.
    """

    ASKED = "asked"
    YOURS = "yours"
    GIVEN_BACK = "given_back"
    MOVED = "moved"
    CLOSED = "closed"


@dataclass(frozen=True)
class LinkPage:
    """What the person of a link sees.

    Attributes:
        person: Who was told, by name.
        due_at: When "I have it" is late; None: no such clock runs.
        attempt_due_at: The same of the first attempt.
        is_held: Whether the lead is the person's; else it waits in the team's queue.
        since: Of what `standing` says; None: nobody told when.
        who: Who has it, said so or closed it, by name; None: the team, or the source said so.
        is_own: Whether that is the person.
        closed_as: `rejected`, `recycled` or `closed`; empty: it is not.
        undo: What takes the person's answer back; empty: there is nothing to take back any more.
    """

    lead_id: int
    person: str
    name: str
    company: str | None
    job_title: str | None
    segment: str
    tier: str
    zone: str
    due_at: datetime | None
    attempt_due_at: datetime | None
    is_held: bool
    standing: Standing
    since: datetime | None = None
    who: str | None = None
    is_own: bool = False
    closed_as: str = ""
    undo: str = ""


def held_since(row: Mapping[str, Any], place: Mapping[str, Any] | None) -> int:
    """Return since when a lead is where it is: with its holder, or in the team's queue.

    Args:
        row: `held_since, handed_at`.
        place: The last word about who holds it (`kind, at`); None: there is none.
    """
    if row["held_since"] is not None:
        return int(row["held_since"])
    came_back = place is not None and place["kind"] == RETURNED
    return int(place["at"] if place and came_back else row["handed_at"])


def link_page(link: Link, person: Person, seen: Seen, *, book: Book, now: datetime) -> LinkPage:
    """Return what the page of a link shows.

    Args:
        link: What the link names.
        person: Who was told; may hold leads still.
        seen: The lead as it stands, and what counts of what was told about it.
        book: The agreements in force: titles and zones.
        now: Decides what can still be taken back.
    """
    row, words = seen
    segment, tier = cell_titles(row, book)
    page = LinkPage(
        lead_id=row["id"],
        person=person.name,
        name=lead_name(row),
        company=row["company"],
        job_title=row["job_title"],
        segment=segment,
        tier=tier,
        zone=book.timezone_of(row["version_id"]),
        due_at=_instant(row["due_at"]),
        attempt_due_at=_instant(row["attempt_due_at"]),
        is_held=row["holder_id"] == person.id,
        standing=Standing.ASKED,
    )
    place = next((word for word in reversed(words) if word["kind"] in _PLACES), None)
    if closed := _closed(page, row, words):
        return closed
    if page.is_held and row["acknowledged"]:
        word = next((w for w in reversed(words) if w["kind"] == "acknowledged"), None)
        return _said(page, Standing.YOURS, word, person, now)
    if row["holder_id"] is None and _is_by(place, RETURNED, person):
        return _said(page, Standing.GIVEN_BACK, place, person, now)
    since = held_since(row, place)
    if row["holder_id"] in (None, person.id) and since == link.held_since:
        return page
    holder, is_own = row["holder"], page.is_held
    return replace(page, standing=Standing.MOVED, since=instant(since), who=holder, is_own=is_own)


def _closed(page: LinkPage, row: Row, words: Sequence[Row]) -> LinkPage | None:
    """Return the page of a lead that was rejected, recycled or closed since its last hand-off."""
    again = max((n for n, word in enumerate(words) if word["kind"] == HANDED_AGAIN), default=-1)
    ends = [word for word in words[again + 1 :] if word["kind"] in ("rejected", RECYCLED)]
    closed = replace(page, standing=Standing.CLOSED)
    if ends:
        word = ends[-1]
        at, who = instant(word["at"]), word["by"]
        return replace(closed, since=at, who=who, closed_as=word["kind"])
    if row["closed_at"] is None and not row["won_deals"]:
        return None
    return replace(closed, since=_instant(row["closed_at"]), closed_as="closed")


def _said(
    page: LinkPage, standing: Standing, word: Row | None, person: Person, now: datetime
) -> LinkPage:
    """Return the page of an answer that was given: by whom, and whether it may be taken back."""
    if word is None:
        return replace(page, standing=standing)
    is_own = word["actor"] == person.email
    how = how_from(word["detail"])
    by_link = is_own and how is not None and how.way is Way.EMAIL_LINK
    is_fresh = word["recorded_at"] >= seconds(now) - UNDO_WITHIN.total_seconds()
    return replace(
        page,
        standing=standing,
        since=instant(word["at"]),
        who=word["by"],
        is_own=is_own,
        undo=act_ref(word["ref"]) if by_link and is_fresh else "",
    )


def _is_by(word: Row | None, kind: str, person: Person) -> bool:
    return word is not None and word["kind"] == kind and word["actor"] == person.email


def _instant(at: int | None) -> datetime | None:
    return None if at is None else instant(at)
