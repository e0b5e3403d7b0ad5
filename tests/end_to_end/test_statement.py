"""`smarketing statement` as a person runs it, on a small invented company."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.builders import MAPPING
from tests.services.agreements.remedied import REMEDIED

if TYPE_CHECKING:
    from pathlib import Path

    from tests.end_to_end.conftest import Command

HEAD = "id,created,acknowledged,attempted,accepted,rejected,reason,title,employees\n"
LEADS = HEAD + "".join(
    f"{n},2026-03-02 10:00,2026-03-02 10:30,,,{'2026-03-03 10:00,duplicate' if n < 5 else ','},"
    "CEO,900\n"
    for n in range(10)
)
TOLD = "late,2026-04-07 10:00,,,,,,Intern,20\n"
"""A lead by which the file tells that it is complete up to April."""


def test_a_statement_is_told_and_is_one_document(smarketing_anywhere: Command, tmp_path: Path):
    smarketing = smarketing_anywhere
    for name, text in {
        "crm.toml": MAPPING, "test.toml": REMEDIED, "leads.csv": LEADS + TOLD,
    }.items():  # fmt: skip
        (tmp_path / name).write_text(text)
    smarketing.done("agreement", "load", str(tmp_path / "test.toml"))
    signing = {"marketing": "marketing@example.com", "sales": "sales@example.com",
               "agency": "sue@example.com"}  # fmt: skip
    for party, email in signing.items():
        smarketing.done("agreement", "sign", "test", "--party", party, "--as", email)
    smarketing.done(
        "import", str(tmp_path / "leads.csv"), "--as", "leads",
        "--mapping", str(tmp_path / "crm.toml"),
    )  # fmt: skip
    asked = ("statement", "--party", "sales", "--period", "2026-03")
    told = smarketing.done(*asked)
    assert "Is the promised level met? No: “Leads” and “Accepted” are not." in told
    (statement,) = smarketing.json(*asked)["statements"]
    (month,) = statement["months"]
    (accepted,) = [one for one in month["owed_to_it"] if one["commitment"] == "accepted"]
    assert (accepted["numerator"], accepted["denominator"], accepted["met"]) == ("5", "10", False)
    (credit,) = accepted["remedies"]
    # Its leads are told today: from today on it may be claimed.
    assert (credit["computed"], credit["unit"], credit["claim"]) == ("2000", "EUR", "open")
    assert [step["asked"] for step in credit["steps"]][:4] == [
        "What happened?", "What does not count?", "What follows?", "Capped?",
    ]  # fmt: skip

    failed = smarketing("statement", "--party", "nobody", "--period", "2026-03")
    assert failed.returncode == 1
    assert "there are: marketing, agency, sales" in failed.stderr
    failed = smarketing("statement", "--party", "sales", "--period", "2026-W03")
    assert "write 2026-11, 2026-Q4 or 2026" in failed.stderr
