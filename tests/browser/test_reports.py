"""The weekly reports in the portal: the list, one that was sent, and each way to look at it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from smarketing.bootstrap import mail_links, press
from smarketing.services.digest.links import Sent
from smarketing.services.people.people import Role
from smarketing.web.report_document import SHOWN
from tests.browser.visits import assert_accessible, assert_fits, assert_good_looks

if TYPE_CHECKING:
    from playwright.sync_api import FrameLocator, Page

    from tests.browser.visits import Visits
    from tools.sample_site import Site

MONDAY = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def sent(looked_at: Site) -> Site:
    """The sample company, whose reports of 2026-W47 were made on Monday."""
    for audience in ("marketing", "sales"):
        press(looked_at.house, MONDAY).report("2026-W47", audience, "en-GB")
    return looked_at


def opened(page: Page, way: str = "") -> FrameLocator:
    """Open the report from the list, and a tab of it; return the mail."""
    page.goto("/reports")
    page.get_by_role("link", name="2026-W47").click()
    if way:
        page.get_by_role("navigation", name="Shown as").get_by_role(
            "link", name=SHOWN[way], exact=True
        ).click()
    return page.frame_locator("iframe")


@pytest.mark.parametrize("role", [Role.MARKETING_MANAGER, Role.SALES_MANAGER])
def test_the_list_leads_to_the_report_of_who_looks(sent: Site, visits: Visits, role: Role):
    page = visits.of(sent, role)
    mail = opened(page)
    expect(page.get_by_text("As it was sent; made")).to_be_visible()
    expect(mail.get_by_role("heading", level=1)).to_contain_text("in time so far")
    expect(mail.get_by_role("heading", name="Where these numbers come from")).to_be_visible()


@pytest.mark.parametrize(
    "path", ["/reports", *(f"/reports/2026-W47/sales?shown={w}" for w in SHOWN)]
)
def test_list_and_tabs_fit_and_are_accessible_wide_and_narrow_light_and_dark(
    sent: Site, visits: Visits, path: str
):
    page = visits.of(sent, Role.SALES_MANAGER)
    page.goto(path)
    assert_good_looks(page)


@pytest.mark.parametrize(("width", "way"), [(640, "desktop"), (360, "phone"), (360, "dark")])
def test_the_mail_alone_fits_and_is_accessible(sent: Site, visits: Visits, width: int, way: str):
    page = visits.of(sent, Role.SALES_MANAGER, viewport={"width": width, "height": 900})
    answer = page.goto(f"/reports/2026-W47/sales/mail?shown={way}")
    assert_fits(page)
    # Shut in, as it is served, no script runs in it, that of the check neither.
    mail = answer.text()
    page.goto("about:blank")
    page.set_content(mail)
    assert_accessible(page, {"type": "rule", "values": ["color-contrast", "image-alt"]})


def test_dark_is_dark_on_a_light_screen_and_desktop_is_light_on_a_dark_one(
    sent: Site, visits: Visits
):
    def ground(way: str, scheme: str) -> int:
        page = visits.of(sent, Role.SALES_MANAGER, color_scheme=scheme)
        page.goto(f"/reports/2026-W47/sales/mail?shown={way}")
        colour = page.locator(".card").evaluate("one => getComputedStyle(one).backgroundColor")
        return int(colour.removeprefix("rgb(").partition(",")[0])

    assert ground("dark", "light") < 64
    assert ground("desktop", "dark") > 192


def test_a_phone_is_as_narrow_as_one(sent: Site, visits: Visits):
    page = visits.of(sent, Role.SALES_MANAGER, viewport={"width": 1280, "height": 900})
    opened(page, "phone")
    box = page.locator("iframe").bounding_box()
    assert box is not None
    assert 320 <= box["width"] <= 400


def test_with_images_off_their_words_stand_there(sent: Site, visits: Visits):
    mail = opened(visits.of(sent, Role.SALES_MANAGER), "no-images")
    picture = mail.locator("img.chart").first
    expect(picture).to_have_attribute("alt")
    assert picture.evaluate("one => one.naturalWidth") == 0
    seen = opened(visits.of(sent, Role.SALES_MANAGER), "desktop").locator("img.chart").first
    assert seen.evaluate("one => one.naturalWidth") > 600


def test_the_text_says_what_the_mail_says(sent: Site, visits: Visits):
    page = visits.of(sent, Role.SALES_MANAGER)
    headline = opened(page).get_by_role("heading", level=1).inner_text()
    opened(page, "text")
    said = page.get_by_label("The text part").inner_text()
    assert " ".join(headline.split()) in " ".join(said.split())


def test_the_link_of_a_mail_opens_the_kept_page_and_leads_to_the_door(sent: Site, visits: Visits):
    page = visits.of(sent)
    link = mail_links(sent.house).view(Sent(2, "2026-W47", "sales", "en-GB"))
    page.goto(f"/mail/view/{link.rpartition('/')[2]}")
    expect(page.get_by_text("As it was sent; made 23 November 2026, 08:30.")).to_be_visible()
    expect(page.get_by_role("link", name="In the portal: what changed since")).to_be_visible()
    assert_fits(page)
