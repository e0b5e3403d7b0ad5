"""The life of an agreement: loaded as a version, proposed, signed for every party, in force."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, Protocol

from smarketing.domain.calendar import seconds
from smarketing.domain.days import local_date, starts_at
from smarketing.domain.errors import (
    AgreementError,
    ConflictError,
    ForbiddenError,
    NotFoundError,
)
from smarketing.domain.versions import Act, State, Version, ends_before, lapses_on, state_on
from smarketing.services.agreements.export import made_from
from smarketing.services.agreements.file import inherited_name, parse_agreement, read_agreement
from smarketing.services.agreements.first_day import backdated
from smarketing.services.conclusions.book import Book, Frozen, InForce

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from smarketing.domain.agreement import Agreement
    from smarketing.domain.versions import Done
    from smarketing.services.conclusions.book import Cell
    from smarketing.services.rules.seniority import SeniorityWords


class Versions(Protocol):
    """Where versions are read."""

    def versions(self) -> tuple[Version, ...]:
        """Return every version, agreements in the order they came, newest version first."""
        ...


class Shelf(Versions, Protocol):
    """Where versions are kept."""

    def add(
        self,
        name: str,
        text: str,
        sha256: str,
        span: tuple[date, date | None],
        *,
        base_id: int | None,
        now: datetime,
    ) -> Version:
        """Keep a text as the newest version; an unsigned newest one gives way."""
        ...

    def sign(self, version_id: int, party: str, email: str, sha256: str, now: datetime) -> Version:
        """Add a signature under a text, if it still stands; a second one changes nothing."""
        ...

    def put_in_force(
        self, version_id: int, frozen: str, commitments: Sequence[tuple[str, str]]
    ) -> Version:
        """Let a version hold from now on."""
        ...


class Diary(Versions, Protocol):
    """Where is written what else was done with versions."""

    def note(self, version_id: int, sha256: str, done: Done) -> Version:
        """Add an act to a version, if its text still stands."""
        ...


def load(text: str, where: str, shelf: Shelf, now: datetime) -> tuple[Version, bool]:
    """Keep the text of an agreement as a version to be signed.

    Args:
        text: TOML; the line that an export begins with is no part of it.
        where: What a person calls the text, for errors.
        shelf: The versions.
        now: The instant of loading. What the text inherits from is the version in force then.

    Returns:
        The version, and whether it is new: a text that stands already changes nothing.

    Raises:
        AgreementError: The text has faults, or amends what is past; nothing was kept.
        ConflictError: It was made from an older version than the newest one.
    """
    source, text = made_from(text)
    versions = shelf.versions()
    base = base_for(text, where, versions, now)
    agreement = parse_agreement(text, where, base)
    digest = digest_of(text, base)
    stood = [version for version in versions if version.name == agreement.name]
    if stood and stood[0].sha256 == digest:
        return stood[0], False
    if stood:
        _refuse_stale(digest, source, where, stood)
    if problem := backdated(agreement, stood, now):
        raise AgreementError(where, (problem,))
    span = (agreement.starts_on, agreement.ends_on)
    base_id = base.id if base else None
    return shelf.add(agreement.name, text, digest, span, base_id=base_id, now=now), True


def base_for(text: str, where: str, versions: Sequence[Version], now: datetime) -> Version | None:
    """Return the version that a text inherits from if it is loaded now; None: none is there.

    It is the one in force; before its first day, the one that every party has signed.

    Raises:
        AgreementError: The text cannot be read.
    """
    name = inherited_name(text, where)
    if name is None:
        return None
    standing = {
        state_now(version, versions, now): version
        for version in reversed(versions)
        if version.name == name
    }
    return standing.get(State.IN_FORCE) or standing.get(State.SIGNED)


def state_now(version: Version, versions: Sequence[Version], now: datetime) -> State:
    """Return where a version stands today, in its agreement's zone."""
    return state_on(version, versions, local_date(now, agreement_of(version).timezone))


def digest_of(text: str, base: Version | None) -> str:
    """Return the hash that is signed: over the text, and over the hash of what it inherits."""
    return sha256(text.encode() + (f"\n{base.sha256}".encode() if base else b"")).hexdigest()


def _refuse_stale(
    digest: str, source: tuple[str, int] | None, where: str, stood: Sequence[Version]
) -> None:
    """Refuse a text that stood before, or that was made from a version that was replaced.

    A draft that nobody has proposed or signed gives way as ever.
    """
    newest = stood[0]
    settled = newest if newest.in_force or newest.proposed or newest.signatures else None
    last = settled or next((v for v in stood if v.in_force), None)
    if last is None:
        return
    old = next((v.version for v in stood if v.sha256 == digest), None)
    if source and source[0] == newest.name:
        old = source[1]
    if old is not None and old < last.version:
        raise ConflictError(
            f"{where} was made from version {old} of {newest.name}, and version {last.version} "
            "is there since: what changed then would be lost. Make your changes in what "
            f"`smarketing agreement show {newest.name} --toml` prints, and load that"
        )


def newest_of(name: str, shelf: Versions) -> Version | None:
    """Return the newest version of an agreement; None when there is none of that name."""
    return next((version for version in shelf.versions() if version.name == name), None)


def newest(name: str, shelf: Versions) -> Version:
    """Return the newest version of an agreement.

    Raises:
        NotFoundError: There is none of that name.
    """
    found = newest_of(name, shelf)
    if found is None:
        names = ", ".join(sorted({version.name for version in shelf.versions()})) or "none yet"
        raise NotFoundError(f"no agreement is named {name!r}; there are: {names}", name)
    return found


def version_of(name: str, number: int, shelf: Versions) -> Version:
    """Return one version of an agreement.

    Raises:
        NotFoundError: There is none of that name and number.
    """
    for version in shelf.versions():
        if (version.name, version.version) == (name, number):
            return version
    raise NotFoundError(f"there is no version {number} of an agreement {name!r}", name)


def sign(
    name: str,
    party: str,
    email: str,
    shelf: Shelf,
    now: datetime,
    *,
    sha256: str | None = None,
) -> Version:
    """Sign the newest version of an agreement for a party.

    Args:
        name: Of the agreement.
        party: Who is signed for.
        email: Of a signatory of that party.
        shelf: The versions.
        now: When.
        sha256: Hash of the text that the person has read; None: the newest text, whatever it is.

    Raises:
        NotFoundError: There is no such agreement or party.
        ForbiddenError: That person may not sign for the party, or has signed for another one.
        ConflictError: The version is in force already, its first day came before it was signed, or
            another text than the one read.
    """
    version = newest(name, shelf)
    if sha256 is not None and version.sha256 != sha256:
        raise ConflictError(
            f"the text of {name} is another one since you opened it: read it before you sign"
        )
    if version.in_force:
        raise ConflictError(f"{name} version {version.version} is signed for every party already")
    refuse_signatory(version, party, email)
    refuse_backdated(version, shelf, now)
    return shelf.sign(version.id, party, email, version.sha256, now)


def refuse_signatory(version: Version, party: str, email: str) -> None:
    """Raise where somebody may not sign for a party.

    Raises:
        NotFoundError: There is no such party.
        ForbiddenError: That person is no signatory of it, or has signed for another one.
    """
    agreement = agreement_of(version)
    if party not in agreement.parties:
        known = ", ".join(agreement.parties)
        raise NotFoundError(f"{version.name} has no party {party!r}; it has: {known}", party)
    may = [signatory.lower() for signatory in agreement.parties[party].signatories]
    if email.lower() not in may:
        raise ForbiddenError(f"{email} may not sign for {party}; those who may: {', '.join(may)}")
    if any(s.email.lower() == email.lower() and s.party != party for s in version.signatures):
        raise ForbiddenError(f"{email} has signed for another party; nobody signs for both")


def refuse_backdated(version: Version, shelf: Versions, now: datetime) -> None:
    """Raise where the first day of a version came before it was signed.

    Raises:
        ConflictError: It would change what is past.
    """
    stood = [one for one in shelf.versions() if one.name == version.name]
    if problem := backdated(agreement_of(version), stood, now):
        raise ConflictError(str(problem))


def is_signed_by_all(version: Version) -> bool:
    """Return whether every party has signed."""
    return {s.party for s in version.signatures} >= set(agreement_of(version).parties)


def put_in_force(version: Version, frozen: Frozen, shelf: Shelf) -> Version:
    """Let a version that every party signed hold.

    Args:
        version: Signed by all.
        frozen: What its goal asks of each cell as computed now; empty without a goal.
        shelf: The versions.
    """
    agreement = agreement_of(version)
    kept = json.dumps(
        {
            "values": [[*cell, value] for cell, value in frozen.values.items()],
            "targets": [[*cell, leads] for cell, leads in frozen.targets.items()],
            "months": [
                [str(month), *cell, leads]
                for month, targets in frozen.months.items()
                for cell, leads in targets.items()
            ],
        }
    )
    return shelf.put_in_force(
        version.id, kept, [(c.name, str(c.metric)) for c in agreement.commitments]
    )


def frozen_of(version: Version) -> Frozen:
    """Return what the last signature fixed; nothing before it."""
    kept = json.loads(version.frozen)
    months: dict[date, dict[Cell, int]] = {}
    for month, segment, tier, leads in kept.get("months", []):
        months.setdefault(date.fromisoformat(month), {})[segment, tier] = int(leads)
    return Frozen(
        values={(s, t): int(value) for s, t, value in kept.get("values", [])},
        targets={(s, t): int(leads) for s, t, leads in kept.get("targets", [])},
        months=months,
    )


def book_of(shelf: Versions, timezone: str, words: SeniorityWords) -> Book:
    """Return the agreements in force.

    Args:
        shelf: The versions.
        timezone: Zone of the days of leads without an agreement.
        words: The words of job titles.
    """
    versions = shelf.versions()
    held = tuple(in_force(version, versions) for version in versions if version.in_force)
    return Book(held, timezone, words)


def in_force(version: Version, versions: Sequence[Version] = ()) -> InForce:
    """Return a version as leads are asked against it: a cancellation ends it earlier.

    Args:
        version: Which one.
        versions: All of its name; none: nothing was cancelled.
    """
    agreement = agreement_of(version)
    ends_on = ends_before(version, versions)
    if versions and ends_on != agreement.ends_on:
        agreement = replace(agreement, ends_on=ends_on)
    lapses = lapses_on(version, versions or (version,), agreement.timezone)
    return InForce(
        version.id,
        version.version,
        agreement,
        version.commitment_ids,
        frozen_of(version),
        over_at=None if lapses is None else seconds(starts_at(lapses, agreement.timezone)),
        closed=any(done.act is Act.ENDED for done in version.acts),
    )


@lru_cache(maxsize=128)
def agreement_of(version: Version) -> Agreement:
    """Return what the text of a version says, with what it inherits.

    A text is read once: its calendars are compiled and kept with it.
    """
    return read_agreement(version.text, f"{version.name} version {version.version}", version.base)
