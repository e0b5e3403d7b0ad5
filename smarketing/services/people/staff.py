"""What an administrator does about people: add, change, shut out, let in again.

Nobody is deleted: what they did stays in the record under their name. Whoever it concerns, it
is said anew at once who holds their leads.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from smarketing.domain.errors import ConflictError, NotFoundError
from smarketing.services.people.entry import (
    EntryError,
    email_from,
    made_password,
    particulars_from,
    password_from,
)
from smarketing.services.people.owners import hand_over
from smarketing.services.people.passwords import set_password
from smarketing.services.people.people import (
    Directory,
    Role,
    add_person,
    disable_person,
    enable_person,
    keep_an_administrator,
    person_from,
    person_named,
    report_begins,
)
from smarketing.services.people.policy import SIGNS_IN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from smarketing.services.people.owners import OwnerDesk
    from smarketing.services.people.passwords import Credentials, Passwords
    from smarketing.services.people.people import Person


class Roll(Directory, Protocol):
    """Where people are kept, and who of them is signed in."""

    def signed_in(self, now: datetime) -> Sequence[tuple[int, datetime]]:
        """Return who has a session that is not over, and when their newest one began."""
        ...


@dataclass(frozen=True)
class Member:
    """A person as an administrator sees them.

    Attributes:
        owners: What CRMs call them, by name.
        has_password: Whether they could sign in, if their role may.
        signed_in_at: When the newest of their sessions began; None: they are signed in nowhere.
    """

    person: Person
    owners: tuple[str, ...]
    has_password: bool
    signed_in_at: datetime | None

    @property
    def lacks_password(self) -> bool:
        """Return whether only a password is missing for them to sign in."""
        return self.person.active and self.person.role in SIGNS_IN and not self.has_password


@dataclass(frozen=True)
class Added:
    """Somebody who is new.

    Attributes:
        made: The password that was made for them, kept nowhere; empty: none was made.
    """

    person: Person
    made: str


def members(roll: Roll, desk: OwnerDesk, now: datetime) -> tuple[Member, ...]:
    """Return everyone: who may come in first, then by name."""
    since, ties = dict(roll.signed_in(now)), desk.ties()
    found = [
        Member(
            person=person_from(row),
            owners=tuple(name for name, person_id in ties if person_id == row["id"]),
            has_password=bool(row["password_hash"]),
            signed_in_at=since.get(row["id"]),
        )
        for row in roll.everyone()
    ]
    return tuple(sorted(found, key=lambda m: (not m.person.active, m.person.name.casefold())))


def member(roll: Roll, desk: OwnerDesk, person_id: int, now: datetime) -> Member:
    """Return one person by number.

    Raises:
        NotFoundError: Nobody has it.
    """
    for found in members(roll, desk, now):
        if found.person.id == person_id:
            return found
    raise NotFoundError("nobody has that number", str(person_id))


def add(
    directory: Directory,
    desk: OwnerDesk,
    passwords: Passwords,
    form: Mapping[str, str],
    now: datetime,
) -> Added:
    """Add a person; who may sign in gets a password, typed (`way` is typed) or made by chance.

    Raises:
        EntryError: Something has to be entered in another way.
    """
    email, wrong = email_from(form)
    told, problems = particulars_from(form)
    signs_in = told.role in SIGNS_IN
    is_typed = signs_in and form.get("way") == "typed"
    password, weak = password_from(form, email) if is_typed else (made_password(), {})
    if problems := wrong | problems | weak:
        raise EntryError(problems)
    try:
        add_person(
            directory, passwords, email=email, name=told.name, role=told.role, now=now,
            provider=told.provider, audience=told.audience,
            password=password if signs_in else None,
        )  # fmt: skip
    except ConflictError as error:
        sentence = "There is somebody with this e-mail already: change that person instead."
        raise EntryError({"email": sentence}) from error
    hand_over(desk, directory, email)
    return Added(person_named(directory, email), "" if is_typed or not signs_in else password)


def change(
    directory: Directory, desk: OwnerDesk, person: Person, form: Mapping[str, str], now: datetime
) -> int:
    """Change what a person is called and may do; return how many leads changed hands.

    Raises:
        EntryError: Something has to be entered in another way.
        ConflictError: Nobody else could manage people then.
    """
    told, problems = particulars_from(form)
    if problems:
        raise EntryError(problems)
    with directory.changing() as people:
        if told.role is not Role.ADMINISTRATOR:
            keep_an_administrator(people, person.id)
        people.set(
            person.id,
            {
                "name": told.name,
                "role": str(told.role),
                "audience": told.audience,
                "provider": told.provider,
                "alerts": int(told.alerts),
                **report_begins(person, replace(person, audience=told.audience), now),
            },
        )
    return hand_over(desk, directory, person.email)


def give_password(
    credentials: Credentials, passwords: Passwords, person: Person, form: Mapping[str, str]
) -> str:
    """Give a person another password; their sessions end. Return it where it was made by chance.

    Raises:
        EntryError: The one that was typed (`way` is typed) will not do.
    """
    is_typed = form.get("way") == "typed"
    password, problems = password_from(form, person.email) if is_typed else (made_password(), {})
    if problems:
        raise EntryError(problems)
    set_password(credentials, passwords, person.email, password)
    return "" if is_typed else password


def shut_out(directory: Directory, desk: OwnerDesk, person: Person) -> int:
    """Let a person in no longer; return how many leads went back to the team.

    Raises:
        ConflictError: Nobody else could manage people then.
    """
    disable_person(directory, person.email)
    return hand_over(desk, directory, person.email)


def let_in(directory: Directory, desk: OwnerDesk, person: Person, now: datetime) -> int:
    """Let a person in again; return how many leads became theirs again."""
    enable_person(directory, person.email, now)
    return hand_over(desk, directory, person.email)
