from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.headerregistry import Address
from email.policy import SMTP

import pytest

from reports.alert import Alert, AlertLead, render_alert, subject
from reports.mail import to_bytes

NOW = datetime(2026, 11, 16, 9, 5, tzinfo=UTC)  # 10:05 in Berlin, on a Monday
LEAD = AlertLead(
    name="Ada Brandt",
    company="Acme GmbH",
    job_title="Head of Operations",
    phone="+49 40 123-456",
    email="ada@acme.example",
    segment="Enterprise",
    tier="Decision makers",
    zone="Europe/Berlin",
    handed_at=NOW,
    due_at=NOW + timedelta(hours=4),
    attempt_due_at=NOW + timedelta(hours=6),
    url="https://smarketing.example/leads/7",
    is_held=True,
)


def alert(*leads: AlertLead, now: datetime = NOW) -> Alert:
    return Alert(leads or (LEAD,), now, "https://smarketing.example/queue")


@pytest.mark.parametrize(
    ("lead", "said"),
    [
        (LEAD, "[New lead] Acme GmbH, Enterprise · Decision makers: answer by today, 14:05"),
        (
            replace(LEAD, due_at=NOW + timedelta(days=1)),
            "[New lead] Acme GmbH, Enterprise · Decision makers: answer by tomorrow, 10:05",
        ),
        (
            replace(LEAD, due_at=NOW - timedelta(hours=1), company=None),
            "[New lead] Ada Brandt, Enterprise · Decision makers: was due today, 09:05",
        ),
        (
            replace(LEAD, given_by="Sally"),
            "[Now yours] Acme GmbH, Enterprise · Decision makers: answer by today, 14:05",
        ),
    ],
    ids=["today", "tomorrow", "late already", "handed over"],
)
def test_the_subject_says_who_waits_and_until_when(lead: AlertLead, said: str):
    assert subject(alert(lead)) == said


def test_a_name_is_one_line_of_a_subject_and_not_too_long():
    odd = replace(LEAD, company="Acme\r\nBcc: eve@example.com " + "GmbH " * 30)
    said = subject(alert(odd))
    assert "\r" not in said
    assert "\n" not in said
    assert said.startswith("[New lead] Acme Bcc: eve@example.com")
    assert len(said) < 120


@pytest.mark.parametrize(
    ("leads", "headline"),
    [
        ((LEAD,), "Acme GmbH is yours: answer by today, 14:05."),
        ((replace(LEAD, is_held=False),), "Acme GmbH is for your team: answer by today, 14:05."),
        ((replace(LEAD, given_by="Sally"),), "Sally handed you Acme GmbH: answer by today, 14:05."),
        ((LEAD, LEAD), "2 leads are yours. First Acme GmbH: answer by today, 14:05."),
        (
            (LEAD, replace(LEAD, is_held=False)),
            "2 leads wait, 1 of them yours, the others for your team. First Acme",
        ),
    ],
)
def test_the_headline_says_whose_they_are(leads: tuple[AlertLead, ...], headline: str):
    rendered = render_alert(alert(*leads))
    assert f">{headline}" in rendered.html
    assert headline in " ".join(rendered.text.split())


def test_both_parts_tell_every_fact_and_where_the_lead_is():
    rendered = render_alert(alert())
    for fact in (
        "Ada Brandt", "Head of Operations", "+49 40 123-456", "ada@acme.example",
        "Enterprise · Decision makers", "16 November 2026, 10:05",
        "16 November 2026, 14:05", "in the time of Europe/Berlin", "16 November 2026, 16:05",
        "https://smarketing.example/leads/7", "Opening a link changes nothing",
    ):  # fmt: skip
        assert fact in rendered.html
        assert fact in " ".join(rendered.text.split())
    assert 'href="tel:+4940123456"' in rendered.html
    assert 'class="preheader"' in rendered.html


def test_what_is_not_told_is_left_out():
    bare = replace(LEAD, job_title=None, phone=None, email=None, attempt_due_at=None)
    rendered = render_alert(alert(bare))
    for label in ("Job title", "Telephone", "E-mail", "First attempt due", "None"):
        assert label not in rendered.html
        assert label not in rendered.text


def test_many_leads_are_listed_up_to_ten_and_the_others_counted():
    leads = tuple(replace(LEAD, company=f"Firm {n}", url=f"https://x/leads/{n}") for n in range(23))
    rendered = render_alert(alert(*leads))
    assert rendered.subject.startswith("[23 new leads] First Firm 0, Enterprise")
    for part in (rendered.html, rendered.text):
        assert part.count("https://x/leads/9") > 0
        assert "https://x/leads/10" not in part
        assert "And 13 more, in" in part


def test_what_a_source_says_is_text_not_markup():
    rendered = render_alert(alert(replace(LEAD, name="<b>Ada</b> & Co")))
    assert "&lt;b&gt;Ada&lt;/b&gt; &amp; Co" in rendered.html
    assert "<b>Ada" not in rendered.html


def test_the_mail_is_text_or_html_without_a_picture_and_says_how_to_stop_it():
    mime = to_bytes(
        render_alert(alert()),
        sender=Address("smarketing", "smarketing", "example.com"),
        recipient=Address("Anna Bērziņa", "anna", "example.com"),
        message_id="<alert.1@example.com>",
        date=NOW,
        list_id="alert.example.com",
        unsubscribe_url="https://smarketing.example/account",
        one_click=False,
    )
    mail = message_from_bytes(mime, policy=SMTP)
    kinds = [part.get_content_type() for part in mail.walk()]
    assert kinds == ["multipart/alternative", "text/plain", "text/html"]
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Unsubscribe"] == "<https://smarketing.example/account>"
    # A page where a person chooses: no machine may post to it.
    assert mail["List-Unsubscribe-Post"] is None
    assert "Hello Anna Bērziņa," in mail.get_body(("plain",)).get_content()
    assert "Stop or change these mails" in mail.get_body(("html",)).get_content()
    assert len(mime) < 20_000
