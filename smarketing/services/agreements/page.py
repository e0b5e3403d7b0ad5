"""The page of one version: what is promised beside who signs it, and how it came about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from smarketing.domain.errors import NotFoundError
from smarketing.domain.versions import Act, State
from smarketing.services.agreements.acts import Hand, earliest_end, may_act
from smarketing.services.agreements.calendar_page import CalendarPage, calendar_pages
from smarketing.services.agreements.difference import changes, text_difference
from smarketing.services.agreements.life import agreement_of
from smarketing.services.agreements.overview import is_seen_by, standing
from smarketing.services.agreements.signing import may_record, may_sign
from smarketing.services.agreements.terms import term_lines
from smarketing.services.agreements.text import commitment_text, explain
from smarketing.services.people.people import Role

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date, datetime

    from smarketing.domain.agreement import Agreement, Commitment, Party
    from smarketing.domain.versions import Signed, Version
    from smarketing.services.agreements.difference import DiffLine
    from smarketing.services.agreements.overview import Standing
    from smarketing.services.agreements.terms import TermLine
    from smarketing.services.people.people import Person


@dataclass(frozen=True)
class Signing:
    """One party and its signature.

    Attributes:
        signed: None: nobody has signed for it.
        recorded_by: E-mail of the administrator who wrote the signature down; None: it was made in
            the portal or by command.
        may_sign: Whether who looks may sign for it now, by themselves.
        may_record: Whether who looks may write down its signature.
    """

    party: Party
    signed: Signed | None
    recorded_by: str | None
    may_sign: bool
    may_record: bool


@dataclass(frozen=True)
class Difference:
    """What changed since the version before.

    Attributes:
        number: Of the version before.
        sentences: Made from the data; none: nothing that is promised is different.
        lines: Of the plain-English text.
    """

    number: int
    sentences: tuple[str, ...]
    lines: tuple[DiffLine, ...]


@dataclass(frozen=True)
class AgreementPage:
    """Everything that the page of a version shows to somebody.

    Attributes:
        about: The first paragraph: when it holds, and for which leads.
        promises: Each commitment with its sentences.
        clauses: The other paragraphs.
        difference: None: there is no version before that they may see.
        is_newest: Whether there is no newer version; only this one is proposed and signed.
        may_act: Whether who looks may propose, review and cancel.
        ends_from: The first day from which it may be cancelled; None: it does not hold.
    """

    standing: Standing
    about: str
    promises: tuple[tuple[Commitment, str], ...]
    clauses: tuple[str, ...]
    signings: tuple[Signing, ...]
    terms: tuple[TermLine, ...]
    calendars: tuple[CalendarPage, ...]
    difference: Difference | None
    is_newest: bool
    may_act: bool
    ends_from: date | None


def hand_of(person: Person) -> Hand:
    """Return somebody of the portal as one who does something with agreements."""
    return Hand(person.email, administers=person.role is Role.ADMINISTRATOR)


def seen(versions: Sequence[Version], person: Person, name: str, number: int) -> Version:
    """Return one version that somebody may see.

    Raises:
        NotFoundError: There is none, or it is not theirs to see.
    """
    for version in versions:
        if (version.name, version.version) == (name, number) and is_seen_by(version, person):
            return version
    raise NotFoundError(f"there is no version {number} of an agreement “{name}” for you", name)


def agreement_page(
    versions: Sequence[Version], person: Person, name: str, number: int, now: datetime
) -> AgreementPage:
    """Return the page of a version for somebody.

    Raises:
        NotFoundError: There is none, or it is not theirs to see.
    """
    version = seen(versions, person, name, number)
    one, hand = standing(version, versions, now), hand_of(person)
    agreement = one.agreement
    about, *rest = explain(agreement)
    mine = [other for other in versions if other.name == name]
    holds = one.state in (State.IN_FORCE, State.SIGNED)
    newest_held = next((v for v in mine if v.in_force), None)
    return AgreementPage(
        standing=one,
        about=about,
        promises=tuple((p, commitment_text(p, agreement)) for p in agreement.commitments),
        clauses=tuple(rest[len(agreement.commitments) :]),
        signings=tuple(_signings(version, agreement, hand)),
        terms=tuple(term_lines(agreement)),
        calendars=calendar_pages(agreement),
        difference=_difference(version, [one for one in mine if is_seen_by(one, person)]),
        is_newest=mine[0] == version,
        may_act=may_act(version, hand),
        ends_from=earliest_end(version, now) if holds and version == newest_held else None,
    )


def _signings(version: Version, agreement: Agreement, hand: Hand) -> Iterator[Signing]:
    offered = bool(version.proposed or version.signatures)
    signed = {one.party: one for one in version.signatures}
    recorded = {done.text: done.by for done in version.acts if done.act is Act.RECORDED}
    for party in agreement.parties.values():
        found = signed.get(party.name)
        is_open = found is None and not version.in_force and offered
        yield Signing(
            party=party,
            signed=found,
            recorded_by=recorded.get(f"{found.email} signed for {party.name}") if found else None,
            may_sign=is_open and may_sign(version, party.name, hand.email),
            may_record=is_open and may_record(agreement, party.name, hand),
        )


def _difference(version: Version, mine: Sequence[Version]) -> Difference | None:
    before = next((v for v in mine if v.version < version.version), None)
    if before is None:
        return None
    old, new = agreement_of(before), agreement_of(version)
    return Difference(before.version, changes(old, new), text_difference(old, new))
