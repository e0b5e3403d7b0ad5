"""People and leave as they were known at an earlier instant.

Who had been added by then counts; where nobody had, everybody does: like history that was loaded
later, there was nothing to reproduce. Leave counts when it was told of by then. Roles, who was
disabled since, and leave that was taken back are not kept: they are those of now (`OF_NOW`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from smarketing.domain.calendar import seconds

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from smarketing.services.people.leave import Coming
    from smarketing.services.people.people import Reading

OF_NOW: Final = (
    "Of the people, their roles and who is disabled are those of today, for what they were is not "
    "kept; nor is leave that was taken back since."
)
"""What is said where people are counted as of an instant."""


@dataclass(frozen=True)
class PeopleThen:
    """Reads the people who had been added before an instant."""

    people: Reading
    at: datetime

    def everyone(self) -> Sequence[dict[str, Any]]:
        """Return them, by e-mail; everybody where nobody had."""
        rows = self.people.everyone()
        return [row for row in rows if row["created_at"] < seconds(self.at)] or rows


@dataclass(frozen=True)
class LeaveThen:
    """Reads the leave that had been told of before an instant."""

    leave: Coming
    at: datetime

    def coming(self, today: date) -> Sequence[dict[str, Any]]:
        """Return what was not over on a day, the first to begin first."""
        return [row for row in self.leave.coming(today) if row["told_at"] < self.at]
