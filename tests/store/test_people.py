from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from smarketing.domain.errors import NotFoundError
from smarketing.services.people.people import Role, disable_person, everyone
from smarketing.store.people import People
from tests.store.door import NOW, with_rita

if TYPE_CHECKING:
    from sqlalchemy import Engine


def test_a_person_is_kept_once_with_all_that_was_told(engine: Engine):
    store = with_rita(engine)
    assert not store.add({**store.account("rita@example.com"), "name": "Another"}, NOW)
    (rita,) = everyone(store)
    assert (rita.name, rita.role, rita.provider, rita.audience) == (
        "Rita Rep", Role.REP, "Fair Ltd", "sales",
    )  # fmt: skip


def test_nobody_unknown_is_found_or_disabled(engine: Engine):
    store = People(engine)
    assert store.account("nobody@example.com") is None
    with pytest.raises(NotFoundError):
        disable_person(store, "nobody@example.com")
