from __future__ import annotations

import pytest
from sqlalchemy import text

from tests.web.office import LEADS, MONDAY, TOKEN

WORD = "one-form-one-act"


def kinds(office, lead_id: int = 1) -> list[str]:
    with office.house.engine.connect() as connection:
        sql = "SELECT kind FROM lead_event WHERE lead_id = :id AND ref <> '' ORDER BY nth"
        return list(connection.execute(text(sql), {"id": lead_id}).scalars())


def said(office, answer, name: str = "Hetty") -> str:
    assert answer.status_code == 303, answer.text
    return office.client(name).get(answer.location).text


def test_i_have_it_says_what_comes_next_and_can_be_taken_back(office):
    page = said(office, office.post("Hetty", "/leads/1/acknowledge"))
    assert "You have Own Lead. The first attempt is due today, 11:00." in page
    ref = office.one("SELECT ref FROM lead_event WHERE kind = 'acknowledged'").split("#")[0]
    assert f'value="{ref}"' in page
    page = said(office, office.post("Hetty", "/leads/undo", lead=1, ref=ref))
    assert "Taken back" in page
    assert office.one("SELECT acknowledged FROM lead WHERE id = 1") == 0
    assert office.one("SELECT SUM(acknowledged) FROM daily_fact") == 0


def test_who_takes_a_lead_of_the_team_holds_it_and_gives_it_up_by_undo(office):
    office.post("Hetty", "/leads/3/acknowledge", word=WORD)
    assert office.one("SELECT holder_id FROM lead WHERE id = 3") == 1
    office.post("Hetty", "/leads/undo", lead=3, ref=f"portal:1:{WORD}")
    assert office.one("SELECT holder_id FROM lead WHERE id = 3") is None


def test_an_attempt_says_i_have_it_too_and_stops_both_clocks(office):
    page = said(office, office.post("Hetty", "/leads/1/attempt", way="call", connected="1"))
    assert "you reached Own Lead by phone" in page
    assert kinds(office) == ["acknowledged", "attempted", "connected"]
    assert office.one("SELECT next_due_at FROM lead WHERE id = 1") is None
    facts = office.one("SELECT SUM(ack_met) * 10 + SUM(attempt_met) FROM daily_fact")
    assert facts == 11


def test_a_form_that_is_sent_twice_is_one_attempt(office):
    for _ in range(2):
        office.post("Hetty", "/leads/1/attempt", way="mail", connected="0", word=WORD)
    assert kinds(office) == ["acknowledged", "attempted"]


def test_a_rejection_needs_a_reason_and_counts_against_marketing(office):
    answer = office.post("Hetty", "/leads/1/reject", reason="no fun")
    assert answer.status_code == 422
    assert "Choose a reason" in answer.text
    assert kinds(office) == []
    said(office, office.post("Hetty", "/leads/1/reject", reason="duplicate"))
    assert office.one("SELECT SUM(rejected) FROM daily_fact") == 1
    again = office.post("Hetty", "/leads/1/reject", reason="competitor")
    assert again.status_code == 409
    assert "It was rejected by hetty@example.com" in again.text


def test_a_rejection_that_was_wrong_is_mended_by_accepting_also_after_ten_minutes(office):
    office.post("Hetty", "/leads/1/reject", reason="duplicate")
    office.now = office.now.replace(minute=30)
    said(office, office.post("Sally", "/leads/1/accept"), "Sally")
    assert office.one("SELECT accepted * 10 + rejected FROM lead WHERE id = 1") == 10


def test_a_rejection_after_the_window_says_that_it_counts_no_more(office):
    office.now = MONDAY.replace(day=27)
    page = said(office, office.post("Hetty", "/leads/1/reject", reason="duplicate"))
    assert "It still counts as delivered" in page
    assert office.one("SELECT rejected FROM lead WHERE id = 1") == 0


def test_of_two_rejections_the_reason_of_the_first_decides(office):
    office.post("Hetty", "/leads/1/reject", reason="wrong_tier")
    later = int(office.now.timestamp()) + 60
    with office.house.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO lead_event (lead_id, nth, kind, occurred_at, ref, recorded_at, "
                "source_id, detail) VALUES (1, 9, 'rejected', :at, 'activity-1', :at, 1, 'bad fit')"
            ),
            {"at": later},
        )
    office.now = office.now.replace(minute=5)
    assert office.one("SELECT rejected FROM lead WHERE id = 1") == 1


def test_a_lead_is_accepted_once(office):
    said(office, office.post("Hetty", "/leads/1/accept"))
    assert office.one("SELECT SUM(accepted) FROM daily_fact") == 1
    assert office.post("Hetty", "/leads/1/accept").status_code == 409


def test_a_pause_moves_what_is_due_until_it_ends(office):
    due = office.one("SELECT next_due_at FROM lead WHERE id = 1")
    assert due == MONDAY.timestamp() + 3600
    office.now = MONDAY.replace(minute=30)
    answer = office.post("Hetty", "/leads/1/pause", reason="away", until="2026-11-17T09:00")
    assert "is paused" in said(office, answer)
    tuesday = MONDAY.replace(day=17)
    assert office.one("SELECT next_due_at FROM lead WHERE id = 1") == tuesday.timestamp() + 1800
    office.now = MONDAY.replace(minute=45)
    assert "run again" in said(office, office.post("Hetty", "/leads/1/resume"))
    assert office.one("SELECT next_due_at FROM lead WHERE id = 1") == due + 900
    assert office.post("Hetty", "/leads/1/resume").status_code == 409


def test_who_ends_a_pause_did_not_make_it(office):
    office.post("Hetty", "/leads/1/pause", reason="away", until="2026-11-17T09:00")
    office.now = office.now.replace(minute=30)
    office.post("Sally", "/leads/1/resume")
    actors = office.one("SELECT COUNT(DISTINCT actor) FROM lead_event WHERE kind = 'paused'")
    assert actors == 1
    assert office.one("SELECT MIN(actor) FROM lead_event WHERE nth > 2") == "hetty@example.com"


def test_a_lead_that_is_paused_is_not_paused_again(office):
    office.post("Hetty", "/leads/1/pause", reason="away", until="2026-11-27T09:00")
    again = office.post("Hetty", "/leads/1/pause", reason="away", until="2026-11-18T09:00")
    assert again.status_code == 409


def test_what_later_acts_build_on_is_not_taken_back(office):
    office.post("Hetty", "/leads/3/acknowledge", word=WORD)
    office.post("Hetty", "/leads/3/attempt", way="call", connected="1")
    answer = office.post("Hetty", "/leads/undo", lead=3, ref=f"portal:1:{WORD}")
    assert answer.status_code == 409
    assert "You did more since" in answer.text
    assert office.one("SELECT holder_id FROM lead WHERE id = 3") == 1


def test_a_manager_who_acknowledges_for_a_rep_does_not_get_the_lead(office):
    page = said(office, office.post("Sally", "/leads/1/acknowledge"), "Sally")
    assert "Own Lead is acknowledged; who held it still does." in page
    assert office.one("SELECT holder_id FROM lead WHERE id = 1") == 1


def test_who_comes_second_at_a_lead_that_was_handed_back_is_told_who_has_it(office):
    office.post("Hetty", "/leads/1/acknowledge")
    office.post("Hetty", "/leads/1/hand-back")
    office.now = office.now.replace(minute=20)
    said(office, office.post("Otto", "/leads/1/acknowledge"), "Otto")
    page = said(office, office.post("Hetty", "/leads/1/acknowledge"))
    assert "otto@example.com has Own Lead since" in page


@pytest.mark.parametrize("until", ["2026-11-15T09:00", "2027-06-01T09:00", "soon", ""])
def test_a_pause_ends_in_the_days_to_come(office, until: str):
    answer = office.post("Hetty", "/leads/1/pause", reason="away", until=until)
    assert answer.status_code == 422
    assert kinds(office) == []


def test_not_mine_gives_the_lead_back_to_the_team_and_rejects_nothing(office):
    page = said(office, office.post("Hetty", "/leads/1/hand-back"))
    assert "back in the team’s queue" in page
    assert office.one("SELECT holder_id FROM lead WHERE id = 1") is None
    assert office.one("SELECT SUM(rejected) FROM daily_fact") == 0
    assert office.post("Hetty", "/leads/1/hand-back").status_code == 409


def test_a_manager_hands_several_leads_to_somebody(office):
    leads = [LEADS["own"], LEADS["team"]]
    page = said(office, office.post("Sally", "/leads/assign", lead=leads, to=2), "Sally")
    assert "Otto has 2 leads now." in page
    assert office.one("SELECT COUNT(*) FROM lead WHERE holder_id = 2") == 4
    assert office.client("Hetty").get("/queue").text.count("Nothing waits for you") == 1


@pytest.mark.parametrize(
    ("data", "status"),
    [
        pytest.param({"to": 2}, 422, id="no lead"),
        pytest.param({"lead": "x", "to": 2}, 422, id="no number"),
        pytest.param({"lead": 1, "to": 6}, 404, id="a supplier holds none"),
        pytest.param({"lead": 1}, 404, id="nobody"),
        pytest.param({"lead": [1, 99], "to": 2}, 404, id="a lead that is not there"),
    ],
)
def test_leads_are_only_handed_to_who_may_hold_them(office, data: dict[str, object], status: int):
    assert office.post("Sally", "/leads/assign", **data).status_code == status
    assert office.one("SELECT holder_id FROM lead WHERE id = 1") == 1


def test_after_ten_minutes_an_act_stands(office):
    office.post("Hetty", "/leads/1/accept", word=WORD)
    office.now = office.now.replace(minute=10, second=1)
    answer = office.post("Hetty", "/leads/undo", lead=1, ref=f"portal:1:{WORD}")
    assert answer.status_code == 409
    assert "more than ten minutes ago" in answer.text


def test_nobody_takes_back_what_another_did(office):
    office.post("Hetty", "/leads/1/accept", word=WORD)
    answer = office.post("Sally", "/leads/undo", lead=1, ref=f"portal:1:{WORD}")
    assert answer.status_code == 404
    assert office.one("SELECT accepted FROM lead WHERE id = 1") == 1


@pytest.mark.parametrize("path", ["/leads/99999999999999999999/acknowledge", "/leads/-1/accept"])
def test_a_number_that_no_lead_can_have_is_404(office, path: str):
    assert office.post("Hetty", path).status_code == 404


def test_an_act_takes_a_press_not_a_visit(office):
    assert office.client("Hetty").get("/leads/1/acknowledge").status_code == 405
    assert kinds(office) == []


def test_the_way_back_is_a_page_of_ours(office):
    assert office.post("Hetty", "/leads/1/accept", next="/queue?page=2").location == "/queue?page=2"
    elsewhere = office.post("Hetty", "/leads/3/accept", next="//evil.example")
    assert elsewhere.location == "/queue"


def test_every_form_of_the_queue_has_a_token(office):
    page = office.client("Hetty").get("/queue").text
    assert len(TOKEN.findall(page)) == page.count('method="post"')


def clocks(office, lead_id: int = 1) -> list[tuple[int, int]]:
    with office.house.engine.connect() as connection:
        sql = "SELECT cycle, state FROM clock WHERE lead_id = :id ORDER BY cycle, commitment_id"
        return [tuple(row) for row in connection.execute(text(sql), {"id": lead_id})]


def test_a_recycled_lead_owes_nothing_until_it_is_handed_off_again(office):
    page = said(office, office.post("Hetty", "/leads/1/recycle", reason="not_now"))
    assert "goes back to Marketing" in page
    assert office.one("SELECT next_due_at FROM lead WHERE id = 1") is None
    assert office.one("SELECT SUM(delivered) * 10 + SUM(rejected) FROM daily_fact") % 10 == 0
    assert office.post("Hetty", "/leads/1/recycle", reason="not_now").status_code == 409
    assert "Hand off again" not in office.client("Hetty").get("/leads/1").text
    office.now = office.now.replace(hour=12)
    page = said(office, office.post("Mark", "/leads/1/hand-off-again"), "Mark")
    assert "its clocks begin anew" in page
    assert office.one("SELECT acknowledged FROM lead WHERE id = 1") == 0
    assert office.one("SELECT next_due_at FROM lead WHERE id = 1") > office.now.timestamp()
    office.post("Hetty", "/leads/1/acknowledge")
    first, second = ([s for c, s in clocks(office) if c == cycle] for cycle in (1, 2))
    assert (first, second) == ([1, 4], [1, 0])


def test_a_lead_that_nobody_recycled_is_not_handed_off_again(office):
    assert office.post("Mark", "/leads/1/hand-off-again").status_code == 409
