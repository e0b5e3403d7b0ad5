"""Lists of breaches as people read them: who owed what to whom, what went wrong, how it stands."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from smarketing.domain.breaches import Kind, Standing
from smarketing.domain.errors import NotFoundError
from smarketing.domain.scope import Reach
from smarketing.services.breaches.speaking import is_concerned, places
from smarketing.services.people.policy import Action, may, scope_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from smarketing.domain.breaches import Breach, FoundBreach
    from smarketing.services.breaches.speaking import Place
    from smarketing.services.conclusions.book import Book
    from smarketing.services.people.people import Person

PAGE: Final = 50
"""Breaches on one page."""


@dataclass(frozen=True)
class Asked:
    """Which breaches are asked for.

    Attributes:
        from_at: Breaches that began at it or later; to_at: before it.
        month: Those that count for it, as `2026-11`, whenever they began; None: by their beginning.
        agreement: By name; None: of any.
        party: Name of the party that owes; None: whoever.
        kind: None: of any kind.
        standing: None: however they stand.
        commitment: By name; None: any.
    """

    from_at: datetime
    to_at: datetime
    agreement: str | None = None
    party: str | None = None
    kind: Kind | None = None
    standing: Standing | None = None
    commitment: str | None = None
    month: str | None = None


class BreachLists(Protocol):
    """Where breaches are read."""

    def between(
        self, from_at: datetime, to_at: datetime, commitments: Sequence[int]
    ) -> Sequence[FoundBreach]:
        """Return the breaches of some commitments that began in a span, the newest first."""
        ...

    def of_month(self, month: str, commitments: Sequence[int]) -> Sequence[FoundBreach]:
        """Return the breaches of some commitments that count for a month, the newest first."""
        ...

    def one(self, breach_id: int) -> FoundBreach | None:
        """Return the breach that a record is about; None: there is no such record."""
        ...

    def history(self, breach_id: int) -> Sequence[Breach]:
        """Return every record about that breach, the oldest first; without words."""
        ...


class LeadBreaches(Protocol):
    """Where the breaches of single leads are read."""

    def of_lead(self, lead_id: int) -> Sequence[FoundBreach]:
        """Return the breaches of the clocks of a lead, the newest first."""
        ...


@dataclass(frozen=True)
class Line:
    """One breach for a list.

    Attributes:
        place: The commitment that was broken.
        lead_id: None: it is about no lead, or not about one that who looks may see.
    """

    id: int
    breach: Breach
    place: Place
    lead_id: int | None
    lead: str
    holder: str | None

    @property
    def by(self) -> str:
        """Return the title of the party that owes it."""
        return self.place.agreement.parties[self.place.commitment.by].title

    @property
    def to(self) -> str:
        """Return the title of the party that it is owed to."""
        return self.place.agreement.parties[self.place.commitment.to].title


@dataclass(frozen=True)
class Listed:
    """One page of a list.

    Attributes:
        total: Breaches in all pages.
        in_all: Those of any party, commitment and kind, where nothing is listed; else `total`.
        number: Of the page, from 1.
        kinds: How many of all that count there are, by title of who owes it and kind.
    """

    lines: tuple[Line, ...]
    total: int
    in_all: int
    number: int
    kinds: tuple[tuple[str, Kind, int], ...]

    @property
    def pages(self) -> int:
        """Return how many pages there are, at least 1."""
        return max(1, -(-self.total // PAGE))


def breaches_of(
    store: BreachLists, book: Book, person: Person, asked: Asked, number: int = 1
) -> Listed:
    """Return a page of the breaches that somebody may see.

    Raises:
        NotFoundError: No agreement, party or commitment is named as asked.
    """
    lines = [line for line in lines_of(store, book, person, asked) if _fits(line, asked)]
    counted = Counter((line.by, line.breach.kind) for line in lines if line.breach.standing.counts)
    first = (number - 1) * PAGE
    return Listed(
        tuple(lines[first : first + PAGE]),
        len(lines),
        len(lines) or _in_all(store, book, person, asked),
        number,
        tuple((by, kind, count) for (by, kind), count in sorted(counted.items())),
    )


def lines_of(store: BreachLists, book: Book, person: Person, asked: Asked) -> Iterator[Line]:
    """Yield the breaches of a span that somebody may see, the newest first."""
    known = _asked_of(concerned(book, person), asked)
    for found in _found(store, asked, sorted(known)):
        yield line_of(found, known[found.breach.subject.commitment_id], person)


def every_line(store: BreachLists, book: Book, asked: Asked) -> Iterator[Line]:
    """Yield every breach of a span, the newest first: for who has the installation."""
    known = _asked_of(places(book), asked)
    for found in _found(store, asked, sorted(known)):
        place = known[found.breach.subject.commitment_id]
        lead_id = found.breach.subject.lead_id or None
        yield Line(found.id, found.breach, place, lead_id, found.lead, found.holder)


def line_of(found: FoundBreach, place: Place, person: Person) -> Line:
    """Return a breach as somebody may see it: suppliers see no leads but their own, no holders."""
    scope = scope_of(person, Action.SEE_BREACHES)
    lead_id = found.breach.subject.lead_id
    is_shown = scope.reach is Reach.ALL or found.provider == person.provider
    return Line(
        found.id,
        found.breach,
        place,
        lead_id if lead_id and is_shown else None,
        found.lead if is_shown else "a lead",
        found.holder if scope.reach is Reach.ALL else None,
    )


def one_line(store: BreachLists, book: Book, person: Person, breach_id: int) -> Line:
    """Return one breach that somebody may see.

    Raises:
        NotFoundError: There is none, or it is between other parties.
    """
    found = store.one(breach_id)
    place = places(book).get(found.breach.subject.commitment_id) if found else None
    if found is None or place is None or not is_concerned(person, place):
        raise NotFoundError(f"there is no breach {breach_id}", str(breach_id))
    return line_of(found, place, person)


def lines_of_lead(
    store: LeadBreaches, book: Book, person: Person, lead_id: int
) -> tuple[Line, ...]:
    """Return the breaches of a lead's clocks that somebody may see, without the withdrawn ones."""
    if not may(person, Action.SEE_BREACHES):
        return ()
    known = concerned(book, person)
    return tuple(
        line_of(found, known[number], person)
        for found in store.of_lead(lead_id)
        if (number := found.breach.subject.commitment_id) in known
        and found.breach.standing is not Standing.WITHDRAWN
    )


def concerned(book: Book, person: Person) -> dict[int, Place]:
    """Return the commitments that are somebody's to look at, by their numbers."""
    return {n: place for n, place in places(book).items() if is_concerned(person, place)}


def _asked_of(known: Mapping[int, Place], asked: Asked) -> dict[int, Place]:
    """Return the commitments that are asked for among those that somebody may see."""
    agreements = (place.agreement for place in known.values())
    parties = (name for place in known.values() for name in place.agreement.parties)
    _refuse_unknown("agreement", asked.agreement, (one.name for one in agreements))
    _refuse_unknown("party", asked.party, parties)
    _refuse_unknown("commitment", asked.commitment, (p.commitment.name for p in known.values()))
    return {
        number: place
        for number, place in known.items()
        if asked.agreement in (None, place.agreement.name)
        and asked.party in (None, place.commitment.by)
        and asked.commitment in (None, place.commitment.name)
    }


def _refuse_unknown(what: str, name: str | None, found: Iterable[str]) -> None:
    known = tuple(dict.fromkeys(found))
    if name is not None and name not in known:
        listed = ", ".join(known) or "none"
        raise NotFoundError(f"no {what} is named “{name}”; there are: {listed}", name)


def _in_all(store: BreachLists, book: Book, person: Person, asked: Asked) -> int:
    plain = Asked(asked.from_at, asked.to_at, month=asked.month)
    return sum(_fits(line, plain) for line in lines_of(store, book, person, plain))


def _found(store: BreachLists, asked: Asked, numbers: Sequence[int]) -> Sequence[FoundBreach]:
    if asked.month is not None:
        return store.of_month(asked.month, numbers)
    return store.between(asked.from_at, asked.to_at, numbers)


def _fits(line: Line, asked: Asked) -> bool:
    breach = line.breach
    if asked.standing is None and breach.standing is Standing.WITHDRAWN:
        return False
    return asked.kind in (None, breach.kind) and asked.standing in (None, breach.standing)
