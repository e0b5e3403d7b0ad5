from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.end_to_end.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.end_to_end.conftest import Command

END_OF_W10 = "2018-03-12T03:00:00Z"


def test_the_real_export_goes_through_end_to_end(
    smarketing_anywhere: Command, shared_data: Path, tmp_path: Path
):
    smarketing = smarketing_anywhere
    leads = str(shared_data / "olist" / "olist_marketing_qualified_leads_dataset.csv")
    deals = str(shared_data / "olist" / "olist_closed_deals_dataset.csv")
    first = smarketing.json("import", leads, "--as", "leads", "--mapping", "olist")
    assert (first["read"], first["created"], first["rejected"]) == (8000, 8000, 0)
    won = smarketing.json("import", deals, "--as", "deals", "--mapping", "olist")
    assert (won["read"], won["matched"], won["before_lead"]) == (842, 842, 1)
    for again in (
        smarketing.json("import", leads, "--as", "leads", "--mapping", "olist"),
        smarketing.json("import", deals, "--as", "deals", "--mapping", "olist"),
    ):
        assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, again["read"])

    smarketing.done("agreement", "load", str(ROOT / "config/agreements/olist.toml"))
    for party in ("marketing", "sales"):
        smarketing.done(
            "agreement", "sign", "olist", "--party", party, "--as", f"{party}@olist.example"
        )

    months = _rows(smarketing, "2018-01-01", "2018-06-01", "--by", "month")
    assert [row["delivered"] for row in months] == [1141, 1028, 1174, 1352, 1303]
    assert [row["customers"] for row in months] == [152, 149, 167, 183, 130]
    assert [row["acknowledged_due"] for row in months] == [0] * 5

    origins = {
        row["lead_source"]: (row["delivered"], row["customers"])
        for row in _rows(smarketing, "2017-06-01", "2018-06-01", "--by", "lead_source")
    }
    assert (origins["organic_search"], origins[None]) == ((2296, 271), (60, 14))

    folder = tmp_path / "digest"
    smarketing.done("digest", "--week", "2018-W10", "--audience", "both", "--out", str(folder))
    text = (folder / "digest.txt").read_text()
    (week,) = _rows(smarketing, "2018-03-05", "2018-03-12", "--as-of", END_OF_W10)
    (month,) = _rows(smarketing, "2018-03-01", "2018-04-01", "--as-of", END_OF_W10)
    line = re.search(r"^W10 +([\d,]+) +([\d,]+) +([\d,]+) +([\d,]+) +([\d,]+)", text, re.MULTILINE)
    assert line is not None
    assert [int(number.replace(",", "")) for number in line.groups()] == [
        week[key] for key in ("delivered", "rejected", "counted", "accepted", "customers")
    ]
    assert week["delivered"] > 0
    assert f"{month['counted']} of 367 expected" in text
    assert {path.suffix for path in folder.iterdir()} == {".eml", ".html", ".txt", ".png"}


def _rows(smarketing: Command, starts: str, ends: str, *more: str) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = smarketing.json(
        "progress", "--from", starts, "--to", ends, *more
    )["rows"]
    return rows
