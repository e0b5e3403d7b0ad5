"""`smarketing exceptions` and `smarketing breaches` as a person runs them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from smarketing.services.team.exceptions import RULE
from tests.builders import IN_FULL, MAPPING

if TYPE_CHECKING:
    from pathlib import Path

    from tests.end_to_end.conftest import Command

LEADS = """id,created,handed,acknowledged,attempted,accepted,rejected,reason,title,employees
a,2026-03-31 13:00,2026-03-31 13:00,2026-03-31 13:30,,,,,CEO,900
b,2026-03-02 09:00,2026-03-02 09:00,2026-03-02 12:00,2026-03-02 09:30,,,,Intern,20
late,2026-05-07 10:00,2026-05-07 10:00,2026-05-07 10:00,2026-05-07 10:00,,,,Intern,20
"""
"""Of March: one lead that nobody tried, whose first attempt was due in April, and two kept."""


@pytest.fixture
def company(smarketing: Command, tmp_path: Path) -> Command:
    for name, text in {"crm.toml": MAPPING, "test.toml": IN_FULL, "leads.csv": LEADS}.items():
        (tmp_path / name).write_text(text)
    smarketing.done("agreement", "load", str(tmp_path / "test.toml"))
    for party in ("marketing", "sales"):
        email = f"{party}@example.com"
        smarketing.done("agreement", "sign", "test", "--party", party, "--as", email)
    smarketing.done(
        "import", str(tmp_path / "leads.csv"), "--as", "leads",
        "--mapping", str(tmp_path / "crm.toml"),
    )  # fmt: skip
    return smarketing


def test_a_lead_that_nobody_tried_stays_an_exception_after_its_month(company: Command):
    (one,) = company.json("exceptions")["exceptions"]
    assert (one["attempts_made"], one["given_up"]) == (0, True)
    told = company("exceptions")
    assert told.stderr.strip() == RULE
    assert told.stdout.count("given up") == 2, "the column, and the lead"
    assert RULE.replace("“", '"').replace("”", '"') in " ".join(
        company("exceptions", "--help").stdout.split()
    )


def test_a_month_has_what_counts_for_it_and_days_have_what_began_on_them(company: Command):
    def subjects(*asked: str) -> set[tuple[str, str]]:
        found = company.json("breaches", *asked)["breaches"]
        return {(one["commitment"], one["month"]) for one in found if one["lead"]}

    march = ("--from", "2026-03-01", "--to", "2026-04-01")
    april = ("--from", "2026-04-01", "--to", "2026-05-01")
    assert ("first_attempt", "2026-03") in subjects("--month", "2026-03")
    assert ("first_attempt", "2026-03") not in subjects(*march)
    assert ("first_attempt", "2026-03") in subjects(*april)
    assert " that count for 2026-03" in company("breaches", "--month", "2026-03").stderr
    assert (
        " that began from 2026-04-01 until before 2026-05-01" in company("breaches", *april).stderr
    )


def test_breaches_that_there_are_not_are_one_sentence(company: Command):
    none = company("breaches", "--month", "2025-01")
    assert (none.returncode, none.stdout) == (0, "")
    assert none.stderr == "no breaches count for 2025-01, as far as is known\n"
    unknown = company("breaches", "--month", "2026-03", "--agreement", "nix")
    assert (unknown.returncode, unknown.stdout) == (1, "")
    assert unknown.stderr == "no agreement is named “nix”; there are: test\n"
    both = company("breaches", "--month", "2026-03", "--from", "2026-03-01")
    assert "name either --month, or --from and --to" in both.stderr
