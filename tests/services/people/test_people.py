from __future__ import annotations

import pytest

from smarketing.domain.errors import ConflictError, NotFoundError
from smarketing.services.people.passwords import Passwords
from smarketing.services.people.people import Role, add_person, disable_person, everyone
from tests.services.doors import NOW, CountingHasher, shelf_with


def test_nobody_is_added_twice_and_nobody_unknown_is_changed():
    shelf = shelf_with()
    with pytest.raises(ConflictError, match=r"rita@example.com is there already"):
        add_person(
            shelf, Passwords(CountingHasher()), email="RITA@example.com", name="R", role=Role.REP,
            now=NOW,
        )  # fmt: skip
    with pytest.raises(NotFoundError):
        disable_person(shelf, "nobody@example.com")


def test_everyone_is_listed_by_e_mail():
    assert [(p.email, p.role, p.active) for p in everyone(shelf_with())] == [
        ("rita@example.com", Role.REP, True)
    ]
