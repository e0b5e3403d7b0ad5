from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING

import pytest

from smarketing.domain.errors import ConflictError, NotFoundError
from smarketing.services.people.people import (
    Role,
    add_person,
    disable_person,
    enable_person,
    everyone,
)
from smarketing.store.people import People
from tests.store.door import NOW, PASSWORD, PASSWORDS, with_rita

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


def test_of_two_administrators_who_shut_each_other_out_at_once_one_stays(engine: Engine):
    store = People(engine)
    for name in ("ada", "bea"):
        add_person(
            store, PASSWORDS, email=f"{name}@example.com", name=name, role=Role.ADMINISTRATOR,
            now=NOW, password=PASSWORD,
        )  # fmt: skip
    together = Barrier(2)

    def shut_out(name: str) -> bool:
        together.wait()
        try:
            disable_person(store, f"{name}@example.com")
        except ConflictError:
            return False
        return True

    for _ in range(20):
        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(shut_out, ("ada", "bea"))) == [False, True]
        (out,) = (person.email for person in everyone(store) if not person.active)
        enable_person(store, out, NOW)


def test_what_was_set_of_a_person_is_kept(engine: Engine):
    store = with_rita(engine)
    with store.changing() as people:
        (row,) = people.everyone()
        people.set(row["id"], {"name": "Rita Renamed", "alerts": 0, "provider": None})
    (rita,) = everyone(store)
    assert (rita.name, rita.alerts, rita.provider, rita.audience) == (
        "Rita Renamed", False, None, "sales",
    )  # fmt: skip
