"""What is done with a version besides loading and signing: proposed, cancelled, reviewed.

Those who sign for one of its parties may, and administrators, who write down what came on paper.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from smarketing.domain.days import local_date
from smarketing.domain.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from smarketing.domain.versions import Act, Done, State, ends_before
from smarketing.services.agreements.life import agreement_of, newest, refuse_backdated, state_now

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from smarketing.domain.versions import Version
    from smarketing.services.agreements.life import Diary


@dataclass(frozen=True)
class Hand:
    """Who does something with an agreement.

    Attributes:
        email: Compared with those of the signatories, in any case.
        administers: Whether it is an administrator.
    """

    email: str
    administers: bool = False


def propose(name: str, hand: Hand, diary: Diary, now: datetime) -> Version:
    """Offer the newest version to be signed; one that is proposed already stays so.

    Raises:
        NotFoundError: There is no such agreement.
        ForbiddenError: They may not.
        ConflictError: It is in force already, or its first day came before it was signed.
    """
    version = newest(name, diary)
    refuse_hand(version, hand)
    if version.in_force:
        raise ConflictError(f"{name} version {version.version} is signed for every party already")
    refuse_backdated(version, diary, now)
    if version.proposed:
        return version
    return diary.note(version.id, version.sha256, Done(Act.PROPOSED, hand.email, now, None, ""))


def take_back(name: str, hand: Hand, diary: Diary, now: datetime) -> Version:
    """Make the newest version a draft again.

    Raises:
        NotFoundError: There is no such agreement.
        ForbiddenError: They may not.
        ConflictError: It is not proposed, or somebody has signed it.
    """
    version = newest(name, diary)
    refuse_hand(version, hand)
    if version.signatures:
        parties = ", ".join(signed.party for signed in version.signatures)
        raise ConflictError(f"{name} version {version.version} is signed for {parties} already")
    if not version.proposed:
        raise ConflictError(f"{name} version {version.version} is not proposed")
    return diary.note(version.id, version.sha256, Done(Act.TAKEN_BACK, hand.email, now, None, ""))


def cancel(
    name: str, from_on: date, hand: Hand, diary: Diary, now: datetime, *, text: str = ""
) -> Version:
    """End an agreement from a day on; what is still owed for a lead then is void.

    Args:
        name: Of the agreement.
        from_on: First day on which it holds no longer; not before its notice allows.
        hand: Who cancels.
        diary: The versions.
        now: When.
        text: What is said with it.

    Raises:
        NotFoundError: There is no such agreement.
        ForbiddenError: They may not.
        ConflictError: It is not in force, or ends by then anyway.
        InvalidError: The notice is too short.
    """
    versions = diary.versions()
    version = _held(name, versions, now)
    refuse_hand(version, hand)
    earliest = earliest_end(version, now)
    if from_on < earliest:
        raise InvalidError(
            f"{from_on} is too early: the first day without it is {earliest} or later",
            "from_on",
        )
    ends_on = ends_before(version, versions)
    if ends_on and ends_on <= from_on:
        raise ConflictError(f"{name} ends on {ends_on} already")
    done = Done(Act.CANCELLED, hand.email, now, from_on, text.strip())
    return diary.note(version.id, version.sha256, done)


def review(name: str, hand: Hand, diary: Diary, now: datetime, *, text: str = "") -> Version:
    """Write down that both sides looked at an agreement today.

    It is said of the version in force, also when a newer one is signed that has not begun.

    Raises:
        NotFoundError: There is no such agreement.
        ForbiddenError: They may not.
        ConflictError: It is not in force.
    """
    version = _held(name, diary.versions(), now, State.IN_FORCE)
    refuse_hand(version, hand)
    today = local_date(now, agreement_of(version).timezone)
    done = Done(Act.REVIEWED, hand.email, now, today, text.strip())
    return diary.note(version.id, version.sha256, done)


def earliest_end(version: Version, now: datetime) -> date:
    """Return the first day from which a version can be cancelled: after its notice, or tomorrow."""
    agreement = agreement_of(version)
    today = local_date(now, agreement.timezone)
    return today + max(agreement.notice or timedelta(0), timedelta(days=1))


def may_act(version: Version, hand: Hand) -> bool:
    """Return whether somebody may propose, cancel or review."""
    parties = agreement_of(version).parties.values()
    signs = {address.lower() for party in parties for address in party.signatories}
    return hand.administers or hand.email.lower() in signs


def refuse_hand(version: Version, hand: Hand) -> None:
    """Raise where somebody may not propose, cancel or review.

    Raises:
        ForbiddenError: They neither sign for a party nor administer.
    """
    if not may_act(version, hand):
        raise ForbiddenError(
            f"{hand.email} signs for no party of {version.name}; a signatory may do this, or an "
            "administrator"
        )


def _held(
    name: str, versions: Sequence[Version], now: datetime, first: State = State.SIGNED
) -> Version:
    """Return the newest version of a name that holds, or will; one in the first state before."""
    mine = [version for version in versions if version.name == name]
    if not mine:
        raise NotFoundError(f"no agreement is named {name!r}", name)
    states = {state_now(version, versions, now): version for version in reversed(mine)}
    other = State.IN_FORCE if first is State.SIGNED else State.SIGNED
    found = states.get(first) or states.get(other)
    if found is None:
        raise ConflictError(f"{name} is not in force")
    return found
