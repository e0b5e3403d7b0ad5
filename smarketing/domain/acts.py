"""What may be told of a lead, by the column of its record and by the kind of event."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

STAMPS: Final[Mapping[str, str]] = {
    "created_at": "created",
    "handed_off_at": "handed_off",
    "acknowledged_at": "acknowledged",
    "first_attempt_at": "attempted",
    "connected_at": "connected",
    "accepted_at": "accepted",
    "rejected_at": "rejected",
    "qualified_at": "qualified",
    "closed_at": "closed",
}
"""A column of a lead's record, and the kind of event that it tells of."""

ACTS: Final = (
    "acknowledged_at", "first_attempt_at", "connected_at", "accepted_at", "rejected_at",
)  # fmt: skip
"""The stamps that may also be told apart from the record: by an activity, or in the portal."""

RECYCLED: Final = "recycled"
"""The kind of an event by which Sales gives a lead back to be nurtured; `detail` says why."""

HANDED_AGAIN: Final = "handed_again"
"""The kind of an event by which a lead is handed off once more: a new cycle of clocks begins."""

APART: Final[Mapping[str, str]] = {act: STAMPS[act] for act in ACTS} | {"recycled_at": RECYCLED}
"""The acts that may be told apart from the record, by column, and their kinds of events."""

DONE: Final[Mapping[str, str]] = {
    column: kind for column, kind in STAMPS.items() if column not in ("created_at", "handed_off_at")
} | {"recycled_at": RECYCLED}
"""The acts that may stop or void a clock, by column, and their kinds of events."""

ANSWERS: Final = ("acknowledged", "accepted", "rejected", RECYCLED)
"""The kinds of events by which a lead is answered."""

ASSIGNED: Final = "assigned"
"""The kind of an event by which a person gets a lead; `detail` is the person's number."""

LADDER: Final = "ladder"
"""The actor of what the step of an escalation ladder does."""

RETURNED: Final = "returned"
"""The kind of an event by which a lead goes back to the team's queue."""

OWNER: Final = "owner"
"""The kind of an event by which a CRM names another owner; `detail` is what it calls them."""

PAUSED: Final = "paused"
"""The kind of an event from which on the clocks stand still; see `pause_detail`."""

PRESSED: Final = "pressed"
"""The kind of an event by which the other button of a mail was pressed: it changes nothing.

`detail` is that of `domain.ways.how_detail`, and names the answer that it contradicts.
"""

WITHDRAWN: Final = "withdrawn"
"""The kind of an event that takes back what was told: of a stamp, `detail` names its kind."""


def pause_detail(until_s: int, reason: str, ended_by: str | None = None) -> str:
    """Return what the event of a pause says: its end in seconds of UTC, why, and who ended it."""
    ended = {"ended_by": ended_by} if ended_by else {}
    return json.dumps({"until": until_s, "reason": reason, **ended})


def pause_from(detail: str) -> tuple[int, str]:
    """Return the end of a pause in seconds of UTC, and its reason."""
    told = json.loads(detail)
    return int(told["until"]), str(told["reason"])
