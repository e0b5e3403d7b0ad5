"""Claims: what a party says about what it is entitled to, and where that leaves it.

Words are only ever added. The state follows from them and from two windows: so many days after
its month a remedy may be claimed, and so many days after the claim it may be disputed; a claim
that nobody disputes in time is accepted.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime, timedelta
    from decimal import Decimal


class ClaimAct(StrEnum):
    """What may be said about an entitlement."""

    CLAIMED = "claimed"
    ACCEPTED = "accepted"
    DISPUTED = "disputed"
    SETTLED = "settled"


@dataclass(frozen=True)
class ClaimWord:
    """One thing that was said.

    Attributes:
        agreement: Name of the agreement.
        period: The month, as `2026-11`.
        remedy: Name of the remedy.
        amount: What was claimed or settled; 0 for an answer.
        unit: The currency, or "leads".
        party: Name of the party that it was said for.
        by: E-mail of who said it.
    """

    agreement: str
    period: str
    remedy: str
    act: ClaimAct
    amount: Decimal
    unit: str
    text: str
    party: str
    by: str
    at: datetime


class ClaimState(StrEnum):
    """Where a claim stands.

    Attributes:
        NOT_YET: The month is not over.
        OPEN: It may be claimed.
        LAPSED: The window to claim it is over, and nobody did.
        CLAIMED: It was, and may be disputed.
        DISPUTED: The party that owes it said that it does not.
        ACCEPTED: It is owed: accepted, or not disputed in time.
        SETTLED: It was given.
    """

    NOT_YET = "not yet"
    OPEN = "open"
    LAPSED = "lapsed"
    CLAIMED = "claimed"
    DISPUTED = "disputed"
    ACCEPTED = "accepted"
    SETTLED = "settled"

    @property
    def stands(self) -> bool:
        """Return whether it is, or may become, something that is given."""
        return self is not ClaimState.LAPSED


@dataclass(frozen=True)
class Claim:
    """The words about one remedy of one month, and the windows that they fall in.

    Attributes:
        opens_at: The end of the month.
        until: First instant at which it cannot be claimed any more.
        answer: How long it may be disputed.
        words: The oldest first.
    """

    opens_at: datetime
    until: datetime
    answer: timedelta
    words: tuple[ClaimWord, ...] = ()

    @property
    def claimed(self) -> ClaimWord | None:
        """Return the word by which it was claimed; None: it was not."""
        return next((w for w in self.words if w.act is ClaimAct.CLAIMED), None)

    @property
    def answer_until(self) -> datetime | None:
        """Return the first instant at which it cannot be disputed any more."""
        return self.claimed.at + self.answer if self.claimed else None

    def state(self, now: datetime) -> ClaimState:
        """Return where it stands at an instant."""
        if self.words and self.words[-1].act is not ClaimAct.CLAIMED:
            return _AFTER[self.words[-1].act]
        if self.answer_until is not None:
            return ClaimState.CLAIMED if now < self.answer_until else ClaimState.ACCEPTED
        if now < self.opens_at:
            return ClaimState.NOT_YET
        return ClaimState.OPEN if now < self.until else ClaimState.LAPSED


def words_of(words: Sequence[ClaimWord], period: str, remedy: str) -> tuple[ClaimWord, ...]:
    """Return the words about one remedy of one month, in their order."""
    return tuple(word for word in words if (word.period, word.remedy) == (period, remedy))


BY_OWED: Final = frozenset({ClaimAct.CLAIMED})
"""What the party that is owed says."""

BY_OWING: Final = frozenset({ClaimAct.ACCEPTED, ClaimAct.DISPUTED})
"""What the party that owes says; what is in neither, either may say."""

_AFTER: Final[Mapping[ClaimAct, ClaimState]] = {
    ClaimAct.ACCEPTED: ClaimState.ACCEPTED,
    ClaimAct.DISPUTED: ClaimState.DISPUTED,
    ClaimAct.SETTLED: ClaimState.SETTLED,
}
SAYABLE: Final[Mapping[ClaimState, tuple[ClaimAct, ...]]] = {
    ClaimState.NOT_YET: (),
    ClaimState.OPEN: (ClaimAct.CLAIMED,),
    ClaimState.LAPSED: (),
    ClaimState.CLAIMED: (ClaimAct.ACCEPTED, ClaimAct.DISPUTED),
    ClaimState.DISPUTED: (ClaimAct.ACCEPTED,),
    ClaimState.ACCEPTED: (ClaimAct.SETTLED,),
    ClaimState.SETTLED: (),
}
"""What may be said in each state, by whoever may say it."""
