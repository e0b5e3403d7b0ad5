"""What htmx does within our frame: its token, its errors, and who was signed out meanwhile."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from smarketing.services.people.people import Role

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.visits import Visits
    from tools.sample_site import Site

ASK = """([verb, path]) =>
  htmx.ajax(verb, path, {target: "#main", select: "#main", swap: "outerHTML"}).catch(() => {})"""


def queue_of_a_rep(visits: Visits, site: Site) -> Page:
    page = visits.of(site, Role.REP)
    page.goto("/queue")
    return page


def test_a_request_carries_the_token_of_the_page(site: Site, visits: Visits):
    page = queue_of_a_rep(visits, site)
    act = page.locator(".queue form.acknowledge").first.get_attribute("action")
    page.evaluate(ASK, ["POST", act])
    expect(page.get_by_role("status")).to_contain_text("You have ")


def test_what_went_wrong_is_said_on_the_page(looked_at: Site, visits: Visits):
    page = queue_of_a_rep(visits, looked_at)
    page.evaluate(ASK, ["GET", "/nowhere"])
    expect(page.get_by_role("alert")).to_have_text(
        "There is no such page, or it is not yours to see."
    )
    expect(page.locator(".queue > li").first).to_be_visible()
    assert visits.complaints
    visits.complaints.clear()


def test_a_broken_line_is_said_on_the_page(looked_at: Site, visits: Visits):
    page = queue_of_a_rep(visits, looked_at)
    page.context.set_offline(True)
    page.evaluate(ASK, ["GET", "/queue"])
    expect(page.get_by_role("alert")).to_contain_text("Check the connection")
    assert visits.complaints
    visits.complaints.clear()


def test_who_was_signed_out_meanwhile_comes_to_the_form(looked_at: Site, visits: Visits):
    page = queue_of_a_rep(visits, looked_at)
    page.context.clear_cookies()
    page.evaluate(ASK, ["GET", "/queue"])
    page.wait_for_url(re.compile(r"/sign-in\?next=(/|%2F)queue$"))


def test_nothing_of_a_page_is_kept_in_the_browser(looked_at: Site, visits: Visits):
    page = queue_of_a_rep(visits, looked_at)
    page.evaluate(ASK, ["GET", "/queue?page=1"])
    assert page.evaluate("htmx.config.historyCacheSize") == 0
    assert page.evaluate("htmx.config.allowEval") is False
    assert page.locator("head style").count() == 0
