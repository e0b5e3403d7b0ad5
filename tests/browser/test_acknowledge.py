from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from smarketing.services.demo.people import demo_people
from smarketing.services.people.people import Role

if TYPE_CHECKING:
    from tests.browser.visits import Visits
    from tools.sample_site import Site


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_rep_signs_in_and_takes_a_lead(site: Site, visits: Visits, *, scripts: bool):
    page = visits.of(site, java_script_enabled=scripts)
    rep = next(one for one in demo_people() if one.role is Role.REP)
    page.goto("/queue")
    page.get_by_label("E-mail").fill(rep.email)
    page.get_by_label("Password").fill(rep.password)
    page.get_by_role("button", name="Sign in").click()
    lead = page.locator(".queue > li").filter(has_text="I have it").first
    name = lead.get_by_role("heading").inner_text()
    lead.get_by_role("button", name="I have it").click()
    expect(page.get_by_role("status")).to_contain_text(f"You have {name}.")
    held = page.locator(".queue").first.locator("li").filter(has_text=name)
    expect(held.get_by_role("button", name="Reached", exact=False).first).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("status")).to_contain_text("Taken back.")


@pytest.mark.parametrize(
    ("title", "first"),
    [
        ("Rep Jonna", "Yours, now"),
        ("Sales manager", "Do not be on it"),
        ("Marketing manager", "Progress in November 2026"),
        ("Administrator", "Progress in November 2026"),
        ("Supplier", "Deliveries"),
    ],
)
def test_one_press_enters_the_sample_company(site: Site, visits: Visits, title: str, first: str):
    page = visits.of(site, java_script_enabled=False)
    page.goto("/sign-in")
    page.get_by_role("button", name=title).click()
    expect(page.get_by_role("heading", name=first, level=1)).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


@pytest.mark.parametrize(
    ("scripts", "width", "scheme"),
    [(True, 1280, "light"), (True, 390, "dark"), (False, 390, "light")],
)
def test_a_rep_logs_an_attempt_and_rejects_with_a_reason(
    site: Site, visits: Visits, scheme: str, width: int, *, scripts: bool
):
    page = visits.of(
        site, Role.REP, java_script_enabled=scripts, color_scheme=scheme,
        viewport={"width": width, "height": 900},
    )  # fmt: skip
    page.goto("/queue")
    fresh = page.locator(".queue > li").filter(has_text="I have it")
    name = fresh.first.get_by_role("heading").inner_text()
    fresh.first.get_by_role("button", name="I have it").click()
    expect(page.get_by_role("status")).to_contain_text(f"You have {name}.")
    held = page.locator(".queue > li").filter(has_text=name)
    held.locator("form.attempt button[value='0']").first.click()
    expect(page.get_by_role("status")).to_contain_text("without an answer")
    lead = fresh.first
    name = lead.get_by_role("heading").inner_text()
    lead.locator("summary").click()
    lead.locator("form.reject select").select_option("duplicate")
    lead.locator("form.reject button").click()
    expect(page.get_by_role("status")).to_contain_text(f"You rejected {name}.")


def test_a_session_ends_with_the_time_of_the_portal(site: Site, visits: Visits):
    page = visits.of(site, Role.REP)
    page.goto("/queue")
    site.clock.pass_(days=60)
    page.goto("/queue")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
