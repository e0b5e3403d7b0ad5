from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from smarketing.bootstrap import House
from smarketing.scheduler.parts import worker_parts
from tests.store.seed import CONFIG
from tests.web.office import Office, open_office

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine


def page(office: Office, name: str = "Sally", query: str = "") -> str:
    return " ".join(office.client(name).get(f"/ladders{query}").text.split())


def tick(office: Office) -> None:
    """The worker's tick on the next day at ten in Berlin: all four leads are late."""
    office.now += timedelta(days=1)
    parts = worker_parts(office.house, office.now)
    parts.mark(office.now)
    assert parts.escalate(office.now) == (
        "12 steps of ladders taken, 9 messages about them planned, 4 leads handed on"
    )


def test_each_ladder_stands_in_sentences_with_what_it_did_of_late(office: Office):
    assert "After 80 % of the time a mail goes to the holder of the lead." in page(office)
    tick(office)
    shown = page(office)
    assert shown.count('data-label="Taken">4<') == 3
    assert 'data-label="Handed on">4<' in shown
    office.now += timedelta(days=31)
    assert 'data-label="Taken">4<' not in page(office)


def test_a_month_is_replayed_when_it_is_asked_for(office: Office):
    office.now += timedelta(days=1)
    shown = page(office, query="?version=sales-marketing/1&month=2026-11")
    assert "With this ladder, November 2026 would have sent" in shown
    assert "handed on 4 leads." in shown
    assert "As if version 1 had been in force all that month: 4 clocks" in shown


def test_without_a_month_the_last_one_is_replayed(office: Office):
    shown = page(office, query="?version=sales-marketing/1&month=")
    assert "October 2026 would have sent 0 messages and handed on 0 leads." in shown


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("version=sales-marketing/9", "has no version 9; it has: 1"),
        ("version=sales-marketing", "is no version; write it as sales-marketing/2"),
        ("version=nothing/1", "o agreement is named"),
        ("version=sales-marketing/1&month=soon", "is no day or month"),
        ("version=sales-marketing/1&month=2027-05", "May 2027 has not begun: there is nothing"),
    ],
)
def test_what_is_not_there_is_404(office: Office, query: str, said: str):
    answer = office.client("Sally").get(f"/ladders?{query}")
    assert answer.status_code == 404
    assert said in answer.text


def test_the_timeline_of_a_lead_names_the_ladder(office: Office):
    tick(office)
    assert "the escalation ladder" in office.client("Sally").get("/leads/1").text


def test_who_gets_a_lead_is_told_that_the_ladder_gave_it(office: Office):
    tick(office)
    worker_parts(office.house, office.now).alert(office.now)
    subjects = office.one("SELECT COUNT(*) FROM outbox WHERE subject LIKE '[Now yours]%'")
    assert subjects


CONTACT = """
[[parties.sales.contacts]]
name = "{name}"
email = "{email}"

[[commitments.acknowledge.ladder]]
at = "+5h"
tell = ["contact:{name}"]
"""


@pytest.mark.parametrize(
    ("name", "active", "way_out"),
    [("Eve", 1, False), ("Paul", 1, False), ("Mark", 1, True), ("Mark", 0, False)],
    ids=["no account", "mails alone", "an account", "an account that is closed"],
)
def test_a_contact_is_shown_the_way_out_of_an_account_only_where_they_have_one(
    engine: Engine, tmp_path: Path, name, active, way_out
):
    email = f"{name.lower()}@example.com"
    house = open_office(engine, tmp_path, CONFIG, CONTACT.format(name=name, email=email)).house
    office = Office(House(house.settings, engine))
    with engine.begin() as connection:
        changed = text("UPDATE person SET active = :active WHERE name = :name")
        connection.execute(changed, {"active": active, "name": name})
    office.now += timedelta(days=2)
    parts = worker_parts(office.house, office.now)
    parts.mark(office.now)
    parts.escalate(office.now)
    mail = office.one("SELECT mime FROM outbox WHERE recipient = :to ORDER BY id", to=email)
    assert (b"List-Unsubscribe" in mail, b"/account" in mail) == (way_out, way_out)
    assert b"alert." in office.one("SELECT mime FROM outbox WHERE recipient LIKE 'sally@%'")
