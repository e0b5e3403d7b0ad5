"""People: who the product knows, with which role, and the directory that keeps them.

E-mail addresses are kept and compared in lower case. The store answers with rows: `id, email,
name, role, provider, audience, alerts, active, password_hash`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

from smarketing.domain.errors import ConflictError, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

Row = dict[str, Any]
"""A stored person, as the module says."""


class Role(StrEnum):
    """What a person does in the portal."""

    ADMINISTRATOR = "administrator"
    MARKETING_MANAGER = "marketing_manager"
    SALES_MANAGER = "sales_manager"
    REP = "rep"
    SUPPLIER = "supplier"
    MAIL_ONLY = "mail_only"


@dataclass(frozen=True)
class Person:
    """Someone the product knows.

    Attributes:
        email: Lower case.
        provider: The name that a supplier's leads carry; None: no lead is theirs.
        audience: Of the weekly report; empty without one.
        alerts: Whether a mail says that a lead was handed to them.
        active: False once disabled.
    """

    id: int
    email: str
    name: str
    role: Role
    provider: str | None
    audience: str
    alerts: bool
    active: bool


class Directory(Protocol):
    """Where people are kept."""

    def everyone(self) -> Sequence[Row]:
        """Return all people, by e-mail."""
        ...

    def add(self, person: Mapping[str, object], now: datetime) -> bool:
        """Keep a new person (no `id`, `alerts`, `active`); False: the e-mail is taken."""
        ...

    def disable(self, email: str) -> bool:
        """Let a person in no longer and end all their sessions; False: there is none."""
        ...


class NewPasswords(Protocol):
    """What makes a chosen password fit to be kept; see `services.people.passwords`."""

    def hash_of_new(self, password: str, email: str) -> str:
        """Return the hash of a password that somebody chose; raises WeakPasswordError."""
        ...


def everyone(directory: Directory) -> tuple[Person, ...]:
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
) -> None:
    """Add a person; without a password they cannot sign in yet.

    Raises:
        WeakPasswordError: Another password has to be chosen.
        ConflictError: There is somebody with that e-mail.
    """
    row = {
        "email": email_key(email),
        "name": name,
        "role": str(role),
        "provider": provider,
        "audience": audience,
        "password_hash": "" if password is None else passwords.hash_of_new(password, email),
    }
    if not directory.add(row, now):
        raise ConflictError(f"{email_key(email)} is there already; change or disable that person")


def disable_person(directory: Directory, email: str) -> None:
    """Let a person in no longer; their sessions end at once.

    Raises:
        NotFoundError: Nobody has that e-mail.
    """
    if not directory.disable(email_key(email)):
        raise NotFoundError(f"nobody has the e-mail {email!r}", email)


def email_key(email: str) -> str:
    """Return an e-mail as it is kept and compared."""
    # PostgreSQL refuses the zero character; no address has one.
    return email.replace("\0", "").strip().lower()


def person_from(row: Mapping[str, Any]) -> Person:
    """Return the person of a stored row."""
    return Person(
        id=row["id"],
        email=row["email"],
        name=row["name"],
        role=Role(row["role"]),
        provider=row["provider"] or None,
        audience=row["audience"],
        alerts=bool(row["alerts"]),
        active=bool(row["active"]),
    )
