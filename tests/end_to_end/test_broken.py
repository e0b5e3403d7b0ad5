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
