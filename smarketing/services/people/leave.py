"""Who is away when: leave is planned in whole days, and `ends_on` is the first day back.

The lead's clock runs on while its holder is away; see `services.leads.holder_clock`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final, Protocol

from smarketing.domain.errors import InvalidError, NotFoundError
from smarketing.domain.holders import Absence
from smarketing.services.people.entry import EntryError
from smarketing.services.people.owners import may_hold
from smarketing.services.people.people import everyone

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from smarketing.services.people.entry import Problems
    from smarketing.services.people.people import Directory, Person

Row = dict[str, Any]
"""A stored leave: `id, person_id, name, email, starts_on, ends_on, note, told_by, told_at`."""

_LONGEST: Final = timedelta(days=3 * 366)
_LONGEST_NOTE: Final = 200


@dataclass(frozen=True)
class Leave:
    """Days on which somebody does not work.

    Attributes:
        name: Of the person.
        email: Of the person.
        ends_on: The first day back.
        note: Why, for those who plan; may be empty.
        told_by: E-mail of who entered it; empty: the command line.
    """

    id: int
    person_id: int
    name: str
    email: str
    starts_on: date
    ends_on: date
    note: str
    told_by: str
    told_at: datetime


class Coming(Protocol):
    """Where leave is read."""

    def coming(self, today: date) -> Sequence[Row]:
        """Return what is not over, the first to begin first."""
        ...


class LeaveStore(Coming, Protocol):
    """Where leave is kept."""

    def add(self, absence: Absence, note: str, by: str, now: datetime) -> Absence | None:
        """Keep the leave of a person; where it overlaps another one of theirs, return that."""
        ...

    def remove(self, leave_id: int, today: date) -> bool:
        """Forget a leave that is to come, end one that has begun; False: there is neither."""
        ...


@dataclass(frozen=True)
class Teller:
    """Who plans, and when.

    Attributes:
        by: E-mail; empty: from the command line.
        today: The local date of the pages.
    """

    by: str
    at: datetime
    today: date


def coming(store: Coming, today: date) -> tuple[Leave, ...]:
    """Return current and coming leave, the first to begin first."""
    return tuple(Leave(**row) for row in store.coming(today))


def away_on(store: Coming, today: date) -> dict[int, date]:
    """Return who is away on a day, and their first day back: leaves without a gap are one."""
    back: dict[int, date] = {}
    for leave in coming(store, today):
        if leave.starts_on <= back.get(leave.person_id, today):
            back[leave.person_id] = leave.ends_on
    return back


def back_on(absences: Iterable[Absence], today: date) -> date | None:
    """Return the first day back of one person, the earliest leave first; None: not away today."""
    back = None
    for absence in absences:
        if absence.starts_on <= (back or today) < absence.ends_on:
            back = absence.ends_on
    return back


def plan(
    store: LeaveStore, directory: Directory, form: Mapping[str, str], teller: Teller
) -> Person:
    """Keep the leave that a form tells: `person, starts_on, ends_on, note`; return whose it is.

    Raises:
        EntryError: Something has to be entered in another way.
    """
    problems: Problems = {}
    people = {str(one.id): one for one in everyone(directory) if may_hold(one)}
    person = people.get(form.get("person", ""))
    if person is None:
        problems["person"] = "Choose who is away."
    first, back = (_day(form.get(name, "")) for name in ("starts_on", "ends_on"))
    if first is None:
        problems["starts_on"] = "Enter the first day away, as 2026-12-24."
    if back is None:
        problems["ends_on"] = "Enter the first day back, as 2027-01-04."
    if person is None or first is None or back is None:
        raise EntryError(problems)
    add(store, person, (first, back), form.get("note", ""), teller)
    return person


def add(
    store: LeaveStore, person: Person, days: tuple[date, date], note: str, teller: Teller
) -> None:
    """Keep the leave of a person: the first day away, and the first day back.

    Raises:
        EntryError: Something has to be entered in another way.
    """
    note = " ".join(note.split())
    if problems := _problems(person, days, note, teller.today):
        raise EntryError(problems)
    there = store.add(Absence(person.id, *days), note, teller.by, teller.at)
    if there:
        raise EntryError(
            {
                "starts_on": f"{person.name} is away from {there.starts_on} to {there.ends_on} "
                "already: remove that first, or choose other days."
            }
        )


def remove(store: LeaveStore, leave_id: int, today: date) -> None:
    """Forget a leave that is to come; of one that has begun the days until today stay.

    Raises:
        NotFoundError: There is none of that number, or it is over.
    """
    if not store.remove(leave_id, today):
        raise NotFoundError("that leave is not there any more", str(leave_id))


def remove_of(
    store: LeaveStore, person: Person, today: date, starts_on: date | None = None
) -> Leave:
    """Remove the one leave of a person that is not over, or the one of those that begins on a day.

    Raises:
        NotFoundError: There is none.
        InvalidError: There are several, and no day says which.
    """
    found = [
        leave
        for leave in coming(store, today)
        if leave.person_id == person.id and starts_on in (None, leave.starts_on)
    ]
    if not found:
        when = f" from {starts_on}" if starts_on else ""
        raise NotFoundError(f"{person.name} has no leave{when} that is not over", person.email)
    if len(found) > 1:
        days = ", ".join(str(leave.starts_on) for leave in found)
        raise InvalidError(
            f"{person.name} has {len(found)} leaves: say by its first day which one ({days})",
            "starts_on",
        )
    remove(store, found[0].id, today)
    return found[0]


def _problems(person: Person, days: tuple[date, date], note: str, today: date) -> Problems:
    first, back = days
    problems: Problems = {}
    if not may_hold(person):
        problems["person"] = f"{person.name} holds no leads, so leave would change nothing."
    if back <= first:
        problems["ends_on"] = "It ends before it starts: enter a first day back after the first."
    elif back - first > _LONGEST:
        problems["ends_on"] = "That is longer than three years: look at the year."
    elif back <= today:
        problems["ends_on"] = "It is over already: enter days to come."
    if len(note) > _LONGEST_NOTE or not note.isprintable():
        problems["note"] = f"Enter a note of at most {_LONGEST_NOTE} letters."
    return problems


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None
