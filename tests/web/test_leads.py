from __future__ import annotations

import csv
import io
import re
from datetime import timedelta

import polars as pl
import pytest
from sqlalchemy import text

from smarketing.domain.calendar import seconds
from smarketing.services.conclusions.judged import Knowledge
from smarketing.services.conclusions.settle import settle_again
from tests.web.office import LEADS, MONDAY, TOKEN

PRIVATE = ("Otto", "otto@example.com", "10,000", "Own Lead", "acknowledge")
"""What a supplier must not read on the page of a lead: people, money, clocks, other leads."""


def page(office, name: str, path: str) -> str:
    answer = office.client(name).get(path)
    assert answer.status_code == 200, answer.text
    return answer.text


def plain(html: str) -> str:
    return " ".join(re.sub("<[^>]*>", " ", html).split())


def test_a_page_says_who_it_is_why_it_counts_and_what_is_owed(office):
    told = plain(page(office, "Hetty", f"/leads/{LEADS['own']}"))
    assert "Own Lead CEO, Acme" in told
    assert "Segment: Enterprise Rule 1 of 3 matched: employees &gt;= 1000 employees : 2000" in told
    assert "seniority : c_level from the job title “CEO”" in told
    assert "Held by Hetty, since today, 09:00 in the CRM: Hetty H." in told
    assert "Leads acknowledged ◆ At risk due today, 10:00" in told
    assert (
        "1 h 00 min of working time, agreed for Enterprise, Decision makers (service level)" in told
    )
    assert "today, 09:00 to 10:00 1 h 00 min" in told


def test_a_page_links_to_telephone_and_mail(office):
    html = page(office, "Hetty", "/leads/1")
    assert 'href="mailto:own@lead.example"' in html


def test_what_a_source_says_is_never_markup(office):
    html = page(office, "Hetty", f"/leads/{LEADS['team']}")
    assert "Team &lt;b&gt;Lead&lt;/b&gt;" in html
    assert "<b>Lead</b>" not in html


def test_what_was_done_stands_in_the_story_newest_first_and_what_was_taken_back_is_struck(office):
    office.post("Hetty", "/leads/1/acknowledge", word="the-first-word")
    office.now += timedelta(minutes=5)
    office.post("Hetty", "/leads/1/attempt", way="call", connected="1", word="the-second-word")
    office.post("Hetty", "/leads/undo", lead=1, ref="portal:1:the-second-word")
    html = page(office, "Hetty", "/leads/1")
    told = plain(html)
    assert "<del>Called</del>" in html
    assert "Taken back by Hetty, today, 10:05" in told
    assert "Hetty, in the portal" in told
    assert told.index("Called") < told.index("Acknowledged: “I have it”") < told.index("Came in")


def test_a_pause_is_told_at_the_clocks_it_moves(office):
    office.now = MONDAY.replace(minute=30)
    office.post("Hetty", "/leads/1/pause", reason="away", until="2026-11-17T09:00")
    told = plain(page(office, "Sally", "/leads/1"))
    assert "‖ Paused until tomorrow, 09:00, then due tomorrow, 09:30" in told
    assert "today, 09:30 to tomorrow, 09:00 Paused: The lead is away, by Hetty" in told
    assert "Paused until tomorrow, 09:00: The lead is away" in told


def test_who_may_answer_answers_on_the_page_and_who_may_assign_gives_it_on(office):
    hetty, mark, sally = (page(office, name, "/leads/1") for name in ("Hetty", "Mark", "Sally"))
    assert ("I have it" in hetty, "Give it to" in hetty) == (True, False)
    assert ('<button type="submit" class="main">' in mark, "Give it to" in mark) == (False, False)
    assert ("I have it" in sally, "Give it to" in sally) == (True, True)
    answer = office.post("Sally", "/leads/assign", lead=1, to=2, next="/leads/1", page="/leads/1")
    assert answer.location == "/leads/1"
    told = plain(page(office, "Sally", "/leads/1"))
    assert "Otto has Own Lead now." in told
    assert "Given to Otto" in told
    assert office.client("Hetty").get("/leads/1").status_code == 404


@pytest.mark.parametrize("name", ["Hetty", "Sally"])
def test_every_form_of_a_page_has_a_token(office, name: str):
    html = page(office, name, "/leads/1")
    assert len(TOKEN.findall(html)) == html.count('method="post"')


def test_a_manager_hands_leads_over_from_a_list(office):
    listed = "/leads?holder=2&what=open"
    html = page(office, "Sally", listed)
    assert html.count('name="lead"') == 2
    office.post("Sally", "/leads/assign", page=listed, lead=[2, 4], to=1)
    assert office.one("SELECT COUNT(*) FROM lead WHERE holder_id = 1") == 3
    assert 'name="lead"' not in page(office, "Mark", listed)


def test_what_is_open_is_listed_whatever_the_month_of_the_hand_off(office):
    office.now = MONDAY.replace(month=12, day=1)
    assert "2 leads" in page(office, "Sally", "/leads?holder=2&what=open")


def test_a_number_of_thousands_of_digits_is_no_holder(office):
    assert office.client("Sally").get(f"/leads?holder={'9' * 5000}").status_code == 200


def test_a_deal_dated_before_its_lead_is_flagged(office):
    with office.house.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO deal (source_id, source_key, lead_key, lead_id, recorded_at, outcome, "
                "amount, currency, closed_at, before_lead) VALUES (1, 'D1', 'L4', 4, 0, 'won', "
                "100000000, 'EUR', :closed, 1)"
            ),
            {"closed": int(MONDAY.timestamp()) - 86_400},
        )
    with office.house.desk.ledger() as ledger:
        knowledge = Knowledge(seconds(office.now), ledger.known_until())
        settle_again(ledger, office.house.book(), knowledge, pl.Series("id", [4]))
    told = plain(page(office, "Sally", f"/leads/{LEADS['delivered']}"))
    assert "Won : 10,000.00 EUR" in told
    assert "Dated before its lead" in told
    supplier = page(office, "Sue", f"/leads/{LEADS['delivered']}")
    assert not [word for word in PRIVATE if word in supplier]


def test_a_supplier_sees_its_lead_the_stage_and_why_it_was_rejected_but_no_person(office):
    lead = LEADS["delivered"]
    office.post("Otto", f"/leads/{lead}/reject", reason="duplicate")
    html = page(office, "Sue", f"/leads/{lead}")
    told = plain(html)
    assert "Delivered Lead" in told
    assert "Rejected: Duplicate" in told
    assert not [word for word in PRIVATE if word in html]
    assert 'action="/leads/' not in html


def test_a_page_is_read_in_few_queries(office):
    asked: list[str] = []
    office.client("Sally")
    with office.house.engine.begin() as connection:
        connection.connection.driver_connection.set_trace_callback(asked.append)
    page(office, "Sally", "/leads/1")
    reads = [sql for sql in asked if sql.startswith(("SELECT", "WITH")) and "lead" in sql]
    assert len(reads) == 5, reads


def test_a_list_shows_this_month_and_what_the_address_asks_for(office):
    told = plain(page(office, "Sally", "/leads"))
    assert "4 leads , handed off 1 November 2026 to 30 November 2026." in told
    office.post("Hetty", "/leads/1/reject", reason="duplicate")
    told = plain(page(office, "Sally", "/leads?what=rejected&segment=enterprise"))
    assert "1 lead , handed off 1 November 2026 to 30 November 2026: rejected for an agreed" in told
    assert "Own Lead" in told
    assert "Foreign Lead" not in told
    assert "No lead is like that." in page(office, "Sally", "/leads?month=2026-10")
    day = plain(page(office, "Sally", "/leads?from=2026-11-16&to=2026-11-17&holder=2"))
    assert "2 leads , handed off 16 November 2026." in day


@pytest.mark.parametrize(
    "query", ["what=nonsense", "from=x&to=y", "month=2026-13", "from=2026-11-02&to=2026-11-02"]
)
def test_an_address_that_cannot_be_read_is_not_found(office, query: str):
    assert office.client("Sally").get(f"/leads?{query}").status_code == 404
    assert office.client("Sally").get(f"/leads/download?{query}").status_code == 404


@pytest.mark.parametrize("query", ["page=-1", "page=x", "holder=x", "holder=99999999999999999999"])
def test_a_number_that_is_none_is_left_out(office, query: str):
    assert "4 leads" in plain(page(office, "Sally", f"/leads?{query}"))


def test_a_page_beyond_all_pages_is_empty(office):
    assert "This page is empty" in page(office, "Sally", "/leads?page=99999999999999999999")


def test_each_sees_their_own_leads_in_lists_and_a_supplier_no_holders(office):
    assert "2 leads" in plain(page(office, "Hetty", "/leads"))
    html = page(office, "Sue", "/leads")
    assert "1 lead" in plain(html)
    assert "Delivered Lead" in html
    assert "Otto" not in html
    assert "Held by" not in html


@pytest.mark.parametrize("what", ["late", "attempt_late", "open", "acknowledged"])
def test_a_supplier_may_not_ask_how_sales_works(office, what: str):
    assert office.client("Sue").get(f"/leads?what={what}").status_code == 404
    assert office.client("Sue").get(f"/leads/download?what={what}").status_code == 404


def test_a_download_holds_the_list_and_nothing_that_a_spreadsheet_would_run(office):
    with office.house.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE lead SET full_name = '=1+1' WHERE id = 1")
    answer = office.client("Sally").get("/leads/download?month=2026-11")
    assert answer.mimetype == "text/csv"
    assert "leads-2026-11-01-2026-12-01.csv" in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert len(rows) == 4
    mine = next(row for row in rows if row["id"] == "1")
    assert (mine["name"], mine["holder"], mine["segment"]) == ("'=1+1", "Hetty", "Enterprise")
    assert mine["handed_off_at"] == "2026-11-16T08:00:00Z"
    supplier = office.client("Sue").get("/leads/download").text
    assert len(supplier.splitlines()) == 2
    assert "holder" not in supplier
    assert "Otto" not in supplier


def test_the_name_in_the_queue_leads_to_the_page(office):
    assert '<a href="/leads/1">Own Lead</a>' in page(office, "Hetty", "/queue")
