"""Which leads a list shows: the question behind a figure, as data."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

CELL_PARTS: Final = (
    "segment", "tier", "source", "lead_source", "provider", "owner", "country", "agreement",
)  # fmt: skip
"""What a list can be narrowed to besides its days: the keys of progress, and an agreement."""


class What(StrEnum):
    """What is asked about leads: a figure of progress by its name, or one of these.

    Attributes:
        LATE: Acknowledged too late, or overdue: due, and not in time.
        ATTEMPT_LATE: The same of the first attempt; TOO_FEW_ATTEMPTS: of the promised attempts;
            DECIDED_LATE: of what becomes of them.
        OPEN: They owe an answer now.
    """

    DELIVERED = "delivered"
    COUNTED = "counted"
    REJECTED = "rejected"
    ACCEPTED = "accepted"
    ACKNOWLEDGED = "acknowledged"
    LATE = "late"
    ATTEMPT_LATE = "attempt_late"
    TOO_FEW_ATTEMPTS = "too_few_attempts"
    DECIDED_LATE = "decided_late"
    CUSTOMERS = "customers"
    OPEN = "open"


@dataclass(frozen=True)
class Question:
    """Which leads are asked for.

    Attributes:
        starts: First day of the hand-off.
        ends: First day after.
        cell: Some of CELL_PARTS to the value that a lead must have.
        holder: Number of who holds them; 0: nobody; None: whoever.
        text: Part of a name, a company or an e-mail, in whatever case; empty: any.
    """

    starts: date
    ends: date
    what: What = What.DELIVERED
    cell: Mapping[str, str] = field(default_factory=dict)
    holder: int | None = None
    text: str = ""
