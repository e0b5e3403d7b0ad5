"""A text of an agreement on its way from loaded to signed, in force, and to its end."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from smarketing.domain.agreement import Review
from smarketing.domain.days import starts_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime

_MONTHS: Final = {Review.MONTHLY: 1, Review.QUARTERLY: 3, Review.YEARLY: 12}


class State(StrEnum):
    """Where a version stands on a day.

    Attributes:
        DRAFT: Loaded; it may still give way to another text.
        PROPOSED: Offered to be signed, or signed for some of the parties.
        SIGNED: For every party; its first day is still to come.
        SUPERSEDED: A newer version took over.
        ENDED: Its last day is past, or it was cancelled.
    """

    DRAFT = "draft"
    PROPOSED = "proposed"
    SIGNED = "signed"
    IN_FORCE = "in_force"
    SUPERSEDED = "superseded"
    ENDED = "ended"


class Act(StrEnum):
    """What was done with a version besides signing it.

    Attributes:
        TAKEN_BACK: The proposal; it is a draft again.
        CANCELLED: From a day on, with every older version of its name.
        RECORDED: A signature that came on paper or by mail was written down by an administrator.
        ENDED: Its end came, and the clocks that ran then were made void.
    """

    PROPOSED = "proposed"
    TAKEN_BACK = "taken_back"
    CANCELLED = "cancelled"
    REVIEWED = "reviewed"
    RECORDED = "recorded"
    ENDED = "ended"


@dataclass(frozen=True)
class Signed:
    """One signature: for which party, by whom, when, under the text with which hash."""

    party: str
    email: str
    signed_at: datetime
    sha256: str


@dataclass(frozen=True)
class Done:
    """One act.

    Attributes:
        by: E-mail of who did it.
        from_on: Of a cancellation: the first day on which the agreement holds no longer.
        text: What was said with it; may be empty.
    """

    act: Act
    by: str
    at: datetime
    from_on: date | None
    text: str


@dataclass(frozen=True)
class Version:
    """One version of an agreement.

    Attributes:
        version: Counted from 1 within the name.
        text: The TOML that is signed, byte for byte.
        sha256: Hash of the text, and of what it inherits: what is signed.
        in_force: Whether every party has signed.
        frozen: JSON of what the last signature fixed; "{}" before.
        signatures: In the order of signing.
        commitment_ids: Commitment's name to the number of its clocks; empty before it is signed.
        starts_on: First day.
        ends_on: First day after it, as its text says; None: open.
        base: The version that it inherits from, as it was when this one was loaded.
        acts: In their order.
    """

    id: int
    name: str
    version: int
    text: str
    sha256: str
    in_force: bool
    frozen: str
    signatures: tuple[Signed, ...]
    commitment_ids: Mapping[str, int] = field(hash=False)
    starts_on: date
    ends_on: date | None
    loaded_at: datetime
    base: Version | None
    acts: tuple[Done, ...]

    @property
    def proposed(self) -> Done | None:
        """Return the act by which it was proposed; None: it was not, or that was taken back."""
        told = [one for one in self.acts if one.act in (Act.PROPOSED, Act.TAKEN_BACK)]
        return told[-1] if told and told[-1].act is Act.PROPOSED else None

    @property
    def chain(self) -> tuple[Version, ...]:
        """Return the versions that it inherits from, the nearest first."""
        return (self.base, *self.base.chain) if self.base else ()


def state_on(version: Version, versions: Iterable[Version], today: date) -> State:
    """Return where a version stands.

    Args:
        version: Which one.
        versions: All, of whatever name.
        today: In its agreement's zone.
    """
    if not version.in_force:
        offered = version.proposed or version.signatures
        return State.PROPOSED if offered else State.DRAFT
    known = list(versions)
    until, taken_over = ends_before(version, known), taken_over_on(version, known)
    if taken_over and (until is None or taken_over <= until):
        if today >= taken_over or taken_over <= version.starts_on:
            return State.SUPERSEDED
    elif until and (today >= until or until <= version.starts_on):
        return State.ENDED
    return State.IN_FORCE if today >= version.starts_on else State.SIGNED


def ends_before(version: Version, versions: Iterable[Version]) -> date | None:
    """Return the first day after a version: of its text, or of a cancellation; None: open.

    A cancellation ends the version that it was told of and the older ones: what is signed later
    holds on its own days.
    """
    ends = [
        done.from_on
        for other in versions
        if other.name == version.name and other.version >= version.version
        for done in other.acts
        if done.act is Act.CANCELLED
    ]
    return min(filter(None, (version.ends_on, *ends)), default=None)


def taken_over_on(version: Version, versions: Iterable[Version]) -> date | None:
    """Return the first day of the earliest newer version that every party signed; None: none."""
    newer = (
        other.starts_on
        for other in versions
        if other.name == version.name and other.version > version.version and other.in_force
    )
    return min(newer, default=None)


def lapses_on(version: Version, versions: Iterable[Version], timezone: str) -> date | None:
    """Return the first day on which nothing is promised any more to the leads of a version.

    A newer version that begins by the end of one goes on with it, if every party had signed it
    before that end: what has ended is not brought back.

    Args:
        version: Which one.
        versions: All, of whatever name.
        timezone: Of its agreement's days.

    Returns:
        None: it is open, or what follows it is.
    """
    known = list(versions)
    until = ends_before(version, known)
    following = [
        other
        for other in known
        if other.name == version.name and other.version > version.version and other.in_force
        if until is None
        or (other.starts_on <= until and _signed_at(other) < starts_at(until, timezone))
    ]
    if not following:
        return until
    # The one that takes over first; of two on one day the newer.
    heir = min(following, key=lambda other: (other.starts_on, -other.version))
    return lapses_on(heir, known, timezone)


def _signed_at(version: Version) -> datetime:
    """Return when the last party signed a version that every party has signed."""
    return max(signed.signed_at for signed in version.signatures)


def next_review(version: Version, rhythm: Review | None) -> date | None:
    """Return the day by which both sides look at a version again; None: that is not agreed.

    It is counted from the last review, else from the first day.
    """
    if rhythm is None:
        return None
    reviewed = [done.from_on for done in version.acts if done.act is Act.REVIEWED]
    last = max(filter(None, reviewed), default=version.starts_on)
    return _later(last, _MONTHS[rhythm])


def _later(day: date, months: int) -> date:
    """Return the same day some months later; the last one of a shorter month."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return day.replace(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
