"""What a step's mail leads its reader to: pages that they may open, an answer that is theirs."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from smarketing.domain.calendar import seconds
from smarketing.services.agreements.life import book_of, load, put_in_force
from smarketing.services.conclusions.book import Frozen
from smarketing.services.leads.alerts import plan_alerts
from smarketing.services.mail_link.press import Button, look, press
from smarketing.services.mail_link.standing import Standing
from smarketing.services.rules.seniority import load_words
from smarketing.store.agreements import AgreementShelf
from smarketing.store.alerts import AlertDesk
from smarketing.store.links import LinkDesk
from smarketing.store.people import People
from tests.services.escalation.company import (
    SIGNER,
    URL,
    Company,
    answer_url,
    berlin,
    envelope,
)
from tests.store.seed import CONFIG, MONDAY, lead, let_in, person

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine

    from smarketing.services.mail_link.tokens import Link

LINK = re.compile(rf"{URL}/a/([\w.-]+)")
PAGE = f"{URL}/leads/"
CONTACT = '[[parties.sales.contacts]]\nname = "Eve"\nemail = "eve@partner.example"\n[parties.sales]'


def links_of(company: Company, whom: str) -> list[Link]:
    texts = [text for to, text, _ in company.parts() if to == whom]
    return [SIGNER.read(token, berlin("16 14:00")) for token in LINK.findall("".join(texts))]


def away(company: Company, person: int, first: str, back: str) -> None:
    company.change(
        "INSERT INTO leave (person_id, starts_on, ends_on, note, told_by, told_at) "
        "VALUES (:person, :first, :back, '', '', 0)",
        person=person, first=first, back=back,
    )  # fmt: skip


def test_the_holder_answers_from_the_mail_and_the_manager_does_not(company: Company):
    company.hand_off()
    company.tick("16 14:00")
    (link,) = links_of(company, "p1")
    assert (link.lead_id, link.person_id, link.held_since) == (1, 1, seconds(MONDAY))
    assert links_of(company, "p3") == []
    for _, text, html in company.parts():
        assert f"{PAGE}1" in text
        assert f"{PAGE}1" in html
    pressed = press(
        LinkDesk(company.engine), People(company.engine), link, Button.HAVE, book=company.book,
        agent="", now=berlin("16 14:10"),
    )  # fmt: skip
    assert pressed.is_new


def test_each_rep_answers_what_nobody_has(company: Company):
    company.hand_off(lead(owner="Nobody Known"))
    company.tick("16 12:12")
    assert [links_of(company, name)[0].person_id for name in ("p1", "p2", "p5")] == [1, 2, 5]


def test_the_link_of_what_came_back_to_the_team_is_of_its_new_place(company: Company):
    company.hand_off(lead(owner="Nobody Known"))
    company.change(
        "INSERT INTO lead_event (lead_id, nth, kind, occurred_at, ref, recorded_at, source_id, "
        "actor) VALUES (1, 9, 'returned', :at, 'portal:1:x', :at, 1, 'p1@example.com')",
        at=seconds(berlin("16 10:00")),
    )
    company.tick("16 12:12")
    (link,) = links_of(company, "p2")
    assert link.held_since == seconds(berlin("16 10:00"))


def test_of_an_acknowledged_lead_nothing_is_left_to_say(company: Company):
    company.hand_off()
    company.escalate(berlin("16 12:11"))
    company.change("UPDATE lead SET acknowledged = 1")
    company.tick("16 12:12")
    assert len(company.parts()) == 1
    assert links_of(company, "p1") == []


def test_a_contact_without_an_account_gets_the_facts_and_no_page(engine: Engine, tmp_path: Path):
    let_in(engine, person(1), owners={"Rita Rep": 1})
    text = (CONFIG / "agreements" / "example.toml").read_text(encoding="utf-8")
    text = text.replace("[parties.sales]", CONTACT, 1)
    text = text.replace('tell = ["holder"]  ', 'tell = ["holder", "contact:Eve"]  ', 1)
    shelf, then = AgreementShelf(engine), MONDAY - timedelta(days=30)
    put_in_force(load(text, "example.toml", shelf, then)[0], Frozen({}, {}), shelf)
    book = book_of(shelf, "UTC", load_words(CONFIG / "seniority.toml"))
    company = Company(engine, tmp_path, book)
    company.hand_off(*(lead(company=f"Firm {n}", phone="+49 40 1") for n in range(7)))
    company.tick("16 12:12")
    told = [(text, html) for to, text, html in company.parts() if to == "eve"]
    assert told
    for part in (part for mail in told for part in mail):
        assert URL not in part
        assert "Firm 6" in part
        assert "+49 40 1" in part
        assert "Opening a link" not in part
    assert links_of(company, "p1")


def test_who_is_on_leave_is_told_on_the_day_they_are_back(company: Company):
    company.hand_off()
    away(company, 1, "2026-11-16", "2026-11-17")
    assert company.tick("16 12:12").mails == 0
    assert company.tick("16 14:00").mails == 1
    assert [to for to, _ in company.mails()] == ["p3"]
    company.tick("17 09:00")
    assert [to for to, _ in company.mails()].count("p1") == 1


def test_who_gets_a_lead_by_a_step_gets_a_link_and_the_one_of_before_is_dead(company: Company):
    company.hand_off()
    company.tick("16 14:00")
    (before,) = links_of(company, "p1")
    assert company.tick("17 09:00").reassigned == 1
    heir = company.holder()
    now = berlin("17 09:00")
    plan_alerts(
        AlertDesk(company.engine), People(company.engine), company.book, envelope, now=now,
        base_url=URL, answer=answer_url,
    )  # fmt: skip
    (after,) = links_of(company, f"p{heir}")
    desk, people = LinkDesk(company.engine), People(company.engine)
    old = look(desk, people, before, company.book, now)
    assert (old.standing, old.who) == (Standing.MOVED, f"Person {heir}")
    assert look(desk, people, after, company.book, now).standing is Standing.ASKED


@pytest.mark.parametrize("role", ["mail_only", "supplier"])
def test_whose_account_opens_no_such_page_gets_no_link_to_it(company: Company, role: str):
    company.hand_off()
    company.tick("16 12:12")
    company.change("UPDATE person SET role = :role WHERE id = 1", role=role)
    company.tick("16 14:00")
    first, second = (text for to, text, _ in company.parts() if to == "p1")
    assert URL in first
    assert URL not in second
