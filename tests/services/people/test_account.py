from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from smarketing.domain.errors import NotFoundError
from smarketing.services.people.account import (
    change_password,
    end_all_sessions,
    end_other_sessions,
    end_session,
    open_sessions,
    set_alerts,
)
from smarketing.services.people.entry import EntryError
from smarketing.services.people.passwords import Passwords
from smarketing.services.people.people import Role, add_person, person_named
from smarketing.services.people.sign_in import TooManyTriesError, Visitor, person_of
from tests.services.doors import NOW, PASSWORD, CountingHasher, enter, shelf_with

if TYPE_CHECKING:
    from tests.services.shelf import Shelf

NEW = "quite another sentence"
PHONE = Visitor(agent="Android Chrome/1")


def change(shelf: Shelf, old: str = PASSWORD, new: str = NEW, again: str = NEW) -> str:
    rita = person_named(shelf, "rita@example.com")
    form = {"old": old, "password": new, "again": again}
    passwords = Passwords(CountingHasher())
    return change_password(shelf, passwords, rita, form, now=NOW, visitor=PHONE)


def test_another_password_ends_every_session_and_begins_a_new_one_here():
    shelf = shelf_with()
    before = enter(shelf)
    token = change(shelf)
    assert person_of(shelf, before, NOW) is None
    assert person_of(shelf, token, NOW).email == "rita@example.com"
    assert enter(shelf, NEW)
    assert shelf.failures == {}


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"old": "not the right one"}, "old"),
        ({"old": ""}, "old"),
        ({"new": "short", "again": "short"}, "password"),
        ({"again": "another one, by mistake"}, "again"),
    ],
)
def test_without_the_old_one_or_with_a_bad_new_one_nothing_changes(told, field: str):
    shelf = shelf_with()
    token = enter(shelf)
    with pytest.raises(EntryError) as refused:
        change(shelf, **told)
    assert list(refused.value.problems) == [field]
    assert person_of(shelf, token, NOW)
    assert enter(shelf)


def test_who_took_a_session_over_cannot_guess_the_password_there():
    shelf = shelf_with()
    for _ in range(9):
        with pytest.raises(EntryError):
            change(shelf, old="a guess")
    with pytest.raises(TooManyTriesError):
        change(shelf, old="a guess")
    with pytest.raises(TooManyTriesError):
        change(shelf)


def test_sessions_are_listed_this_one_first_then_the_newest_and_those_of_others_never():
    shelf = shelf_with()
    add_person(
        shelf, Passwords(CountingHasher()), email="sam@example.com", name="Sam", role=Role.REP,
        now=NOW, password=PASSWORD,
    )  # fmt: skip
    this = enter(shelf)
    enter(shelf, now=NOW + timedelta(hours=1), visitor=PHONE)
    enter(shelf, now=NOW + timedelta(hours=2), visitor=Visitor(agent="x" * 300))
    enter(shelf, email="sam@example.com")
    rita = person_named(shelf, "rita@example.com")
    found = open_sessions(shelf, rita, this, NOW + timedelta(hours=2))
    assert [(s.is_this, s.began_at - NOW, s.agent) for s in found] == [
        (True, timedelta(0), ""),
        (False, timedelta(hours=2), "x" * 200),
        (False, timedelta(hours=1), PHONE.agent),
    ]


def test_one_session_is_ended_or_all_others_and_those_of_others_are_not_there():
    shelf = shelf_with()
    rita = person_named(shelf, "rita@example.com")
    this, other, third = enter(shelf), enter(shelf), enter(shelf)
    ref = next(s.ref for s in open_sessions(shelf, rita, other, NOW) if s.is_this)
    add_person(
        shelf, Passwords(CountingHasher()), email="sam@example.com", name="Sam", role=Role.REP,
        now=NOW,
    )  # fmt: skip
    sam = person_named(shelf, "sam@example.com")
    for foreign in (ref, "", "0" * 16):
        with pytest.raises(NotFoundError):
            end_session(shelf, sam, foreign)
    end_session(shelf, rita, ref)
    assert person_of(shelf, other, NOW) is None
    with pytest.raises(NotFoundError):
        end_session(shelf, rita, ref)
    assert end_other_sessions(shelf, rita, this) == 1
    assert person_of(shelf, third, NOW) is None
    assert end_all_sessions(shelf, rita) == 1
    assert person_of(shelf, this, NOW) is None


def test_mails_about_leads_are_turned_off_and_on():
    shelf = shelf_with()
    for on in (False, True):
        set_alerts(shelf, person_named(shelf, "rita@example.com"), on=on)
        assert person_named(shelf, "rita@example.com").alerts is on
