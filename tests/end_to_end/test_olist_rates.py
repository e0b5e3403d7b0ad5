from __future__ import annotations

from datetime import date
from statistics import fmean
from typing import TYPE_CHECKING

import pytest

from bench.olist_rates import AS_OF, PROOF, Line, leads_of, lines_of, page, statistics
from tests.end_to_end.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from smarketing.domain.lag import Days


@pytest.fixture(scope="module")
def leads(shared_data: Path) -> tuple[Days, Days]:
    return leads_of(shared_data / "olist")


def errors(lines: list[Line]) -> tuple[float, float]:
    return fmean(line.error for line in lines), fmean(line.naive_error for line in lines)


def test_the_corrected_rates_of_june_are_at_most_half_as_wrong_and_none_is_worse(
    leads: tuple[Days, Days],
):
    lines = lines_of(leads, PROOF)
    assert [line.then.leads for line in lines] == [1141, 1028, 1174, 1352, 1303]
    assert [round(line.final * line.then.leads) for line in lines] == [152, 149, 167, 183, 130]
    ours, naive = errors(lines)
    assert ours <= naive / 2
    assert all(line.error <= line.naive_error for line in lines)


def test_so_are_the_rates_that_a_plan_uses(leads: tuple[Days, Days]):
    lines = lines_of(leads, PROOF)
    assert fmean(line.planned_error for line in lines) <= fmean(x.naive_error for x in lines) / 2
    assert all(line.planned_error <= line.naive_error for line in lines)


def test_leads_of_before_the_record_do_not_lower_the_rate_of_a_plan(leads: tuple[Days, Days]):
    """With their late wins it was 9.9 % as of March; the leads of the record ended at 13.3 %."""
    rate = statistics(leads, date(2018, 3, 1), {}).rates["all", "others"].pooled.rate
    assert rate == pytest.approx(0.107, abs=0.001)


def test_only_what_was_known_on_the_day_is_used(leads: tuple[Days, Days]):
    lead_days, win_days = leads
    today = PROOF.toordinal()
    forgotten = win_days.copy()
    forgotten[win_days >= today] = -1
    known = lead_days < today
    assert [line.then for line in lines_of((lead_days[known], forgotten[known]), PROOF)] == [
        line.then for line in lines_of(leads, PROOF)
    ]


def test_on_every_day_the_corrected_rates_are_nearer_and_most_intervals_hold(
    leads: tuple[Days, Days],
):
    every = [lines_of(leads, as_of) for as_of in AS_OF]
    for lines in every:
        ours, naive = errors(lines)
        assert ours < naive
    held = [line.is_held for lines in every for line in lines]
    assert sum(held) >= 0.7 * len(held)


def test_the_page_in_docs_is_what_the_functions_say(leads: tuple[Days, Days]):
    assert (ROOT / "docs" / "forecast-olist.md").read_text() == page(leads)
