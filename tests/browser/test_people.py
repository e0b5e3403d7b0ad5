"""People, owners and the own account, as they are used, also without JavaScript."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from smarketing.services.demo.people import UNTIED
from smarketing.services.people.people import Role
from tests.browser.visits import assert_good_looks, email_of

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.visits import Visits
    from tools.sample_site import Site


def enter(page: Page, email: str, password: str) -> None:
    page.goto("/sign-in")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_somebody_new_is_added_tied_to_their_leads_and_comes_in(
    site: Site, visits: Visits, *, script: bool
):
    page = visits.of(site, Role.ADMINISTRATOR, java_script_enabled=script)
    page.goto("/people/new")
    page.get_by_label("E-mail").fill("nora@nordlicht.example")
    page.get_by_label("Name", exact=True).fill("Nora Neu")
    page.get_by_role("button", name="Add").click()
    password = page.locator("code").inner_text()
    page.goto("/owners")
    who = page.get_by_label(f"Who {UNTIED} is")
    assert who.locator("option:checked").inner_text() == f"{UNTIED} (suggested)"
    who.select_option(label="Nora Neu")
    page.get_by_role("button", name=f"Tie {UNTIED}").click()
    assert "leads changed hands" in page.get_by_role("status").inner_text()
    new = visits.of(site, java_script_enabled=script)
    enter(new, "nora@nordlicht.example", password)
    assert new.get_by_role("heading", level=1).inner_text() == "Yours, now"
    assert new.locator(".queue > li").count() > 0
    new.get_by_role("link", name="Nora Neu").click()
    assert new.get_by_text("this one").is_visible()


def test_a_form_with_mistakes_says_so_at_its_fields(site: Site, visits: Visits):
    page = visits.of(site, Role.ADMINISTRATOR)
    page.goto("/people/new")
    page.get_by_label("E-mail").fill("emil@nordlicht")
    page.get_by_label("Name", exact=True).fill("Emil")
    page.get_by_label("Take the one typed here, twice").check()
    page.get_by_label("New password").fill("short")
    page.get_by_role("button", name="Add").click()
    assert page.locator("[aria-invalid=true]").count() == 2
    assert page.get_by_label("E-mail").input_value() == "emil@nordlicht"
    assert_good_looks(page)


def test_a_password_that_was_made_is_shown_once(site: Site, visits: Visits):
    page = visits.of(site, Role.ADMINISTRATOR)
    page.goto("/people/3")
    page.get_by_role("button", name="Give it to").click()
    assert page.locator("code").is_visible()
    assert_good_looks(page)


def test_a_rep_signs_another_browser_out(site: Site, visits: Visits):
    other = visits.of(site, Role.REP)
    page = visits.of(site, Role.REP)
    page.goto("/account")
    page.get_by_role("button", name="Sign out everywhere else").click()
    assert page.get_by_role("status").inner_text() == "1 other browser is signed out."
    other.goto("/queue")
    assert other.get_by_role("heading", level=1).inner_text() == "Sign in"


def test_the_page_after_a_password_was_changed_looks_good(site: Site, visits: Visits):
    page = visits.of(site)
    enter(page, email_of(Role.REP), "demo-rep-number-1")
    page.goto("/account")
    page.get_by_label("Password now").fill("demo-rep-number-1")
    for label in ("New password", "The same again"):
        page.get_by_label(label).fill("a good long sentence")
    page.get_by_role("button", name="Change the password").click()
    assert "You have a new password." in page.get_by_role("status").inner_text()
    assert_good_looks(page)
