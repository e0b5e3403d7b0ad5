"""Marks of time by kind: up to when messages count as planned, and which night's work is done.

A mark only moves forward, and by a compare-and-set: of any number of workers that ask for the
same night one gets it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import text

from smarketing.domain.calendar import instant, seconds
from smarketing.store.engine import reading

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy import Connection, Engine

# On PostgreSQL the second of two waits here for the first, looks again, and changes nothing.
_FORWARD: Final = (
    "INSERT INTO planner_mark (kind, planned_until) VALUES (:kind, :until) "
    "ON CONFLICT (kind) DO UPDATE SET planned_until = excluded.planned_until "
    "WHERE planner_mark.planned_until < excluded.planned_until"
)
_BACK: Final = (
    "UPDATE planner_mark SET planned_until = :before WHERE kind = :kind AND planned_until = :until"
)
_READ: Final = "SELECT kind, planned_until FROM planner_mark"


class Marks:
    """The table `planner_mark`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def all(self) -> dict[str, datetime]:
        """Return the mark of each kind that has one."""
        with reading(self._engine) as connection:
            return {kind: instant(until) for kind, until in connection.execute(text(_READ))}

    def claim(self, kind: str, until: datetime) -> bool:
        """Move a mark forward to an instant; False: it is there already, or beyond it."""
        if (there := self.all().get(kind)) is not None and there >= until:
            return False  # seen without the write lock: asked every few minutes
        with self._engine.begin() as connection:
            return move(connection, [kind], until) == 1

    def give_back(self, kind: str, until: datetime, before: datetime) -> None:
        """Move a mark back that `claim` moved, so that somebody tries again."""
        values = {"kind": kind, "until": seconds(until), "before": seconds(before)}
        with self._engine.begin() as connection:
            connection.execute(text(_BACK), values)


def move(connection: Connection, kinds: Iterable[str], until: datetime) -> int:
    """Move marks forward to an instant, within a transaction; return how many were before it."""
    rows = [{"kind": kind, "until": seconds(until)} for kind in sorted(kinds)]
    return sum(connection.execute(text(_FORWARD), row).rowcount for row in rows)
