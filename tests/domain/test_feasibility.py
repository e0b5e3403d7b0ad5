from __future__ import annotations

from fractions import Fraction

import pytest

from smarketing.domain.capacity import expected_attempts, leads_a_rep, staffing
from smarketing.domain.errors import ImpossibleGoalError
from smarketing.domain.feasibility import depth_feasibility, people_for, speed_feasibility

QUARTER, HALF = Fraction(1, 4), Fraction(1, 2)


def test_b2_attempts_that_stop_at_the_contact_leave_room_for_more_leads() -> None:
    attempts = expected_attempts([QUARTER] * 6)
    assert attempts == (1 - (1 - QUARTER) ** 6) / QUARTER
    assert float(attempts) == pytest.approx(3.29, abs=0.005)
    assert leads_a_rep(160, HALF, 8, attempts) == 182


def test_attempts_with_falling_hazards_are_summed_over_those_not_reached() -> None:
    assert expected_attempts([HALF, QUARTER, Fraction(1)]) == 1 + HALF + HALF * Fraction(3, 4)
    assert expected_attempts([Fraction(0)] * 4) == 4
    assert expected_attempts([Fraction(1), HALF]) == 1
    assert expected_attempts([]) == 0


@pytest.mark.parametrize(("minutes", "attempts"), [(0, 6), (8, 0), (-8, 6)])
def test_leads_that_take_no_time_are_refused(minutes: int, attempts: int) -> None:
    with pytest.raises(ImpossibleGoalError, match="takes time"):
        leads_a_rep(160, HALF, minutes, attempts)


def depth(
    leads: int, people: int, attempts: Fraction | int = 6, hours: int = 160
) -> tuple[int, bool]:
    found = depth_feasibility(
        leads, people, hours=hours, inbound_share=HALF, minutes_an_attempt=8, attempts=attempts
    )
    return found.missing, found.is_enough


def test_the_promised_depth_says_how_many_reps_are_missing() -> None:
    assert depth(1000, 10) == (0, True)
    assert depth(1001, 10) == (1, False)
    assert depth(1001, 10, expected_attempts([QUARTER] * 6)) == (0, True)
    assert depth(0, 0) == (0, True)


def test_what_each_rep_has_left_of_a_lead_adds_up_and_no_floor_decides() -> None:
    # 160 h x 1/2 / (8 min x 3.29) = 182.47 leads a rep: 1,824 of ten, not 1,820.
    attempts = expected_attempts([QUARTER] * 6)
    assert depth(1824, 10, attempts) == (0, True)
    assert depth(1825, 10, attempts) == (1, False)
    half = depth_feasibility(
        Fraction(1000), 10, hours=160, inbound_share=HALF, minutes_an_attempt=8, attempts=6
    )
    assert half.is_enough


def test_a_rep_without_time_for_one_lead_is_refused() -> None:
    with pytest.raises(ImpossibleGoalError, match="not the time for one lead"):
        depth(10, 3, hours=1)


def test_b6_six_reps_answer_nine_in_ten_in_five_minutes_and_five_do_not() -> None:
    # 24 leads an hour of 10 minutes each, answered within 5 minutes.
    assert people_for(24, 60, 10, target=5, share=0.89) == 6
    five = speed_feasibility(24, 60, 10, 5, target=5, share=0.89)
    assert five.now is not None
    assert five.now.in_time == pytest.approx(0.664, abs=5e-4)
    assert (five.is_enough, five.missing) == (False, 1)


def test_the_allowance_that_these_people_can_keep_is_kept_exactly() -> None:
    five = speed_feasibility(24, 60, 10, 5, target=5, share=0.9)
    assert five.allowance is not None
    kept = staffing(24, 60, 10, 5, five.allowance)
    assert kept is not None
    assert kept.in_time == pytest.approx(0.9)
    assert five.allowance > 5


def test_the_fewest_people_are_enough_and_one_less_is_not() -> None:
    for share in (0.5, 0.8, 0.95, 0.999):
        people = people_for(360, 30, 4, target=0.25, share=share)
        enough, less = (
            speed_feasibility(360, 30, 4, n, target=0.25, share=share) for n in (people, people - 1)
        )
        assert enough.is_enough
        assert not less.is_enough
    needed = [people_for(24, 60, 10, target=5, share=n / 100) for n in range(1, 100)]
    assert needed == sorted(needed)


def test_a_queue_that_grows_for_ever_has_no_allowance() -> None:
    for people in (0, 4):
        found = speed_feasibility(24, 60, 10, people, target=5, share=0.8)
        assert (found.now, found.allowance) == (None, None)
        assert found.missing > 0


def test_many_people_answer_at_once() -> None:
    found = speed_feasibility(24, 60, 10, 40, target=5, share=0.9)
    assert (found.allowance, found.is_enough) == (0, True)


def test_without_leads_one_person_is_enough() -> None:
    assert people_for(0, 60, 10, target=5, share=0.9) == 1


@pytest.mark.parametrize("share", [0, 1, 1.5, float("nan")])
def test_a_share_that_nobody_can_promise_is_refused(share: float) -> None:
    with pytest.raises(ImpossibleGoalError, match="no number of people"):
        people_for(24, 60, 10, target=5, share=share)


@pytest.mark.parametrize(("arrivals", "period", "handling"), [(-1, 60, 10), (1, 0, 1), (1, 60, 0)])
def test_leads_that_take_no_working_time_are_refused(
    arrivals: float, period: float, handling: float
) -> None:
    with pytest.raises(ImpossibleGoalError, match="above zero"):
        people_for(arrivals, period, handling, target=5, share=0.9)
