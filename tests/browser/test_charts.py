from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from smarketing.services.people.people import Role
from smarketing.web.charts import Axis, Chart, Colour, Kind, Plot, Point, Series

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.browser.visits import Visits
    from tools.sample_site import Site

MONTH = "/progress?month=2026-11"


def month(visits: Visits, site: Site, **look: object) -> Page:
    page = visits.of(site, Role.MARKETING_MANAGER, **look)
    page.goto(MONTH)
    return page


def drawings(page: Page) -> Locator:
    return page.locator(".plot .drawing svg")


def test_every_panel_is_drawn_as_svg_with_its_numbers_in_words(looked_at: Site, visits: Visits):
    page = month(visits, looked_at)
    figures = [one.get_attribute("data-chart") or "" for one in page.locator("figure").all()]
    assert len(figures) == 2, "one for each agreement"
    told = [plot for figure in figures for plot in json.loads(figure)]
    expect(drawings(page)).to_have_count(len(told))
    for plot in told:
        expect(page.get_by_role("img", name=plot["alt"], exact=True)).to_be_visible()


def test_a_phone_has_one_panel_a_row_and_readable_text(looked_at: Site, visits: Visits):
    page = month(visits, looked_at, viewport={"width": 390, "height": 800})
    boxes = [box.bounding_box() for box in page.locator(".plot").all()]
    assert len({box["x"] for box in boxes if box}) == 1
    sizes = drawings(page).first.evaluate(
        "svg => [...svg.querySelectorAll('text')]"
        ".map(text => parseFloat(getComputedStyle(text).fontSize))"
    )
    assert min(sizes) >= 12


def test_a_wide_page_has_small_multiples_that_follow_its_width(looked_at: Site, visits: Visits):
    page = month(visits, looked_at, viewport={"width": 1280, "height": 800})
    boxes = [box.bounding_box() for box in page.locator(".plot").all()]
    assert len({box["x"] for box in boxes if box}) == 3
    page.set_viewport_size({"width": 390, "height": 800})
    becomes_true(page, "document.querySelector('.drawing svg').clientWidth < 390")


def becomes_true(page: Page, said: str) -> None:
    """Ask until it is so. The policy of the page lets nothing in it ask over and over."""
    for _ in range(200):
        if page.evaluate(said):
            return
        page.wait_for_timeout(50)
    raise AssertionError(said)


def test_a_press_on_a_point_leads_to_its_days(looked_at: Site, visits: Visits):
    page = month(visits, looked_at)
    drawings(page).first.scroll_into_view_if_needed()
    box = drawings(page).first.bounding_box()
    assert box
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(*middle)
    expect(drawings(page).first.get_by_text(re.compile(r"1\d Nov: \d+ counted"))).to_be_visible()
    page.mouse.click(*middle)
    page.wait_for_url(re.compile(r"/progress\?from=2026-11-1\d&to=2026-11-\d\d&segment="))


def test_the_colours_follow_the_scheme(looked_at: Site, visits: Visits):
    page = month(visits, looked_at, color_scheme="light")
    assert 'stroke="#0072b2"' in drawings(page).first.inner_html()
    page.emulate_media(color_scheme="dark")
    becomes_true(
        page, "document.querySelector('.drawing svg').innerHTML.includes('stroke=\"#63b5ea\"')"
    )


def test_bars_come_with_a_part_of_a_page_that_htmx_brings(looked_at: Site, visits: Visits):
    page = month(visits, looked_at)
    loads = Series(Kind.BAR, Colour.BLUE, (Point(0, 7, "Ada: 7"), Point(1, 3)))
    plot = Plot(
        title="Load", subtitle="by rep", state=("none", "", ""), href="", alt="Ada 7, Ben 3.",
        axis=Axis(names=("Ada", "Ben")), series=(loads,),
    )  # fmt: skip
    bars = Chart("Ada has most.", "", (plot,), (), (), table_note="")
    page.evaluate(
        """told => {
            const figure = document.createElement("figure");
            figure.dataset.chart = told;
            figure.append(document.createElement("details"));
            const part = document.createElement("section");
            part.append(figure);
            document.querySelector("main").replaceChildren(part);
            htmx.process(part);
            htmx.trigger(part, "htmx:load");
        }""",
        bars.json,
    )
    drawing = page.get_by_role("img", name="Ada 7, Ben 3.")
    for text in ("Ada", "Ben", "7", "3"):
        expect(drawing.get_by_text(text, exact=True)).to_be_visible()


def test_without_scripts_there_are_a_picture_and_the_numbers(looked_at: Site, visits: Visits):
    page = month(visits, looked_at, java_script_enabled=False)
    picture = page.get_by_role("img", name=re.compile("^Counted leads of November")).first
    expect(picture).to_be_visible()
    assert picture.evaluate("img => img.naturalWidth") == 1280
    page.get_by_text("The numbers of this chart").first.click()
    page.get_by_role("link", name="23 November 2026").first.click()
    expect(page.get_by_text("23 November 2026")).to_be_visible()
