from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from smarketing.domain.errors import ConflictError
from smarketing.services.people.passwords import Passwords
from smarketing.services.people.people import (
    Role,
    add_person,
    disable_person,
    enable_person,
    person_named,
)
from tests.services.doors import NOW, PASSWORD, CountingHasher, shelf_with

if TYPE_CHECKING:
    from tests.services.shelf import Shelf


def with_sam(shelf: Shelf, role: Role = Role.ADMINISTRATOR, password: str | None = PASSWORD):
    add_person(
        shelf, Passwords(CountingHasher()), email="sam@example.com", name="Sam", role=role,
        now=NOW, password=password,
    )  # fmt: skip
    return shelf


@pytest.mark.parametrize(
    "shelf",
    [
        pytest.param(shelf_with(Role.ADMINISTRATOR), id="alone"),
        pytest.param(shelf_with(Role.ADMINISTRATOR, None), id="alone, without a password"),
        pytest.param(with_sam(shelf_with(Role.ADMINISTRATOR), Role.REP), id="beside a rep"),
        pytest.param(
            with_sam(shelf_with(Role.ADMINISTRATOR), password=None), id="the other has no password"
        ),
    ],
)
def test_the_last_administrator_who_can_sign_in_is_not_shut_out(shelf: Shelf):
    with pytest.raises(ConflictError, match="Besides Rita no administrator can sign in"):
        disable_person(shelf, "rita@example.com")
    assert person_named(shelf, "rita@example.com").active


def test_of_two_administrators_one_may_go_and_then_the_other_stays():
    shelf = with_sam(shelf_with(Role.ADMINISTRATOR))
    disable_person(shelf, "sam@example.com")
    disable_person(shelf, "sam@example.com")
    with pytest.raises(ConflictError):
        disable_person(shelf, "rita@example.com")
    enable_person(shelf, "sam@example.com", NOW)
    disable_person(shelf, "rita@example.com")
    assert not person_named(shelf, "rita@example.com").active
