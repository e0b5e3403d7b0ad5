from __future__ import annotations

from typing import TYPE_CHECKING

from tests.builders import AGREEMENT, MAPPING

if TYPE_CHECKING:
    from pathlib import Path

    from tests.end_to_end.conftest import Command

LEADS = (
    "id,created,acknowledged,title,employees\n"
    "in time,2026-03-02 09:00,2026-03-02 09:20,CEO,900\n"
    "late,2026-03-03 09:00,2026-03-03 11:30,CEO,900\n"
)
CONTACT = (
    '[[parties.sales.contacts]]\nname = "Eve"\nemail = "eve@example.com"\n\n[calendars.office]'
)
LADDER = """
[[commitments.acknowledge.ladder]]
at = "50 %"
tell = ["contact:Eve"]

[[commitments.acknowledge.ladder]]
at = "breach"
tell = ["contact:Eve", "sales_manager"]

[[commitments.acknowledge.terms]]"""


def test_a_draft_says_what_its_ladder_would_have_done(smarketing: Command, tmp_path: Path):
    draft = AGREEMENT.replace("[calendars.office]", CONTACT, 1)
    draft = draft.replace("\n[[commitments.acknowledge.terms]]", LADDER, 1)
    for name, text in {"crm.toml": MAPPING, "test.toml": draft, "leads.csv": LEADS}.items():
        (tmp_path / name).write_text(text)
    mapping = ("--mapping", str(tmp_path / "crm.toml"))
    smarketing.done("import", str(tmp_path / "leads.csv"), "--as", "leads", *mapping)
    smarketing.done("agreement", "load", str(tmp_path / "test.toml"))

    call = ("ladder", "simulate", "test", "--month", "2026-03")
    found = smarketing.json(*call)
    assert (found["clocks"], found["messages"], found["reassigned"]) == (2, 2, 0)
    assert [step["taken"] for step in found["commitments"]["acknowledge"]] == [1, 1]
    said = smarketing.done(*call)
    assert "after 50 % of the time" in said
    assert "March 2026 would have sent 2 messages and handed on 0 leads." in said


def test_what_cannot_be_replayed_is_said_in_a_sentence(smarketing: Command, tmp_path: Path):
    assert "no agreement is named 'x'" in smarketing("ladder", "simulate", "x").stderr
    (tmp_path / "test.toml").write_text(AGREEMENT)
    smarketing.done("agreement", "load", str(tmp_path / "test.toml"))
    assert "test version 1 has no ladder" in smarketing.done("ladder", "simulate", "test")
    wrong = smarketing("ladder", "simulate", "test", "--version", "3")
    assert (wrong.returncode, wrong.stderr) == (1, "test has no version 3; it has: 1\n")
    assert smarketing("ladder", "simulate", "test", "--month", "March").returncode == 2
