from __future__ import annotations

from datetime import UTC, datetime

import pytest

from smarketing.domain.slots import Weekly
from smarketing.services.people.account import set_report
from smarketing.services.people.entry import EntryError
from smarketing.services.people.people import Role, add_person, person_named
from smarketing.services.people.preferences import (
    Preferences,
    next_report,
    preferences_from,
)
from smarketing.store.people import People
from tests.store.door import NOW, PASSWORDS, with_rita

FORM = {"weekday": "friday", "at": "16:30", "timezone": "America/New_York", "locale": "de"}
FRIDAY = Preferences("friday", 16 * 60 + 30, "America/New_York", "de")


def test_who_said_nothing_gets_the_report_on_monday_at_eight_in_the_zone_of_the_agreement():
    assert Preferences().weekly("Europe/Riga") == Weekly("monday", 480, "Europe/Riga")
    assert Preferences().written == "en-GB"


def test_what_is_entered_is_read():
    assert preferences_from(FORM) == (FRIDAY, {})
    assert preferences_from(FRIDAY.form) == (FRIDAY, {})
    assert preferences_from({**FORM, "skip_quiet": "1"})[0].skip_quiet


def test_without_a_day_the_report_never_comes_by_mail():
    wanted, problems = preferences_from({**FORM, "weekday": ""})
    assert (wanted.by_mail, wanted.weekly("UTC"), problems) == (False, None, {})
    assert next_report(wanted, "UTC", NOW) is None


def test_the_own_zone_goes_before_that_of_the_agreement():
    assert next_report(FRIDAY, "UTC", NOW) == datetime(2026, 11, 20, 21, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("weekday", "0", "Choose a day by its name: monday, "),
        ("weekday", "mon", "Choose a day by its name: monday, "),
        ("at", "24:00", "Enter a time of the day"),
        ("at", "", "Enter a time of the day"),
        ("at", "8", "Enter a time of the day"),
        ("timezone", "CET+1", "Choose a zone of the list"),
        ("timezone", "Berlin", "Choose a zone of the list"),
        ("timezone", "../../etc/passwd", "Choose a zone of the list"),
        ("locale", "tlh", "Choose one of en-GB"),
    ],
)
def test_what_cannot_be_used_is_said_field_by_field(field: str, value: str, sentence: str):
    _, problems = preferences_from({**FORM, field: value})
    assert list(problems) == [field]
    assert problems[field].startswith(sentence)


def test_preferences_are_kept(engine):
    store = with_rita(engine)
    rita = person_named(store, "rita@example.com")
    assert rita.preferences == Preferences()
    assert set_report(store, rita, FORM, NOW) == FRIDAY
    assert person_named(store, "rita@example.com").preferences == FRIDAY


def test_what_is_refused_changes_nothing(engine):
    store = with_rita(engine)
    rita = person_named(store, "rita@example.com")
    with pytest.raises(EntryError):
        set_report(store, rita, {**FORM, "at": "noon"}, NOW)
    assert person_named(store, "rita@example.com").preferences == Preferences()


def test_somebody_new_may_bring_preferences_along(engine):
    store = People(engine)
    add_person(
        store, PASSWORDS, email="nora@example.com", name="Nora", role=Role.REP, now=NOW,
        preferences=FRIDAY,
    )  # fmt: skip
    assert person_named(store, "nora@example.com").preferences == FRIDAY
