"""The link of a mail in a real browser: a visit is no answer, one press is one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from sqlalchemy import text

from smarketing.domain.calendar import seconds
from smarketing.services.mail_link.tokens import Link, LinkSigner
from tests.browser.visits import assert_good_looks

if TYPE_CHECKING:
    from tests.browser.visits import Visits
    from tools.sample_site import Site

TARGET = 44
"""Pixels that a thumb hits."""

_WAITING = (
    "SELECT lead.id, lead.held_since, person.id FROM lead "
    "JOIN person ON person.id = lead.holder_id AND person.role = 'rep' "
    "WHERE lead.acknowledged = 0 AND lead.next_due_at > :now ORDER BY lead.next_due_at LIMIT 1"
)
_ANSWERS = (
    "SELECT COUNT(*) FROM lead_event WHERE lead_id = :id AND detail LIKE '%email_link%' "
    "AND kind = 'acknowledged'"
)


def link_of(site: Site) -> Link:
    now = seconds(site.clock())
    with site.house.engine.connect() as connection:
        lead_id, since, person = connection.execute(text(_WAITING), {"now": now}).one()
    return Link(lead_id, since, person, now - 600)


def path_of(site: Site, link: Link) -> str:
    return f"/a/{LinkSigner(site.house.settings.load_signing_keys()).token(link)}"


def answers(site: Site, link: Link) -> int:
    with site.house.engine.connect() as connection:
        return connection.execute(text(_ANSWERS), {"id": link.lead_id}).scalar_one()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_five_visits_are_no_answer_and_one_press_is_one(
    site: Site, visits: Visits, *, scripts: bool
):
    link = link_of(site)
    page = visits.of(
        site, java_script_enabled=scripts, has_touch=True, viewport={"width": 390, "height": 844}
    )
    for _ in range(5):
        page.goto(path_of(site, link))
        page.wait_for_load_state("networkidle")
    other = page.context.new_page()
    other.goto(path_of(site, link))
    assert answers(site, link) == 0
    page.get_by_role("button", name="I have it").tap()
    expect(page.get_by_role("status")).to_contain_text("You have it.")
    assert answers(site, link) == 1
    other.get_by_role("button", name="I have it").tap()
    expect(other.get_by_role("status")).to_contain_text("Already yours since today")
    page.go_back()
    expect(page.get_by_role("status")).to_contain_text("Already yours since today")
    page.reload()
    assert answers(site, link) == 1
    page.get_by_role("button", name="Undo").tap()
    expect(page.get_by_role("status")).to_contain_text("Taken back")
    expect(page.get_by_role("button", name="I have it")).to_be_visible()


def test_the_pages_look_good_and_are_hit_with_a_thumb(site: Site, visits: Visits):
    link = link_of(site)
    page = visits.of(site, viewport={"width": 390, "height": 844})
    page.goto(path_of(site, link))
    boxes = [button.bounding_box() for button in page.get_by_role("button").all()]
    assert len(boxes) == len(["I have it", "Not mine"])
    assert all(box and min(box["height"], box["width"]) >= TARGET for box in boxes)
    assert_good_looks(page)
    page.get_by_role("button", name="Not mine").click()
    assert_good_looks(page)
    undo = page.get_by_role("button", name="Undo").bounding_box()
    assert undo
    assert min(undo["height"], undo["width"]) >= TARGET
    page.goto(f"{path_of(site, link)}x")
    expect(page.get_by_role("heading", name="This link")).to_be_visible()
    assert_good_looks(page)


def test_the_link_leads_to_the_lead_by_the_door(site: Site, visits: Visits):
    link = link_of(site)
    page = visits.of(site)
    page.goto(path_of(site, link))
    page.get_by_role("button", name="I have it").click()
    page.get_by_role("button", name="Open it in the portal").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
