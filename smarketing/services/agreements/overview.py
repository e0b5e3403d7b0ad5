"""Every version with where it stands: for the command and the pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from smarketing.domain.days import local_date
from smarketing.domain.versions import State, ends_before, next_review, taken_over_on
from smarketing.services.agreements.life import agreement_of, state_now
from smarketing.services.agreements.signing import missing_parties
from smarketing.services.agreements.warnings import warnings_of
from smarketing.services.people.people import Role

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from smarketing.domain.agreement import Agreement
    from smarketing.domain.versions import Version
    from smarketing.services.people.people import Person

WORDS: Final = {
    State.DRAFT: "draft",
    State.PROPOSED: "proposed",
    State.SIGNED: "signed, not begun yet",
    State.IN_FORCE: "in force",
    State.SUPERSEDED: "superseded",
    State.ENDED: "ended",
}
"""State to what people call it."""


@dataclass(frozen=True)
class Standing:
    """One version.

    Attributes:
        until: First day on which it holds no longer, by its text, a cancellation or a newer
            version; None: open.
        review_on: By when both sides look at it again; None: not agreed, or it does not hold.
        is_review_late: Whether that day is past.
        missing: Parties that nobody has signed for.
        warnings: What its authors should think about again.
    """

    version: Version
    agreement: Agreement
    state: State
    until: date | None
    review_on: date | None
    is_review_late: bool
    missing: tuple[str, ...]
    warnings: tuple[str, ...]

    @property
    def words(self) -> str:
        """Return what its state is called."""
        return WORDS[self.state]


def standing(version: Version, versions: Sequence[Version], now: datetime) -> Standing:
    """Return where one of the versions stands."""
    agreement = agreement_of(version)
    state = state_now(version, versions, now)
    ends = (ends_before(version, versions), taken_over_on(version, versions))
    holds = state in (State.IN_FORCE, State.SIGNED)
    review_on = next_review(version, agreement.review) if holds else None
    return Standing(
        version=version,
        agreement=agreement,
        state=state,
        until=min(filter(None, ends), default=None),
        review_on=review_on,
        is_review_late=review_on is not None and review_on < local_date(now, agreement.timezone),
        missing=missing_parties(version),
        warnings=warnings_of(agreement),
    )


def is_seen_by(version: Version, person: Person) -> bool:
    """Return whether somebody may see a version: a supplier only where it is a party."""
    if person.role is not Role.SUPPLIER:
        return True
    parties = agreement_of(version).parties.values()
    return person.provider is not None and any(p.provider == person.provider for p in parties)
