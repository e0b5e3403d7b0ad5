from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from smarketing.domain.errors import InvalidError, NotFoundError
from smarketing.services.leads.handing import assign
from smarketing.services.people.owners import hand_over, owners, tie
from smarketing.services.people.people import Role, disable_person, enable_person
from smarketing.store.acts import ActDesk
from smarketing.store.owners import OwnerDesk
from smarketing.store.people import People
from tests.store.seed import MONDAY, act, at, hand_off, lead, let_in, person, signed_book

if TYPE_CHECKING:
    from sqlalchemy import Engine

NOW = at("2026-11-16 10:00")


@pytest.fixture(autouse=True)
def book(engine: Engine):
    let_in(engine, person(1), person(2), person(3, Role.SUPPLIER), owners={"Rita Rep": 1})
    book = signed_book(engine, MONDAY)
    leads = [
        lead(full_name="Of Rita"),
        lead(full_name="Of nobody", owner="Person 2"),
        lead(full_name="Of nobody, too", owner="Person 2", acknowledged_at=1, first_attempt_at=1),
        lead(full_name="By e-mail", owner="P2@Example.com"),
        lead(full_name="Of a stranger", owner="Zoe"),
    ]
    assert hand_off(engine, book, leads, MONDAY) == [1, 2, 3, 4, 5]
    return book


def holders(engine: Engine) -> list[int | None]:
    with engine.connect() as connection:
        sql = text("SELECT holder_id FROM lead ORDER BY id")
        return list(connection.execute(sql).scalars())


def tied(engine: Engine, names: dict[str, int | None]) -> int:
    return tie(OwnerDesk(engine), People(engine), names, by="ada@example.com", now=NOW)


def test_owners_without_a_person_come_first_with_their_leads_and_a_suggestion(engine):
    found = owners(OwnerDesk(engine), People(engine))
    assert [
        (o.name, o.person_id, o.by_email, o.delivered, o.waiting, o.suggested) for o in found
    ] == [
        ("Person 2", None, False, 2, 1, 2),
        ("Zoe", None, False, 1, 1, None),
        ("P2@Example.com", 2, True, 1, 1, None),
        ("Rita Rep", 1, False, 1, 1, None),
    ]


def test_tying_names_hands_their_leads_over_and_untying_takes_them_back(engine):
    assert holders(engine) == [1, None, None, 2, None]
    assert tied(engine, {"Person 2": 2, "Zoe": 1}) == 3
    assert holders(engine) == [1, 2, 2, 2, 1]
    assert dict(OwnerDesk(engine).ties()) == {"Person 2": 2, "Rita Rep": 1, "Zoe": 1}
    assert tied(engine, {"Person 2": 2}) == 0
    assert tied(engine, {"Zoe": None}) == 1
    assert holders(engine) == [1, 2, 2, 2, None]


@pytest.mark.parametrize("person_id", [3, 99])
def test_a_name_is_tied_to_nobody_who_may_hold_no_lead_and_then_none_of_them_is(
    engine, person_id: int
):
    with pytest.raises(NotFoundError):
        tied(engine, {"Zoe": 1, "Person 2": person_id})
    assert dict(OwnerDesk(engine).ties()) == {"Rita Rep": 1}


def test_an_empty_name_is_nobodys(engine):
    with pytest.raises(InvalidError):
        tied(engine, {" ": 1})


def test_who_is_shut_out_holds_nothing_and_gets_it_back_with_what_the_portal_handed_them(
    engine, book
):
    desk, people = OwnerDesk(engine), People(engine)
    assign(ActDesk(engine), people, [5], act(2, NOW, role=Role.SALES_MANAGER), book, to=1)
    assert holders(engine) == [1, None, None, 2, 1]
    disable_person(people, "p1@example.com")
    assert hand_over(desk, people, "p1@example.com") == 2
    assert holders(engine) == [None, None, None, 2, None]
    enable_person(people, "p1@example.com", NOW)
    assert hand_over(desk, people, "p1@example.com") == 2
    assert holders(engine) == [1, None, None, 2, 1]
