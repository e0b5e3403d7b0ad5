from __future__ import annotations

from datetime import date

import pytest

from reports.charts import draw_burnup
from reports.charts.burnup import burn_up, burn_up_of
from reports.digest import DayCount
from tests.reports import digests


def lines_of(digest, panel=0):
    axes = draw_burnup.draw(burn_up(digest)).axes[panel]
    return [(list(line.get_xdata()), list(line.get_ydata())) for line in axes.lines], axes


def test_actual_ends_now_and_the_goal_at_the_end_of_the_month():
    one = digests.cell("Enterprise", "Influencers", 110, 41)
    (goal, actual, _), axes = lines_of(digests.digest(cells=(one,)))
    assert goal == ([0, 22], [0, 110])
    assert actual[0] == list(range(8))
    assert actual[1][-1] == 41
    assert actual[1] == sorted(actual[1])
    assert axes.get_ylim()[0] == 0


def test_a_weekend_is_drawn_at_the_friday_before():
    first = date(2018, 3, 2)
    days = [
        DayCount(
            date(2018, 3, 2 + n), working=(first.weekday() + n) % 7 < 5, counted=n + 1, rejected=0
        )
        for n in range(5)
    ]
    one = digests.cell("A", "B", 10, 15)
    cell = type(one)(**{**vars(one), "days": tuple(days)})
    panel = burn_up(digests.digest(cells=(cell,))).panels[0]
    # Friday, Saturday and Sunday together, then Monday and Tuesday.
    assert panel.counted == (0, 6, 10, 15)


def test_panels_are_ordered_by_target_and_the_rest_is_summed():
    chart = burn_up(digests.twelve_cells())
    assert len(chart.panels) == 9
    assert [panel.plan.target for panel in chart.panels[:2]] == [230, 210]
    rest = chart.panels[-1]
    assert (rest.title, rest.counted[-1], rest.plan.target) == ("4 others", 42, 160)


def test_a_panel_without_a_target_has_no_goal_line():
    lines, _ = lines_of(digests.no_targets())
    assert [len(x) for x, _ in lines] == [8, 1]


def test_a_rest_of_which_some_have_no_target_has_no_goal():
    cells = tuple(digests.cell(f"S{n}", "T", 10 if n < 9 else None, n) for n in range(11))
    assert burn_up_of(cells, digests.MARCH, date(2018, 3, 11)).panels[-1].plan is None


def test_the_mail_shows_the_fan_and_the_chance_of_each_target():
    chart = burn_up(digests.full_week())
    assert len(chart.panels) == 5
    assert all(panel.fan for panel in chart.panels)
    assert "31 % to reach 57" in chart.alt
    assert chart.caption.startswith("Least likely: Enterprise / Decision makers, 31 % to reach 57")


def test_rejected_leads_are_hatched():
    _, axes = lines_of(digests.digest(cells=(digests.cell("A", "B", 50, 20, rejected=5),)))
    assert [shape.get_hatch() for shape in axes.collections] == ["////////"]
    _, axes = lines_of(digests.digest(cells=(digests.cell("A", "B", 50, 20, rejected=0),)))
    assert not list(axes.collections)


@pytest.mark.parametrize("upto", [date(2018, 2, 27), date(2018, 3, 1)], ids=["none", "one"])
def test_a_month_with_hardly_a_day_is_drawn(upto):
    one = digests.cell("A", "B", 50, 3, upto=upto)
    digest = digests.digest(cells=(one,), as_of=digests.midnight_after(upto))
    lines, _ = lines_of(digest)
    assert lines[1][1][-1] == (0 if upto.month == 2 else 3)


def test_nothing_to_draw_is_no_chart():
    assert burn_up(digests.nothing_at_all()) is None
    empty = digests.cell("A", "B", None, 0, rejected=0)
    assert burn_up(digests.digest(cells=(empty,))) is None


def test_a_calendar_without_working_days_is_drawn():
    one = digests.cell("A", "B", 50, 3)
    days = tuple(DayCount(d.day, working=False, counted=d.counted, rejected=0) for d in one.days)
    cell = type(one)(**{**vars(one), "days": days})
    panel = burn_up(digests.digest(cells=(cell,))).panels[0]
    assert (panel.days, panel.counted) == ((0,), (3,))
    draw_burnup.draw(burn_up(digests.digest(cells=(cell,))))


def test_the_alternative_text_carries_the_numbers():
    alt = burn_up(digests.digest()).alt
    assert alt.startswith("Counted leads of March up to 11 Mar.")
    assert "Enterprise / Decision makers: 12 of 19 expected, target 57" in alt
    assert "Public sector" not in alt, "where something is promised, the rest is in the table"
    free = burn_up(digests.no_targets()).alt
    assert "Public sector / Decision makers: 6, no target" in free


@pytest.mark.parametrize("number", range(1, 13))
def test_one_to_twelve_cells_are_drawn_without_leaving_the_page(number):
    cells = tuple(digests.cell(f"S{n}", "T", 100 + n, 30) for n in range(number))
    figure = draw_burnup.draw(burn_up(digests.digest(cells=cells)))
    assert len(figure.axes) == min(number, 9)
    for axes in figure.axes:
        place = axes.get_position()
        assert 0 < place.x0 < place.x1 < 1
        assert 0 < place.y0 < place.y1 < 1


def test_a_state_and_a_value_never_cover_each_other():
    for make in (digests.digest, digests.month_end, digests.month_change, digests.quiet_week):
        figure = draw_burnup.draw(burn_up(make()))
        renderer = figure.canvas.get_renderer()
        for axes in figure.axes:
            boxes = [text.get_window_extent(renderer) for text in axes.texts]
            covering = [
                (one, other)
                for n, one in enumerate(boxes)
                for other in boxes[n + 1 :]
                if one.shrunk(0.9, 0.7).overlaps(other.shrunk(0.9, 0.7))
            ]
            assert not covering
