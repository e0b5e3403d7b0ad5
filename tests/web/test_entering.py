from __future__ import annotations

import pytest
from sqlalchemy import text

from tests.web.office import MONDAY

ADA = {"full_name": "Ada Love", "email": "ada@acme.example", "company": "Acme", "job_title": "CEO"}
WORD = "one-form-one-lead"


def leads(office) -> int:
    return office.one("SELECT COUNT(*) FROM lead")


def add(office, name: str = "Mark", **told: object):
    return office.post(name, "/leads/new", page="/leads/new", **{"word": WORD, **ADA, **told})


def test_a_lead_is_entered_and_its_page_opens(office):
    answer = add(office)
    assert (answer.status_code, answer.location) == (303, "/leads/5")
    html = office.client("Mark").get("/leads/5").text
    assert "Entered, and handed off to Sales." in html
    assert "by hand, entered by Mark" in html
    assert office.one("SELECT SUM(delivered) FROM daily_fact") == 5
    assert "Ada Love" in office.client("Hetty").get("/queue").text


def test_it_is_given_to_a_rep_and_stands_in_their_queue(office):
    add(office, to=1)
    assert office.one("SELECT holder_id FROM lead WHERE id = 5") == 1
    assert add(office, word="another-form", to=6).status_code == 404


def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(office):
    answer = add(office, employees="many", campaign="Fair <2026>")
    assert answer.status_code == 422
    assert "Not a whole number (employees)." in answer.text
    assert 'name="employees" type="text" value="many"' in answer.text
    assert 'aria-invalid="true" aria-describedby="hint-employees"' in answer.text
    assert 'value="Fair &lt;2026&gt;"' in answer.text
    assert leads(office) == 4


def test_a_lead_that_may_be_there_is_shown_first_and_entered_on_the_second_press(office):
    told = {"full_name": "Other", "email": "OWN@lead.example"}
    answer = add(office, **told)
    assert answer.status_code == 409
    assert '<a href="/leads/1">Own Lead</a>, Acme: the same e-mail.' in answer.text
    assert 'value="OWN@lead.example"' in answer.text
    assert f'name="word" value="{WORD}"' in answer.text
    assert leads(office) == 4
    assert add(office, **told, sure=1).location == "/leads/5"


def test_a_form_that_is_sent_twice_enters_one_lead(office):
    add(office)
    office.now = MONDAY.replace(hour=11)
    again = add(office)
    assert again.location == "/leads/5"
    assert leads(office) == 5
    assert "It was entered before" in office.client("Mark").get("/leads/5").text


def test_a_zero_character_is_left_out(office):
    assert add(office, full_name="A\0da").status_code == 303
    with office.house.engine.connect() as connection:
        assert connection.execute(text("SELECT full_name FROM lead WHERE id = 5")).scalar() == "Ada"


@pytest.mark.parametrize(("name", "status"), [("Hetty", 403), ("Sue", 403), ("Sally", 200)])
def test_who_may_enter_leads(office, name: str, status: int):
    assert office.client(name).get("/leads/new").status_code == status
    may = "Enter a lead" in office.client(name).get("/leads").text
    assert may == (status == 200)
