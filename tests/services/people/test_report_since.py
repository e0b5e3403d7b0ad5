"""When somebody began to get the weekly report: what was due before is not theirs."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from smarketing.services.people.account import set_report, stop_report
from smarketing.services.people.people import (
    Role,
    add_person,
    disable_person,
    enable_person,
    person_named,
    report_begins,
)
from smarketing.store.people import People
from tests.store.door import NOW, PASSWORDS

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from smarketing.services.people.people import Person

LATER = NOW + timedelta(days=30)


@pytest.fixture
def people(engine: Engine) -> People:
    """Mona gets the report for Sales."""
    store = People(engine)
    add_person(
        store, PASSWORDS, email="mona@example.com", name="Mona", role=Role.MAIL_ONLY, now=NOW,
        audience="sales",
    )  # fmt: skip
    return store


def mona(people: People) -> Person:
    return person_named(people, "mona@example.com")


def test_reports_begin_when_somebody_is_added(people: People):
    assert mona(people).report_since == NOW


def test_another_day_does_not_begin_them_anew(people: People):
    set_report(people, mona(people), {"weekday": "friday", "at": "08:00"}, LATER)
    assert mona(people).report_since == NOW


def test_they_begin_anew_with_a_day_after_none(people: People):
    stop_report(people, mona(people), NOW)
    assert mona(people).report_since == NOW
    set_report(people, mona(people), {"weekday": "monday", "at": "08:00"}, LATER)
    assert mona(people).report_since == LATER


def test_they_begin_anew_for_who_comes_back(people: People):
    disable_person(people, "mona@example.com")
    enable_person(people, "mona@example.com", LATER)
    assert mona(people).report_since == LATER


def test_they_begin_with_the_first_audience_and_not_with_another_one(people: People):
    reader = mona(people)
    nobody = replace(reader, audience="")
    assert report_begins(nobody, reader, LATER) == {"report_since": int(LATER.timestamp())}
    assert report_begins(reader, replace(reader, audience="both"), LATER) == {}
    assert report_begins(reader, nobody, LATER) == {}
