from __future__ import annotations

import json
from datetime import date, timedelta
from math import isfinite
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from smarketing.domain.lag import NEVER
from smarketing.services.goals.backtest.calibration import (
    Calibration,
    Verdict,
    calibration_of,
    count_of,
)
from smarketing.services.goals.backtest.kept import KeptBacktests
from smarketing.services.goals.backtest.known import cut
from smarketing.services.goals.backtest.pacing import months_by_day, paced
from smarketing.services.goals.backtest.replay import Backtest, backtest_of
from smarketing.services.goals.backtest.words import conclusion, findings, tells_from
from smarketing.services.goals.history import GoalHistory
from tests.services.goals.invented import CELLS, company, history_of, office_days

if TYPE_CHECKING:
    from collections.abc import Iterator

UNTIL = date(2026, 4, 1)


def replay(history: GoalHistory) -> tuple[Backtest, Calibration]:
    found = backtest_of(history, office_days)
    return found, calibration_of(found)


@pytest.fixture(scope="module")
def steady() -> tuple[Backtest, Calibration]:
    """A company as the forecasts take it to be: what it states is what happens."""
    return replay(company(3, UNTIL, spread=0.15, a_day=30))


def numbers(told: Any) -> Iterator[float]:
    if isinstance(told, dict | list):
        for each in told.values() if isinstance(told, dict) else told:
            yield from numbers(each)
    elif isinstance(told, int | float):
        yield told


def test_what_is_stated_is_what_happens_over_many_companies():
    every = [replay(company(seed, UNTIL, spread=(0.0, 0.15)[seed % 2]))[1] for seed in range(8)]
    ranges = [told.range for told in every if told.range]
    made, held = sum(one.made for one in ranges), sum(one.happened for one in ranges)
    assert made > 150
    assert 0.75 <= held / made <= 0.90
    assert sum(one.verdict is Verdict.TOO_SURE for one in ranges) <= 1


def test_where_a_month_may_end_is_what_happens_over_companies_whose_level_wanders():
    every = [replay(company(seed, UNTIL, wander=(0.0, 0.05)[seed % 2]))[1] for seed in range(8)]
    paces = [told.paced for told in every if told.paced]
    assert 0.75 <= sum(p.happened for p in paces) / sum(p.made for p in paces) <= 0.90


def test_the_range_holds_where_months_differ_by_a_fifth():
    """By the day of the win such months look alike, and the range held in 67 % of them."""
    every = [
        replay(company(seed, UNTIL, spread=0.2, a_day=25, lag=40))[1].range for seed in range(14)
    ]
    made, held = (sum(getattr(one, n) for one in every if one) for n in ("made", "happened"))
    assert made > 200
    assert 0.76 <= held / made <= 0.85


def test_the_plain_rate_as_if_it_were_known_is_shown_to_be_too_sure(
    steady: tuple[Backtest, Calibration],
):
    told = steady[1]
    assert told.range
    assert told.textbook
    assert told.range.verdict is Verdict.AS_STATED
    assert told.textbook.verdict is Verdict.TOO_SURE
    assert (
        f"would have held in {told.textbook.happened} of {told.textbook.made}: too sure"
        in (findings(told)[0])
    )


def test_a_company_that_turns_upside_down_is_not_called_as_stated():
    """Every other month closes three times as well once forecasts rest on twelve even ones."""
    wild = [1.0] * 12 + [0.4, 1.8, 0.3, 1.7, 0.2, 1.9, 0.3, 1.8]
    found, told = replay(company(5, date(2026, 1, 1), factors=wild, a_day=20))
    assert told.range
    assert told.range.share < 0.7
    late = [one for one in found.months if one.is_over and one.month >= date(2025, 1, 1)]
    assert sum(one.all.holds for one in late) < len(late) / 2


def test_only_what_had_happened_by_then_is_used(steady: tuple[Backtest, Calibration]):
    whole = company(3, UNTIL, spread=0.15, a_day=30)
    day = date(2025, 6, 1)
    then = backtest_of(cut(whole, date(2025, 7, 1)), office_days)
    told = {one.month: one for one in steady[0].months}
    for one in then.months:
        assert one.all.promise == told[one.month].all.promise
        assert [look.then for look in one.looks] == [look.then for look in told[one.month].looks]
    assert then.months[-1].month == day


def test_wins_and_leads_after_the_day_are_cut():
    days = np.array([date(2026, 1, 5), date(2026, 2, 5), date(2026, 3, 5)])
    numbers_ = np.array([day.toordinal() for day in days], dtype=np.int64)
    wins = np.array([date(2026, 3, 1).toordinal(), NEVER, NEVER], dtype=np.int64)
    known = history_of(numbers_, wins, np.zeros(3, dtype=np.int64), UNTIL, date(2026, 1, 1))
    then = cut(known, date(2026, 3, 1))
    assert then.cells[CELLS[0]].lead_days.tolist() == numbers_[:2].tolist()
    assert then.cells[CELLS[0]].win_days.tolist() == [NEVER, NEVER]
    assert cut(known, date(2026, 3, 2)).cells[CELLS[0]].customers == 1


def test_months_that_had_no_time_to_close_are_open_with_what_is_expected(
    steady: tuple[Backtest, Calibration],
):
    last = steady[0].months[-1]
    assert last.month == date(2026, 3, 1)
    assert not last.is_over
    assert last.end
    assert last.end.naive < last.end.corrected
    judged = [one for one in steady[0].months if one.is_over]
    assert judged[-1].month < date(2026, 2, 1)
    assert all(one.end is None for one in judged)


def test_corrected_rates_of_open_leads_are_nearer_than_plain_ones(
    steady: tuple[Backtest, Calibration],
):
    errors = steady[1].errors
    assert errors
    assert errors.corrected < errors.naive / 2


def test_looks_are_at_months_and_at_cells(steady: tuple[Backtest, Calibration]):
    looks = steady[0].months[6].looks
    assert {look.cell for look in looks} == {None, *CELLS}
    assert steady[0].first_look(date(2025, 1, 1)).day == date(2025, 2, 1)


def test_a_promise_of_a_confidence_is_a_number_of_customers(
    steady: tuple[Backtest, Calibration],
):
    for one in steady[0].months:
        customers = [level.customers for level in one.all.promise.levels]
        assert customers == sorted(customers)
        for level, confidence in zip(
            one.all.promise.levels, (0.95, 0.9, 0.8, 0.6, 0.4, 0.2), strict=True
        ):
            assert level.stated >= confidence


def test_the_same_history_gives_the_same_backtest():
    one, other = (replay(company(3, date(2025, 3, 1))) for _ in range(2))
    assert one == other


def test_a_backtest_is_kept_as_long_as_its_history():
    kept, history = KeptBacktests(), company(1, date(2024, 2, 1))
    found = kept.of(history, office_days)
    assert kept.of(history, office_days) is found
    assert kept.of(company(1, date(2024, 3, 1)), office_days) != found


def test_one_month_only_says_that_it_is_too_little():
    found, told = replay(company(1, date(2024, 2, 1)))
    assert not [one for one in found.months if one.is_over]
    assert told.range is None
    assert conclusion(found, told).startswith("Too little history to judge")


def test_no_lead_at_all_says_what_is_missing():
    nothing = np.empty(0, dtype=np.int64)
    found, told = replay(history_of(nothing, nothing, nothing, UNTIL))
    assert (found.months, found.paced) == ((), ())
    assert "There is no lead yet" in conclusion(found, told)
    assert tells_from(found) is None


def test_months_without_leads_are_no_division_by_zero():
    whole = company(3, UNTIL)
    kept = {
        cell: type(mine)(mine.lead_days[here], mine.win_days[here], mine.brought)
        for cell, mine in whole.cells.items()
        for here in [
            (mine.lead_days < date(2025, 3, 1).toordinal())
            | (mine.lead_days >= date(2025, 5, 1).toordinal())
        ]
    }
    found, told = replay(GoalHistory(kept, whole.record_from, whole.ends, ()))
    empty = {one.month: one for one in found.months}[date(2025, 4, 1)]
    assert (empty.all.leads, empty.all.promise.high, empty.cells) == (0, 0, ())
    assert told.range
    assert told.range.made == len([o for o in found.months if o.is_over]) - 2


def test_nothing_is_not_a_number(steady: tuple[Backtest, Calibration]):
    from dataclasses import asdict  # noqa: PLC0415

    plain = json.loads(json.dumps([asdict(steady[1])]))
    assert all(isfinite(number) for number in numbers(plain))
    for one in steady[0].months:
        assert isfinite(one.all.promise.expected)
        assert all(isfinite(look.then.corrected) for look in one.looks)


def test_six_months_are_needed_and_it_is_said_from_when_on_there_are():
    found, told = replay(company(3, date(2024, 8, 1)))
    judged = [one for one in found.months if one.is_over]
    assert len(judged) < 6
    when = tells_from(found)
    assert when
    assert f"from {when:%B %Y} on we can tell" in conclusion(found, told)
    later, _ = replay(company(3, when))
    assert len([one for one in later.months if one.is_over]) >= 6


@pytest.mark.parametrize(
    ("happened", "made", "verdict"),
    [(16, 20, "as stated"), (9, 20, "too sure"), (40, 40, "too careful"), (2, 5, "too few")],
    ids=str,
)
def test_a_verdict_is_given_only_beyond_chance(happened: int, made: int, verdict: str):
    said = [(date(2020 + n // 12, n % 12 + 1, 1), 0.8, n < happened) for n in range(made)]
    found = count_of(said)
    assert found
    assert found.verdict == verdict


def test_forecasts_of_one_month_count_as_one_for_the_interval():
    month = date(2026, 1, 1)
    once = count_of([(month, 0.8, True)])
    often = count_of([(month, 0.8, True)] * 40)
    assert once
    assert often
    assert (often.made, often.low, often.high) == (40, once.low, once.high)


def test_leads_of_a_weekend_count_for_the_working_day_after_it():
    friday, saturday, monday = (date(2026, 1, day).toordinal() for day in (9, 10, 12))
    (month,) = months_by_day(
        np.array([friday, saturday, monday, date(2026, 1, 31).toordinal()]),
        {date(2026, 1, 1): office_days(date(2026, 1, 1))},
    )
    by_day = dict(zip(month.days, month.daily, strict=True))
    assert by_day[date(2026, 1, 9)] == 1
    assert by_day[date(2026, 1, 12)] == 2
    assert by_day[date(2026, 1, 30)] == 1  # the last working day has the Saturday after it
    assert month.leads == 4


def test_pacing_needs_three_months_before_and_three_days_of_each_are_forecast():
    days = company(3, date(2024, 7, 1)).together.lead_days
    firsts = [date(2024, month, 1) for month in range(1, 7)]
    made = list(paced(months_by_day(days, {on: office_days(on) for on in firsts})))
    assert [(one.month.month, one.working_days) for one in made] == [
        (month, day) for month in (4, 5, 6) for day in (5, 10, 15)
    ]
    for one in made:
        assert all(chance.goal > one.done for chance in one.chances)


@pytest.mark.parametrize(
    ("happened", "months", "verdict"),
    [
        pytest.param(4, 5, Verdict.TOO_FEW, id="5 months"),
        pytest.param(4.3, 8, Verdict.UNSURE, id="54 % of 8 months"),
        pytest.param(8, 10, Verdict.UNSURE, id="all as stated, of 10 months"),
        pytest.param(24, 30, Verdict.AS_STATED, id="all as stated, of 30 months"),
        pytest.param(4, 12, Verdict.TOO_SURE, id="4 of 12 months"),
        pytest.param(40, 40, Verdict.TOO_CAREFUL, id="each of 40 months"),
    ],
)
def test_a_wide_interval_is_no_verdict(happened: float, months: int, verdict: Verdict):
    made = 10 * months
    said = [(date(2026, 1, 1) + timedelta(n % months), 0.8, n < 10 * happened) for n in range(made)]
    found = count_of(said)
    assert found
    assert found.verdict is verdict
