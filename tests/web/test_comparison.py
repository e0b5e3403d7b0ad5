from __future__ import annotations

import json
import re
from html import unescape

import pytest

from smarketing.bootstrap import catch_up


@pytest.fixture
def late_office(office):
    """Otto answers in time, and nobody else does."""
    for lead in (2, 4):
        office.post("Otto", f"/leads/{lead}/acknowledge")
    office.now = office.now.replace(day=18)
    catch_up(office.house, office.now)
    return office


def test_few_leads_are_too_few_to_judge(late_office):
    page = late_office.client("Mark").get("/comparison").text
    assert "Too few to judge" in page
    assert "Fair Ltd" in page
    assert "1 of 1" in page


def test_people_are_compared_only_by_who_is_responsible_for_them(late_office):
    assert late_office.client("Mark").get("/comparison?by=owner").status_code == 404
    assert "Otto O." in late_office.client("Sally").get("/comparison?by=owner").text


def test_the_plot_has_the_numbers_of_the_table(late_office):
    page = late_office.client("Sally").get("/comparison?by=owner").text
    found = re.search(r'data-chart="([^"]+)"', page)
    assert found
    (plot,) = json.loads(unescape(found[1]))
    dots = [p for one in plot["series"] if one["kind"] == "dot" for p in one["points"]]
    assert sorted((dot["x"], dot["y"]) for dot in dots) == [(1, 0.0), (1, 0.0), (2, 100.0)]


@pytest.mark.parametrize("query", ["by=mood", "metric=mood", "from=2026-11-30&to=2026-11-01"])
def test_what_cannot_be_compared_is_not_there(office, query: str):
    assert office.client("Sally").get(f"/comparison?{query}").status_code == 404
