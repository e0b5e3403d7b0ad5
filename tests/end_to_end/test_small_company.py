"""The twin of the test on the real export: the same line on a small invented one."""

from __future__ import annotations

from email import message_from_bytes, policy
from typing import TYPE_CHECKING

from tests.builders import AGREEMENT, MAPPING

if TYPE_CHECKING:
    from pathlib import Path

    from tests.end_to_end.conftest import Command

LEADS = "id,created,acknowledged,attempted,title,employees,origin\n" + "".join(
    f"{n},2026-03-{2 + n % 12:02} 09:{n:02},2026-03-{2 + n % 12:02} 09:{n + 10:02},,"
    f"{'CEO' if n % 3 else 'Intern'},{900 if n % 2 else 20},{'fair' if n % 5 else ''}\n"
    for n in range(40)
)
DEALS = "id,lead,outcome,amount,currency,closed\n" + "".join(
    f"d{n},{n},won,1000,EUR,2026-04-0{1 + n % 9} 10:00\n" for n in range(0, 40, 4)
)
FIRST_DAYS = ("--from", "2026-03-01", "--to", "2026-04-01")
END_OF_W10 = "2026-03-09T00:00:00Z"


def test_a_small_export_goes_through_end_to_end(smarketing_anywhere: Command, tmp_path: Path):
    smarketing = smarketing_anywhere
    for name, text in {
        "crm.toml": MAPPING, "test.toml": AGREEMENT, "leads.csv": LEADS, "deals.csv": DEALS,
    }.items():  # fmt: skip
        (tmp_path / name).write_text(text)
    mapping = ("--mapping", str(tmp_path / "crm.toml"))
    leads = smarketing.json("import", str(tmp_path / "leads.csv"), "--as", "leads", *mapping)
    assert (leads["read"], leads["created"]) == (40, 40)
    deals = smarketing.json("import", str(tmp_path / "deals.csv"), "--as", "deals", *mapping)
    assert (deals["read"], deals["matched"]) == (10, 10)
    assert "all unchanged" in smarketing.done(
        "import", str(tmp_path / "leads.csv"), "--as", "leads", *mapping
    )
    smarketing.done("agreement", "load", str(tmp_path / "test.toml"))
    for party in ("marketing", "sales"):
        told = smarketing.done(
            "agreement", "sign", "test", "--party", party, "--as", f"{party}@example.com"
        )
    assert "40 leads that came before were classified" in told

    (total,) = smarketing.json("progress", *FIRST_DAYS)["rows"]
    assert (total["delivered"], total["customers"], total["won_amount"]) == (40, 10, 10000)
    assert (total["acknowledged_in_time"], total["target"]) == (40, 21)
    shown = smarketing("progress", *FIRST_DAYS)
    without = total["counted"] - round(total["attainment"] * total["target"])
    assert f"{without} of the counted leads have no target" in shown.stderr
    later = smarketing("progress", "--from", "2099-05-01", "--to", "2099-06-01")
    assert "2099-05-01 is still to come" in later.stderr
    origins = smarketing.json("progress", *FIRST_DAYS, "--by", "lead_source")["rows"]
    assert [(row["lead_source"], row["delivered"]) for row in origins] == [(None, 8), ("fair", 32)]
    week = ("--from", "2026-03-02", "--to", "2026-03-09", "--as-of", END_OF_W10)
    (known,) = smarketing.json("progress", *week)["rows"]
    assert (known["delivered"], known["customers"]) == (25, 0)

    folder = tmp_path / "digest"
    smarketing.done("digest", "--week", "2026-W10", "--audience", "sales", "--out", str(folder))
    mail = message_from_bytes((folder / "digest.eml").read_bytes(), policy=policy.default)
    text = (folder / "digest.txt").read_text()
    assert "25 of 25" in text
    body = mail.get_body(("plain",))
    assert body is not None
    assert "25 of 25 (100 %)" in body.get_content()

    clock = smarketing.json("clock", "crm:1")["clocks"][0]
    assert (clock["commitment"], clock["level"], clock["allowance_s"]) == (
        "acknowledge",
        "service",
        3600,
    )
    assert clock["used_s"] == 600
    assert "ok    facts: agree with a recount" in smarketing("doctor").stdout
