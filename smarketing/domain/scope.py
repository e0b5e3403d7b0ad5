"""Whose leads somebody may see and answer: the rule as data, for pages and for queries."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


class Reach(StrEnum):
    """How far a right reaches.

    Attributes:
        ALL: Every lead.
        TEAM: The leads that the person holds, and those that nobody holds.
        DELIVERED: The leads that carry the person's name as their provider.
    """

    ALL = "all"
    TEAM = "team"
    DELIVERED = "delivered"


@dataclass(frozen=True)
class Scope:
    """The leads that one right of one person covers.

    Attributes:
        person_id: Who asks.
        provider: The name that the leads of a supplier carry; None: none do.
    """

    reach: Reach
    person_id: int
    provider: str | None = None

    def has(self, lead: Mapping[str, Any]) -> bool:
        """Return whether a stored lead (`holder_id`, `provider`) is covered."""
        if self.reach is Reach.ALL:
            return True
        if self.reach is Reach.TEAM:
            return lead["holder_id"] in (None, self.person_id)
        return self.provider is not None and lead["provider"] == self.provider


class QueuePart(StrEnum):
    """Which part of the queue: what one holds, what nobody holds, or all of it."""

    MINE = "mine"
    TEAM = "team"
    ALL = "all"
