"""The backtest on real data, on a company whose truth is known, and through the command."""

from __future__ import annotations

from datetime import date
from time import process_time
from typing import TYPE_CHECKING

import numpy as np
import pytest

from bench.olist_rates import RECORD_FROM, leads_of
from smarketing.domain.lag import NEVER
from smarketing.services.goals.backtest.calibration import Verdict, calibration_of
from smarketing.services.goals.backtest.replay import Backtest, backtest_of
from smarketing.services.goals.backtest.words import conclusion, findings, tells_from
from smarketing.services.goals.history import CellHistory, GoalHistory
from tests.builders import AGREEMENT, MAPPING
from tests.services.goals.invented import company, office_days

if TYPE_CHECKING:
    from pathlib import Path

    from tests.end_to_end.conftest import Command

NOW = "2026-01-01T00:00:00Z"


@pytest.fixture(scope="module")
def olist(shared_data: Path) -> Backtest:
    """All leads as one cell, as the file knows them at its end."""
    lead_days, win_days = leads_of(shared_data / "olist")
    cell = CellHistory(lead_days, win_days, np.empty(0, dtype=np.int64))
    ends = date(2018, 11, 15)
    history = GoalHistory({("all", "all"): cell}, RECORD_FROM.toordinal(), ends.toordinal(), ())
    return backtest_of(history, office_days)


def test_on_olist_four_months_of_customers_are_too_few_and_it_is_said(olist: Backtest):
    told = calibration_of(olist)
    assert told.range
    assert (told.range.made, told.range.verdict) == (4, Verdict.TOO_FEW)
    assert "Too little history to judge" in conclusion(olist, told)
    assert "4 months can be judged" in conclusion(olist, told)
    months = {one.month: one.all for one in olist.months if one.all.leads}
    assert [kept.leads for kept in months.values()] == [1028, 1174, 1352, 1303]
    assert [kept.customers for kept in months.values()] == [149, 167, 183, 130]
    held = [kept.promise.holds(kept.customers) for kept in months.values()]
    assert held == [False, True, True, True]  # of four ranges that hold four times in five


def test_on_olist_the_corrected_rates_are_less_than_half_as_wrong(olist: Backtest):
    errors = calibration_of(olist).errors
    assert errors
    assert errors.looks >= 7
    assert errors.corrected < errors.naive / 2


def test_on_olist_the_ranges_of_leads_hold_about_as_often_as_stated_and_the_months_are_few(
    olist: Backtest,
):
    """Its level wanders: with days alike within a month 13 of 24 held."""
    told = calibration_of(olist)
    assert told.paced
    assert told.paced.happened / told.paced.made > 0.65
    assert told.paced.verdict is Verdict.UNSURE
    assert "cannot be told apart from what was stated yet" in findings(told)[-1]
    assert "5th, 10th and 15th working day" in findings(told)[-1]
    assert {one.month for one in olist.paced} <= {
        date(2017, month, 1) for month in range(9, 13)
    } | {date(2018, month, 1) for month in range(1, 6)}


def test_where_leads_ended_years_ago_no_later_month_is_replayed_and_no_date_promised(
    shared_data: Path,
):
    lead_days, win_days = leads_of(shared_data / "olist")
    cell = CellHistory(lead_days, win_days, np.empty(0, dtype=np.int64))
    ends = date(2026, 11, 26).toordinal()
    found = backtest_of(
        GoalHistory({("all", "all"): cell}, RECORD_FROM.toordinal(), ends, ()), office_days
    )
    assert found.months[-1].month == date(2018, 5, 1)
    assert tells_from(found) is None
    said = conclusion(found, calibration_of(found))
    assert "No lead has come since 31 May 2018" in said
    assert "20" not in said.partition("No lead")[0]  # no year


def test_a_hundred_thousand_leads_of_two_years_take_less_than_ten_seconds():
    history = company(9, date(2026, 1, 1), a_day=192, spread=0.1)
    assert history.together.leads > 99_000
    began = process_time()
    assert len(backtest_of(history, office_days).months) > 20
    assert process_time() - began < 10


def test_the_command_replays_what_was_imported(smarketing: Command, tmp_path: Path):
    leads, deals = _files()
    for name, text in (
        ("leads.csv", leads), ("deals.csv", deals), ("a.toml", AGREEMENT), ("m.toml", MAPPING),
    ):  # fmt: skip
        (tmp_path / name).write_text(text)
    smarketing.done("agreement", "load", str(tmp_path / "a.toml"))
    for name in ("leads", "deals"):
        smarketing.done(
            "import", str(tmp_path / f"{name}.csv"), "--mapping", str(tmp_path / "m.toml"),
            "--as", name,
        )  # fmt: skip
    told = smarketing.json("goals", "--backtest", "--as-of", NOW)
    assert told["conclusion"].startswith("In ")
    assert told["calibration"]["range"]["verdict"] == "as stated"
    assert [month["month"] for month in told["months"]][-1] == "2025-12"
    assert told["months"][-1]["is_over"] is False
    shown = smarketing.done("goals", "--backtest", "--as-of", NOW)
    assert "80 % range, customers of a month" in shown
    assert "still open" in shown
    earlier = smarketing.json("goals", "--backtest", "--as-of", "2025-07-01T00:00:00Z")
    assert _promised(earlier) == _promised(told)[: len(earlier["months"])]


def test_a_backtest_of_one_period_or_sum_is_refused(smarketing: Command):
    for more in (("--period", "2026"), ("--by", "segment")):
        done = smarketing("goals", "--backtest", *more)
        assert done.returncode == 2
        assert "looks at every past month" in done.stderr


def _promised(told: dict) -> list:
    return [month["all"]["promise"] for month in told["months"]]


def _files() -> tuple[str, str]:
    """A company of two years as exports; each lead at noon."""
    whole = company(4, date(2026, 1, 1), a_day=6).together
    leads, deals = ["id,created,title,employees"], ["id,lead,outcome,amount,currency,closed"]
    for number, (day, win) in enumerate(zip(whole.lead_days, whole.win_days, strict=True)):
        leads.append(f"{number},{date.fromordinal(int(day))} 12:00,CEO,900")
        if win != NEVER:
            on = date.fromordinal(int(win))
            deals.append(f"d{number},{number},won,4000,EUR,{on} 13:00")
    return "\n".join(leads) + "\n", "\n".join(deals) + "\n"
