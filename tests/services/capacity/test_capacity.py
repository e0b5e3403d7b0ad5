from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest

from smarketing.domain.agreement import CapacityTerms
from smarketing.domain.errors import NotFoundError
from smarketing.services.capacity.inputs import Origin
from smarketing.services.capacity.page import Typed
from smarketing.services.capacity.words import headline, speed_sentence
from tests.services.able import BIG, NOW, SIX, Recorded, asked, row

QUARTER = ((1, 1, 250), (2, 1, 188), (3, 1, 140), (4, 1, 106), (5, 1, 79), (6, 1, 59), (6, 0, 178))
"""A thousand leads: at every attempt a quarter of those who are left are reached."""


def typed(**terms: int | Fraction) -> Typed:
    return Typed(CapacityTerms(**terms))  # type: ignore[arg-type]


def test_too_few_people_are_said_with_what_would_be_enough():
    # 60 h of 60 min / (8 min x 6) = 75 leads a rep; 20 leads a day on 22 days.
    found = asked().capacity
    assert found.depth is not None
    assert (found.depth.each, found.depth.workable, found.depth.expected) == (75, 300, 440)
    assert headline(found) == (
        "These 4 people can work 300 leads in June; 440 are expected: 2 more reps, or 4 attempts "
        "instead of 6."
    )
    assert found.depth.load == Fraction(440 * 48, 4 * 3600)


def test_attempts_stop_at_the_first_contact():
    found = asked(records=Recorded(tried=QUARTER)).capacity
    assert float(found.attempts) == pytest.approx(3.29, abs=0.01)  # (1 - 0.75^6) / 0.25, B2
    assert found.depth is not None
    assert found.depth.each == 136
    # 4 x 136.86: what one has left of a lead adds up.
    assert headline(found).startswith("These 4 people can work 547 leads in June; 440 are expected")


def test_where_no_number_of_attempts_would_be_kept_only_people_help():
    found = asked(records=Recorded({BIG: 300})).capacity
    assert headline(found).endswith("6,600 are expected: 84 more reps.")


def test_one_rep_is_enough_for_little_and_the_promise_can_be_kept():
    found = asked(SIX.replace("reps = 4", "reps = 1"), Recorded({BIG: 1})).capacity
    assert headline(found) == (
        "This 1 person can work 75 leads in June; 22 are expected: the promise can be kept."
    )


def test_a_slow_queue_is_told_with_the_allowance_that_would_be_kept():
    text = SIX.replace('promised_rate = "85 %"\nallowance = "8h"', 'promised_rate = "85 %"\n'
                       'allowance = "5m"')  # fmt: skip
    found = asked(text, Recorded({BIG: 13})).capacity
    (speed,) = found.speeds
    assert not speed.feasibility.is_enough
    assert speed.feasibility.now is not None
    # 13 x 6 attempts in 8 h, each 8 min / (60 h / 176 h): load 13 x 6 x 23.47 / 480 of 4.
    assert speed.feasibility.now.load == pytest.approx(13 * 6 * 8 * 176 / 60 / 480)
    said = headline(found)
    assert "which is enough, but" in said
    assert "are promised: 3 more reps, or an allowance of" in said
    kept = speed.feasibility.allowance
    assert kept is not None
    assert kept > 5


def test_each_allowance_is_looked_at_by_itself():
    more = '\n[[commitments.first_attempt.terms]]\nsegment = "small"\nallowance = "4h"\n\n[goal]'
    cells = {BIG: 3, ("small", "other"): 1}
    found = asked(SIX.replace("\n[goal]", more), Recorded(cells)).capacity
    assert [(one.allowance, one.a_day) for one in found.speeds] == [
        (timedelta(hours=4), 1), (timedelta(hours=8), 3),
    ]  # fmt: skip
    assert speed_sentence(found.speeds[0]).endswith("come within 4 hours, 85 % are promised.")


def test_a_promise_of_every_first_attempt_is_refused_and_depth_is_still_said():
    found = asked(SIX.replace('"85 %"', '"100 %"')).capacity
    assert found.depth is not None
    assert found.missing == (
        (
            "No number of people answers 100% of the leads in time; promise a share above 0 % and "
            "below 100 %."
        ),
    )


def test_numbers_say_where_they_come_from_and_what_is_typed_wins():
    told = asked(typed=typed(reps=7, minutes=10)).capacity.inputs
    assert [(one.words, one.origin) for one in told.known] == [
        ("7", Origin.TYPED), ("120 h", Origin.AGREEMENT), ("50 %", Origin.AGREEMENT),
        ("10 minutes", Origin.TYPED),
    ]  # fmt: skip


def test_reps_are_counted_without_those_who_are_away():
    away = {"id": 1, "person_id": 2, "name": "P 2", "email": "p2@example.com",
            "starts_on": date(2026, 6, 1), "ends_on": date(2026, 7, 1), "note": "", "told_by": "",
            "told_at": NOW}  # fmt: skip
    people = [row(1), row(2), row(3, active=0), row(4, "sales_manager")]
    text = SIX.replace("reps = 4\n", "").replace("hours_a_month = 120\n", "")
    inputs = asked(text, Recorded(people=people, leave=[away])).capacity.inputs
    assert inputs.reps is not None
    assert (inputs.reps.value, inputs.reps.origin) == (1, Origin.COUNTED)
    assert inputs.reps.note == "1 more on leave today"
    assert inputs.hours is not None
    assert (inputs.hours.words, inputs.hours.origin) == ("176 h", Origin.CALENDAR)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("reps = 4\n", "", "No rep is at work: add people with the role rep"),
        ('time_for_leads = "50 %"\n', "", "Nobody said how much of their time is for leads"),
        ("minutes_an_attempt = 8\n", "", "Nobody said how long an attempt takes"),
        ('{ mon-fri = [["09:00", "17:00"]] }',
         '{ }\ndate_hours = { "2026-07-01" = [["09:00", "17:00"]] }',
         "The calendar has no working time in 2026-06"),
    ],
    ids=["reps", "time", "minutes", "calendar"],
)  # fmt: skip
def test_what_nobody_knows_is_asked_for(old: str, new: str, said: str):
    assert old in SIX
    found = asked(SIX.replace(old, new)).capacity
    assert found.depth is None
    assert found.speeds == ()
    assert headline(found).startswith(said)


def test_without_attempts_promised_or_recorded_they_are_asked_for():
    bare = SIX.replace("[commitments.attempts]", "[commitments.decision]").replace(
        'metric = "attempts_made"', 'metric = "disposition_within"'
    ).replace("attempts = 6\n", "")  # fmt: skip
    assert headline(asked(bare).capacity).startswith(
        "No number of attempts is promised and none is recorded"
    )
    found = asked(bare, Recorded(tried=QUARTER)).capacity
    assert found.depth is not None
    assert found.cells[0].promised is None


def test_before_the_first_lead_the_targets_are_reckoned_with():
    found = asked(records=Recorded({})).capacity
    assert found.flow.origin is Origin.AGREEMENT
    assert headline(found) == (
        "These 4 people can work 300 leads in June; 21 are promised: the promise can be kept."
    )


def test_people_without_time_for_a_single_lead_are_told_so_at_once():
    # Nothing to reckon a queue with: it would take as many people as there are leads, and more.
    found = asked(typed=typed(time_for_leads=Fraction(1, 10**9), minutes=480)).capacity
    assert found.speeds == ()
    assert headline(found) == (
        "A rep has not the time for one lead a month; enter more hours, a larger share of them, or "
        "fewer attempts."
    )


def test_an_agreement_that_does_not_hold_is_not_found():
    with pytest.raises(NotFoundError, match="no agreement is in force on 2026-06-15"):
        asked(SIX.replace("2026-01-01", "2026-07-01"))
