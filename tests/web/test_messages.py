from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from smarketing.domain.messages import Message
from smarketing.store.outbox import OutboxStore

if TYPE_CHECKING:
    from tests.web.office import Office

LEASE = timedelta(minutes=10)


@pytest.fixture
def outbox(office: Office) -> OutboxStore:
    return OutboxStore(office.house.engine)


def planned(
    office: Office, outbox: OutboxStore, recipient: str = "otto@example.com", week: str = "W46"
) -> int:
    """The number of a message that was planned an hour ago."""
    now = office.now
    message = Message(
        f"digest:2026-{week}:{recipient}", "digest", recipient, "W46: 82 of 80 leads", "<1@e>",
        b"Subject: W46\r\n\r\n", now, now + timedelta(hours=48), now,
    )  # fmt: skip
    outbox.plan([message])
    number = office.one("SELECT MAX(id) FROM outbox")
    assert isinstance(number, int)
    return number


def in_doubt(office: Office, outbox: OutboxStore) -> int:
    planned(office, outbox)
    (claimed,) = outbox.claim(limit=1, lease=LEASE, now=office.now)
    outbox.mark_dot(claimed.id, claimed.token)
    outbox.mark_doubtful(claimed.id, claimed.token, "the connection was lost")
    return claimed.id


def test_before_anything_was_planned_the_page_says_what_will_stand_there(office: Office):
    assert "Nothing has been planned yet" in office.client("Ada").get("/messages").text


def test_a_message_in_doubt_is_what_the_page_begins_with(office: Office, outbox: OutboxStore):
    number = in_doubt(office, outbox)
    page = office.client("Ada").get("/messages").text
    assert "1 message is in doubt: it takes a person to decide." in page
    assert f'href="/messages/{number}"' in page


def test_its_receipts_tell_what_happened(office: Office, outbox: OutboxStore):
    page = office.client("Ada").get(f"/messages/{in_doubt(office, outbox)}").text
    for said in ("Planned", "Taken up by the worker", "attempt 1", "the connection was lost"):
        assert said in page


def test_who_sends_it_again_stands_in_the_receipts(office: Office, outbox: OutboxStore):
    number = in_doubt(office, outbox)
    answer = office.post("Ada", f"/messages/{number}/again")
    assert answer.location == f"/messages/{number}"
    assert "by ada@example.com" in office.client("Ada").get(answer.location).text
    assert office.one("SELECT state FROM outbox") == "pending"
    assert office.post("Ada", f"/messages/{number}/again").status_code == 409


def test_what_is_not_to_be_sent_is_sent_no_more(office: Office, outbox: OutboxStore):
    number = planned(office, outbox)
    office.post("Ada", f"/messages/{number}/not")
    assert outbox.claim(limit=1, lease=LEASE, now=office.now) == ()
    assert office.post("Ada", f"/messages/{number}/not").status_code == 409


def test_a_recipient_who_was_not_there_is_written_to_again(office: Office, outbox: OutboxStore):
    for week in ("W46", "W47"):
        planned(office, outbox, week=week)
        (claimed,) = outbox.claim(limit=1, lease=LEASE, now=office.now)
        outbox.mark_failed(claimed.id, claimed.token, "550 5.1.1 nobody", bounced=True)
    assert "Written to no more" in office.client("Ada").get("/messages").text
    office.post("Ada", "/messages/write-to", recipient="otto@example.com")
    assert "Written to no more" not in office.client("Ada").get("/messages").text


def test_the_list_shows_what_is_asked_for(office: Office, outbox: OutboxStore):
    planned(office, outbox, "otto@example.com")
    planned(office, outbox, "hetty@example.com")
    page = office.client("Ada").get("/messages?recipient=OTTO@example.com&state=pending").text
    assert "otto@example.com</td>" in page
    assert "hetty@example.com</td>" not in page
    assert "No message is like that" in office.client("Ada").get("/messages?state=failed").text


def test_everybody_sees_what_was_sent_to_them_and_nothing_else(office: Office, outbox: OutboxStore):
    planned(office, outbox, "otto@example.com")
    assert "W46: 82 of 80 leads" in office.client("Otto").get("/messages/mine").text
    assert "No mail was sent to you yet" in office.client("Hetty").get("/messages/mine").text


def test_everybody_sees_the_receipts_of_their_own_mails_and_of_no_others(
    office: Office, outbox: OutboxStore
):
    number = in_doubt(office, outbox)
    page = office.client("Otto").get(f"/messages/mine/{number}").text
    assert "the connection was lost" in page
    assert "Send again" not in page
    assert office.client("Hetty").get(f"/messages/mine/{number}").status_code == 404
    assert office.client("Otto").get(f"/messages/{number}").status_code in {403, 404}


def test_a_way_out_that_rests_is_said_first(office: Office, outbox: OutboxStore):
    planned(office, outbox)
    outbox.rest("mail", "mail.example.com:25: connection refused")
    page = office.client("Ada").get("/messages").text
    assert "Nothing goes out by mail at present" in page
    assert "connection refused" in page


def test_a_message_that_is_not_there_is_not_found(office: Office):
    assert office.client("Ada").get("/messages/99").status_code == 404
