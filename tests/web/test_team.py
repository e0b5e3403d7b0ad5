from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from smarketing.bootstrap import catch_up
from tests.web.office import LEADS, MONDAY

if TYPE_CHECKING:
    from tests.web.office import Office


def page(office: Office, path: str = "/team", name: str = "Sally") -> str:
    answer = office.client(name).get(path)
    assert answer.status_code == 200
    return " ".join(answer.text.split())


def line(shown: str, who: str) -> list[str]:
    """The cells of somebody in the table of the load, as they are read."""
    (cells,) = re.findall(rf'scope="row">(?:<a[^>]*>)?{who}<.*?</tr>', shown)[:1]
    return [re.sub("<[^>]*>|▲", "", one).strip() for one in re.findall("<td.*?</td>", cells)]


def test_one_glance_says_who_waits_longest_how_many_are_late_and_what_was_promised(office):
    catch_up(office.house, office.now)
    shown = page(office)
    assert "Nobody is late. Own Lead is next: less than a minute left, with Hetty." in shown
    assert re.search(r"Sales acknowledged 0 of \d in time so far", shown)
    office.now = MONDAY + timedelta(hours=3)
    catch_up(office.house, office.now)
    shown = page(office)
    assert (
        "Own Lead waits longest: 2 h 00 min late, with Hetty. 4 of 4 that wait are late." in shown
    )
    assert "Sales acknowledged 0 of 4 in time, too few to judge against 90 %." in shown
    assert "90 % promised" in shown
    assert "This week: 16 November 2026 to 22 November 2026" in shown


def test_what_a_source_says_is_never_markup(office: Office):
    assert "Team &lt;b&gt;Lead&lt;/b&gt;" in page(office)


def test_each_has_a_line_with_the_number_behind_every_share(office: Office):
    office.now = MONDAY + timedelta(hours=3)
    catch_up(office.house, office.now)
    shown = page(office)
    assert line(shown, "Hetty") == ["1", "1", "0", "0", "0 of 1", "0 of 1", "0", "–"]
    assert line(shown, "Otto") == ["2", "2", "0", "0", "0 of 2", "0 of 2", "0", "–"]
    assert line(shown, "Sally") == ["0", "0", "0", "0", "–", "–", "0", "–"]
    assert line(shown, "No person for this owner")[0] == "1"
    assert "/leads?holder=2&amp;what=open" in shown
    # Only an administrator may say who an owner is.
    assert "/owners" not in shown
    assert '<a href="/owners">No person for this owner</a>' in page(office, name="Ada")


def test_every_breach_leads_to_the_leads_behind_it(office: Office):
    office.now = MONDAY + timedelta(hours=3)
    catch_up(office.house, office.now)
    shown = page(office)
    week = "from=2026-11-16&amp;to=2026-11-23"
    assert f'<a href="/leads?{week}&amp;holder=2&amp;what=late">2</a>' in shown
    assert f'<a href="/leads?{week}&amp;holder=0&amp;what=late">1</a>' in shown
    assert f'<a href="/leads?{week}&amp;what=attempt_late">4</a>' in shown
    assert "(4 still open)" in shown


def test_several_leads_are_handed_to_somebody_and_the_page_comes_back(office: Office):
    office.now = MONDAY + timedelta(hours=3)
    chosen = [LEADS["own"], LEADS["team"]]
    answer = office.post("Sally", "/leads/assign", "/team", lead=chosen, to=2, next="/team")
    assert answer.location == "/team"
    shown = page(office)
    assert "Otto has 2 leads now." in shown
    assert line(shown, "Otto")[0] == "4"
    assert "No person for this owner" not in shown


def test_an_earlier_week_has_its_own_figures_and_a_way_back(office: Office):
    shown = page(office, "/team?week=2026-W46")
    assert "Week 46: 9 November 2026 to 15 November 2026" in shown
    assert "none was answered late and none is overdue" in shown
    assert 'href="/team?week=2026-W45"' in shown
    assert 'href="/team?week=2026-W47"' in shown
    assert 'href="/team?week=2026-W48"' not in page(office)


@pytest.mark.parametrize("week", ["x", "2026-W60", "9999-W52"])
def test_a_week_that_is_none_is_404(office: Office, week: str):
    answer = office.client("Sally").get(f"/team?week={week}")
    assert answer.status_code == 404
    assert "is no week; write it as 2026-W47" in answer.text


def test_when_nobody_waits_the_page_says_what_will_be_there(office: Office):
    for lead in LEADS.values():
        office.post("Sally", f"/leads/{lead}/attempt", "/team", way="call", connected="1")
    shown = page(office)
    assert "<strong>Nobody waits.</strong>" in shown
    assert "Leads that owe an answer appear here" in shown
    assert line(shown, "Sally")[-2] == "4"
