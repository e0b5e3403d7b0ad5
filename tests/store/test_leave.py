from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from smarketing.domain.errors import InvalidError, NotFoundError
from smarketing.domain.holders import Absence
from smarketing.services.leads.handing import choices
from smarketing.services.people.leave import (
    Teller,
    add,
    away_on,
    back_on,
    coming,
    plan,
    remove,
    remove_of,
)
from smarketing.services.people.people import Role, disable_person
from smarketing.store.leads import LeadShelf
from smarketing.store.leave import LeaveShelf, absences_of
from smarketing.store.people import People
from tests.store.seed import MONDAY, let_in, person

if TYPE_CHECKING:
    from sqlalchemy import Engine

TODAY = date(2026, 11, 16)
TELLER = Teller("sally@example.com", MONDAY, TODAY)
FORM = {"person": "1", "starts_on": "2026-11-16", "ends_on": "2026-11-20", "note": " at  sea "}


def on(day: int) -> date:
    return date(2026, 11, day)


@pytest.fixture(autouse=True)
def _people(engine: Engine):
    let_in(engine, person(1), person(2), person(3), person(4, Role.SUPPLIER))


@pytest.fixture
def shelf(engine: Engine) -> LeaveShelf:
    return LeaveShelf(engine)


def away(shelf: LeaveShelf, number: int, first: int, back: int) -> None:
    add(shelf, person(number), (on(first), on(back)), "", TELLER)


def test_leave_is_kept_with_who_entered_it_when_and_why(engine, shelf):
    assert plan(shelf, People(engine), FORM, TELLER) == person(1)
    (kept,) = coming(shelf, TODAY)
    assert (kept.name, kept.email, kept.note) == ("Person 1", "p1@example.com", "at sea")
    assert (kept.starts_on, kept.ends_on) == (on(16), on(20))
    assert (kept.told_by, kept.told_at) == ("sally@example.com", MONDAY)


def test_current_and_coming_leave_is_listed_until_the_first_day_back(shelf):
    away(shelf, 2, 18, 19)
    away(shelf, 1, 10, 17)
    assert [one.person_id for one in coming(shelf, TODAY)] == [1, 2]
    assert [one.person_id for one in coming(shelf, on(17))] == [2]
    assert away_on(shelf, TODAY) == {1: on(17)}
    assert away_on(shelf, on(17)) == {}


def test_leaves_without_a_gap_are_one_absence(engine, shelf):
    away(shelf, 1, 16, 18)
    away(shelf, 1, 18, 20)
    away(shelf, 1, 23, 25)
    assert away_on(shelf, TODAY) == {1: on(20)}
    of_one = LeadShelf(engine).leave_of(1)
    assert [back_on(of_one, on(day)) for day in (15, 16, 19, 20, 24)] == [
        None, on(20), on(20), None, on(25),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "field", "told"),
    [
        pytest.param({"ends_on": "2026-11-16"}, "ends_on", "ends before it starts", id="no day"),
        pytest.param({"ends_on": "2026-11-10"}, "ends_on", "ends before it starts", id="reversed"),
        pytest.param({"ends_on": "2036-11-20"}, "ends_on", "longer than three years", id="long"),
        pytest.param(
            {"starts_on": "2026-11-10", "ends_on": "2026-11-16"}, "ends_on", "over already",
            id="over",
        ),
        pytest.param({"starts_on": "soon"}, "starts_on", "first day away", id="no date"),
        pytest.param({"ends_on": ""}, "ends_on", "first day back", id="blank"),
        pytest.param({"person": "99"}, "person", "Choose who", id="unknown"),
        pytest.param({"person": "4"}, "person", "Choose who", id="a supplier"),
        pytest.param({"note": "x" * 201}, "note", "at most 200", id="a long note"),
        pytest.param({"note": "a\0b"}, "note", "at most 200", id="a note that is no text"),
    ],
)  # fmt: skip
def test_a_fault_is_told_at_its_field_and_nothing_is_kept(engine, shelf, change, field, told):
    with pytest.raises(InvalidError, match=told) as refused:
        plan(shelf, People(engine), FORM | change, TELLER)
    assert refused.value.field == field
    assert coming(shelf, TODAY - timedelta(days=30)) == ()


@pytest.mark.parametrize(
    ("first", "back"), [(16, 17), (19, 25), (10, 17), (10, 30), (17, 18)], ids=str
)
def test_leave_that_overlaps_another_one_of_the_same_person_is_refused(shelf, first, back):
    away(shelf, 1, 16, 20)
    away(shelf, 2, 16, 20)
    with pytest.raises(InvalidError, match="away from 2026-11-16 to 2026-11-20 already"):
        away(shelf, 1, first, back)
    assert len(coming(shelf, TODAY)) == 2


def test_leave_of_who_holds_no_leads_is_refused(shelf):
    with pytest.raises(InvalidError, match="holds no leads"):
        add(shelf, person(4, Role.SUPPLIER), (on(16), on(17)), "", TELLER)


def test_one_leave_is_removed_by_its_person_and_of_several_the_day_says_which(shelf):
    away(shelf, 1, 16, 18)
    away(shelf, 1, 20, 22)
    away(shelf, 2, 20, 22)
    with pytest.raises(InvalidError, match=r"2 leaves.*\(2026-11-16, 2026-11-20\)"):
        remove_of(shelf, person(1), TODAY)
    with pytest.raises(NotFoundError, match="from 2026-11-21"):
        remove_of(shelf, person(1), TODAY, on(21))
    assert remove_of(shelf, person(1), TODAY, on(20)).starts_on == on(20)
    assert remove_of(shelf, person(1), TODAY).starts_on == on(16)
    assert [one.person_id for one in coming(shelf, TODAY)] == [2]
    with pytest.raises(NotFoundError, match="has no leave"):
        remove_of(shelf, person(1), TODAY)


def test_who_is_away_stands_last_where_leads_are_handed_over(engine, shelf):
    away(shelf, 1, 16, 18)
    away(shelf, 2, 17, 18)
    found = choices(People(engine), shelf, TODAY)
    assert [(one.id, one.away_until) for one in found] == [(2, None), (3, None), (1, on(18))]
    disable_person(People(engine), "p3@example.com")
    assert [one.id for one in choices(People(engine), shelf, TODAY)] == [2, 1]


def test_leave_that_has_begun_ends_today_and_keeps_its_days(engine, shelf):
    away(shelf, 1, 10, 20)
    remove_of(shelf, person(1), TODAY)
    assert coming(shelf, TODAY) == ()
    with engine.connect() as connection:
        assert absences_of(connection, 1) == [Absence(1, on(10), TODAY)]
    with pytest.raises(NotFoundError, match="not there any more"):
        remove(shelf, 1, TODAY)
