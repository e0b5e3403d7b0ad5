"""What a breach is: a recorded fact about one commitment, and what was said about it.

Records and words are only ever added; of the records about one subject the last one counts, and
of the words about it each may change its standing. The kinds and reasons are those of the table
"Breaches" of CLOCKS.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from decimal import Decimal


class Kind(StrEnum):
    """In which way a commitment was broken.

    Attributes:
        MISSING: It was not delivered at all.
        LATE: It came, or may still come, after it was due.
        WRONG: What came is not what was promised.
    """

    MISSING = "missing"
    LATE = "late"
    WRONG = "wrong"


class Record(StrEnum):
    """What a record does with a breach."""

    RECORDED = "recorded"
    RECLASSIFIED = "reclassified"
    WITHDRAWN = "withdrawn"


class Reason(StrEnum):
    """Why it is a breach of its kind; the value is kept, REASONS says it in words."""

    STILL_OPEN = "still_open"
    DONE_LATE = "done_late"
    DONE_TOO_LATE = "done_too_late"
    NEVER_DONE = "never_done"
    TOO_FEW_ATTEMPTS = "too_few_attempts"
    DOES_NOT_COUNT = "does_not_count"
    NO_REASON = "no_reason"
    BELOW_TARGET = "below_target"
    REACHED_LATE = "reached_late"
    BEHIND_PACE = "behind_pace"
    UNEVEN = "uneven"
    TOO_MANY_REJECTED = "too_many_rejected"
    CAME_LATE = "came_late"
    NEVER_CAME = "never_came"
    DISPROVED = "disproved"


REASONS: Final[Mapping[Reason, str]] = {
    Reason.STILL_OPEN: "past due, and still open",
    Reason.DONE_LATE: "done after it was due",
    Reason.DONE_TOO_LATE: "done only after it had been given up",
    Reason.NEVER_DONE: "never done",
    Reason.TOO_FEW_ATTEMPTS: "given up after fewer attempts than promised",
    Reason.DOES_NOT_COUNT: "what was logged does not count: nobody tried to reach the lead",
    Reason.NO_REASON: "rejected without a reason",
    Reason.BELOW_TARGET: "the month ended below its target",
    Reason.REACHED_LATE: "the target was reached after its due day",
    Reason.BEHIND_PACE: "a week ended further behind the pace than agreed",
    Reason.UNEVEN: "delivery strayed further from the pace than agreed",
    Reason.TOO_MANY_REJECTED: "more leads rejected for an agreed reason than allowed",
    Reason.CAME_LATE: "came after it was due",
    Reason.NEVER_CAME: "did not come",
    Reason.DISPROVED: "what was told later shows that there was none",
}


class Subject(NamedTuple):
    """What a breach is about.

    Attributes:
        commitment_id: The number of the commitment of a version.
        lead_id: Of a clock; 0: it is no clock's.
        cycle: Of the clock; 0: it is no clock's.
        occasion: Empty for a clock; else `2026-11` of a month, `2026-11/segment/tier` of a cell
            of it, `2026-W47` of a report, `source@seconds` of a source.
    """

    commitment_id: int
    lead_id: int = 0
    cycle: int = 0
    occasion: str = ""


class Act(StrEnum):
    """What a person may say about a breach."""

    DISPUTED = "disputed"
    UPHELD = "upheld"
    DROPPED = "dropped"
    EXCUSED = "excused"
    WAIVED = "waived"
    REINSTATED = "reinstated"


@dataclass(frozen=True)
class Word:
    """One thing that was said about a breach.

    Attributes:
        clause: The clause that an excuse rests on; empty: none.
        party: The name of the party that it was said for.
        by: The e-mail of who said it.
    """

    act: Act
    clause: str
    text: str
    party: str
    by: str
    at: datetime


class Standing(StrEnum):
    """Where a breach stands: what follows from its records and its words.

    Attributes:
        COUNTS: It is a fact that counts.
        DISPUTED: Somebody said that it is none, and nobody has answered: it counts meanwhile.
        EXCUSED: It does not count, by a clause or because the other side waived it.
        DROPPED: A dispute about it was granted: it does not count.
        WITHDRAWN: What was told later shows that there was none.
    """

    COUNTS = "counts"
    DISPUTED = "disputed"
    EXCUSED = "excused"
    DROPPED = "dropped"
    WITHDRAWN = "withdrawn"

    @property
    def counts(self) -> bool:
        """Return whether it counts against who owes it."""
        return self in {Standing.COUNTS, Standing.DISPUTED}


_AFTER: Final[Mapping[Act, Standing]] = {
    Act.DISPUTED: Standing.DISPUTED,
    Act.UPHELD: Standing.COUNTS,
    Act.DROPPED: Standing.DROPPED,
    Act.EXCUSED: Standing.EXCUSED,
    Act.WAIVED: Standing.EXCUSED,
    Act.REINSTATED: Standing.COUNTS,
}


def standing_of(record: Record, said: Act | None) -> Standing:
    """Return where a breach stands.

    Args:
        record: The last record about it.
        said: The last word about it; None: nobody said anything.
    """
    if record is Record.WITHDRAWN:
        return Standing.WITHDRAWN
    return Standing.COUNTS if said is None else _AFTER[said]


@dataclass(frozen=True)
class Breach:
    """A breach as it stands.

    Attributes:
        month: The month that it counts for, as `2026-11`.
        at: When it began: the due instant, or the end of the month.
        recorded_at: When the last record was made.
        late_s: Working seconds between `at` and the act, or giving up; 0 while it is open.
        wall_s: The same in all seconds.
        quantity: What is short: leads, or money of the agreement's currency; 0 for a clock.
        words: What was said about it, the oldest first.
    """

    subject: Subject
    record: Record
    kind: Kind
    reason: Reason
    month: str
    at: datetime
    recorded_at: datetime
    late_s: int
    wall_s: int
    quantity: Decimal
    words: tuple[Word, ...] = ()

    @property
    def standing(self) -> Standing:
        """Return where it stands: what covers it decides."""
        return standing_of(self.record, self.covering[-1].act if self.covering else None)

    @property
    def covering(self) -> tuple[Word, ...]:
        """Return the words about it; what was said of a late one does not cover a missing one."""
        if self.record is Record.RECLASSIFIED and self.kind is Kind.MISSING:
            return tuple(word for word in self.words if word.at >= self.recorded_at)
        return self.words


@dataclass(frozen=True)
class FoundBreach:
    """A stored breach, with what is known of its lead.

    Attributes:
        id: Of its last record: how it is addressed.
        lead: What the lead is called; empty where there is none.
        provider: What the lead carries in that column.
        holder: Who has the lead; None: nobody.
    """

    id: int
    breach: Breach
    lead: str
    provider: str | None
    holder: str | None
