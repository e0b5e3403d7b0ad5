from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from smarketing.services.people.people import Role
from tests.browser.visits import assert_accessible

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.visits import Visits
    from tools.sample_site import Site


def page_of(visits: Visits, site: Site, role: Role, path: str) -> Page:
    page = visits.of(site, role)
    page.goto(path)
    return page


def test_j_and_k_walk_through_the_queue_and_a_acknowledges(site: Site, visits: Visits):
    page = page_of(visits, site, Role.REP, "/queue")
    rows = page.locator(".queue > li")
    for key, chosen in (("j", 0), ("j", 1), ("k", 0), ("k", 0), ("j", 1)):
        page.keyboard.press(key)
        expect(rows.nth(chosen)).to_be_focused()
        expect(page.locator("[aria-current=true]")).to_have_count(1)
    assert_accessible(page)
    waiting = rows.evaluate_all("all => all.findIndex(one => one.querySelector('[data-primary]'))")
    page.keyboard.press("k")
    for _ in range(waiting):
        page.keyboard.press("j")
    name = rows.nth(waiting).get_by_role("heading").inner_text()
    page.keyboard.press("a")
    expect(page.get_by_role("status")).to_contain_text(f"You have {name}.")
    # Whatever is now where that lead was comes next.
    page.keyboard.press("j")
    expect(rows.nth(waiting)).to_be_focused()


def test_enter_opens_the_row(looked_at: Site, visits: Visits):
    page = page_of(visits, looked_at, Role.MARKETING_MANAGER, "/progress")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/progress?*segment=*")


def test_slash_goes_to_the_filter(looked_at: Site, visits: Visits):
    page = page_of(visits, looked_at, Role.MARKETING_MANAGER, "/progress")
    page.keyboard.press("/")
    expect(page.locator("input[name=month]")).to_be_focused()


@pytest.mark.parametrize(("key", "path"), [("q", "/queue"), ("p", "/progress")])
def test_g_and_a_letter_go_to_a_page(key: str, path: str, looked_at: Site, visits: Visits):
    page = page_of(visits, looked_at, Role.SALES_MANAGER, "/nowhere")
    page.keyboard.press("g")
    page.keyboard.press(key)
    page.wait_for_url(f"**{path}")


def test_the_keys_are_shown_by_a_key_and_by_a_button(looked_at: Site, visits: Visits):
    page = page_of(visits, looked_at, Role.SALES_MANAGER, "/queue")
    keys = page.get_by_role("dialog", name="Keyboard")
    page.keyboard.press("?")
    expect(keys).to_contain_text("Go to Progress")
    assert_accessible(page)
    page.keyboard.press("Escape")
    expect(keys).to_be_hidden()
    page.get_by_role("button", name="Keyboard").click()
    expect(keys).to_be_visible()
    keys.get_by_role("button", name="Close").click()
    expect(keys).to_be_hidden()


def test_the_keys_can_be_turned_off_and_stay_off(looked_at: Site, visits: Visits):
    page = page_of(visits, looked_at, Role.SALES_MANAGER, "/queue")
    page.keyboard.press("?")
    page.get_by_role("switch", name="These keys work").uncheck()
    page.keyboard.press("Escape")
    page.reload()
    page.keyboard.press("?")
    page.keyboard.press("j")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator("[aria-current=true]")).to_have_count(0)


def test_who_writes_in_a_field_only_writes(looked_at: Site, visits: Visits):
    page = page_of(visits, looked_at, Role.MARKETING_MANAGER, "/progress")
    page.locator("input[name=month]").focus()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_have_count(0)
