from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from smarketing.services.people.people import Role
from tests.browser.visits import assert_good_looks

if TYPE_CHECKING:
    from tests.browser.visits import Visits
    from tools.sample_site import Site

MANAGERS = (Role.MARKETING_MANAGER, Role.SALES_MANAGER, Role.ADMINISTRATOR)
PEOPLE = (*MANAGERS, Role.REP)
PAGES = {
    "/queue": PEOPLE,
    "/queue?page=99": PEOPLE,
    "/progress": MANAGERS,
    "/progress?month=2026-10": (Role.MARKETING_MANAGER,),
    "/progress?month=2027-03": (Role.MARKETING_MANAGER,),
    "/progress?segment=enterprise&tier=manager": (Role.MARKETING_MANAGER,),
    "/progress?from=2026-11-16&to=2026-11-23": MANAGERS,
    "/capacity": MANAGERS,
    "/capacity?agreement=nordlicht&reps=none&time_for_leads=60": (Role.SALES_MANAGER,),
    "/goals/past-forecasts": MANAGERS,
    "/account": PEOPLE,
    "/people": (Role.ADMINISTRATOR,),
    "/people/new": (Role.ADMINISTRATOR,),
    "/people/3": (Role.ADMINISTRATOR,),
    "/owners": (Role.ADMINISTRATOR,),
    "/findings": (Role.ADMINISTRATOR,),
    "/jobs": (Role.ADMINISTRATOR,),
    "/people/leave": (Role.SALES_MANAGER, Role.ADMINISTRATOR),
    "/agreements": (*MANAGERS, Role.SUPPLIER),
    "/agreements/nordlicht/1": MANAGERS,
    "/agreements/new?name=nordlicht": (Role.ADMINISTRATOR,),
    "/import": (Role.MARKETING_MANAGER, Role.ADMINISTRATOR),
    "/leads": (*PEOPLE, Role.SUPPLIER),
    "/leads?what=late&segment=enterprise&from=2026-10-01&to=2026-11-24": (Role.SALES_MANAGER,),
    "/leads?q=nobody-is-called-so": (Role.REP,),
    "/leads/new": MANAGERS,
    "/deliveries": (Role.SUPPLIER,),
    "/exceptions": (Role.SALES_MANAGER, Role.ADMINISTRATOR),
    "/breaches": (*MANAGERS, Role.SUPPLIER),
    "/statements": (*MANAGERS, Role.SUPPLIER),
    "/statements?party=sales&period=2026-Q4": (Role.SALES_MANAGER,),
    "/breaches?kind=missing&standing=excused": (Role.MARKETING_MANAGER,),
    "/ladders": MANAGERS,
    "/goals": MANAGERS,
    "/goals?month=2026-03": (Role.MARKETING_MANAGER,),
    "/goals?month=2027-03&confidence=95": (Role.SALES_MANAGER,),
    "/goals/what-if": MANAGERS,
    "/goals/what-if?revenue=-5&share.mid.manager=40": (Role.MARKETING_MANAGER,),
    "/goals/what-if?month=2026-03": (Role.SALES_MANAGER,),
    "/ladders?version=nordlicht/1&month=2026-10": (Role.SALES_MANAGER,),
    "/breaches/1": (Role.ADMINISTRATOR,),
    "/team": (Role.SALES_MANAGER, Role.ADMINISTRATOR),
    "/team?week=2026-W40": (Role.SALES_MANAGER,),
    "/team?week=2027-W40": (Role.SALES_MANAGER,),
    "/nowhere": PEOPLE,
}
"""Page to the roles that may open it. What is not theirs to open is in the test of the guard."""


@pytest.mark.parametrize(
    ("path", "role"),
    [(path, role) for path, roles in PAGES.items() for role in roles],
    ids=str,
)
def test_a_page_looks_good_wide_and_narrow_light_and_dark(
    path: str, role: Role, looked_at: Site, visits: Visits
):
    page = visits.of(looked_at, role)
    page.goto(path)
    assert page.get_by_role("main").inner_text().strip()
    assert_good_looks(page)


@pytest.mark.parametrize("path", ["/sign-in", "/progress"], ids=["the form", "sent to the form"])
def test_the_page_to_sign_in_looks_good(path: str, looked_at: Site, visits: Visits):
    page = visits.of(looked_at)
    page.goto(path)
    assert page.get_by_role("heading", level=1).inner_text() == "Sign in"
    assert_good_looks(page)


def test_the_page_after_a_wrong_password_looks_good(site: Site, visits: Visits):
    page = visits.of(site)
    page.goto("/sign-in")
    page.get_by_label("E-mail").fill("nobody@nordlicht.example")
    page.get_by_label("Password").fill("a wrong password")
    page.get_by_role("button", name="Sign in").click()
    assert page.get_by_role("alert").is_visible()
    assert_good_looks(page)


@pytest.mark.parametrize("role", [*PEOPLE, Role.SUPPLIER], ids=str)
def test_the_page_of_a_lead_looks_good_with_all_it_explains(
    role: Role, looked_at: Site, visits: Visits
):
    page = visits.of(looked_at, role)
    page.goto("/leads")
    page.locator(".cells tbody a").last.click()
    page.get_by_role("heading", name="What happened").wait_for()
    for summary in page.locator("main details > summary").all():
        summary.click()
    assert_good_looks(page)


def test_entering_a_lead_says_what_is_wrong_and_what_is_there_without_scripts(
    site: Site, visits: Visits
):
    page = visits.of(site, Role.MARKETING_MANAGER, java_script_enabled=False)
    page.goto("/leads/new")
    page.get_by_label("Name").fill("Ada Love")
    page.get_by_label("E-mail").fill("ada@acme.example")
    page.get_by_label("Employees").fill("many")
    page.get_by_role("button", name="Enter the lead").click()
    page.get_by_text("Not a whole number").wait_for()
    page.get_by_label("Employees").fill("1,200")
    page.get_by_role("button", name="Enter the lead").click()
    page.get_by_role("heading", name="Ada Love").wait_for()
    page.goto("/leads/new")
    page.get_by_label("E-mail").fill("ADA@acme.example")
    page.get_by_role("button", name="Enter the lead").click()
    page.get_by_text("It may be there already").wait_for()
    page.get_by_role("button", name="Enter it all the same").click()
    page.get_by_text("Entered, and handed off to Sales").wait_for()


@pytest.mark.parametrize("employees", ["many", "20"], ids=["a problem", "a duplicate"])
def test_the_form_to_enter_a_lead_looks_good_with_what_it_has_to_say(
    employees: str, site: Site, visits: Visits
):
    page = visits.of(site, Role.MARKETING_MANAGER)
    page.goto("/leads")
    page.locator(".cells tbody a").first.click()
    email = page.locator("a[href^='mailto:']").inner_text()
    page.goto("/leads/new")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Employees").fill(employees)
    page.get_by_role("button", name="Enter the lead").click()
    page.get_by_role("alert").wait_for()
    assert_good_looks(page)


def test_a_page_that_is_not_for_a_role_says_so(looked_at: Site, visits: Visits):
    page = visits.of(looked_at, Role.REP)
    page.goto("/progress")
    assert page.get_by_text("may not see the progress of the agreement").is_visible()
    assert_good_looks(page)
