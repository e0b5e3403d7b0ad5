"""The leads behind a figure, as somebody may see them.

Each `What` counts exactly what `services.progress` counts under that name.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING, Any, Final, Protocol

from smarketing.domain.agreement import OTHER
from smarketing.domain.calendar import instant
from smarketing.domain.errors import NotFoundError
from smarketing.domain.lead_lists import What
from smarketing.domain.scope import Reach
from smarketing.services.leads.queue import cell_titles, lead_name
from smarketing.services.leads.stage import stage_of
from smarketing.services.people.policy import Action, scope_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    import polars as pl

    from smarketing.domain.lead_lists import Question
    from smarketing.domain.scope import Scope
    from smarketing.services.conclusions.book import Book
    from smarketing.services.leads.stage import Stage
    from smarketing.services.people.people import Person

PAGE: Final = 50
"""Leads on one page."""

_FOR_SUPPLIERS: Final = (
    What.DELIVERED, What.COUNTED, What.REJECTED, What.ACCEPTED, What.CUSTOMERS,
)  # fmt: skip
_AT_ONCE: Final = 2_000
"""Leads that a download reads at once."""


@dataclass(frozen=True)
class Line:
    """One lead of a list.

    Attributes:
        segment: Its title; tier: the same.
        zone: In which `handed_at` is shown.
        holder: By name; None: nobody, or not for who looks.
    """

    lead_id: int
    name: str
    company: str | None
    job_title: str | None
    email: str | None
    phone: str | None
    segment: str
    tier: str
    source: str
    source_key: str
    lead_source: str | None
    campaign: str | None
    provider: str | None
    country: str | None
    handed_at: datetime
    zone: str
    stage: Stage
    holder: str | None


@dataclass(frozen=True)
class Listed:
    """One page of the leads behind a figure.

    Attributes:
        total: Leads on all pages.
        number: Of the page, from 1.
    """

    lines: tuple[Line, ...]
    total: int
    number: int

    @property
    def pages(self) -> int:
        """Return how many pages there are, at least 1."""
        return max(1, -(-self.total // PAGE))


class ListStore(Protocol):
    """Where lists of leads are read."""

    def count(self, scope: Scope, question: Question) -> int:
        """Return how many leads of a scope are asked for."""
        ...

    def page(self, scope: Scope, question: Question, limit: int, offset: int) -> pl.DataFrame:
        """Return some of them, the newest hand-off first.

        Columns: the text of `Line` (but its titles), `id, first_name, last_name, full_name,
        handed_at, version_id, segment, tier, won_deals, rejected, qualified_at, accepted`.
        """
        ...


def listed(
    store: ListStore, book: Book, person: Person, question: Question, number: int = 1
) -> Listed:
    """Return one page of the leads that somebody may see; one past the end has no lines.

    Raises:
        NotFoundError: They may not ask that.
    """
    scope, question = _theirs(person, question)
    rows = store.page(scope, question, PAGE, (number - 1) * PAGE)
    return Listed(tuple(_lines(rows, book, scope)), store.count(scope, question), number)


def every_line(store: ListStore, book: Book, person: Person, question: Question) -> Iterator[Line]:
    """Return all leads of a list that somebody may see; they are read some at a time.

    Raises:
        NotFoundError: They may not ask that.
    """
    scope, question = _theirs(person, question)

    def lines() -> Iterator[Line]:
        for offset in count(0, _AT_ONCE):
            rows = store.page(scope, question, _AT_ONCE, offset)
            yield from _lines(rows, book, scope)
            if len(rows) < _AT_ONCE:
                return

    return lines()


def shows_people(person: Person) -> bool:
    """Return whether lists show somebody who holds the leads: not to a supplier."""
    return scope_of(person, Action.SEE_LEADS).reach is not Reach.DELIVERED


def kinds_for(person: Person) -> tuple[What, ...]:
    """Return what somebody may ask about leads: a supplier nothing of how Sales works."""
    return tuple(What) if shows_people(person) else _FOR_SUPPLIERS


def choices(book: Book) -> tuple[dict[str, str], dict[str, str]]:
    """Return the segments and the tiers of the agreements in force: name to title."""
    agreements = [version.agreement for version in reversed(book.versions)]
    segments = {rule.name: rule.title for one in agreements for rule in one.segments}
    tiers = {rule.name: rule.title for one in agreements for rule in one.tiers}
    return segments | {OTHER: "Other"}, tiers | {OTHER: "Other"}


def _theirs(person: Person, question: Question) -> tuple[Scope, Question]:
    """Return the leads that somebody may see, and the question without what they may not ask.

    Asking which leads Otto holds would tell a supplier just what the list hides.
    """
    scope = scope_of(person, Action.SEE_LEADS)
    if question.what not in kinds_for(person):
        raise NotFoundError(f"there is no list of leads “{question.what}” for you", question.what)
    if shows_people(person):
        return scope, question
    cell = {part: value for part, value in question.cell.items() if part != "owner"}
    return scope, replace(question, holder=None, cell=cell)


def _lines(rows: pl.DataFrame, book: Book, scope: Scope) -> Iterator[Line]:
    for row in rows.iter_rows(named=True):
        yield _line(row, book, row["holder"] if scope.reach is not Reach.DELIVERED else None)


def _line(row: dict[str, Any], book: Book, holder: str | None) -> Line:
    segment, tier = cell_titles(row, book)
    return Line(
        lead_id=row["id"],
        name=lead_name(row),
        company=row["company"],
        job_title=row["job_title"],
        email=row["email"],
        phone=row["phone"],
        segment=segment,
        tier=tier,
        source=row["source"],
        source_key=row["source_key"],
        lead_source=row["lead_source"],
        campaign=row["campaign"],
        provider=row["provider"],
        country=row["country"],
        handed_at=instant(row["handed_at"]),
        zone=book.timezone_of(row["version_id"]),
        stage=stage_of(row, is_recycled=bool(row["is_recycled"])),
        holder=holder,
    )
