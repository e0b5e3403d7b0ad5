"""A lead entered by hand: a batch of one through the same intake as any file.

It is handed off to Sales at the moment when it is entered. Its key in the source `by hand` is
the word of the form, so that a form that is sent twice enters one lead.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

from connectors.protocol import RowProblem
from smarketing.domain.calendar import instant, seconds
from smarketing.domain.errors import NotFoundError
from smarketing.services.leads.handing import holders
from smarketing.services.leads.queue import cell_titles, lead_name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    import polars as pl

    from connectors.protocol import Batch, Delivery
    from smarketing.services.conclusions.book import Book
    from smarketing.services.intake.report import ImportReport
    from smarketing.services.people.people import Directory

BY_HAND: Final = "by hand"
"""The name of the source; no configured one can have it."""

FIELDS: Final = (
    "full_name", "email", "phone", "company", "job_title", "employees", "industry", "country",
    "region", "lead_source", "campaign", "provider", "created_at",
)  # fmt: skip
"""The columns that may be typed; `created_at` is when the lead came in, and blank means now."""

_CALLED: Final = ("full_name", "email", "company")
_ALIKE_SHOWN: Final = 10


@dataclass(frozen=True)
class Typing:
    """What somebody typed.

    Attributes:
        values: Column to text: FIELDS, and columns of their own that the rules of an agreement use.
        word: Makes a form that is sent twice one lead.
        label: What the record is called: who entered it.
        hand_to: Number of who gets it; 0: it waits in the team's queue.
        is_sure: Enter it also where it may be there already.
    """

    values: Mapping[str, str]
    word: str
    label: str
    hand_to: int = 0
    is_sure: bool = False


@dataclass(frozen=True)
class Alike:
    """A lead that may be the same one.

    Attributes:
        segment: Its title; tier: the same.
        same: What is the same: "e-mail" or "name and company".
    """

    lead_id: int
    name: str
    company: str | None
    email: str | None
    source: str
    segment: str
    tier: str
    handed_at: datetime
    zone: str
    same: str


@dataclass(frozen=True)
class Entered:
    """What came of it: a lead, or what is wrong, or what it may be the same as.

    Attributes:
        lead_id: None: nothing was entered.
        is_new: False: the same form had entered it.
        problems: What cannot be used; `column` is one of FIELDS.
        alike: Leads that may be the same; pressing again enters it all the same.
    """

    lead_id: int | None = None
    is_new: bool = False
    problems: tuple[RowProblem, ...] = ()
    alike: tuple[Alike, ...] = ()


class LeadFinder(Protocol):
    """Where leads are found."""

    def named(self, name: str) -> pl.Series:
        """Return ids by id, by `SOURCE:SOURCE_ID`, or by e-mail."""
        ...

    def alike(self, email: str, name: str, company: str, limit: int) -> Sequence[dict[str, Any]]:
        """Return leads with that e-mail, or with that name and company; in whatever case.

        Columns: those that name a lead, `id, source` (a name), `handed_at, version_id, segment,
        tier`. Empty text is like nothing; the newest stand first.
        """
        ...


@dataclass(frozen=True)
class EntryDesk:
    """Where leads are entered.

    Attributes:
        finder: Where leads are found.
        people: Who may get them.
        typed: Returns what was typed as a delivery: values, source, label.
        take: Takes a delivery in, at an instant.
    """

    finder: LeadFinder
    people: Directory
    typed: Callable[[Mapping[str, str], str, str], Delivery]
    take: Callable[[Delivery, datetime], ImportReport]


def own_columns(book: Book) -> tuple[str, ...]:
    """Return the columns besides FIELDS that rules of the agreements in force look at."""
    named = (name for version in book.versions for name in version.agreement.extra_columns)
    return tuple(dict.fromkeys(named))


def enter(desk: EntryDesk, book: Book, typing: Typing, now: datetime) -> Entered:
    """Enter a lead, unless something is wrong with it or it may be there already.

    Raises:
        NotFoundError: Nobody who may hold leads has the number of `hand_to`.
    """
    key = f"{BY_HAND}:{typing.word}"
    if not (there := desk.finder.named(key)).is_empty():
        return Entered(int(there[0]))
    owner = _owner(desk.people, typing.hand_to)
    delivery = desk.typed(_record(typing, owner, now), BY_HAND, typing.label)
    (batch,) = delivery.open().batches
    if problems := batch.problems or _unfit(batch, typing, now):
        return Entered(problems=problems)
    if not typing.is_sure and (alike := _alike(desk.finder, batch, book)):
        return Entered(alike=alike)
    desk.take(delivery, now)
    return Entered(int(desk.finder.named(key)[0]), is_new=True)


def _record(typing: Typing, owner: str, now: datetime) -> dict[str, str]:
    told = {name: text.strip() for name, text in typing.values.items()}
    at = now.isoformat(timespec="seconds")
    made = {"source_id": typing.word, "handed_off_at": at, "owner": owner}
    return {**told, **made, "created_at": told.get("created_at") or at}


def _owner(directory: Directory, hand_to: int) -> str:
    """Return how intake knows who gets the lead: their e-mail; empty: nobody."""
    if not hand_to:
        return ""
    for person in holders(directory):
        if person.id == hand_to:
            return person.email
    raise NotFoundError("nobody who may hold leads has that number", str(hand_to))


def _unfit(batch: Batch, typing: Typing, now: datetime) -> tuple[RowProblem, ...]:
    """Return why a record that can be read is no lead all the same."""
    told = batch.frame.row(0, named=True)
    if not any(told[name] for name in _CALLED):
        mend = "enter a name, an e-mail address or a company"
        return (RowProblem(1, _CALLED[0], "", "nothing says who it is", mend),)
    if told["created_at"] > seconds(now):
        found = typing.values["created_at"]
        mend = "enter when it came in, or leave it blank: now"
        return (RowProblem(1, "created_at", found, "it lies in the future", mend),)
    return ()


def _alike(finder: LeadFinder, batch: Batch, book: Book) -> tuple[Alike, ...]:
    told = batch.frame.row(0, named=True)
    email, name, company = (told[column] or "" for column in ("email", "full_name", "company"))
    rows = finder.alike(email, name, company, _ALIKE_SHOWN)
    return tuple(_one_alike(row, email, book) for row in rows)


def _one_alike(row: dict[str, Any], email: str, book: Book) -> Alike:
    segment, tier = cell_titles(row, book)
    has_email = bool(email) and (row["email"] or "").lower() == email.lower()
    return Alike(
        lead_id=row["id"],
        name=lead_name(row),
        company=row["company"],
        email=row["email"],
        source=row["source"],
        segment=segment,
        tier=tier,
        handed_at=instant(row["handed_at"]),
        zone=book.timezone_of(row["version_id"]),
        same="e-mail" if has_email else "name and company",
    )
