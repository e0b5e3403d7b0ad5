from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from smarketing.store.leads import LeadShelf
from tests.store.seed import MONDAY, hand_off, lead, signed_book

if TYPE_CHECKING:
    from sqlalchemy import Engine


def test_a_lead_is_found_by_its_id_its_key_or_its_email(engine: Engine):
    book = signed_book(engine, MONDAY)
    told = [lead(email="ada@example.com"), lead(email="ada@example.com"), lead(email="1")]
    ids = hand_off(engine, book, told, MONDAY)
    shelf = LeadShelf(engine)
    assert shelf.named(str(ids[0])).to_list() == [ids[0]]
    assert shelf.named("crm:L2").to_list() == [ids[1]]
    assert shelf.named("Ada@Example.com").to_list() == ids[:2]


@pytest.mark.parametrize("name", ["", "99", "9" * 40, "L1", "crm:", "nobody@example.com"])
def test_a_name_that_nobody_has_finds_nothing(engine: Engine, name: str):
    hand_off(engine, signed_book(engine, MONDAY), [lead(email="ada@example.com")], MONDAY)
    assert LeadShelf(engine).named(name).is_empty()
