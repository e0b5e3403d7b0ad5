from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from reports.escalation import EscalatedLead, Escalation, render_escalation, subject

NOW = datetime(2026, 11, 16, 11, 12, tzinfo=UTC)  # 12:12 in Berlin, on a Monday
LEAD = EscalatedLead(
    name="Ada Brandt",
    company="Acme GmbH",
    phone="+49 40 123-456",
    segment="Enterprise",
    tier="Decision makers",
    started_at=NOW - timedelta(hours=3, minutes=12),
    due_at=NOW + timedelta(minutes=48),
    holder="Rita",
    given_to=None,
    url="https://smarketing.example/leads/7",
)
LATE = replace(LEAD, due_at=NOW - timedelta(minutes=12))
WHAT = "Acme GmbH, Enterprise · Decision makers"


def told(*leads: EscalatedLead) -> Escalation:
    return Escalation(
        leads=leads or (LEAD,), now=NOW, zone="Europe/Berlin", done="acknowledged", party="Sales",
        agreement="Our agreement", commitment="Leads acknowledged",
        when="after 80 % of the time", queue_url="https://smarketing.example/queue",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("leads", "said"),
    [
        ((LEAD,), f"[Due soon] {WHAT}: is to be acknowledged by today, 13:00"),
        ((LATE,), f"[Late] {WHAT}: was to be acknowledged by today, 12:00"),
        ((LATE,) * 6, f"[6 leads late] First {WHAT}: was to be acknowledged by today, 12:00"),
        ((LEAD,) * 6, f"[6 leads due soon] First {WHAT}: is to be acknowledged by today, 13:00"),
        ((LATE, LEAD), f"[2 leads late or due soon] First {WHAT}: was to be acknowledged by"),
    ],
    ids=["one", "late", "many late", "many", "both"],
)
def test_the_subject_says_what_is_owed_and_until_when(leads, said: str):
    assert subject(told(*leads)).startswith(said)


@pytest.mark.parametrize(
    ("lead", "said"),
    [
        (LATE, "Acme GmbH was to be acknowledged by today, 12:00."),
        (replace(LATE, given_to="Otto"), "by today, 12:00. It was handed to Otto."),
        (replace(LATE, given_to=""), "by today, 12:00. It went to the team."),
    ],
)
def test_the_headline_says_where_the_lead_is(lead: EscalatedLead, said: str):
    rendered = render_escalation(told(lead))
    assert said in rendered.html
    assert said in " ".join(rendered.text.split())


def test_both_parts_say_since_when_who_has_it_and_why_the_reader_is_told():
    rendered = render_escalation(told())
    for fact in (
        "Ada Brandt", "+49 40 123-456", "16 November 2026, 09:00", "16 November 2026, 13:00",
        "Rita", "https://smarketing.example/leads/7", "Sales promised “Leads acknowledged” in",
        "its ladder names you after 80 % of the time", "Times are those of Europe/Berlin",
    ):  # fmt: skip
        assert fact in rendered.html
        assert fact in " ".join(rendered.text.split())
    assert "Ada Brandt, +49 40 123-456. Waits since today, 09:00." in rendered.html


def test_of_many_leads_some_are_listed_and_the_others_counted():
    leads = tuple(replace(LEAD, url=f"https://x/leads/{n}") for n in range(30))
    rendered = render_escalation(told(*leads))
    assert "https://x/leads/24" in rendered.text
    assert "https://x/leads/25" not in rendered.text
    assert "And 5 more" in rendered.text


def test_what_is_not_known_is_left_out():
    rendered = render_escalation(told(replace(LEAD, company=None, phone=None, holder=None)))
    assert "Telephone" not in rendered.text
    assert "None" not in rendered.text
    assert "Nobody" in rendered.text
