from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest

from reports.charts import draw_burnup
from reports.charts.burnup import burn_up
from reports.facts import volume
from reports.outlook import Outlook, State
from smarketing.domain.forecast import Band
from smarketing.services.people.people import Role
from smarketing.web.burnup import burn_up as shown_of
from smarketing.web.burnup import burn_up_chart
from smarketing.web.parts import MonthOverview
from tests.reports import digests
from tests.web.portal import Portal

if TYPE_CHECKING:
    from reports.digest import CellProgress, Digest
    from smarketing.web.charts import Chart

MAILS = [digests.digest, digests.twelve_cells, digests.no_targets, digests.month_end,
         digests.quiet_week]  # fmt: skip


def outlook_of(cells: tuple[CellProgress, ...]) -> Outlook | None:
    """An even chance, from what is there now to twice as much at the end of the month."""
    plan = volume(cells)
    if plan is None:
        return None
    days = [one for one in cells[0].days if one.working]
    gone = sum(one.day < date(2018, 3, 12) for one in days)
    fan = tuple(
        Band(plan.counted, plan.counted + n, plan.counted + 2 * n, plan.counted + 3 * n)
        for n in range(len(days) + 1 - gone)
    )
    return Outlook(
        State.OPEN, plan.counted, plan.target, chance=plan.counted / (plan.target + 1),
        expected=plan.counted + 1.5 * len(fan), low=fan[-1].low, high=fan[-1].high,
        days_to_go=20, fan=fan,
    )  # fmt: skip


def overview_of(digest: Digest, **more: Any) -> MonthOverview:
    return MonthOverview(
        digest.title, digest.month, digest.zone, digest.as_of, cells=digest.cells, **more
    )


def chart_of(digest: Digest, **more: Any) -> Chart:
    overview = overview_of(digest, **more)
    with Portal().app().test_request_context():
        chart = burn_up_chart(overview, digest.cells, "/picture")
    assert chart
    return chart


def drawn_by_the_portal(digest: Digest) -> list[list[tuple[list[float], list[float]]]]:
    plots: list[dict[str, Any]] = json.loads(chart_of(digest).json)
    return [
        [
            ([point["x"] for point in one["points"]], [point["y"] for point in one["points"]])
            for one in plot["series"]
            if one["kind"] in ("dashed", "line")
        ]
        for plot in plots
    ]


def drawn_by_the_mail(digest: Digest) -> list[list[tuple[list[float], list[float]]]]:
    shown = burn_up(digest)
    assert shown
    # The last line of each axes is the dot at the end of the one before it.
    return [
        [(list(line.get_xdata()), list(line.get_ydata())) for line in axes.lines[:-1]]
        for axes in draw_burnup.draw(shown).axes
    ]


@pytest.mark.parametrize("mail", MAILS, ids=lambda mail: mail.__name__)
def test_the_page_and_the_mail_draw_the_same_numbers(mail):
    # The mail leaves what has no target to its table.
    promised = [cell for cell in mail().cells if cell.target is not None] or mail().cells
    told = replace(mail(), cells=tuple(promised))
    assert drawn_by_the_portal(told) == drawn_by_the_mail(mail())


@pytest.mark.parametrize("mail", MAILS, ids=lambda mail: mail.__name__)
def test_the_table_says_the_numbers_that_are_drawn(mail):
    chart = chart_of(mail())
    *days, target = chart.lines
    for place, plot in enumerate(chart.plots):
        series = {str(one.kind): one for one in plot.series}
        written = [line.cells[place] for line in days]
        # The first point, before the first working day, has no days in this month.
        counted = [point.y for point in series["line"].points[1:]]
        rejected = (
            [point.y for point in series["hatched"].points[1:]] if "hatched" in series else []
        )
        assert [int(cell.split()[0].replace(",", "")) for cell in written] == counted
        assert [int((re.findall(r"\+(\d+)", cell) or [0])[0]) for cell in written] == (
            rejected or [0] * len(counted)
        )
        goal = f"{series['dashed'].points[-1].y:,}" if "dashed" in series else "–"
        assert target.cells[place] == goal


@pytest.mark.parametrize(
    "mail", [digests.digest, digests.twelve_cells], ids=lambda mail: mail.__name__
)
def test_the_page_and_its_picture_shade_the_same_fan(mail):
    digest = mail()
    plots = json.loads(chart_of(digest, outlook_of=outlook_of).json)
    shown = shown_of(overview_of(digest, outlook_of=outlook_of), digest.cells)
    assert shown
    for plot, axes in zip(plots, draw_burnup.draw(shown).axes, strict=True):
        bands = [one for one in plot["series"] if one["kind"] in ("wide", "narrow")]
        # The hatched area of the rejected leads is drawn after the fan.
        shades = [area.get_paths()[0].vertices for area in axes.collections[: len(bands)]]
        for band, shade in zip(bands, shades, strict=True):
            highs = {(point["x"], point["y"]) for point in band["points"]}
            lows = {
                (point["x"], low) for point, low in zip(band["points"], band["lows"], strict=True)
            }
            assert {(x, y) for x, y in shade} == highs | lows


def test_the_fan_begins_at_the_last_count_and_ends_with_the_month():
    plot = chart_of(digests.digest(), outlook_of=outlook_of).plots[0]
    series = {str(one.kind): one for one in plot.series}
    last = series["line"].points[-1]
    wide = series["wide"]
    assert (wide.points[0].x, wide.points[0].y, wide.lows[0]) == (last.x, last.y, last.y)
    assert wide.points[-1].x == series["dashed"].points[-1].x == plot.axis.highest
    assert (wide.end, wide.low_end) == (f"{wide.points[-1].y:,}", f"{wide.lows[-1]:,}")
    assert wide.points[0].words == ""
    assert wide.points[-1].words == f"30 Mar: {wide.low_end} to {wide.end}, 8 times in 10"


def test_the_chance_stands_in_the_headline_the_panel_the_words_and_the_table():
    chart = chart_of(digests.digest(), outlook_of=outlook_of)
    assert chart.caption.startswith(
        "Least likely of 5: Enterprise / Decision makers, 21 % to reach 57;"
    )
    assert "Shaded: where 8 of 10 such months go on to" in chart.note
    panel = next(one for one in chart.plots if "57" in one.alt)
    assert "21 % to reach 57" in panel.state[2]
    assert "21 % to reach 57, likely end 12 to " in panel.alt
    assert "21 % to reach 57, likely end 12 to " in chart.alt
    target, forecast, end = chart.lines[-3:]
    assert [line.name for line in (target, forecast, end)] == [
        "Target", "Forecast", "End, 8 times in 10",
    ]  # fmt: skip
    assert "21 % to reach 57" in forecast.cells
    assert forecast.cells[-1] == end.cells[-1] == "–"


def test_the_finding_is_what_is_furthest_behind():
    assert chart_of(digests.digest()).caption == (
        "Furthest behind: Enterprise / Decision makers, 12 of 19 expected by now."
    )
    assert "without a target" in chart_of(digests.no_targets()).caption


def test_a_point_leads_to_its_days_and_a_title_to_its_month():
    plot = chart_of(digests.digest(cells=(digests.cell("A", "B", 50, 20),))).plots[0]
    assert plot.href == "/progress?from=2018-03-01&to=2018-04-01&segment=a&tier=b"
    points = plot.series[1].points
    # 1 March 2018 was a Thursday: nothing came before it, and the weekend is Friday's.
    assert points[0].href == ""
    assert points[1].href == "/progress?from=2018-03-01&to=2018-03-02&segment=a&tier=b"
    assert points[2].href == "/progress?from=2018-03-02&to=2018-03-05&segment=a&tier=b"
    assert points[2].words.startswith("2 Mar: ")


def test_the_table_leads_to_the_days_of_all():
    lines = chart_of(digests.digest()).lines
    assert (lines[0].name, lines[0].href) == (
        "1 March 2018",
        "/progress?from=2018-03-01&to=2018-03-02",
    )
    assert lines[-1].href == ""


def test_what_several_cells_are_together_leads_nowhere():
    plot = chart_of(digests.twelve_cells()).plots[-1]
    assert (plot.title, plot.href) == ("4 others", "")


@pytest.mark.parametrize("upto", [date(2018, 2, 27), date(2018, 3, 1)], ids=["none", "one"])
def test_a_month_with_hardly_a_day_has_a_chart(upto):
    one = digests.cell("A", "B", 50, 3, upto=upto)
    digest = digests.digest(cells=(one,), as_of=digests.midnight_after(upto))
    assert len(chart_of(digest).lines) == (2 if upto.month == 3 else 1)


def portal_of_march() -> Portal:
    portal = Portal(now=digests.AS_OF, cells=digests.digest().cells)
    portal.overview = lambda _: (  # type: ignore[method-assign]
        MonthOverview("A & B", digests.MARCH, digests.ZONE, digests.AS_OF, portal.cells or ()),
    )
    return portal


def test_the_page_carries_the_chart_and_a_picture_for_who_has_no_javascript():
    client = portal_of_march().client(Role.MARKETING_MANAGER)
    shown = client.get("/progress?segment=enterprise").text
    found = re.search(r'data-chart="([^"]+)"', shown)
    assert found
    assert {plot["title"] for plot in json.loads(unescape(found[1]))} == {"Enterprise"}
    address = re.search(r'<noscript><p><img src="([^"]+)" alt="Counted leads of March', shown)
    assert address
    picture = client.get(unescape(address[1]))
    assert picture.mimetype == "image/png"
    assert picture.data.startswith(b"\x89PNG")


@pytest.mark.parametrize("query", ["picture=1", "picture=x", "picture=0&segment=none"])
def test_a_picture_that_is_none_is_not_found(query: str):
    answer = portal_of_march().client(Role.MARKETING_MANAGER).get(f"/progress?{query}")
    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("portal", "path", "loads"),
    [
        pytest.param(portal_of_march(), "/progress", True, id="a month with a chart"),
        pytest.param(Portal(), "/progress?month=2026-10", False, id="a month with nothing in it"),
        pytest.param(Portal(), "/queue", False, id="another page"),
    ],
)
def test_only_a_page_with_a_chart_loads_what_draws_it(portal: Portal, path: str, *, loads: bool):
    shown = portal.client(Role.MARKETING_MANAGER).get(path).text
    assert ("vendor/echarts.common.min.js?v=" in shown) == loads
