"""What people say about breaches: disputes and their answers, excuses, waivers.

Each is a word that is added, by somebody who may speak for the party whose word it is; nothing is
changed or deleted. Of a breach of a clock it is concluded anew at once: what is excused, waived or
dropped counts nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

import polars as pl

from smarketing.domain.agreement import PartyKind, Side
from smarketing.domain.breaches import Act, Standing, Word
from smarketing.domain.calendar import seconds
from smarketing.domain.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from smarketing.domain.scope import Reach
from smarketing.services.conclusions.judged import Knowledge
from smarketing.services.conclusions.settle import settle_again
from smarketing.services.people.people import Role
from smarketing.services.people.policy import Action, scope_of
from smarketing.services.ports import Freshness, Ledger

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from datetime import datetime, timedelta

    from smarketing.domain.agreement import Agreement, Commitment, Party
    from smarketing.domain.breaches import Breach, Subject
    from smarketing.services.conclusions.book import Book, InForce
    from smarketing.services.people.people import Person

_BY_OWING: Final = frozenset({Act.DISPUTED})
"""What the party that owes it says; everything else is the other side's to say."""

_STANDING: Final[Mapping[Act, frozenset[Standing]]] = {
    Act.DISPUTED: frozenset({Standing.COUNTS}),
    Act.UPHELD: frozenset({Standing.DISPUTED}),
    Act.DROPPED: frozenset({Standing.DISPUTED}),
    Act.EXCUSED: frozenset({Standing.COUNTS, Standing.DISPUTED}),
    Act.WAIVED: frozenset({Standing.COUNTS, Standing.DISPUTED}),
    Act.REINSTATED: frozenset({Standing.EXCUSED, Standing.DROPPED}),
}
"""Where a breach has to stand for each act."""

_STANDS: Final[Mapping[Standing, str]] = {
    Standing.COUNTS: "It counts already, and no dispute about it is open.",
    Standing.DISPUTED: "It is disputed, and waits for an answer: it counts until then.",
    Standing.EXCUSED: "It is excused: all that can be said now is that it counts again.",
    Standing.DROPPED: "It was dropped: all that can be said now is that it counts again.",
    Standing.WITHDRAWN: "It was withdrawn: there was no breach, and nothing is left to be said.",
}
"""Why something cannot be said, by where a breach stands."""

_LONGEST: Final = 2_000
_SIDES: Final = {Role.SALES_MANAGER: Side.SALES, Role.MARKETING_MANAGER: Side.MARKETING}


class SpeakingLedger(Ledger, Freshness, Protocol):
    """What it takes to conclude anew about leads."""


class Speaking(Protocol):
    """A transaction in which something is said about breaches."""

    @property
    def ledger(self) -> SpeakingLedger:
        """Return the leads and what follows from them."""
        ...

    def breaches(self, ids: Sequence[int]) -> Sequence[Breach]:
        """Return the breaches that records with these ids are about, each once."""
        ...

    def say(self, subjects: Sequence[Subject], word: Word) -> None:
        """Add one word about each."""
        ...


class WordStore(Protocol):
    """Where words are kept."""

    def speaking(self) -> AbstractContextManager[Speaking]:
        """Begin a transaction that alone may change leads and what is said."""
        ...


@dataclass(frozen=True)
class Place:
    """The commitment that a breach is about, and where it stands."""

    version: InForce
    commitment: Commitment

    @property
    def agreement(self) -> Agreement:
        """Return the agreement."""
        return self.version.agreement

    def speaker(self, act: Act) -> Party:
        """Return the party whose word an act is."""
        name = self.commitment.by if act in _BY_OWING else self.commitment.to
        return self.agreement.parties[name]


def places(book: Book) -> dict[int, Place]:
    """Return every commitment of the versions in force by its number."""
    return {
        number: Place(version, commitment)
        for version in book.versions
        for commitment in version.agreement.commitments
        if (number := version.commitment_ids.get(commitment.name))
    }


def speaks_for(person: Person, party: Party) -> bool:
    """Return whether somebody may speak for a party about what it owes and is owed.

    The managers speak for their own departments and sites, a supplier for itself, an administrator
    for everybody: whose word it was is kept with who wrote it down.
    """
    if person.role is Role.ADMINISTRATOR:
        return True
    if person.role is Role.SUPPLIER:
        return party.provider is not None and party.provider == person.provider
    return party.kind is not PartyKind.SUPPLIER and _SIDES.get(person.role) is party.side


def is_concerned(person: Person, place: Place) -> bool:
    """Return whether a commitment is somebody's to look at: a supplier sees its own alone."""
    if scope_of(person, Action.SEE_BREACHES).reach is Reach.ALL:
        return True
    sides = (place.commitment.by, place.commitment.to)
    parties = (place.agreement.parties[name] for name in sides)
    return any(p.kind is PartyKind.SUPPLIER and speaks_for(person, p) for p in parties)


def may_say(breach: Breach, place: Place, person: Person, now: datetime) -> tuple[Act, ...]:
    """Return what somebody may say about a breach now, in the order of Act."""
    return tuple(
        act
        for act in Act
        if breach.standing in _STANDING[act]
        and speaks_for(person, place.speaker(act))
        and not _barred(act, breach, place, now)
    )


@dataclass(frozen=True)
class Said:
    """What somebody says about breaches.

    Attributes:
        text: Why; a dispute, an answer and an excuse need it.
        clause: The exclusion that an excuse rests on, by name.
    """

    act: Act
    person: Person
    now: datetime
    text: str = ""
    clause: str = ""


def say(store: WordStore, ids: Sequence[int], said: Said, book: Book) -> int:
    """Add one word about some breaches, all or none; return how many there were.

    Args:
        store: Where words are kept.
        ids: Of records of the breaches; several about one breach are one.
        said: The word.
        book: The agreements in force.

    Raises:
        ForbiddenError: It is another party's to say.
        ConflictError: The breach does not stand so that it can be said, or it is too late.
        NotFoundError: There is no such breach, or it is between other parties.
        InvalidError: The text or the clause is missing.
    """
    text = _checked(said.text, said.act)
    with store.speaking() as speaking:
        found = speaking.breaches(ids)
        if not found:
            raise _not_there(ids)
        known = places(book)
        if not all(_is_seen(breach, known, said.person) for breach in found):
            raise _not_there(ids)
        for breach in found:
            _refuse(breach, known[breach.subject.commitment_id], said)
        clause = said.clause if said.act is Act.EXCUSED else ""
        for party, subjects in _by_speaker(found, known, said.act).items():
            word = Word(said.act, clause, text, party, said.person.email, said.now)
            speaking.say(subjects, word)
        _conclude(speaking, found, book, said.now)
    return len(found)


def _not_there(ids: Sequence[int]) -> NotFoundError:
    named = ", ".join(map(str, ids))
    return NotFoundError(f"there is no breach {named}", named)


def _is_seen(breach: Breach, known: Mapping[int, Place], person: Person) -> bool:
    place = known.get(breach.subject.commitment_id)
    return place is not None and is_concerned(person, place)


def _checked(text: str, act: Act) -> str:
    said = text.strip()
    if not said and act not in {Act.WAIVED, Act.REINSTATED}:
        raise InvalidError("Say why, in a sentence: the other side reads it.", "text")
    if len(said) > _LONGEST:
        raise InvalidError(f"Say it in at most {_LONGEST} characters.", "text")
    return said


def _refuse(breach: Breach, place: Place, said: Said) -> None:
    party = place.speaker(said.act)
    if not speaks_for(said.person, party):
        raise ForbiddenError(f"That is for {party.title} to say, and you do not speak for it.")
    if breach.standing not in _STANDING[said.act]:
        raise ConflictError(_STANDS[breach.standing])
    if barred := _barred(said.act, breach, place, said.now):
        raise ConflictError(barred)
    known = {exclusion.name: exclusion for exclusion in place.agreement.exclusions}
    if said.act is Act.EXCUSED and said.clause not in known:
        listed = ", ".join(known) or "none: waive it instead"
        raise InvalidError(
            f"Choose the clause that excuses it; the agreement has {listed}.", "clause"
        )


def _barred(act: Act, breach: Breach, place: Place, now: datetime) -> str:
    """Return why it is too late for an act, or empty: a dispute and an excuse have a window.

    A dispute and an excuse are possible for so long from the last record on; an excuse, a waiver
    and a dropped breach are taken back within the time for answers; a waiver is always possible.
    A breach is disputed once: who was answered has been heard.
    """
    terms = place.agreement.disputes
    if act is Act.DISPUTED and terms is None:
        return "The agreement has no way to dispute a breach."
    if act is Act.DISPUTED and any(word.act is Act.DISPUTED for word in breach.covering):
        return "It was disputed before, and answered: a breach can be disputed once."
    if terms is None or act in {Act.UPHELD, Act.DROPPED, Act.WAIVED}:
        return ""
    if act is Act.REINSTATED:
        return _over(breach.words[-1].at if breach.words else now, terms.answer, now)
    return _over(breach.recorded_at, terms.window, now)


def _over(since: datetime, allowed: timedelta, now: datetime) -> str:
    if now <= since + allowed:
        return ""
    until = since + allowed
    return f"It is too late: that was possible for {allowed.days} days, until {until:%d %B %Y}."


def _by_speaker(
    found: Sequence[Breach], known: Mapping[int, Place], act: Act
) -> dict[str, list[Subject]]:
    by_party: dict[str, list[Subject]] = {}
    for breach in found:
        party = known[breach.subject.commitment_id].speaker(act)
        by_party.setdefault(party.name, []).append(breach.subject)
    return by_party


def _conclude(speaking: Speaking, found: Sequence[Breach], book: Book, now: datetime) -> None:
    """Let the clocks that are excused, or no longer, count anew."""
    leads = sorted(set(_leads(found)))
    if leads:
        ids = pl.Series("id", leads, dtype=pl.Int64())
        knowledge = Knowledge(seconds(now), speaking.ledger.known_until())
        settle_again(speaking.ledger, book, knowledge, ids)


def _leads(found: Sequence[Breach]) -> Iterator[int]:
    for breach in found:
        if breach.subject.lead_id:
            yield breach.subject.lead_id
