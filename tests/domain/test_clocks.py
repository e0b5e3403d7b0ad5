from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction

import numpy as np
import pytest

from smarketing.domain.calendar import seconds
from smarketing.domain.calendar_spec import calendar_from
from smarketing.domain.clocks import NEVER, ClockState, run_clocks

OFFICE = calendar_from(
    {
        "timezone": "UTC",
        "hours": {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
    }
)
ALLOWED = 4 * 3600
NOTHING_KNOWN = -(2**62)


def at(text: str) -> int:
    return seconds(datetime.fromisoformat(f"2026-04-{text}").replace(tzinfo=UTC))


def one(acted: int = NEVER, voided: int = NEVER, judged: int = NOTHING_KNOWN):
    """A clock started on Monday 27 April 2026 at 15:00, due on Tuesday at 11:00."""
    return run_clocks(
        np.array([at("27 15:00")]),
        np.array([ALLOWED]),
        OFFICE,
        stopping=np.array([acted]),
        voiding=np.array([voided]),
        judged=np.array([judged]),
        warn_after=Fraction(1, 2),
    )


@pytest.mark.parametrize(
    ("acted", "voided", "judged", "state", "breached"),
    [
        pytest.param(at("27 16:00"), NEVER, NOTHING_KNOWN, "MET", False, id="in time"),
        pytest.param(at("28 11:00"), NEVER, at("30 09:00"), "MET", False, id="at the due time"),
        pytest.param(at("28 11:01"), NEVER, NOTHING_KNOWN, "MET_LATE", True, id="a minute late"),
        pytest.param(at("27 09:00"), NEVER, NOTHING_KNOWN, "MET", False, id="before the hand-off"),
        pytest.param(NEVER, NEVER, at("28 11:00"), "RUNNING", False, id="known up to the due time"),
        pytest.param(NEVER, NEVER, at("28 11:01"), "RUNNING", True, id="past due and known"),
        pytest.param(NEVER, NEVER, NOTHING_KNOWN, "RUNNING", False, id="nobody tells of such acts"),
        pytest.param(NEVER, at("28 10:00"), at("30 09:00"), "VOID", False, id="voided in time"),
        pytest.param(NEVER, at("28 12:00"), at("30 09:00"), "NEVER_MET", True, id="voided late"),
        pytest.param(at("28 12:00"), at("28 10:00"), NEVER, "VOID", False, id="act after the void"),
    ],
)
def test_a_clock_stands_where_its_events_put_it(acted, voided, judged, state, breached):
    clock = one(acted, voided, judged)
    assert ClockState(int(clock.state[0])) is ClockState[state]
    assert (int(clock.breached[0]) == at("28 11:00")) is breached


def test_lateness_is_counted_in_working_and_in_wall_time():
    clock = one(acted=at("29 09:30"))
    assert int(clock.used_s[0]) == (2 + 8) * 3600 + 1800
    assert int(clock.wall_s[0]) == at("29 09:30") - at("27 15:00")


def test_a_clock_is_at_risk_when_part_of_the_allowance_is_used_up():
    assert int(one().at_risk[0]) == at("27 17:00")


def test_an_act_that_we_learn_of_late_is_judged_by_when_it_happened():
    before, after = one(judged=at("29 09:00")), one(acted=at("28 10:00"), judged=at("29 09:00"))
    assert int(before.breached[0]) == at("28 11:00")
    assert ClockState(int(after.state[0])) is ClockState.MET
    assert int(after.breached[0]) == NEVER
