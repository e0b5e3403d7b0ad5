"""Where the leave of people is kept. One method is one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlmodel import col, delete, insert, select, update

from smarketing.domain.holders import Absence
from smarketing.store.engine import reading
from smarketing.store.tables.people import Leave, Person

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy import Connection, Engine

Row = dict[str, Any]


class LeaveShelf:
    """The leave of people."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def coming(self, today: date) -> list[Row]:
        """Return what is not over, the first to begin first.

        With `id, person_id, name, email, starts_on, ends_on, note, told_by, told_at`; the name
        and e-mail are the person's, `told_by` is the e-mail of who entered it.
        """
        columns = (
            Leave.id, Leave.person_id, Person.name, Person.email, Leave.starts_on, Leave.ends_on,
            Leave.note, Leave.told_by, Leave.told_at,
        )  # fmt: skip
        found = (
            select(*(col(column) for column in columns))
            .join(Person, col(Person.id) == col(Leave.person_id))
            .where(col(Leave.ends_on) > today)
            .order_by(col(Leave.starts_on), col(Person.name), col(Leave.id))
        )
        with reading(self._engine) as connection:
            return [dict(row) for row in connection.execute(found).mappings()]

    def add(self, absence: Absence, note: str, by: str, now: datetime) -> Absence | None:
        """Keep the leave of a person; where it overlaps another one of theirs, return that."""
        with self._engine.begin() as connection:
            if connection.dialect.name != "sqlite":
                # One at a time, as on SQLite: two that are added at once would not see each other.
                connection.exec_driver_sql("LOCK TABLE leave IN SHARE ROW EXCLUSIVE MODE")
            for there in absences_of(connection, absence.person_id):
                if there.starts_on < absence.ends_on and absence.starts_on < there.ends_on:
                    return there
            told = {"note": note, "told_by": by, "told_at": now}
            connection.execute(insert(Leave).values(**absence._asdict(), **told))
        return None

    def remove(self, leave_id: int, today: date) -> bool:
        """Forget a leave that is to come, end one that has begun; False: there is neither."""
        this = col(Leave.id) == leave_id
        begun = col(Leave.starts_on) < today
        with self._engine.begin() as connection:
            ended = update(Leave).where(this, begun, col(Leave.ends_on) > today)
            gone = connection.execute(delete(Leave).where(this, ~begun)).rowcount
            return bool(gone or connection.execute(ended.values(ends_on=today)).rowcount)


def absences_of(connection: Connection, person_id: int | None = None) -> list[Absence]:
    """Return when a person (None: anybody) is or was on leave, the first one first."""
    found = select(col(Leave.person_id), col(Leave.starts_on), col(Leave.ends_on))
    if person_id is not None:
        found = found.where(col(Leave.person_id) == person_id)
    return [Absence(*row) for row in connection.execute(found.order_by(col(Leave.starts_on)))]
