"""Rita at the door: a person with a password, cheap hashes, and one try to sign in."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from argon2 import PasswordHasher

from smarketing.services.people.passwords import Passwords
from smarketing.services.people.people import Role, add_person
from smarketing.services.people.sign_in import Visitor, sign_in
from tests.services.shelf import Shelf

NOW = datetime(2026, 11, 16, 9, tzinfo=UTC)
NOBODY = Visitor()
PASSWORD = "four words in a row"


class CountingHasher(PasswordHasher):
    """Cheap hashes, and how often one was compared."""

    def __init__(self, time_cost: int = 1) -> None:
        super().__init__(time_cost=time_cost, memory_cost=8, parallelism=1)
        self.compared = 0

    def verify(self, *given: Any) -> Any:
        self.compared += 1
        return super().verify(*given)


def shelf_with(role: Role = Role.REP, password: str | None = PASSWORD) -> Shelf:
    shelf = Shelf()
    add_person(
        shelf, Passwords(CountingHasher()), email=" Rita@Example.com ", name="Rita", role=role,
        now=NOW, password=password,
    )  # fmt: skip
    return shelf


def enter(
    shelf: Shelf,
    password: str = PASSWORD,
    email: str = "rita@example.com",
    now: datetime = NOW,
    *,
    hasher: PasswordHasher | None = None,
    visitor: Visitor = NOBODY,
) -> str:
    passwords = Passwords(hasher or CountingHasher())
    return sign_in(shelf, passwords, email, password, now, visitor=visitor)
