"""People: who the product knows, with which role, and the directory that keeps them.

E-mail addresses are kept and compared in lower case. The store answers with rows: `id, email,
name, role, provider, audience, alerts, active, password_hash, created_at, report_since` (both in
seconds of UTC), and the columns of `preferences.Preferences`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, Protocol

from smarketing.domain.calendar import instant, seconds
from smarketing.domain.errors import ConflictError, InvalidError, NotFoundError
from smarketing.services.people.preferences import Preferences, preferences_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from contextlib import AbstractContextManager
    from datetime import datetime

Row = dict[str, Any]
"""A stored person, as the module says."""

# What every mail server takes (RFC 5321, 5322): a dot-atom, then a domain of two labels or more.
_ATOM: Final = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL: Final = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_EMAIL: Final = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})+")
_LONGEST_EMAIL: Final = 254
_LONGEST_LOCAL: Final = 64


class Role(StrEnum):
    """What a person does in the portal."""

    ADMINISTRATOR = "administrator"
    MARKETING_MANAGER = "marketing_manager"
    SALES_MANAGER = "sales_manager"
    REP = "rep"
    SUPPLIER = "supplier"
    MAIL_ONLY = "mail_only"


_MANAGES: Final = Role.ADMINISTRATOR


@dataclass(frozen=True)
class Person:
    """Someone the product knows.

    Attributes:
        email: Lower case.
        provider: The name that a supplier's leads carry; None: no lead is theirs.
        audience: Of the weekly report; empty without one.
        alerts: Whether a mail says that a lead was handed to them.
        active: False once disabled.
        preferences: When and how they want the weekly report.
        report_since: When they began to get it by mail: no report that was due before is theirs.
            None: it was not noted.
    """

    id: int
    email: str
    name: str
    role: Role
    provider: str | None
    audience: str
    alerts: bool
    active: bool
    preferences: Preferences = field(default_factory=Preferences)
    report_since: datetime | None = None

    @property
    def is_reader(self) -> bool:
        """Return whether they get the weekly report by mail."""
        return self.active and self.audience != "" and self.preferences.by_mail


class Changing(Protocol):
    """A transaction in which nobody else changes people."""

    def everyone(self) -> Sequence[Row]:
        """Return all people, by e-mail."""
        ...

    def set(self, person_id: int, columns: Mapping[str, object]) -> None:
        """Set columns of a person."""
        ...

    def end_sessions(self, person_id: int) -> None:
        """End all sessions of a person."""
        ...


class Reading(Protocol):
    """Where people are read."""

    def everyone(self) -> Sequence[Row]:
        """Return all people, by e-mail."""
        ...


class Directory(Reading, Protocol):
    """Where people are kept."""

    def add(self, person: Mapping[str, object], now: datetime) -> bool:
        """Keep a new person (no `id`, `alerts`, `active`); False: the e-mail is taken.

        Their reports begin now.
        """
        ...

    def changing(self) -> AbstractContextManager[Changing]:
        """Begin a transaction that alone may change people."""
        ...


class NewPasswords(Protocol):
    """What makes a chosen password fit to be kept; see `services.people.passwords`."""

    def hash_of_new(self, password: str, email: str) -> str:
        """Return the hash of a password that somebody chose; raises WeakPasswordError."""
        ...


def everyone(directory: Reading) -> tuple[Person, ...]:
    """Return all people, by e-mail."""
    return tuple(person_from(row) for row in directory.everyone())


def person_named(directory: Directory, email: str) -> Person:
    """Return the person of an e-mail.

    Raises:
        NotFoundError: Nobody has it.
    """
    key = email_key(email)
    for person in everyone(directory):
        if person.email == key:
            return person
    raise NotFoundError(f"nobody has the e-mail {email!r}", email)


def add_person(
    directory: Directory,
    passwords: NewPasswords,
    *,
    email: str,
    name: str,
    role: Role,
    now: datetime,
    provider: str | None = None,
    audience: str = "",
    password: str | None = None,
    preferences: Preferences | None = None,
) -> None:
    """Add a person; without a password they cannot sign in yet.

    Raises:
        InvalidError: That is no e-mail.
        WeakPasswordError: Another password has to be chosen.
        ConflictError: There is somebody with that e-mail.
    """
    if not is_email(email_key(email)):
        raise InvalidError(f"{email!r} is no e-mail; write it as ada@company.com", "email")
    row = {
        "email": email_key(email),
        "name": name,
        "role": str(role),
        "provider": provider,
        "audience": audience,
        "password_hash": "" if password is None else passwords.hash_of_new(password, email),
        **(preferences or Preferences()).columns,
    }
    if not directory.add(row, now):
        raise ConflictError(f"{email_key(email)} is there already; change or disable that person")


def prefer(directory: Directory, person: Person, preferences: Preferences, now: datetime) -> None:
    """Keep when and how a person wants the weekly report."""
    begun = report_begins(person, replace(person, preferences=preferences), now)
    with directory.changing() as people:
        people.set(person.id, {**preferences.columns, **begun})


def report_begins(before: Person, after: Person, now: datetime) -> dict[str, object]:
    """Return the column to set where a change makes somebody a reader by mail; else none.

    Who gets the next report is not sent the last one, too.
    """
    is_new = after.is_reader and not before.is_reader
    return {"report_since": seconds(now)} if is_new else {}


def disable_person(directory: Directory, email: str) -> None:
    """Let a person in no longer; their sessions end at once. It may be said again.

    Raises:
        NotFoundError: Nobody has that e-mail.
        ConflictError: Nobody else could manage people then.
    """
    with directory.changing() as people:
        row = _row_of(people, email)
        keep_an_administrator(people, row["id"])
        people.set(row["id"], {"active": 0})
        people.end_sessions(row["id"])


def enable_person(directory: Directory, email: str, now: datetime) -> None:
    """Let a person in again, with the password that they had; their reports begin anew.

    Raises:
        NotFoundError: Nobody has that e-mail.
    """
    with directory.changing() as people:
        person = person_from(_row_of(people, email))
        begun = report_begins(person, replace(person, active=True), now)
        people.set(person.id, {"active": 1, **begun})


def keep_an_administrator(people: Changing, person_id: int) -> None:
    """Refuse to lose somebody as administrator when no other one can sign in.

    Raises:
        ConflictError: They are one, and the last.
    """
    able = [row for row in people.everyone() if row["active"] and row["role"] == _MANAGES]
    going = [row for row in able if row["id"] == person_id]
    if going and not any(row["password_hash"] for row in able if row["id"] != person_id):
        raise ConflictError(
            f"Besides {going[0]['name']} no administrator can sign in: "
            "make somebody else an administrator first, with a password."
        )


def _row_of(people: Changing, email: str) -> Row:
    key = email_key(email)
    for row in people.everyone():
        if row["email"] == key:
            return row
    raise NotFoundError(f"nobody has the e-mail {email!r}", email)


def email_key(email: str) -> str:
    """Return an e-mail as it is kept and compared."""
    # PostgreSQL refuses the zero character; no address has one.
    return email.replace("\0", "").strip().lower()


def is_email(text: str) -> bool:
    """Return whether a text, in small letters, can be the address of a mailbox."""
    fits = _EMAIL.fullmatch(text) and len(text) <= _LONGEST_EMAIL
    return bool(fits and len(text.partition("@")[0]) <= _LONGEST_LOCAL)


def person_from(row: Mapping[str, Any]) -> Person:
    """Return the person of a stored row."""
    since = row.get("report_since")
    return Person(
        id=row["id"],
        email=row["email"],
        name=row["name"],
        role=Role(row["role"]),
        provider=row["provider"] or None,
        audience=row["audience"],
        alerts=bool(row["alerts"]),
        active=bool(row["active"]),
        preferences=preferences_of(row),
        report_since=None if since is None else instant(since),
    )
