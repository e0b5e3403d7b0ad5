"""The weekly report from the command, and as the worker plans it, for people who want it apart."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from tests.builders import AGREEMENT, MAPPING

if TYPE_CHECKING:
    from pathlib import Path

    from tests.end_to_end.conftest import Command

MONDAY = datetime(2026, 3, 9, 7, tzinfo=UTC)  # 08:00 in Berlin
HEAD = "id,created,acknowledged,attempted,title,employees,origin\n"
LEADS = HEAD + "".join(
    f"{n},2026-03-{1 + n % 8:02} 09:{n:02},2026-03-{1 + n % 8:02} 09:{n + 5:02},,CEO,900,\n"
    for n in range(40)
)
LATER = HEAD + "late,2026-03-04 09:00,,,CEO,900,\n"


@pytest.fixture
def company(smarketing_anywhere: Command, tmp_path: Path) -> Command:
    """Leads of eight days; Anna wants her report on Monday, Bert on Friday, in German figures."""
    smarketing = smarketing_anywhere
    for name, text in {
        "crm.toml": MAPPING, "test.toml": AGREEMENT, "leads.csv": LEADS, "later.csv": LATER,
    }.items():  # fmt: skip
        (tmp_path / name).write_text(text)
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
