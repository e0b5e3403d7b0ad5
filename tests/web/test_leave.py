from __future__ import annotations

from datetime import date

import pytest

from smarketing.bootstrap import catch_up

FORM = {"person": "2", "starts_on": "2026-11-16", "ends_on": "2026-12-03", "note": "at sea"}


def test_a_sales_manager_plans_leave_and_removes_it_again(office):
    assert "Nobody is away today." in office.client("Sally").get("/people/leave").text
    answer = office.post("Sally", "/people/leave", **FORM)
    assert (answer.status_code, answer.location) == (303, "/people/leave")
    page = office.client("Sally").get("/people/leave").text
    assert "Otto’s leave is kept." in page
    assert "1 person is away today." in page
    assert "Thursday, 3 December 2026" in page
    assert "entered by sally@example.com" in page
    office.post("Ada", "/people/leave/1/remove")
    assert "Nobody is away today." in office.client("Sally").get("/people/leave").text
    assert office.post("Ada", "/people/leave/1/remove").status_code == 404


def test_what_cannot_be_used_is_told_at_its_field_and_the_rest_stays(office):
    answer = office.post("Sally", "/people/leave", **FORM | {"ends_on": "2026-11-16"})
    assert answer.status_code == 422
    assert "It ends before it starts" in answer.text
    assert '<option value="2" selected>Otto</option>' in answer.text
    assert 'value="at sea"' in answer.text
    assert office.one("SELECT COUNT(*) FROM leave") == 0


def test_a_day_ends_in_the_zone_of_the_agreement(office):
    office.post("Sally", "/people/leave", **FORM)
    # In Berlin it is 3 December already.
    office.now = office.now.replace(month=12, day=2, hour=23, minute=30)
    assert "Thursday, 3 December 2026" not in office.client("Sally").get("/people/leave").text


@pytest.mark.parametrize(
    "path", ["/leads", "/leads/1", "/leads/new", "/team", "/exceptions"], ids=str
)
def test_who_is_away_is_marked_and_stands_last_where_leads_are_handed_over(office, path: str):
    office.now = office.now.replace(day=17)
    catch_up(office.house, office.now)
    office.post("Sally", "/people/leave", **FORM)
    page = office.client("Sally").get(path).text
    select = page.split('id="to"', 1)[1].split("</select>", 1)[0]
    assert select.rstrip().endswith('<option value="2">Otto (away until 3 December 2026)</option>')
    assert ">Sally</option>" in select


def test_the_page_of_a_lead_tells_the_holders_clock_and_that_they_are_away(office):
    office.now = office.now.replace(hour=10)
    office.post("Sally", "/leads/assign", lead=1, to=2)
    page = office.client("Sally").get("/leads/1").text
    assert "Otto got it today, 11:00; from then it is due today, 12:00." in page
    office.post("Sally", "/people/leave", **FORM)
    page = office.client("Sally").get("/leads/1").text
    assert "Otto (away until 3 December 2026), since today, 11:00" in page
    assert "Their leave is not counted: 16 November 2026 to 2 December 2026." in page
    office.now = office.now.replace(month=12, day=7)
    page = office.client("Sally").get("/leads/1").text
    assert "from then it was due Thursday, 10:00, and nothing is known to be done yet." in page


@pytest.mark.parametrize(
    ("hour", "told"), [(10, "today, 12:00: done in time."), (11, "today, 12:00: done too late.")]
)
def test_the_page_says_how_the_holder_did_apart_from_how_the_lead_did(office, hour, told):
    office.now = office.now.replace(hour=10)
    office.post("Sally", "/leads/assign", lead=1, to=2)
    office.now = office.now.replace(hour=hour, minute=45)
    office.post("Otto", "/leads/1/acknowledge")
    page = office.client("Sally").get("/leads/1").text
    assert f"from then it was due {told}" in page
    assert "too late</strong>" in page


def test_who_has_had_a_lead_from_the_start_and_goes_away_owes_it_later(office):
    office.post("Sally", "/people/leave", **FORM | {"person": "1", "ends_on": "2026-11-17"})
    page = office.client("Sally").get("/leads/1").text
    assert "Hetty has had it from the start; with their leave it is due tomorrow, 10:00." in page
    assert "Their leave is not counted: 16 November 2026." in page


@pytest.mark.parametrize(("name", "shown"), [("Sally", True), ("Ada", True), ("Hetty", False)])
def test_the_page_is_a_tab_of_the_room_team(office, name: str, shown: bool):  # noqa: FBT001
    client = office.client(name)
    page = client.get("/team" if shown else "/queue").text
    assert ('href="/people/leave"' in page) is shown
    assert (client.get("/people/leave").status_code == 200) is shown


def test_leave_is_for_the_days_that_were_told(office):
    office.post("Ada", "/people/leave", **FORM)
    kept = office.one("SELECT starts_on || ' ' || ends_on || ' ' || told_by FROM leave")
    assert kept == f"{date(2026, 11, 16)} {date(2026, 12, 3)} ada@example.com"
