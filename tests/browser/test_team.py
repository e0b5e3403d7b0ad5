from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from smarketing.services.people.people import Role

if TYPE_CHECKING:
    from tests.browser.visits import Visits
    from tools.sample_site import Site


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_manager_hands_the_two_that_wait_longest_to_somebody(
    site: Site, visits: Visits, *, scripts: bool
):
    page = visits.of(site, Role.SALES_MANAGER, java_script_enabled=scripts)
    page.goto("/team")
    rows = page.locator(".chosen > li")
    for row in (rows.nth(0), rows.nth(1)):
        row.get_by_role("checkbox").check()
    page.get_by_label("Hand the chosen ones to").select_option(label="Tilda Overbeck")
    page.get_by_role("button", name="Hand over").click()
    expect(page.get_by_role("status")).to_contain_text("Tilda Overbeck has 2 leads now.")
    expect(page.get_by_role("heading", name="The team")).to_be_visible()
    expect(rows.nth(0)).to_contain_text("Tilda Overbeck")
    expect(rows.nth(1)).to_contain_text("Tilda Overbeck")


def test_all_are_chosen_at_once_and_by_the_keys(looked_at: Site, visits: Visits):
    page = visits.of(looked_at, Role.SALES_MANAGER)
    page.goto("/team")
    chosen = page.locator(".chosen input:checked")
    everyone = page.get_by_label("All of these")
    everyone.check()
    expect(chosen).to_have_count(20)
    page.locator(".chosen > li").first.get_by_role("checkbox").uncheck()
    expect(everyone).not_to_be_checked()
    everyone.check()
    everyone.uncheck()
    expect(chosen).to_have_count(0)
    everyone.blur()
    page.keyboard.press("j")
    page.keyboard.press("a")
    expect(chosen).to_have_count(1)


def test_without_scripts_nothing_is_offered_that_needs_them(looked_at: Site, visits: Visits):
    page = visits.of(looked_at, Role.SALES_MANAGER, java_script_enabled=False)
    page.goto("/team")
    expect(page.get_by_label("All of these")).to_be_hidden()
