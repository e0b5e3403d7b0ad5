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
    "/account": PEOPLE,
    "/people": (Role.ADMINISTRATOR,),
    "/people/new": (Role.ADMINISTRATOR,),
    "/people/3": (Role.ADMINISTRATOR,),
    "/owners": (Role.ADMINISTRATOR,),
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


def test_a_page_that_is_not_for_a_role_says_so(looked_at: Site, visits: Visits):
    page = visits.of(looked_at, Role.REP)
    page.goto("/progress")
    assert page.get_by_text("This page is not for your role.").is_visible()
    assert_good_looks(page)
