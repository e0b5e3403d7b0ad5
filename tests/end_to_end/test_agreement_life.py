"""The life of an agreement by command: loaded, proposed, signed, amended, compared, cancelled."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.end_to_end.conftest import Command

EXAMPLE = Path(__file__).parents[2] / "config" / "agreements" / "example.toml"
SAM, MARA = "sam.sales@example.com", "mara.marketing@example.com"
SITE = """
name = "lyon"
title = "Lyon"
timezone = "Europe/Paris"
currency = "EUR"
inherits = "sales-marketing"

[term]
starts_on = 2026-01-01

[parties.marketing]
title = "Marketing"
side = "marketing"
signatories = ["mara.marketing@example.com"]

[parties.lyon]
title = "Lyon"
side = "sales"
signatories = ["luc@example.com"]

[commitments.leads]
metric = "leads_delivered"
by = "marketing"
to = "lyon"
calendar = "office"

[[commitments.leads.terms]]
segment = "enterprise"
tier = "manager"
target = 10
"""


def test_an_agreement_lives_by_command(smarketing: Command, tmp_path: Path):
    agreement = ("agreement",)
    smarketing.done(*agreement, "load", str(EXAMPLE))
    assert "draft" in smarketing.done(*agreement, "show")
    assert "is proposed" in smarketing.done(*agreement, "propose", "sales-marketing", "--as", SAM)
    for party, email in (("sales", SAM), ("marketing", MARA)):
        told = smarketing.done(
            *agreement, "sign", "sales-marketing", "--party", party, "--as", email
        )
    assert "version 1 is in force" in told
    text = smarketing("agreement", "show", "sales-marketing", "--toml").stdout
    changed = tmp_path / "changed.toml"
    changed.write_text(text.replace('"4h"  ', '"2h"  '))
    refused = smarketing(*agreement, "load", str(changed))
    assert refused.returncode == 1
    assert "term.starts_on: 2026-01-01 is not after today" in refused.stderr
    (later,) = re.findall(r"Write (\d{4}-\d{2}-01), or another day", refused.stderr)
    changed.write_text(changed.read_text().replace("= 2026-01-01", f"= {later}", 1))
    assert "loaded as version 2" in smarketing.done(*agreement, "load", str(changed))
    difference = smarketing("agreement", "diff", "sales-marketing").stdout
    assert difference.startswith(
        f"Agreement: first day 2026-01-01 → {later}.\nLeads acknowledged: "
    )
    assert "\n- Sales acknowledges at least 90 %" in difference
    assert "next by" in smarketing.done(*agreement, "review", "sales-marketing", "--as", MARA)
    early = smarketing(*agreement, "cancel", "sales-marketing", "--from", "2020-01-01", "--as", SAM)
    assert early.returncode == 1
    assert "is too early" in early.stderr
    smarketing.done(*agreement, "cancel", "sales-marketing", "--from", "2027-12-01", "--as", SAM)
    assert "2027-12-01" in smarketing.done(*agreement, "show")


def test_what_a_site_inherits_is_checked_and_told(smarketing: Command, tmp_path: Path):
    site = tmp_path / "lyon.toml"
    site.write_text(SITE)
    none = smarketing("agreement", "check", str(site))
    assert none.returncode == 1
    assert "lyon.toml cannot be used" in none.stderr
    assert "no agreement 'sales-marketing' is in force" in none.stderr
    smarketing.done("agreement", "load", str(EXAMPLE))
    for party, email in (("sales", SAM), ("marketing", MARA)):
        smarketing.done("agreement", "sign", "sales-marketing", "--party", party, "--as", email)
    said = smarketing.done("agreement", "load", str(site))
    assert "which inherits from sales-marketing version 1" in said
    text = smarketing("agreement", "explain", "lyon").stdout
    assert "Lyon acknowledges at least 90 %" in text
    assert "This comes from the agreement sales-marketing." in text
