from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smarketing.domain.calendar import due_s, working_s
from smarketing.domain.calendar_spec import calendar_from
from smarketing.domain.clocks import NEVER, run_clocks
from smarketing.domain.pauses import pauses_of

HOUR = 3600
MONDAY = 1_764_547_200  # 2025-12-01 00:00 UTC, a Monday
OFFICES = [
    calendar_from({"timezone": zone, "hours": dict.fromkeys(("mon", "tue", "wed", "fri"), hours)})
    for zone, hours in (
        ("UTC", [["09:00", "17:00"]]),
        ("America/Sao_Paulo", [["08:00", "12:00"], ["13:00", "18:00"]]),
        ("Australia/Lord_Howe", [["00:00", "24:00"]]),
    )
]
INSTANTS = st.integers(MONDAY - 400 * 86_400, MONDAY + 400 * 86_400)
SPANS = st.lists(
    st.tuples(INSTANTS, st.integers(1, 9 * 86_400)).map(lambda s: (s[0], s[0] + s[1])), max_size=4
)


def at(day: int, hour: float) -> int:
    return MONDAY + day * 86_400 + int(hour * HOUR)


@pytest.mark.parametrize(
    ("pauses", "due"),
    [
        pytest.param([], at(0, 14), id="none"),
        pytest.param([(at(0, 11), at(0, 12))], at(0, 15), id="an hour"),
        pytest.param([(at(0, 11), at(0, 12)), (at(0, 11.5), at(0, 13))], at(0, 16), id="overlap"),
        pytest.param([(at(0, 11), at(1, 9))], at(1, 12), id="to the next morning"),
        pytest.param([(at(0, 8), at(0, 11))], at(0, 15), id="begun before the hand-off"),
        pytest.param([(at(0, 14), at(0, 16))], at(0, 14), id="from the due time on"),
        pytest.param([(at(-1, 10), at(0, 8))], at(0, 14), id="over before the hand-off"),
        pytest.param([(at(0, 18), at(0, 23))], at(0, 14), id="out of hours"),
    ],
)
def test_a_clock_stands_while_it_is_paused(pauses, due):
    started = np.array([at(0, 10)])
    before = due_s(started, 4 * HOUR, OFFICES[0])
    told = pauses_of((0, *span) for span in pauses)
    assert int(told.due(before, started, OFFICES[0])[0]) == due


@pytest.mark.parametrize("office", OFFICES, ids=["UTC", "Sao Paulo", "Lord Howe"])
@given(started=INSTANTS, allowance=st.integers(1, 80 * HOUR), spans=SPANS)
def test_each_lead_has_its_own_pauses_as_if_it_were_alone(office, started, allowance, spans):
    starts = np.array([started, started])
    told = pauses_of((1, *span) for span in spans)
    due = told.due(due_s(starts, allowance, office), starts, office)
    assert int(due[0]) == int(due_s(starts[:1], allowance, office)[0])
    assert int(due[1]) == int(due_s(starts[:1], allowance, office, tuple(spans))[0])
    end = starts + 40 * 86_400
    alone = int(working_s(starts[:1], end[:1], office, tuple(spans))[0])
    whole = int(working_s(starts[:1], end[:1], office)[0])
    assert told.worked(starts, end, office).tolist() == [0, whole - alone]


def test_used_time_and_the_warning_leave_the_pause_out():
    clocks = run_clocks(
        np.array([at(0, 10)]), np.array([4 * HOUR]), OFFICES[0],
        stopping=np.array([at(0, 14)]), voiding=np.array([NEVER]), judged=np.array([at(9, 9)]),
        warn_after=None, pauses=pauses_of([(0, at(0, 11), at(0, 13))]),
    )  # fmt: skip
    assert int(clocks.used_s[0]) == 2 * HOUR
    assert int(clocks.wall_s[0]) == 4 * HOUR
    assert int(clocks.due[0]) == at(0, 16)
