"""What the issue names as bad input of an agreement: each refused with its key and its mend."""

from __future__ import annotations

from pathlib import Path

import pytest

from smarketing.domain.errors import AgreementError
from smarketing.services.agreements.file import parse_agreement
from smarketing.services.agreements.warnings import warnings_of

EXAMPLE = (Path(__file__).parents[3] / "config" / "agreements" / "example.toml").read_text(
    encoding="utf-8"
)
OFFICE = 'hours = { mon-fri = [["09:00", "17:00"]] }'
COMMITMENT = "[commitments.first_attempt]"


@pytest.mark.parametrize(
    ("old", "new", "key", "said"),
    [
        pytest.param(
            'to = "marketing"\ncalendar = "office"\npromised_rate = "90 %"',
            'to = "marketing"\npromised_rate = "90 %"',
            "commitments.acknowledge.calendar",
            'is missing. Add calendar = "office"',
            id="a commitment without a calendar",
        ),
        pytest.param(
            'to = "marketing"\ncalendar = "office"\npromised_rate = "90 %"',
            'to = "marketing"\ncalendar = "desk"\npromised_rate = "90 %"',
            "commitments.acknowledge.calendar",
            "'desk' is not defined here. Known are office",
            id="a calendar that is not there",
        ),
        pytest.param(
            '"employees BETWEEN 100 AND 999"',
            '"employees > 5 AND employees < 3"',
            "segments[2].when",
            "midmarket never matches: no lead can meet it",
            id="a segment that never matches",
        ),
        pytest.param(
            "\"seniority = 'manager'\"",
            "\"seniority = 'vp'\"",
            "tiers[2].when",
            "every lead that meets it meets decision_maker before",
            id="a tier that an earlier one shadows",
        ),
        pytest.param(
            '"employees < 100"',
            '"employees >= 100"',
            "segments[3].when",
            "meets enterprise and midmarket before, which come first",
            id="a segment that two others shadow",
        ),
        pytest.param(
            "# applies_when = \"country = 'DE'\"",
            'applies_when = "1 = 0"',
            "applies_when",
            "it never matches",
            id="an agreement about no lead",
        ),
        pytest.param(
            OFFICE,
            'hours = { mon-fri = [["09:00", "13:00"], ["12:30", "17:00"]] }',
            "calendars.office.hours.mon",
            "has hours that overlap from 12:30 on",
            id="overlapping hours",
        ),
        pytest.param(
            OFFICE,
            f'{OFFICE}\ndate_hours = {{ 2026-05-04 = [["08:00", "12:00"], ["09:00", "10:00"]] }}',
            "calendars.office.date_hours.2026-05-04",
            "overlap from 09:00 on",
            id="overlapping hours of a date",
        ),
        pytest.param(
            OFFICE, "hours = {}", "calendars.office", "has no working time", id="an empty calendar"
        ),
        pytest.param(
            "ends_on = 2028-01-01",
            "ends_on = 2025-01-01",
            "term.ends_on",
            "is not after starts_on",
            id="a period that ends before it starts",
        ),
        pytest.param(
            '"Europe/Berlin" ', '"Europe/Berlon" ', "timezone", "is not a zone", id="a zone"
        ),
        pytest.param(
            OFFICE,
            f'{OFFICE}\ntimezone = "Mars"',
            "calendars.office.timezone",
            "'Mars' is not a zone",
            id="the zone of a calendar",
        ),
        pytest.param(
            OFFICE,
            'hours = { mon-fri = [["17:00", "09:00"]] }',
            "calendars.office.hours.mon",
            "ends before it starts",
            id="hours that end before they start",
        ),
    ],
)
def test_bad_input_is_refused_with_its_key_and_mend(old: str, new: str, key: str, said: str):
    assert old in EXAMPLE, old
    with pytest.raises(AgreementError, match=r"mine\.toml cannot be used") as caught:
        parse_agreement(EXAMPLE.replace(old, new, 1), "mine.toml")
    told = {problem.key: f"{problem.reason}. {problem.mend}" for problem in caught.value.problems}
    assert said in told.get(key, ""), told


def test_hours_that_touch_do_not_overlap():
    parse_agreement(
        EXAMPLE.replace(OFFICE, 'hours = { mon-fri = [["13:00", "17:00"], ["09:00", "13:00"]] }')
    )


def test_the_example_warns_of_nothing():
    assert warnings_of(parse_agreement(EXAMPLE)) == ()


def test_a_promise_that_only_the_portal_tells_of_is_warned_of():
    portal = EXAMPLE.replace('recorded_in = ["source", "portal"]', 'recorded_in = ["portal"]', 1)
    (warning,) = warnings_of(parse_agreement(portal))
    assert warning.startswith("Leads acknowledged is judged only by what people press")


def test_more_than_seven_commitments_are_warned_of():
    five = "".join(
        f'[commitments.fresh{n}]\nmetric = "data_fresh_within"\nby = "marketing"\nto = "sales"\n'
        f'calendar = "office"\npromised_rate = "90 %"\nallowance = "24h"\nsource = "s{n}"\n\n'
        for n in range(5)
    )
    at_most = five.partition("[commitments.fresh4]")[0]
    assert warnings_of(parse_agreement(EXAMPLE.replace(COMMITMENT, at_most + COMMITMENT))) == ()
    (warning,) = warnings_of(parse_agreement(EXAMPLE.replace(COMMITMENT, five + COMMITMENT)))
    assert warning.startswith("It has 8 commitments")
