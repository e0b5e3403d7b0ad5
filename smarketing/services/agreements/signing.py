"""Signing: the last signature puts a version in force, with what its goal asks for by then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from smarketing.domain.agreement import PartyKind
from smarketing.domain.errors import ForbiddenError
from smarketing.domain.versions import Act, Done
from smarketing.services.agreements import life
from smarketing.services.goals import freeze

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from smarketing.domain.agreement import Agreement
    from smarketing.domain.versions import Version
    from smarketing.services.agreements.acts import Hand
    from smarketing.services.conclusions.book import Book
    from smarketing.services.conclusions.reclassify import Ledgers
    from smarketing.services.goals.freeze import Enacted
    from smarketing.services.goals.history import Told


class ShelfAndDiary(life.Shelf, life.Diary, Protocol):
    """Where versions are kept, with all that is done with them."""


@dataclass(frozen=True)
class Pen:
    """What it takes to sign.

    Attributes:
        shelf: The versions.
        known: Leads as they were known: a goal may ask for their history.
        ledgers: Where leads that came before are asked anew.
        book: Returns the agreements in force.
    """

    shelf: ShelfAndDiary
    known: Told
    ledgers: Ledgers
    book: Callable[[], Book]

    def sign(
        self, name: str, party: str, email: str, now: datetime, *, sha256: str | None = None
    ) -> tuple[Version, Enacted | None]:
        """Sign the newest version for a party, and put it in force where that was the last one.

        Raises:
            NotFoundError: There is no such agreement or party.
            ForbiddenError: That person may not sign for the party.
            ConflictError: It is in force already, or another text than the one with that hash.
            ImpossibleGoalError: It would be the last signature, and the goal cannot be reached:
                nothing was signed.
        """
        version = life.newest(name, self.shelf)
        missing = missing_parties(version)
        if not version.in_force and set(missing) <= {party}:
            freeze.goal_targets(version, self.known, self.book(), now)
        signed = life.sign(name, party, email, self.shelf, now, sha256=sha256)
        enacted = freeze.enact(
            signed, self.shelf, self.known, self.ledgers, book=self.book(), now=now
        )
        return (enacted.version if enacted else signed), enacted

    def record(
        self, name: str, party: str, email: str, by: Hand, now: datetime, *, sha256: str
    ) -> tuple[Version, Enacted | None]:
        """Write down the signature of a supplier that came on paper or by mail.

        Args:
            name: Of the agreement.
            party: The supplier.
            email: Of the signatory who signed.
            by: The administrator who writes it down.
            now: When.
            sha256: Hash of the text that was signed.

        Raises:
            ForbiddenError: It is no supplier, or they may not write it down.
            NotFoundError: As for signing; ConflictError and ImpossibleGoalError, too.
        """
        version = life.newest(name, self.shelf)
        life.refuse_signatory(version, party, email)
        if not may_record(life.agreement_of(version), party, by):
            raise ForbiddenError(
                f"the signature of {party} is not yours to write down: an administrator does who "
                "does not sign for the other side, and only for a supplier"
            )
        signed, enacted = self.sign(name, party, email, now, sha256=sha256)
        said = Done(Act.RECORDED, by.email, now, None, f"{email} signed for {party}")
        return self.shelf.note(signed.id, signed.sha256, said), enacted


def missing_parties(version: Version) -> tuple[str, ...]:
    """Return the parties that nobody has signed for yet, in the agreement's order."""
    signed = {signature.party for signature in version.signatures}
    return tuple(name for name in life.agreement_of(version).parties if name not in signed)


def may_sign(version: Version, party: str, email: str) -> bool:
    """Return whether somebody may sign for a party now, by themselves."""
    signatories = life.agreement_of(version).parties[party].signatories
    has_signed = any(s.email.lower() == email.lower() for s in version.signatures)
    return email.lower() in {one.lower() for one in signatories} and not has_signed


def may_record(agreement: Agreement, party: str, by: Hand) -> bool:
    """Return whether somebody may write down a party's signature.

    Not who signs for the other side: nobody signs for both.
    """
    supplier = agreement.parties[party]
    others = (p for p in agreement.parties.values() if p.side is not supplier.side)
    signs_there = {address.lower() for other in others for address in other.signatories}
    return (
        by.administers
        and supplier.kind is PartyKind.SUPPLIER
        and by.email.lower() not in signs_there
    )
