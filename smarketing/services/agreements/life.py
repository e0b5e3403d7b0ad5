"""The life of an agreement: loaded as a version, signed for both sides, in force."""

from __future__ import annotations

import json
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, Protocol

from smarketing.domain.errors import ConflictError, ForbiddenError, NotFoundError
from smarketing.services.agreements.file import parse_agreement
from smarketing.services.conclusions.book import Book, Frozen, InForce

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from smarketing.domain.agreement import Agreement
    from smarketing.domain.goals import CellTarget
    from smarketing.domain.versions import Version
    from smarketing.services.rules.seniority import SeniorityWords


class Shelf(Protocol):
    """Where versions are kept."""

    def versions(self) -> tuple[Version, ...]:
        """Return every version, agreements in the order they came, newest version first."""
        ...

    def add(
        self, name: str, text: str, sha256: str, span: tuple[date, date | None], now: datetime
    ) -> Version:
        """Keep a text as the newest version; an unsigned newest one gives way."""
        ...

    def sign(self, version_id: int, party: str, email: str, now: datetime) -> Version:
        """Add a signature; a second one of a party changes nothing."""
        ...

    def put_in_force(
        self, version_id: int, frozen: str, commitments: Sequence[tuple[str, str]]
    ) -> Version:
        """Let a version hold from now on."""
        ...


def load(text: str, where: str, shelf: Shelf, now: datetime) -> tuple[Version, bool]:
    """Keep the text of an agreement as a version to be signed.

    Args:
        text: TOML.
        where: What a person calls the text, for errors.
        shelf: The versions.
        now: The instant of loading.

    Returns:
        The version, and whether it is new: a text that stands already changes nothing.

    Raises:
        AgreementError: The text has faults; nothing was kept.
    """
    agreement = parse_agreement(text, where)
    digest = sha256(text.encode()).hexdigest()
    newest = newest_of(agreement.name, shelf)
    if newest and newest.sha256 == digest:
        return newest, False
    span = (agreement.starts_on, agreement.ends_on)
    return shelf.add(agreement.name, text, digest, span, now), True


def newest_of(name: str, shelf: Shelf) -> Version | None:
    """Return the newest version of an agreement; None when there is none of that name."""
    return next((version for version in shelf.versions() if version.name == name), None)


def newest(name: str, shelf: Shelf) -> Version:
    """Return the newest version of an agreement.

    Raises:
        NotFoundError: There is none of that name.
    """
    found = newest_of(name, shelf)
    if found is None:
        names = ", ".join(sorted({version.name for version in shelf.versions()})) or "none yet"
        raise NotFoundError(f"no agreement is named {name!r}; there are: {names}", name)
    return found


def sign(name: str, party: str, email: str, shelf: Shelf, now: datetime) -> Version:
    """Sign the newest version of an agreement for a party.

    Raises:
        NotFoundError: There is no such agreement or party.
        ForbiddenError: That person may not sign for the party, or has signed for another one.
        ConflictError: The version is in force already.
    """
    version = newest(name, shelf)
    agreement = agreement_of(version)
    if version.in_force:
        raise ConflictError(f"{name} version {version.version} is signed for every party already")
    if party not in agreement.parties:
        known = ", ".join(agreement.parties)
        raise NotFoundError(f"{name} has no party {party!r}; it has: {known}", party)
    may = [signatory.lower() for signatory in agreement.parties[party].signatories]
    if email.lower() not in may:
        raise ForbiddenError(f"{email} may not sign for {party}; those who may: {', '.join(may)}")
    if any(s.email.lower() == email.lower() and s.party != party for s in version.signatures):
        raise ForbiddenError(f"{email} has signed for another party; nobody signs for both")
    return shelf.sign(version.id, party, email, now)


def is_signed_by_all(version: Version) -> bool:
    """Return whether every party has signed."""
    return {s.party for s in version.signatures} >= set(agreement_of(version).parties)


def put_in_force(version: Version, targets: Sequence[CellTarget], shelf: Shelf) -> Version:
    """Let a version that every party signed hold, with what its goal asks of each cell.

    Args:
        version: Signed by all.
        targets: The goal's cells as computed now; frozen from here on. Empty without a goal.
        shelf: The versions.
    """
    agreement = agreement_of(version)
    frozen = json.dumps(
        {
            "values": [[t.segment, t.tier, round(t.lead_value * 10_000)] for t in targets],
            "targets": [[t.segment, t.tier, t.leads] for t in targets],
        }
    )
    return shelf.put_in_force(
        version.id, frozen, [(c.name, str(c.metric)) for c in agreement.commitments]
    )


def book_of(shelf: Shelf, timezone: str, words: SeniorityWords) -> Book:
    """Return the agreements in force.

    Args:
        shelf: The versions.
        timezone: Zone of the days of leads without an agreement.
        words: The words of job titles.
    """
    held = tuple(in_force(version) for version in shelf.versions() if version.in_force)
    return Book(held, timezone, words)


def in_force(version: Version) -> InForce:
    """Return a version as leads are asked against it."""
    kept = json.loads(version.frozen)
    return InForce(
        version.id,
        version.version,
        agreement_of(version),
        version.commitment_ids,
        Frozen(
            values={(s, t): int(value) for s, t, value in kept.get("values", [])},
            targets={(s, t): int(leads) for s, t, leads in kept.get("targets", [])},
        ),
    )


def agreement_of(version: Version) -> Agreement:
    """Return what the text of a version says."""
    return _parsed(version.text, f"{version.name} version {version.version}")


@lru_cache(maxsize=64)
def _parsed(text: str, where: str) -> Agreement:
    """Return a text read once: its calendars are compiled and kept with it."""
    return parse_agreement(text, where)
