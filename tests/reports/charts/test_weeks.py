from __future__ import annotations

from reports.charts import draw_weeks
from reports.charts.weeks import weeks
from tests.reports import digests


def test_bars_are_counted_leads_with_rejected_on_top():
    chart = weeks(digests.digest())
    axes = draw_weeks.draw(chart).axes[0]
    counted, rejected = axes.containers
    assert [bar.get_height() for bar in counted] == list(chart.counted)
    assert [bar.get_y() for bar in rejected] == [
        one for one, other in zip(chart.counted, chart.rejected, strict=True) if other
    ]
    assert axes.get_ylim()[0] == 0


def test_one_week_or_no_lead_is_no_chart():
    assert weeks(digests.nothing_at_all()) is None
    empty = (digests.week("2018-W09", 0, 0), digests.week("2018-W10", 0, 0))
    assert weeks(digests.digest(weeks=empty)) is None


def test_only_the_last_twelve_weeks_are_drawn():
    many = tuple(digests.week(f"2018-W{n:02}", n, 0) for n in range(1, 31))
    chart = weeks(digests.digest(weeks=many))
    assert (chart.names[0], chart.names[-1], len(chart.names)) == ("W19", "W30", 12)
    assert "Hatched" not in chart.caption
