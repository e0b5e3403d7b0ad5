from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import numpy as np
import pytest

from smarketing.domain.calendar import Calendar, seconds
from smarketing.domain.calendar_spec import calendar_from
from smarketing.domain.clocks import NEVER, run_clocks
from smarketing.domain.ladders import Step, next_step, step_instants, steps_taken
from smarketing.domain.pauses import NO_PAUSES, pauses_of

WEEK = ("mon", "tue", "wed", "thu", "fri")
OFFICE = calendar_from({"timezone": "UTC", "hours": {d: [["09:00", "17:00"]] for d in WEEK}})
ALWAYS = calendar_from(
    {"timezone": "UTC", "hours": {d: [["00:00", "24:00"]] for d in (*WEEK, "sat", "sun")}}
)
BERLIN = calendar_from(
    {
        "timezone": "Europe/Berlin",
        "hours": {d: [["09:00", "17:00"]] for d in (*WEEK, "sat", "sun")},
    }
)
CALENDARS = {"office": OFFICE, "always": ALWAYS, "berlin": BERLIN, "never": Calendar("UTC", {})}
HALF = Step(Fraction(1, 2), timedelta(0), ("holder",), "office")
BREACH = Step(None, timedelta(0), ("holder",), "office")


def at(text: str) -> int:
    return seconds(datetime.fromisoformat(f"2026-{text}").replace(tzinfo=UTC))


def after(hours: int, in_calendar: str = "office") -> Step:
    return Step(None, timedelta(hours=hours), ("holder",), in_calendar)


def share(percent: int, in_calendar: str = "office") -> Step:
    return Step(Fraction(percent, 100), timedelta(0), ("holder",), in_calendar)


def of(
    *ladder: Step, start: str, hours: int = 4, calendar: str = "office", pauses=NO_PAUSES
) -> list[int]:
    """The instants of the steps of one clock."""
    started, allowed = np.array([at(start)]), np.array([hours * 3600])
    clock = run_clocks(
        started, allowed, CALENDARS[calendar],
        stopping=np.array([NEVER]), voiding=np.array([NEVER]), judged=np.array([0]), pauses=pauses,
    )  # fmt: skip
    found = step_instants(
        ladder, started=started, allowance_s=allowed, due=clock.due,
        calendar=CALENDARS[calendar], calendars=CALENDARS, pauses=pauses,
    )  # fmt: skip
    return found[0].tolist()


@pytest.mark.parametrize(
    ("step", "start", "calendar", "expected"),
    [
        pytest.param(share(50), "04-27 09:00", "office", "04-27 11:00", id="half of four hours"),
        pytest.param(share(80), "04-27 16:00", "office", "04-28 11:12", id="over night"),
        pytest.param(BREACH, "04-27 09:00", "office", "04-27 13:00", id="at the due time"),
        pytest.param(after(4), "04-27 10:00", "office", "04-28 10:00", id="four hours after it"),
        pytest.param(
            BREACH, "04-27 13:00", "office", "04-28 09:00", id="due at the close: the next morning"
        ),
        pytest.param(
            share(50, "always"), "04-27 15:00", "office", "04-27 17:00",
            id="at the close, to those who always work",
        ),
        pytest.param(share(50), "04-25 22:00", "always", "04-27 09:00", id="not at midnight"),
        pytest.param(after(1), "04-24 12:00", "always", "04-27 09:00", id="not on Friday at five"),
        pytest.param(
            share(50, "berlin"), "03-28 23:00", "always", "03-29 07:00",
            id="the morning after the clocks went forward",
        ),
        pytest.param(
            share(50, "berlin"), "10-24 23:00", "always", "10-25 08:00",
            id="the morning after the clocks went back",
        ),
    ],
)  # fmt: skip
def test_a_step_is_taken_in_the_hours_of_those_who_are_told(step, start, calendar, expected):
    assert of(step, start=start, calendar=calendar) == [at(expected)]


@pytest.mark.parametrize(
    ("starts", "ends", "expected"),
    [
        ("04-27 10:00", "04-27 11:00", ("04-27 12:00", "04-27 14:00", "04-27 15:00")),
        ("04-27 11:00", "04-27 12:00", ("04-27 12:00", "04-27 14:00", "04-27 15:00")),
        ("04-27 13:30", "04-28 11:00", ("04-27 11:00", "04-27 13:00", "04-28 11:30")),
        ("04-27 13:00", "04-28 10:00", ("04-27 11:00", "04-28 10:00", "04-28 11:00")),
        ("04-28 09:00", "04-30 12:00", ("04-27 11:00", "04-27 13:00", "04-27 14:00")),
    ],
    ids=["before it", "at it", "after the due time", "from the due time on", "after the last step"],
)
def test_a_pause_moves_a_step_like_the_due_time(starts, ends, expected):
    paused = pauses_of([(0, at(starts), at(ends))])
    found = of(HALF, BREACH, after(1), start="04-27 09:00", pauses=paused)
    assert found == [at(text) for text in expected]


def test_a_step_that_waits_for_the_morning_waits_for_the_end_of_a_pause_too():
    paused = pauses_of([(0, at("04-28 08:00"), at("04-28 10:00"))])
    assert of(share(50), start="04-27 16:00", calendar="always", pauses=paused) == [
        at("04-28 10:00")
    ]


def test_of_people_without_hours_nobody_is_told():
    assert of(Step(None, timedelta(0), ("team",), "never"), BREACH, start="04-27 09:00") == [
        NEVER, at("04-27 13:00"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("ended", "breached", "taken"),
    [
        (NEVER, "04-27 13:00", [True, True, True]),
        (NEVER, None, [True, False, False]),
        ("04-27 11:00", None, [False, False, False]),
        ("04-27 11:01", None, [True, False, False]),
        ("04-27 13:30", "04-27 13:00", [True, True, False]),
    ],
    ids=["runs", "nobody knows", "stopped at the step", "just after it", "stopped late"],
)
def test_a_step_is_taken_of_a_clock_that_runs_and_past_the_due_time_of_one_that_ran_out(
    ended, breached, taken
):
    ladder = (HALF, BREACH, after(1))
    instants = np.array([of(*ladder, start="04-27 09:00")])
    found = steps_taken(
        instants, ladder,
        ended=np.array([at(ended) if isinstance(ended, str) else ended]),
        breached=np.array([at(breached) if breached else NEVER]),
    )  # fmt: skip
    assert found[0].tolist() == taken


def test_the_next_step_is_the_first_at_the_floor_or_later():
    instants = np.array([[10, 40, 20]] * 4)
    floors = np.array([10, 11, 40, 41])
    assert next_step(instants, floors).tolist() == [10, 20, 40, NEVER]
