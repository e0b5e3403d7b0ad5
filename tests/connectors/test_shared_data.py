"""Real exports, where they are at hand. They are not ours to keep in the repository."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from connectors.content import Limits
from connectors.protocol import ConnectorError, Kind
from connectors.tables import open_table

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data"
TABLES = sorted(
    path for path in DATA.glob("badcsv/**/*") if path.suffix in {".csv", ".xlsx", ".xls", ".tsv"}
)

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"no sample exports in {DATA}")


@pytest.mark.parametrize(
    "name", ["default.csv", "semicolon.csv", "en.xlsx", "de_DE.xlsx", "pt_BR.xlsx"]
)
def test_espocrm_exports_of_any_language_are_600_leads(read, name):
    result = read(DATA / "espocrm" / f"espocrm_leads_{name}")
    assert (result.opened.mapping, result.read, result.problems) == ("espocrm", 600, [])
    counts = dict(result.frame["status"].value_counts().iter_rows())
    assert counts == {
        "new": 524,
        "converted": 56,
        **dict.fromkeys(("assigned", "in process", "recycled", "dead"), 5),
    }
    assert result.frame["email"].null_count() == 0
    assert result.frame["qualified_at"].count() == 56


def test_all_espocrm_exports_say_the_same(read):
    columns = ["source_id", "email", "full_name", "status", "created_at", "qualified_at", "amount"]
    frames = [
        read(DATA / "espocrm" / f"espocrm_leads_{name}").frame.select(columns).sort("source_id")
        for name in ("default.csv", "semicolon.csv", "en.xlsx", "de_DE.xlsx", "pt_BR.xlsx")
    ]
    assert all(frame.equals(frames[0]) for frame in frames)


@pytest.mark.parametrize(
    ("file", "kind", "records"),
    [
        ("olist_marketing_qualified_leads_dataset.csv", Kind.LEADS, 8000),
        ("olist_closed_deals_dataset.csv", Kind.DEALS, 842),
    ],
)
def test_olist_is_read_without_a_loss(read, file, kind, records):
    mapping = (ROOT / "config" / "mappings" / "olist.toml").read_text(encoding="utf-8")
    result = read(DATA / "olist" / file, mapping, kind=kind)
    assert (result.read, result.problems) == (records, [])


def test_an_unknown_origin_is_a_value_and_a_blank_one_is_none(read):
    mapping = (ROOT / "config" / "mappings" / "olist.toml").read_text(encoding="utf-8")
    path = DATA / "olist" / "olist_marketing_qualified_leads_dataset.csv"
    sources = read(path, mapping).frame["lead_source"]
    assert sources.eq("unknown").sum() == 1099
    assert sources.null_count() == 60


@pytest.mark.parametrize("path", TABLES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_an_odd_file_ends_in_counted_records_or_in_one_sentence(path, read):
    try:
        first = open_table(path, path.name, None, Limits()).header[0]
        mapping = (
            f"[leads.columns]\nsource_id = {json.dumps(first, ensure_ascii=False)}\n"
            "[leads.constants]\ncreated_at = 2024-01-01\n"
        )
        result = read(path, mapping, timezone="UTC")
    except ConnectorError as error:
        sentence = str(error)
        assert path.name in sentence
        assert "\n" not in sentence
        return
    taken = sum(batch.frame.height for batch in result.batches)
    assert result.read == taken + len(result.problems)
    expected = path.parent.parent / "json" / f"{path.stem}.json"
    if expected.exists():
        records = json.loads(expected.read_text(encoding="utf-8"))
        assert result.read == (len(records) if isinstance(records, list) else 1)
