"""The worker's step over a real installation: what the mails of a hand-off look like outside."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import SMTP
from typing import TYPE_CHECKING

from smarketing.scheduler.parts import worker_parts
from tests.web.office import MONDAY

if TYPE_CHECKING:
    from tests.web.office import Office


def test_the_worker_tells_the_holders_and_the_team_once(office: Office):
    tick = worker_parts(office.house, MONDAY)
    # Hetty's own, Otto's two, and the team's lead to both of them.
    assert tick.alert(MONDAY) == "5 alerts planned"
    assert tick.alert(MONDAY) == ""
    assert office.one("SELECT COUNT(*) FROM outbox WHERE kind = 'alert'") == 5
    assert office.one("SELECT COUNT(*) FROM alert JOIN outbox USING (dedupe_key)") == 5


def test_the_mail_says_where_such_mails_are_stopped_and_a_visit_changes_nothing(office: Office):
    worker_parts(office.house, MONDAY).alert(MONDAY)
    mime = office.one("SELECT mime FROM outbox WHERE subject LIKE '%Acme%' ORDER BY id LIMIT 1")
    assert isinstance(mime, bytes)
    mail = message_from_bytes(mime, policy=SMTP)
    assert mail["List-Unsubscribe"] == "<http://127.0.0.1:8000/account>"
    assert mail["List-Id"] == "<alert.127.0.0.1>"
    assert mail["Auto-Submitted"] == "auto-generated"
    text = mail.get_body(("plain",)).get_content()
    assert "http://127.0.0.1:8000/leads/1" in text.splitlines()
    before = office.one("SELECT COUNT(*) FROM lead_event")
    office.client("Hetty").get("/leads/1")
    assert office.one("SELECT COUNT(*) FROM lead_event") == before
