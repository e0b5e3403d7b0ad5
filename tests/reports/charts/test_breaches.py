from __future__ import annotations

from dataclasses import replace

from reports.charts import draw_breaches
from reports.charts.all import images
from reports.charts.breaches import breach_chart
from tests.reports import digests


def test_each_side_has_a_row_with_its_kinds():
    chart = breach_chart(digests.full_week())
    assert [side.title for side in chart.sides] == ["Marketing", "Sales"]
    sales = chart.sides[1]
    assert (sales.missing[-1], sales.late[-1], sales.wrong[-1]) == (2, 9, 3)
    assert chart.weeks[-1] == "W10"


def test_the_alternative_text_carries_the_numbers():
    assert "Sales: W07 3 (2 late, 1 wrong), W08 5" in breach_chart(digests.full_week()).alt


def test_the_caption_says_the_week_and_what_the_statement_comes_to():
    assert breach_chart(digests.full_week()).caption == (
        "15 breaches began this week, +7 on the week before, 8: Marketing 1 missing; "
        "Sales 2 missing, 9 late, 3 wrong. "
        "Marketing owes Sales 12 leads for February (Leads a month): to be claimed by 30 Mar."
    )
    nothing = replace(digests.full_week(), owed=())
    assert breach_chart(nothing).caption.endswith("Nothing is owed for February.")


def test_without_a_breach_the_leads_by_week_are_drawn_instead():
    assert breach_chart(digests.digest()) is None
    kept = digests.breaches(marketing=(0, 0, 0), sales=(0, 0, 0), upto=1)
    assert breach_chart(digests.digest(breaches=kept)) is None
    names = [image.name for image in images(digests.digest(breaches=kept))]
    assert names == ["burn-up", "in-time", "weeks"]


def test_a_report_has_at_most_three_pictures():
    names = [image.name for image in images(digests.biggest())]
    assert names == ["burn-up", "in-time", "breaches"]


def test_the_tops_of_the_bars_are_the_totals():
    figure = draw_breaches.draw(breach_chart(digests.full_week()))
    _, marketing, sales = figure.axes
    tops = [
        max((bar.get_y() + bar.get_height() for bar in kind), default=0)
        for kind in sales.containers
    ]
    assert max(tops) == 14
    assert [text.get_text() for text in marketing.texts][-1] == "1"
