from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smarketing.domain.calendar import (
    Calendar,
    due_at,
    due_s,
    intervals,
    seconds,
    without_leave,
    working_days,
    working_s,
    working_time_between,
)
from smarketing.domain.calendar_spec import CalendarSpecError, calendar_from
from smarketing.domain.errors import NeverOpenError

CASES = json.loads((Path(__file__).parents[1] / "data/vectors/calendar.json").read_text())
OFFICE = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
BERLIN = calendar_from({"timezone": "Europe/Berlin", "hours": OFFICE})
ODD = [
    BERLIN,
    calendar_from(
        {"timezone": "America/Sao_Paulo", "hours": {"sun": [["00:00", "24:00"]]} | OFFICE}
    ),
    calendar_from(
        {"timezone": "Asia/Tehran", "hours": {"sat": [["00:00", "03:00"], ["22:00", "24:00"]]}}
    ),
    calendar_from(
        {
            "timezone": "Australia/Lord_Howe",
            "hours": {"sun": [["01:45", "02:15"]], "mon": [["08:00", "12:00"], ["13:00", "17:30"]]},
        }
    ),
]


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_a_case_of_an_independent_implementation_comes_out_alike(case):
    calendar = calendar_from(case["calendar"])
    pauses = tuple((_s(a), _s(b)) for a, b in case.get("pauses", ()))
    start = datetime.fromisoformat(case["start"])
    if case["op"] == "add":
        found = due_at(start, timedelta(seconds=case["seconds"]), calendar, pauses)
        off = abs(found - datetime.fromisoformat(case["expected"])).total_seconds()
    else:
        end = datetime.fromisoformat(case["end"])
        worked = working_time_between(start, end, calendar, pauses)
        off = abs(worked.total_seconds() - case["expected_seconds"])
    assert off <= case.get("tolerance_seconds", 0)


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        pytest.param("2026-04-27 16:00", 2, "2026-04-28 10:00", id="over the night"),
        pytest.param("2026-04-27 15:00", 2, "2026-04-27 17:00", id="due at closing"),
        pytest.param("2026-04-25 16:00", 1, "2026-04-27 10:00", id="from a Saturday"),
        pytest.param("2026-03-27 16:00", 9, "2026-03-30 17:00", id="over the change of the clocks"),
        pytest.param("2026-04-27 10:00", 0, "2026-04-27 10:00", id="no allowance, while open"),
        pytest.param("2026-04-27 17:00", 0, "2026-04-28 09:00", id="no allowance, at closing"),
        pytest.param("2026-04-25 12:00", 0, "2026-04-27 09:00", id="no allowance, while closed"),
    ],
)
def test_an_answer_is_due_in_working_time(start, hours, due):
    assert due_at(_berlin(start), timedelta(hours=hours), BERLIN) == _berlin(due)


def test_a_day_has_the_hours_that_it_has_when_the_clocks_change():
    always = calendar_from({"timezone": "Europe/Berlin", "hours": {"sun": [["00:00", "24:00"]]}})
    spring, autumn = _berlin("2026-03-29 00:00"), _berlin("2026-10-25 00:00")
    assert working_time_between(spring, spring + timedelta(days=2), always) == timedelta(hours=23)
    assert working_time_between(autumn, autumn + timedelta(days=2), always) == timedelta(hours=25)


def test_a_date_that_the_zone_skipped_has_no_working_time():
    apia = calendar_from(
        {
            "timezone": "Pacific/Apia",
            "hours": {
                "thu": [["09:00", "17:00"]],
                "fri": [["09:00", "17:00"]],
                "sat": [["09:00", "10:00"]],
            },
        }
    )
    start = datetime(2011, 12, 29, 0, tzinfo=UTC)
    assert working_days(date(2011, 12, 29), date(2012, 1, 1), apia) == (
        date(2011, 12, 29),
        date(2011, 12, 31),
    )
    assert working_time_between(start, start + timedelta(days=4), apia) == timedelta(hours=9)


def test_a_holiday_wins_over_the_hours_of_its_date_and_breaks_are_cut_out():
    calendar = calendar_from(
        {
            "timezone": "UTC",
            "hours": OFFICE,
            "holidays": ["2026-05-01"],
            "date_hours": {"2026-05-01": [["08:00", "20:00"]], "2026-05-04": [["08:00", "12:00"]]},
            "breaks": {"2026-05-04": [["09:00", "10:00"]]},
        }
    )
    friday = datetime(2026, 5, 1, tzinfo=UTC)
    assert working_time_between(friday, friday + timedelta(days=4), calendar) == timedelta(hours=3)


def test_a_reversed_range_is_no_time():
    start = _berlin("2026-04-27 16:00")
    assert working_time_between(start, start - timedelta(days=3), BERLIN) == timedelta(0)


@pytest.mark.parametrize(
    "spec",
    [
        pytest.param({"timezone": "UTC", "hours": {}}, id="never open"),
        pytest.param(
            {"timezone": "UTC", "date_hours": {"2020-01-01": [["09:00", "17:00"]]}},
            id="open once, long ago",
        ),
    ],
)
def test_without_working_time_nothing_is_ever_due(spec):
    with pytest.raises(NeverOpenError):
        due_at(_berlin("2026-04-27 16:00"), timedelta(hours=1), calendar_from(spec))


def test_without_working_time_none_passes():
    closed = Calendar("UTC", {})
    start = _berlin("2026-04-27 16:00")
    assert working_time_between(start, start + timedelta(days=9), closed) == timedelta(0)


@pytest.mark.parametrize(
    ("spec", "key"),
    [
        pytest.param({"hours": OFFICE}, "timezone", id="no zone"),
        pytest.param({"timezone": "Berlin"}, "timezone", id="unknown zone"),
        pytest.param({"timezone": "UTC", "hours": {"monday": []}}, "hours.monday", id="weekday"),
        pytest.param({"timezone": "UTC", "hours": {"mon": [["9", "17"]]}}, "hours.mon", id="time"),
        pytest.param(
            {"timezone": "UTC", "hours": {"mon": [["22:00", "06:00"]]}}, "hours.mon", id="reversed"
        ),
        pytest.param({"timezone": "UTC", "holidays": ["1.5.26"]}, "holidays", id="date"),
        pytest.param({"timezone": "UTC", "hour": {}}, "hour", id="unknown key"),
    ],
)
def test_a_calendar_that_cannot_be_read_is_named_by_its_key(spec, key):
    with pytest.raises(CalendarSpecError) as caught:
        calendar_from(spec)
    assert caught.value.key == key


_INSTANTS = st.integers(
    seconds(datetime(2015, 1, 1, tzinfo=UTC)), seconds(datetime(2030, 1, 1, tzinfo=UTC))
)
_CALENDARS = st.sampled_from(ODD)


@given(_CALENDARS, _INSTANTS, _INSTANTS, _INSTANTS)
def test_working_time_adds_up(calendar, a, b, c):
    a, b, c = sorted((a, b, c))
    ab, bc, ac = (
        int(working_s(np.array([x]), np.array([y]), calendar)[0])
        for x, y in ((a, b), (b, c), (a, c))
    )
    assert ab + bc == ac


@given(_CALENDARS, _INSTANTS, st.integers(1, 400_000))
def test_just_the_allowance_passes_until_the_due_time(calendar, start, allowance):
    started = np.array([start])
    due = due_s(started, allowance, calendar)
    assert int(working_s(started, due, calendar)[0]) == allowance
    assert int(working_s(started, due - 1, calendar)[0]) == allowance - 1


@given(_CALENDARS, _INSTANTS, st.integers(0, 30 * 86_400))
def test_the_intervals_that_are_shown_are_the_time_that_is_counted(calendar, start, span):
    shown = intervals(start, start + span, calendar)
    counted = int(working_s(np.array([start]), np.array([start + span]), calendar)[0])
    assert sum(end - begin for begin, end in shown) == counted


@given(_CALENDARS, st.lists(_INSTANTS, min_size=1, max_size=20), st.integers(0, 100_000))
def test_many_instants_come_out_as_each_alone(calendar, starts, allowance):
    together = due_s(np.array(starts), allowance, calendar)
    alone = [int(due_s(np.array([start]), allowance, calendar)[0]) for start in starts]
    assert together.tolist() == alone


def _s(text: str) -> int:
    return seconds(datetime.fromisoformat(text))


def _berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Berlin"))


def leave(first: date, days: int) -> frozenset[date]:
    return frozenset(first + timedelta(days=n) for n in range(days))


def test_leave_wins_over_the_hours_of_a_date():
    spec = {
        "timezone": "Europe/Berlin",
        "hours": OFFICE,
        "date_hours": {"2026-12-24": [["09:00", "12:00"]]},
    }
    team = calendar_from(spec)
    theirs = without_leave(team, leave(date(2026, 12, 24), 1))
    start = datetime(2026, 12, 23, 15, tzinfo=UTC)
    assert due_at(start, timedelta(hours=2), team) == datetime(2026, 12, 24, 9, tzinfo=UTC)
    assert due_at(start, timedelta(hours=2), theirs) == datetime(2026, 12, 25, 9, tzinfo=UTC)


def test_leave_over_a_change_of_the_clocks_takes_out_whole_local_days():
    # The clocks go back on Sunday, 25 October: the day has 25 hours, and all of them are free.
    team = calendar_from({"timezone": "Europe/Berlin", "hours": {"sun": [["00:00", "24:00"]]}})
    start, end = (datetime(2026, 10, day, tzinfo=UTC) for day in (17, 27))
    assert working_time_between(start, end, team) == timedelta(hours=24 + 25)
    theirs = without_leave(team, leave(date(2026, 10, 23), 3))
    assert working_time_between(start, end, theirs) == timedelta(hours=24)


def test_leave_is_of_the_local_dates_of_a_zone_west_of_utc():
    team = calendar_from(
        {"timezone": "America/Los_Angeles", "hours": {"thu": [["16:00", "20:00"]]}}
    )
    # From 18:00 in Los Angeles on Thursday, 26 November: Friday, 02:00 of UTC.
    start = datetime(2026, 11, 27, 2, tzinfo=UTC)
    by_utc, local = (without_leave(team, leave(date(2026, 11, day), 1)) for day in (27, 26))
    hour = timedelta(hours=1)
    assert due_at(start, hour, by_utc) == due_at(start, hour, team) == start + hour
    assert due_at(start, hour, local) == datetime(2026, 12, 4, 1, tzinfo=UTC)


def test_the_calendar_of_the_same_leave_is_built_once():
    away = leave(date(2026, 11, 23), 5)
    assert without_leave(BERLIN, away) is without_leave(BERLIN, frozenset(away))
    assert without_leave(BERLIN, frozenset()) is BERLIN
