"""The monthly look at a goal, on both databases."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from smarketing.domain.errors import ConflictError
from smarketing.domain.versions import State
from smarketing.services.agreements import acts, life
from smarketing.services.agreements.acts import Hand
from smarketing.services.goals.amend import reevaluate
from smarketing.services.goals.changes import target_changes
from tests.builders import at
from tests.services.goals.test_freeze import BY_GOAL, CELL, DEALS, HEAD, rows, won

if TYPE_CHECKING:
    from datetime import datetime

    from smarketing.domain.versions import Version
    from smarketing.services.agreements.signing import ShelfAndDiary
    from tests.builders import Company

OPEN = BY_GOAL.replace('average_deal = "10000"\nclose_rate = "0.1"\n', "").replace(
    "[goal]", "[goal]\nreevaluate = true"
)
SIGNED = at("2026-05-04 09:00")
MONDAY = at("2026-06-01 09:00")
SALES = Hand("sales@example.com")


@pytest.fixture
def running(company: Company) -> Company:
    """Signed in May on 5 of 50 leads won; 10 of 50 are, by June."""
    company.take("leads", HEAD + rows(50), at("2026-05-01 09:00"))
    company.take("deals", DEALS + won(5), at("2026-05-01 10:00"))
    company.sign(OPEN, SIGNED)
    company.take("deals", DEALS + won(10, "2026-05-12"), at("2026-05-20 10:00"))
    return company


def look(company: Company, now: datetime = MONDAY) -> tuple[Version, ...]:
    found = reevaluate(company.shelf, company.history, company.book, now)
    assert not found.troubles
    return found.proposed


def state(company: Company, number: int, now: datetime = MONDAY) -> State:
    version = life.version_of("test", number, company.shelf)
    return life.state_now(version, company.shelf.versions(), now)


def test_new_history_is_proposed_and_nothing_changes_by_itself(running: Company):
    (proposed,) = look(running)
    assert (proposed.version, proposed.starts_on) == (2, date(2026, 7, 1))
    assert proposed.proposed is not None
    assert proposed.proposed.by == "smarketing"
    assert (state(running, 1), state(running, 2)) == (State.IN_FORCE, State.PROPOSED)
    assert running.book.versions[0].frozen.targets == {CELL: 56}


def test_the_difference_says_the_targets_then_and_now(running: Company):
    (proposed,) = look(running)
    before = life.version_of("test", 1, running.shelf)
    told = target_changes(before, proposed, running.history, running.book, MONDAY)
    assert told == (
        "Targets: enterprise decision maker 56 leads → 28 leads a month.",
        "Value of a lead: enterprise decision maker EUR 900.00 → 1,800.00.",
    )


def test_once_it_is_signed_it_holds_from_the_next_month_on(running: Company):
    look(running)
    for party in ("sales", "marketing"):
        life.sign("test", party, f"{party}@example.com", running.shelf, MONDAY)
    running.sign(life.newest("test", running.shelf).text, MONDAY)
    months = running.progress(date(2026, 6, 1), date(2026, 8, 1), "month")
    assert [row.target for row in months] == [56, 28]


def test_it_is_proposed_once_a_month(running: Company):
    assert len(look(running)) == 1
    assert look(running) == ()
    assert look(running, at("2026-06-22 09:00")) == ()


def test_a_proposal_that_nobody_signed_gives_way_in_the_next_month(running: Company):
    look(running)
    (again,) = look(running, at("2026-07-01 09:00"))
    assert (again.version, again.starts_on) == (2, date(2026, 8, 1))


def test_before_the_first_working_day_nothing_is_done(running: Company):
    assert look(running, at("2026-08-02 09:00")) == ()  # the 1st is a Saturday
    assert len(look(running, at("2026-08-03 09:00"))) == 1


def test_the_same_targets_are_not_proposed(running: Company):
    running.take("deals", DEALS + won(5, "2026-04-02"), at("2026-05-21 10:00"))
    company = running
    company.sign(OPEN.replace("2026-01-01", "2026-05-23"), at("2026-05-22 09:00"))
    assert look(company) == ()


def test_what_was_signed_this_month_is_not_looked_at_again(running: Company):
    text = OPEN.replace("2026-01-01", "2026-06-02").replace("reevaluate = true", "")
    text = text.replace("[goal]", "[goal]\nreevaluate = true")
    running.sign(text, at("2026-06-01 08:00"))
    running.take("deals", DEALS + won(20, "2026-05-25"), at("2026-06-02 10:00"))
    assert look(running, at("2026-06-03 09:00")) == ()
    assert len(look(running, at("2026-07-01 09:00"))) == 1


def test_without_the_goals_word_nothing_is_proposed(company: Company):
    company.take("leads", HEAD + rows(50), at("2026-05-01 09:00"))
    company.take("deals", DEALS + won(5), at("2026-05-01 10:00"))
    company.sign(OPEN.replace("reevaluate = true", ""), SIGNED)
    company.take("deals", DEALS + won(10, "2026-05-12"), at("2026-05-20 10:00"))
    assert look(company) == ()


@pytest.mark.parametrize("is_proposed", [False, True], ids=["a draft", "a proposal"])
def test_what_people_are_at_is_left_alone(running: Company, *, is_proposed: bool):
    text = OPEN.replace("2026-01-01", "2026-09-01")
    life.load(text, "a.toml", running.shelf, MONDAY)
    if is_proposed:
        acts.propose("test", SALES, running.shelf, MONDAY)
    assert look(running) == ()
    assert life.newest("test", running.shelf).text == text


class NoRoom:
    """A shelf that takes no version of the agreement "other"."""

    def __init__(self, shelf: ShelfAndDiary) -> None:
        self._shelf = shelf

    def __getattr__(self, name: str) -> Any:
        return getattr(self._shelf, name)

    def add(self, name: str, *told: Any, **more: Any) -> Version:
        if name == "other":
            raise ConflictError("it has no room")
        return self._shelf.add(name, *told, **more)


def test_one_that_cannot_be_amended_says_so_and_keeps_no_other_from_it(running: Company):
    running.sign(OPEN.replace('name = "test"', 'name = "other"'), at("2026-05-21 09:00"))
    running.take("deals", DEALS + won(20, "2026-05-25"), at("2026-05-28 10:00"))
    shelf: Any = NoRoom(running.shelf)
    found = reevaluate(shelf, running.history, running.book, MONDAY)
    assert [version.name for version in found.proposed] == ["test"]
    assert found.troubles == ("other: it has no room",)


def test_a_comment_that_names_a_day_stays_and_months_that_are_over_go(running: Company):
    text = OPEN.replace("[term]", "# starts_on = 2019-01-01\n[term]").replace(
        "reevaluate = true", "reevaluate = true\nmonths = { 2026-05 = 90000 }"
    )
    running.sign(text.replace('name = "test"', 'name = "other"'), at("2026-05-21 09:00"))
    running.take("deals", DEALS + won(20, "2026-05-25"), at("2026-05-28 10:00"))
    other = next(one for one in look(running) if one.name == "other")
    assert other.starts_on == date(2026, 7, 1)
    assert "# starts_on = 2019-01-01\n" in other.text
    assert "2026-05" not in other.text
