"""Numbers are tried in a real browser, with a slider and without scripts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from smarketing.services.people.people import Role
from tests.browser.visits import assert_good_looks

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.visits import Visits
    from tools.sample_site import Site

NUMBER = re.compile(r"^([\d,]+) leads reach")


def leads_told(page: Page) -> int:
    found = NUMBER.match(page.locator("#verdict strong").inner_text())
    assert found
    return int(found[1].replace(",", ""))


def opened(site: Site, visits: Visits, **look: object) -> Page:
    page = visits.of(site, Role.MARKETING_MANAGER, **look)
    page.goto("/goals/what-if")
    return page


def test_a_slider_moves_its_number_and_the_answer_follows(looked_at: Site, visits: Visits):
    page = opened(looked_at, visits, viewport={"width": 390, "height": 844})
    before = leads_told(page)
    slider = page.get_by_role("slider", name="Confidence, %, slider")
    slider.focus()
    for _ in range(5):
        slider.press("ArrowRight")
    expect(page.get_by_role("textbox", name="Confidence, %")).to_have_value("85")
    expect(page.locator("#verdict strong")).to_contain_text("reach the goal with 85 %")
    assert leads_told(page) > before
    expect(page).to_have_url(re.compile(r"\?month=2027-01&confidence=85$"))
    assert_good_looks(page)


def test_a_number_moves_its_slider_and_a_wrong_one_is_marked(looked_at: Site, visits: Visits):
    page = opened(looked_at, visits)
    field = page.get_by_role("textbox", name="Share from marketing, %")
    field.fill("70")
    expect(page.get_by_role("slider", name="Share from marketing, %, slider")).to_have_value("70")
    field.fill("170")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_text("“170” is not above 0 % and at most 100 %")).to_be_visible()
    expect(page.locator("#verdict")).to_contain_text("1 number cannot be used")
    assert_good_looks(page)
    field.fill("70")
    expect(page.get_by_text("“170”")).to_have_count(0)
    expect(field).not_to_have_attribute("aria-invalid", "true")


def test_shares_are_scaled_by_a_press(looked_at: Site, visits: Visits):
    page = opened(looked_at, visits)
    page.get_by_text("Mid-market managers").first.click()
    page.get_by_role("textbox", name="Share, % of mid-market managers").fill("30")
    page.get_by_role("link", name="Scale them to 100 %").click()
    expect(page.get_by_role("textbox", name="Share, % of mid-market managers")).to_have_value(
        "27.27"
    )
    expect(page.get_by_text("The shares sum to")).to_have_count(0)


def test_without_scripts_a_button_answers_and_there_are_no_sliders(looked_at: Site, visits: Visits):
    page = opened(looked_at, visits, java_script_enabled=False)
    expect(page.get_by_role("slider")).to_have_count(0)
    page.get_by_label("Confidence, %").first.fill("90")
    page.get_by_role("button", name="Answer").click()
    expect(page.locator("#verdict strong")).to_contain_text("reach the goal with 90 %")


def test_what_was_tried_is_proposed_and_its_difference_shown(site: Site, visits: Visits):
    page = opened(site, visits)
    expect(page.get_by_role("button", name="Save as a proposal")).to_be_disabled()
    page.get_by_role("textbox", name="Revenue of the month, EUR").fill("260000")
    expect(page.locator("#verdict strong")).to_contain_text("in force with")
    page.get_by_role("button", name="Save as a proposal").click()
    page.wait_for_url(re.compile(r"/agreements/nordlicht/\d+#difference$"))
    expect(page.locator(".changes")).to_contain_text(" → 260,000")
    assert_good_looks(page)
