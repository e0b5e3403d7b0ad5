"""People: who the product knows, with which role, and the directory that keeps them.

E-mail addresses are kept and compared in lower case. The store answers with rows: `id, email,
name, role, owner, audience, active, password_hash`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, Protocol

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


SIGNS_IN: Final = frozenset(
    {Role.ADMINISTRATOR, Role.MARKETING_MANAGER, Role.SALES_MANAGER, Role.REP}
)


@dataclass(frozen=True)
class Person:
    """Someone the product knows.

    Attributes:
        email: Lower case.
        owner: The name that the CRM uses for this rep; None: no lead is theirs by name.
        audience: Of the weekly report; empty without one.
        active: False once disabled.
    """

    id: int
    email: str
    name: str
    role: Role
    owner: str | None
    audience: str
    active: bool


class Directory(Protocol):
    """Where people are kept."""

    def everyone(self) -> Sequence[Row]:
        """Return all people, by e-mail."""
        ...

    def add(self, person: Mapping[str, object], now: datetime) -> bool:
        """Keep a new person (a row without `id` and `active`); False: the e-mail is taken."""
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


def add_person(
    directory: Directory,
    passwords: NewPasswords,
    *,
    email: str,
    name: str,
    role: Role,
    now: datetime,
    owner: str | None = None,
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
        "owner": owner,
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
        owner=row["owner"] or None,
        audience=row["audience"],
        active=bool(row["active"]),
    )
