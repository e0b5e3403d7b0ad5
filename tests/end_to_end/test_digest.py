"""The weekly report from the command, and as the worker plans it, for people who want it apart."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from smarketing.bootstrap import (
    LOOKED,
    catch_up,
    open_house,
    press,
    report_span,
    weekly_words,
)
from smarketing.bootstrap.mails import week_digest
from smarketing.domain.weeks import week_named
from smarketing.scheduler.parts import worker_parts
from smarketing.services.digest.plan import plan_reports
from smarketing.services.people.people import everyone
from smarketing.settings import load_settings
from smarketing.store.outbox import OutboxStore
from smarketing.store.people import People
from smarketing.store.reports import Reports
from tests.builders import AGREEMENT, MAPPING
from tests.end_to_end.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from smarketing.bootstrap import House
    from tests.end_to_end.conftest import Command

MONDAY = datetime(2026, 3, 9, 8, tzinfo=UTC)
FRIDAY = datetime(2026, 3, 13, 8, tzinfo=UTC)
HEAD = "id,created,acknowledged,attempted,title,employees,origin\n"
LEADS = HEAD + "".join(
    f"{n},2026-03-{1 + n % 8:02} 09:{n:02},2026-03-{1 + n % 8:02} 09:{n + 5:02},,CEO,900,\n"
    for n in range(40)
)
EXCUSED = (
    "INSERT INTO breach_word (commitment_id, lead_id, cycle, occasion, act, clause, text, party, "
    "\"by\", at) SELECT commitment_id, lead_id, cycle, occasion, 'excused', 'c', 't', "
    "'marketing', 'x', :at FROM breach"
)
LATER = HEAD + "late,2026-03-04 09:00,,,CEO,900,\n"


@pytest.fixture
def company(smarketing_anywhere: Command, tmp_path: Path) -> Command:
    """Leads of eight days; Anna wants her report on Monday, Bert on Friday, in German figures."""
    smarketing = smarketing_anywhere
    for name, content in {
        "crm.toml": MAPPING, "test.toml": AGREEMENT, "leads.csv": LEADS, "later.csv": LATER,
    }.items():  # fmt: skip
        (tmp_path / name).write_text(content)
    take(smarketing, tmp_path, "leads.csv")
    smarketing.done("agreement", "load", str(tmp_path / "test.toml"))
    for party in ("marketing", "sales"):
        smarketing.done(
            "agreement", "sign", "test", "--party", party, "--as", f"{party}@example.com"
        )
    for name in ("anna", "bert"):
        smarketing.done(
            "user", "add", f"{name}@example.com", "--name", name.title(), "--role", "mail_only",
            "--audience", "sales", "--password", "",
        )  # fmt: skip
    smarketing.done("user", "report", "bert@example.com", "--weekday", "friday", "--locale", "de")
    return smarketing


def take(smarketing: Command, folder: Path, name: str) -> None:
    mapping = str(folder / "crm.toml")
    smarketing.done("import", str(folder / name), "--as", "leads", "--mapping", mapping)


@pytest.fixture
def house(company: Command) -> Iterator[House]:
    """The installation; its readers were there before its leads, and had every report so far."""
    url = {"SMARKETING_DATABASE_URL": company.database_url} if company.database_url else {}
    told = {"SMARKETING_HOME": str(company.home), "SMARKETING_CONFIG": str(ROOT / "config")}
    house = open_house(load_settings(told | url, ROOT))
    with house.engine.begin() as connection:
        connection.execute(text("UPDATE person SET report_since = NULL"))
    house.marks.claim("digest", MONDAY - timedelta(hours=1))
    yield house
    house.engine.dispose()


def plan_at(house: House, now: datetime) -> int:
    people, outbox = everyone(People(house.engine)), OutboxStore(house.engine)
    return plan_reports(people, outbox, press(house, now), report_span(house, now)).count


def sent(house: House, locale: str) -> tuple[list[list[str]], str]:
    """The headline figures of a kept report, and how many leads of its week were delivered."""
    kept = Reports(house.engine).report("2026-W10", "sales", locale)
    assert kept is not None
    by_week = kept["text"].partition("LEADS BY WEEK OF THE HAND-OFF")[2]
    return json.loads(kept["figures"]), re.search(r"^W10 +(\d+)", by_week, re.MULTILINE)[1]


def test_all_reports_and_channels_have_the_numbers_of_the_first_whenever_their_slot_comes(
    company: Command, house: House, tmp_path: Path
):
    """On Wednesday a lead of the week is told of late, and its breaches are excused."""
    assert plan_at(house, MONDAY) == 1
    take(company, tmp_path, "later.csv")
    catch_up(house, FRIDAY)
    with house.engine.begin() as connection:
        connection.execute(text(EXCUSED), {"at": int(FRIDAY.timestamp()) - 3600})
    recounted = week_digest(house, week_named("2026-W10"), "sales", FRIDAY)
    assert recounted.weeks[-1].delivered == 36
    assert plan_at(house, FRIDAY) == 1
    figures, delivered = sent(house, "en-GB")
    assert sent(house, "de") == (figures, delivered) == (figures, "35")
    words = weekly_words(house, "2026-W10", "sales", FRIDAY)
    assert words is not None
    assert [[one.label, one.value] for one in words.content.figures] == figures
    assert words.digest.weeks[-1].delivered == 35


def test_who_cannot_be_written_to_is_told_of_and_the_planner_has_looked(house: House):
    with house.engine.begin() as connection:
        connection.execute(text("UPDATE person SET email = 'nobody' WHERE name = 'Anna'"))
    said = worker_parts(house, MONDAY).plan(MONDAY)
    assert said == "no report can be sent to 'nobody': correct the address of that person"
    assert house.marks.all()[LOOKED] == MONDAY


def test_the_command_writes_and_plans_a_report(company: Command, tmp_path: Path):
    eml = tmp_path / "out" / "w10.eml"
    company.done("digest", "--week", "2026-W10", "--locale", "fr", "--eml", str(eml))
    assert b"8_mars_2026" in eml.read_bytes() or "8 mars 2026" in eml.read_text()
    assert [path.name for path in eml.parent.iterdir()] == ["w10.eml"]
    by_hand = ("digest", "send", "--week", "2026-W10")
    assert "1 report of 2026-W10 planned" in company.done(*by_hand, "--to", "anna@example.com")
    told = company.done(*by_hand, "--audience", "sales")
    assert "1 report of 2026-W10 planned; 1 planned before" in told
    assert "0 reports of 2026-W10 planned" in company.done(*by_hand, "--to", "bert@example.com")


@pytest.mark.parametrize(
    ("week", "sentence"),
    [("2096-W10", "2096-W10 is not over before"), ("2025-W50", "began before 1 January 2026")],
)
def test_no_report_is_sent_of_a_week_that_goes_on_or_began_before_the_data(
    company: Command, week: str, sentence: str
):
    done = company("digest", "send", "--week", week, "--to", "anna@example.com")
    assert (done.returncode, sentence in done.stderr) == (1, True)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (("digest",), "say which week: --week 2018-W10"),
        (("digest", "--week", "2018-W10", "--locale", "xx"), "'xx' is no locale: choose one of"),
        (("digest", "send", "--week", "2018-W10"), "say to whom"),
        (("digest", "send", "--week", "never", "--audience", "sales"), "'never' is not a week"),
    ],
)
def test_a_wrong_call_is_told_in_a_sentence(smarketing: Command, call, sentence: str):
    done = smarketing(*call)
    assert (done.returncode, sentence in done.stderr) == (2, True)
