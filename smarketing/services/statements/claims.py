"""Claim, accept, dispute, settle: words of the parties about what a statement says is owed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Final, Protocol

from smarketing.domain.claims import (
    BY_OWED,
    BY_OWING,
    ClaimAct,
    ClaimState,
    ClaimWord,
    words_of,
)
from smarketing.domain.days import local_date
from smarketing.domain.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from smarketing.domain.periods import months_of
from smarketing.domain.remedies import rounded
from smarketing.services.breaches.speaking import speaks_for
from smarketing.services.statements.accounts import Accounts
from smarketing.services.statements.statement import lines_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager
    from datetime import datetime
    from decimal import Decimal

    from smarketing.domain.agreement import Party
    from smarketing.domain.remedies import Remedy
    from smarketing.services.conclusions.book import Book
    from smarketing.services.people.people import Person
    from smarketing.services.statements.accounts import Sources
    from smarketing.services.statements.entitlement import Entitlement

_LONGEST: Final = 2_000


class Claiming(Protocol):
    """A transaction in which something is said about a claim."""

    def claims(self, agreement: str) -> tuple[ClaimWord, ...]:
        """Return what was said about claims under an agreement, the oldest first."""
        ...

    def say(self, word: ClaimWord) -> None:
        """Add a word."""
        ...


class ClaimStore(Protocol):
    """Where words on claims are kept."""

    def claiming(self) -> AbstractContextManager[Claiming]:
        """Begin a transaction that alone may add a word about claims."""
        ...


@dataclass(frozen=True)
class Said:
    """What somebody says about one remedy of one month.

    Attributes:
        month: As `2026-11`.
        text: A dispute needs one.
    """

    agreement: str
    month: str
    remedy: str
    act: ClaimAct
    person: Person
    now: datetime
    text: str = ""


def may_say(one: Entitlement, person: Person) -> tuple[ClaimAct, ...]:
    """Return what somebody may say about an entitlement now."""
    if not _is_something(one):
        return ()
    if one.is_taken:
        return ()
    return tuple(act for act in one.sayable if _speaker(one, act, person))


def say(store: ClaimStore, sources: Sources, book: Book, said: Said) -> ClaimWord:
    """Add a word about a claim, and return it.

    Raises:
        NotFoundError: There is no such remedy in that month.
        ForbiddenError: It is the other side's to say.
        ConflictError: It does not stand so that it can be said, or its window is over.
        InvalidError: A dispute gives no reason, or the text is too long.
    """
    text = _checked(said)
    parts = _entitlements(sources, book, said)
    found, total = parts[0], sum((one.owed for one in parts), Fraction(0))
    with store.claiming() as claiming:
        words = claiming.claims(said.agreement)
        claim = replace(found.claim, words=words_of(words, said.month, said.remedy))
        state = claim.state(said.now) if claim.words else found.state
        one = replace(found, claim=claim, state=state)
        party = _speaker(one, said.act, said.person)
        if party is None:
            raise ForbiddenError(f"That is for {_whose(one, said.act)} to say.")
        if said.act not in one.sayable or not _is_something(one):
            raise ConflictError(_why_not(one, said.act))
        if said.act is ClaimAct.CLAIMED and not all(part.judged.level.is_over for part in parts):
            raise ConflictError("Its month is not over, or not known to its end.")
        if taken := _taken(one, words):
            raise ConflictError(
                f"“{taken.title}” was claimed for this incident: only one is given."
            )
        word = ClaimWord(
            said.agreement, said.month, said.remedy, said.act, _amount(one, total), one.unit,
            text, party.name, said.person.email, said.now,
        )  # fmt: skip
        claiming.say(word)
    return word


def _checked(said: Said) -> str:
    text = said.text.strip()
    if said.act is ClaimAct.DISPUTED and not text:
        raise InvalidError("Say why, in a sentence: the other side reads it.", "text")
    if len(text) > _LONGEST:
        raise InvalidError(f"Say it in at most {_LONGEST} characters.", "text")
    return text


def _entitlements(sources: Sources, book: Book, said: Said) -> list[Entitlement]:
    """Return what is owed, the most first: one for each version that holds in the month.

    A claim chooses this remedy among those of its incident.
    """
    accounts = Accounts(sources, book, said.agreement, said.now)
    choice = said.remedy if said.act is ClaimAct.CLAIMED else None
    found = [
        owed.entitlement
        for _, lines in lines_of(accounts, [months_of(said.month)[0]], choice)
        for line in lines
        for owed in line.owed
        if owed.entitlement.remedy.name == said.remedy
    ]
    if not found:
        raise NotFoundError(
            f"{said.agreement} has no remedy {said.remedy!r} in {said.month}", said.remedy
        )
    return sorted(found, key=lambda one: one.owed, reverse=True)


def _is_something(one: Entitlement) -> bool:
    """Return whether there is anything to say something about: owed, claimed, or to be chosen."""
    return bool(one.owed or one.claim.words or (one.given_instead and one.computed.amount))


def _taken(one: Entitlement, words: Sequence[ClaimWord]) -> Remedy | None:
    """Return the other remedy of the incident that was claimed for the month; None: none was."""
    claimed = {w.remedy for w in words if w.act is ClaimAct.CLAIMED and w.period == one.period}
    others = (r for r in one.agreement.remedies if r.incident == one.remedy.incident)
    return next((r for r in others if r != one.remedy and r.name in claimed), None)


def _speaker(one: Entitlement, act: ClaimAct, person: Person) -> Party | None:
    """Return the party that somebody says it for; None: it is not theirs to say."""
    return next((party for party in _speakers(one, act) if speaks_for(person, party)), None)


def _speakers(one: Entitlement, act: ClaimAct) -> Iterator[Party]:
    if act not in BY_OWING:
        yield one.to
    if act not in BY_OWED:
        yield one.by


def _whose(one: Entitlement, act: ClaimAct) -> str:
    return " or ".join(party.title for party in _speakers(one, act))


def _why_not(one: Entitlement, act: ClaimAct) -> str:
    if not _is_something(one):
        return f"Nothing is owed for “{one.remedy.title}” in {one.period}."
    if one.state is ClaimState.NOT_YET:
        return "It may be claimed when the month is over."
    if one.state is ClaimState.LAPSED:
        last = one.claim.until - timedelta(seconds=1)
        return f"It had to be claimed by {local_date(last, one.agreement.timezone)}."
    return f"It stands as {one.state}: it cannot be {act} now."


def _amount(one: Entitlement, total: Fraction) -> Decimal:
    """Return what a word is about: what was claimed, or what is owed now and is to be claimed."""
    claimed = one.claim.claimed
    return claimed.amount if claimed is not None else rounded(total)
