from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from html import unescape
from typing import TYPE_CHECKING

import pytest

from smarketing.bootstrap import catch_up
from smarketing.domain.metrics import Metric
from smarketing.domain.share_left import ShareLeft
from smarketing.services.forecast.shares import ShareRow
from smarketing.services.people.people import Role
from tests.web.office import MONDAY
from tests.web.portal import Portal

if TYPE_CHECKING:
    from tests.web.office import Office


def page(path: str, portal: Portal | None = None) -> str:
    answer = (portal or Portal()).client(Role.MARKETING_MANAGER).get(path)
    assert answer.status_code == 200
    return " ".join(answer.text.split())


def test_the_current_month_shows_what_is_promised_counted_expected_and_needed():
    shown = page("/progress")
    assert "Progress in November 2026" in shown
    assert "November is 10 leads behind plan: 15 of 50 leads, 25 expected by now." in shown
    assert "12 behind" in shown
    assert "60 %" in shown
    assert 'data-label="Needed a working day">3<' in shown


def test_promised_shares_stand_with_their_chance_below_the_whole_month():
    share = ShareRow(
        agreement="test",
        commitment="acknowledge",
        title="Leads acknowledged",
        metric=Metric.ACKNOWLEDGED_WITHIN,
        month=date(2026, 11, 1),
        kept=88,
        due=100,
        left=40,
        promised=Fraction(9, 10),
        is_over=False,
        is_told=True,
        found=ShareLeft(0.314, 0.89),
    )
    portal = Portal(shares=(share,))
    shown = page("/progress", portal)
    assert "Promised shares at the month’s end" in shown
    assert "Leads acknowledged" in shown
    assert 'data-label="Forecast">31 % to keep 90 %<' in shown
    assert "Promised shares" not in page("/progress?segment=enterprise", portal)
    assert "Promised shares" not in page("/progress")


def test_a_surplus_in_one_line_does_not_hide_the_shortfall_of_another():
    portal = Portal()
    first, second, other = portal.cells
    portal.cells = (replace(first, counted=40), second, other)
    assert "November is on plan: 43 of 50 leads, 25 expected by now, but one line is behind." in (
        page("/progress", portal)
    )


@pytest.mark.parametrize(
    ("left_days", "said"),
    [
        (0, "did not reach its target: 1 of 2 lines ended short, though 53 of 50 leads came"),
        (10, "has 53 of 50 leads in all, but 1 of 2 lines has not reached theirs yet, and 1 is"),
    ],
)
def test_a_sum_that_is_reached_hides_no_line_that_is_short(left_days: int, said: str):
    portal = Portal()
    first, second, other = (replace(cell, left_days=left_days) for cell in portal.cells or ())
    portal.cells = (replace(first, counted=50), second, other)
    shown = page("/progress", portal)
    assert said in shown
    assert "has reached its target" not in shown


def test_a_month_to_come_is_said_not_to_have_begun():
    portal = Portal(now=datetime(2026, 10, 20, 9, tzinfo=UTC))
    portal.cells = tuple(replace(cell, counted=0, expected=None) for cell in portal.cells or ())
    shown = page("/progress?month=2026-11", portal)
    assert "November 2026 has not begun: its target is 50 leads." in shown
    assert "not begun" in shown
    assert "on plan" not in shown


def test_a_line_without_a_target_shows_what_was_counted_and_no_more():
    assert "no target" in page("/progress?segment=other&tier=other")


def test_one_segment_and_tier_can_be_asked_for():
    shown = page("/progress?segment=small&tier=silver")
    assert "Only Small, Silver." in shown
    assert "Enterprise" not in shown
    assert "Show all" in shown


@pytest.mark.parametrize(
    ("query", "line"),
    [
        pytest.param("segment=small", "Only Small &amp; quick.", id="its title, escaped"),
        pytest.param("tier=silver&month=2026-10", "Only Silver.", id="nothing there: its name"),
        pytest.param("segment=no_such", "Only No such.", id="no segment of ours"),
        pytest.param("segment=small&from=2026-11-09&to=2026-11-16", "Only Small &amp; quick.",
                     id="some days"),
    ],
)  # fmt: skip
def test_what_alone_is_shown_is_called_by_its_title(query: str, line: str):
    portal = Portal()
    first, second, other = portal.cells
    portal.cells = (first, replace(second, segment_title="Small & quick"), other)
    assert line in page(f"/progress?{query}", portal)


def test_the_link_of_the_mail_to_a_whole_month_is_that_month():
    portal = Portal()
    shown = page("/progress?segment=small&tier=silver&from=2026-11-01&to=2026-12-01", portal)
    assert "Progress in November 2026" in shown
    assert portal.spans == []


def test_the_link_of_the_mail_to_a_week_shows_its_days():
    portal = Portal()
    shown = page("/progress?from=2026-11-09&to=2026-11-16", portal)
    assert portal.spans == [(date(2026, 11, 9), date(2026, 11, 16))]
    assert "9 November 2026 to 15 November 2026" in shown
    assert "123 %" in shown
    assert "5 of 6 (83 %)" in shown
    assert "Without" in shown


def test_another_month_can_be_picked():
    shown = page("/progress?month=2026-10")
    assert "Progress in October 2026" in shown
    assert "No lead was handed off in October 2026" in shown
    assert 'href="/progress?month=2026-09"' in shown


@pytest.mark.parametrize(
    "query",
    ["month=2026-13", "month=x", "month=0001-01", "month=9999-12", "from=x&to=2026-11-02",
     "from=2026-11-02&to=2026-11-02", "from=2026-11-02&to=2026-11-01"],
)  # fmt: skip
def test_a_day_or_month_that_is_none_is_404_with_a_sentence(query: str):
    answer = Portal().client(Role.ADMINISTRATOR).get(f"/progress?{query}")
    assert answer.status_code == 404
    assert "To the first page" in answer.text


def test_without_an_agreement_the_page_says_what_will_be_there_and_the_next_step():
    shown = page("/progress", Portal(cells=None))
    assert "No agreement is signed yet." in shown
    assert "smarketing agreement load" in shown


def forecast(office: Office, now: str, month: str = "2026-11") -> str:
    office.now = datetime.fromisoformat(now).replace(tzinfo=UTC)
    catch_up(office.house, office.now)
    answer = office.client("Mark").get(f"/progress?month={month}")
    assert answer.status_code == 200
    return " ".join(answer.text.split())


@pytest.mark.parametrize(
    "now",
    ["2026-11-16 23:30", "2026-11-22 12:00", "2026-11-30 12:00", "2026-11-30 22:59",
     "2026-12-01 06:00", "2026-12-25 12:00", "2026-12-31 22:00"],
    ids=["first day", "sunday", "last day", "last minute", "first of a month", "holiday",
         "last of a year"],
)  # fmt: skip
def test_no_day_of_the_month_brings_what_is_no_number(office: Office, now: str):
    shown = forecast(office, now, now[:7])
    assert "Forecast" in shown
    assert not re.search(r"\b(nan|NaN|inf|Infinity|None)\b", shown)
    for told in re.findall(r'data-chart="([^"]+)"', shown):
        json.loads(unescape(told), parse_constant=pytest.fail)


def test_the_current_month_says_how_likely_its_target_is(office: Office):
    shown = forecast(office, "2026-11-24 12:00")
    assert re.search(r"is out of reach with|% to reach|too early to tell", shown)
    assert "8 of 10 such months end there" in shown
    assert "8 times in 10, such a month ends at" in shown
    assert "Shaded: where 8 of 10 such months go on to" in shown


def test_another_month_shows_what_happened_or_nothing_yet(office: Office):
    for month in ("2026-11", "2027-02"):
        shown = forecast(office, "2026-12-08 12:00", month)
        assert "Forecast" not in shown
        assert "Shaded" not in shown


def test_figures_of_a_month_lead_to_the_leads_behind_them(office):
    page = office.client("Mark").get("/progress?month=2026-11").text
    link = "/leads?month=2026-11&amp;segment=enterprise&amp;tier=decision_maker&amp;what=counted"
    assert f'href="{link}"' in page
    behind = office.client("Mark").get(link.replace("&amp;", "&")).text
    assert "4 leads" in behind


def test_figures_of_a_week_lead_to_the_leads_that_were_late(office):
    office.now = MONDAY + timedelta(days=2)
    catch_up(office.house, office.now)
    page = office.client("Mark").get("/progress?from=2026-11-16&to=2026-11-23").text
    link = (
        "/leads?segment=enterprise&amp;tier=decision_maker&amp;what=late"
        "&amp;from=2026-11-16&amp;to=2026-11-23"
    )
    assert f'href="{link}"' in page
    assert "4 leads" in office.client("Mark").get(link.replace("&amp;", "&")).text
