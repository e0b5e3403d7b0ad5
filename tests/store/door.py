"""Rita, who may sign in, in a migrated database; cheap hashes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from argon2 import PasswordHasher

from smarketing.services.people.passwords import Passwords
from smarketing.services.people.people import Role, add_person
from smarketing.services.people.sign_in import sign_in
from smarketing.store.people import People

if TYPE_CHECKING:
    from sqlalchemy import Engine

NOW = datetime(2026, 11, 16, 9, tzinfo=UTC)
PASSWORD = "four words in a row"
PASSWORDS = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


def with_rita(engine: Engine) -> People:
    store = People(engine)
    add_person(
        store, PASSWORDS, email="rita@example.com", name="Rita Rep", role=Role.REP, now=NOW,
        provider="Fair Ltd", audience="sales", password=PASSWORD,
    )  # fmt: skip
    return store


def enter(
    store: People, now: datetime = NOW, password: str = PASSWORD, email: str = "rita@example.com"
) -> str:
    return sign_in(store, PASSWORDS, email, password, now)
