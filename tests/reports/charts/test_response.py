from __future__ import annotations

import math
from fractions import Fraction

from reports.charts import draw_response
from reports.charts.response import responses
from reports.digest import PromiseWeek
from tests.reports import digests


def row_of(**changes):
    return responses(digests.digest(promises=(digests.promise(**changes),))).rows[0]


def test_a_week_with_nothing_due_is_a_gap():
    shares = [point.share for point in row_of().points]
    assert math.isnan(shares[4])
    assert shares[2] == 0.6
    assert shares[-1] == 0.82


def test_the_line_carries_the_shares_and_the_promise():
    axes = draw_response.draw(responses(digests.digest())).axes[0]
    assert list(axes.lines[0].get_ydata())[-1] == 0.82
    assert list(axes.lines[1].get_ydata()) == [0.9, 0.9]


def test_a_mark_tells_kept_from_missed_by_its_shape_from_exact_counts():
    exact = row_of(met=9_000, due=10_000).points[-1]
    nearly = row_of(met=8_996, due=10_000).points[-1]
    assert (exact.kept, exact.text) == (True, "90 %")
    assert (nearly.kept, nearly.text) == (False, "90.0 %")


def test_an_open_week_is_a_bar_between_its_least_and_its_most_and_no_mark():
    chart = responses(digests.open_week())
    last = chart.rows[0].points[-1]
    assert (last.kept, last.text) == (None, "46 to 99 %")
    axes = draw_response.draw(chart).axes[0]
    assert [42 / 92, 91 / 92] in [list(line.get_ydata()) for line in axes.lines]
    assert math.isnan(axes.lines[0].get_ydata()[-1])
    assert "Bar: some are pending; the share ends within it." in chart.caption


def test_few_due_are_hollow():
    assert [point.few for point in row_of().points][:4] == [False, False, True, False]


def test_a_promise_without_a_share_has_no_line_of_it():
    chart = responses(digests.digest(promises=(digests.promise(promised_rate=None),)))
    axes = draw_response.draw(chart).axes[0]
    assert [point.kept for point in chart.rows[0].points] == [None] * 10
    assert len(axes.lines[1].get_ydata()) == 1


def test_without_a_measured_promise_there_is_no_chart():
    assert responses(digests.unmeasured()) is None
    assert responses(digests.nothing_at_all()) is None
    idle = digests.promise(weeks=(PromiseWeek("2018-W10", 0, 0, 0, 0),))
    assert responses(digests.digest(promises=(idle,))) is None


def test_more_than_three_promises_are_left_to_the_table():
    promises = tuple(digests.promise(f"p{n}") for n in range(5))
    chart = responses(digests.digest(promises=promises))
    assert len(chart.rows) == 3
    assert chart.caption.endswith("2 more in the table below.")


def test_only_the_last_twelve_weeks_are_drawn():
    weeks = tuple(PromiseWeek(f"2018-W{n:02}", 9, 1, 0, 0) for n in range(1, 31))
    assert [point.week for point in row_of(weeks=weeks).points][0::11] == ["W19", "W30"]


def test_the_alternative_text_carries_the_numbers():
    alt = responses(digests.digest()).alt
    assert "Acknowledge in 4 working hours, promised 90 %: W07 30 of 50 (60 %)" in alt
    assert "W10 41 of 50 (82 %)." in alt


def test_a_promise_of_all_is_drawn():
    chart = responses(digests.digest(promises=(digests.promise(promised_rate=Fraction(1)),)))
    assert chart.rows[0].promised_text == "100 %"
    draw_response.image(chart)


def test_attempts_have_a_row_against_the_promise():
    chart = responses(digests.full_week())
    row = chart.rows[-1]
    assert (row.promised, row.promised_text) == (1.0, "3")
    assert (row.points[-1].text, row.points[-1].due) == ("2.3", 61)
    assert round(row.points[-1].share, 2) == 0.77
    assert (
        "Three attempts in ten days, attempts a lead of those promised: W07 2.0 of 3" in chart.alt
    )
    assert "Sales made 2.3 of 3 promised attempts a lead." in chart.caption
