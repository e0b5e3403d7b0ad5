from __future__ import annotations

import re

import pytest


def text_of(office, query: str = "", name: str = "Sally") -> str:
    return " ".join(office.client(name).get(f"/capacity{query}").text.split())


def test_what_nobody_knows_is_asked_for_first(office):
    assert (
        'class="headline"><strong>No number of attempts is promised and none is recorded'
        in text_of(office)
    )


def test_numbers_can_be_tried_and_say_that_they_are_typed(office):
    page = text_of(office, "?reps=31&minutes_an_attempt=20")
    assert re.search(r">31</td> <td [^>]*>Typed in<", page)
    assert re.search(r">20 minutes</td> <td [^>]*>Typed in<", page)
    assert "As it is" in page
    assert "As it is" not in text_of(office)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("?reps=none", "Enter a whole number from 1 to 100,000."),
        ("?time_for_leads=0", "Enter per cent above 0 and up to 100, with"),
        ("?most.small.manager=-1", "Enter a whole number from 1 to 10,000,000."),
    ],
)
def test_a_number_that_cannot_be_tried_is_told_at_its_field(office, query: str, said: str):
    page = text_of(office, query)
    assert said in page
    assert 'aria-invalid="true"' in page


def test_a_cell_without_history_asks_for_the_most_there_is(office):
    assert 'name="most.enterprise.decision_maker"' in text_of(office)


def test_an_agreement_that_is_not_there_is_not_found(office):
    assert office.client("Sally").get("/capacity?agreement=none").status_code == 404


def test_before_any_agreement_the_page_says_what_it_will_do(office):
    office.now = office.now.replace(year=2020)
    assert "No agreement is in force." in text_of(office)


@pytest.mark.parametrize("name", ["Mark", "Sally", "Ada"])
def test_those_who_promise_see_it(office, name: str):
    assert "What attempts and hours bring" in text_of(office, name=name)


@pytest.mark.parametrize("name", ["Hetty", "Sue"])
def test_reps_and_suppliers_do_not(office, name: str):
    assert office.client(name).get("/capacity").status_code == 403
