"""The command `goals`, from an import to targets with every input."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.builders import AGREEMENT, MAPPING

if TYPE_CHECKING:
    from pathlib import Path

    from tests.end_to_end.conftest import Command

TWO = AGREEMENT.replace(
    'share = "1"\naverage_deal = "10000"\nclose_rate = "0.1"',
    'share = "0.6"\n\n[[goal.cells]]\nsegment = "small"\ntier = "decision_maker"\nshare = "0.4"',
)
LEADS = "id,created,handed,title,employees\n" + "".join(
    "{n},{day} 09:00,{day} 10:00,CEO,{employees}\n".format(
        n=n, day=f"2025-{1 + n % 12:02}-{1 + n % 28:02}", employees=900 if n % 2 else 20
    )
    for n in range(400)
)
DEALS = "id,lead,outcome,amount,currency,closed\n" + "".join(
    f"d{n},{n},won,{3000 + 10 * n},EUR,2025-{1 + n % 12:02}-28 18:00\n" for n in range(0, 400, 9)
)
AS_OF = ("--as-of", "2026-01-05T09:00:00Z")


@pytest.fixture
def company(smarketing: Command, tmp_path: Path) -> Command:
    """A year of leads and deals, and an agreement that leaves its numbers to them."""
    for name, text in {
        "crm.toml": MAPPING, "test.toml": TWO, "leads.csv": LEADS, "deals.csv": DEALS,
    }.items():  # fmt: skip
        (tmp_path / name).write_text(text)
    for kind in ("leads", "deals"):
        file = str(tmp_path / f"{kind}.csv")
        smarketing.done("import", file, "--as", kind, "--mapping", str(tmp_path / "crm.toml"))
    smarketing.done("agreement", "load", str(tmp_path / "test.toml"))
    return smarketing


def test_every_input_and_chance_is_told(company: Command):
    told = company.json("goals", "--period", "2026-Q2", *AS_OF)
    assert [month["month"] for month in told["months"]] == ["2026-04", "2026-05", "2026-06"]
    assert (told["leads_known"], told["as_of"]) == (400, "2026-01-04")
    first = told["months"][0]
    assert first["textbook"]["chance"] < first["sure"]["chance"]
    assert first["sure"]["standard_error"] > 0
    assert first["sure"]["leads"] == sum(cell["leads"] for cell in first["cells"])
    cell = told["cells"][0]
    history = cell["history"]
    assert history["low"] < history["rate"] < history["high"]
    assert cell["close_rate"] == {
        "value": history["naive"], "origin": "history", "sample": 200, "as_of": "2026-01-04",
    }  # fmt: skip
    assert cell["lag"]["origin"] == "history"
    assert sum(week["leads"] for week in cell["weeks"]) == cell["leads"]


def test_months_of_a_period_that_are_over_are_named_and_not_dropped_silently(company: Command):
    then = ("--period", "2026", "--as-of", "2026-11-05T09:00:00Z")
    told = company("goals", *then)
    assert told.returncode == 0, told.stderr
    assert "Not planned: 2026-01, 2026-02," in told.stderr
    assert "2026-10, which are over or outside of test." in told.stderr
    assert company.json("goals", *then)["left_out"][-1] == "2026-10"
    assert "Not planned" not in company("goals", "--period", "2026-Q2", *AS_OF).stderr


def test_leads_are_summed_by_segment_and_asked_for_with_another_confidence(company: Command):
    rows = company.json("goals", "--by", "segment", *AS_OF)["months"][0]["rows"]
    assert [row["segment"] for row in rows] == ["enterprise", "small"]
    sure = company.json("goals", "--confidence", "0.95", *AS_OF)
    usual = company.json("goals", *AS_OF)
    assert sure["confidence"] == 0.95
    assert sure["months"][0]["sure"]["leads"] > usual["months"][0]["sure"]["leads"]


def test_a_person_reads_the_conclusion_first(company: Command):
    told = company("goals", *AS_OF)
    assert told.returncode == 0, told.stderr
    assert "Revenue of 2026-02, in EUR. Asking for" in told.stderr
    assert "reach it with 80 %." in told.stderr
    assert told.stdout.splitlines()[0].startswith("segment")


def test_sums_are_written_as_the_cells_are(company: Command):
    told = company("goals", "--by", "segment", *AS_OF)
    cells = company.json("goals", "--by", "segment", *AS_OF)["months"][0]["rows"]
    lines = told.stdout.splitlines()[-len(cells) :]
    for row, line in zip(cells, lines, strict=True):
        assert f"{row['revenue']:,.2f}" in line
        assert f"{row['value']:,.2f}" in line
        assert str(row["revenue"]) not in line


def test_what_is_in_force_is_planned_and_not_a_draft(company: Command, tmp_path: Path):
    for party in ("sales", "marketing"):
        company.done("agreement", "sign", "test", "--party", party, "--as", f"{party}@example.com")
    draft = TWO.replace('"100000"', '"900000"').replace("2026-01-01", "2099-01-01")
    (tmp_path / "draft.toml").write_text(draft)
    before = company.json("goals", *AS_OF)
    company.done("agreement", "load", str(tmp_path / "draft.toml"))
    assert company.json("goals", *AS_OF) == before
    assert company.json("goals", "--agreement", "test", *AS_OF) == before


@pytest.mark.parametrize(
    ("call", "code", "said"),
    [
        (("--period", "2025-03", *AS_OF), 1, "2025-03 is over or outside of test"),
        (("--period", "soon"), 1, "is no month, quarter or year"),
        (("--confidence", "1.2"), 2, "'1.2' is not from 50 % to 99 %: write it as 80%"),
        (("--confidence", "0.999999"), 2, "'0.999999' is not from 50 % to 99 %"),
        (("--confidence", "49%"), 2, "'49%' is not from 50 % to 99 %"),
        (("--by", "owner"), 2, "neither segment nor tier"),
        (("--agreement", "none"), 1, "no agreement is named 'none'"),
    ],
    ids=[
        "the past",
        "no period",
        "no confidence",
        "too sure",
        "too unsure",
        "another key",
        "no agreement",
    ],
)
def test_what_cannot_be_told_is_one_sentence(company: Command, call, code: int, said: str):
    told = company("goals", *call)
    assert told.returncode == code
    assert said in told.stderr
    assert "Traceback" not in told.stderr
