from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from connectors.choice import Chosen
from connectors.chosen import Files, chosen_mapping
from connectors.mapping import KindMapping, Rule, VendorMapping
from connectors.mapping_file import find_mapping, load_mapping, packaged_mappings
from connectors.mapping_text import mapping_text
from connectors.protocol import Kind
from connectors.remembered import name_for, recall, remember
from connectors.tabular import file_delivery

if TYPE_CHECKING:
    from pathlib import Path

ODD = 'a "quoted" \\ and ü\x7f'
ALL_WAYS = VendorMapping(
    name="all",
    vendor=ODD,
    timezone="Europe/Riga",
    date_order="dmy",
    kinds={
        Kind.LEADS: KindMapping(
            columns={
                "source_id": Rule(("Id", "Key"), any_of=True),
                "full_name": Rule(("First", "Last"), join=", "),
                "owner": Rule((ODD,), split=";"),
            },
            values={"status": {"new": "open", "a = b": ""}},
            constants={"currency": "EUR"},
        )
    },
    recognised_by=((ODD, "B"), ("C",)),
)
CSV = "Nr,Wann,Wer,Note\n1,02.03.2026 10:00,Ann,hot\n"


def files(folder: Path) -> Files:
    return Files(folder / "config", folder / "remembered", "UTC", 100)


def brought(folder: Path, text: str = CSV) -> Path:
    path = folder / "leads.csv"
    path.write_text(text)
    return path


@pytest.mark.parametrize("mapping", [ALL_WAYS, *packaged_mappings().values()], ids=lambda m: m.name)
def test_a_mapping_that_is_written_is_read_as_the_same(tmp_path: Path, mapping: VendorMapping):
    path = tmp_path / f"{mapping.name}.toml"
    path.write_text(mapping_text(mapping), encoding="utf-8")
    assert load_mapping(path) == mapping


def test_a_choice_is_found_again_by_the_same_headers_only(tmp_path: Path):
    desk = files(tmp_path)
    path = brought(tmp_path)
    look = desk.look(path, "leads.csv", "leads", "")
    chosen = Chosen({"source_id": "Nr", "created_at": "Wann", "owner": "Wer"}, "Own / CRM")
    desk.remember(look, chosen)
    again = desk.look(path, "leads.csv", "", "")
    assert again.is_remembered
    assert again.mapping.vendor == "Own / CRM"
    assert {name: rule.headers for name, rule in again.rules.items()} == {
        "source_id": ("Nr",), "created_at": ("Wann",), "owner": ("Wer",),
    }  # fmt: skip
    # In another order, and with what we write beside rejected rows, it is the same file.
    other = brought(tmp_path, "Wann,Nr,Note,Wer,problem_row\n02.03.2026 10:00,1,,Ann,7\n")
    assert desk.look(other, "leads.csv", "", "").is_remembered
    assert not desk.look(brought(tmp_path, f"More,{CSV}"), "leads.csv", "", "").is_remembered
    assert not desk.look(path, "leads.csv", "deals", "").is_remembered


def test_the_command_and_sources_use_it_too_and_know_it_by_its_name(tmp_path: Path):
    desk = files(tmp_path)
    path = brought(tmp_path)
    chosen = Chosen({"source_id": "Nr", "created_at": "Wann"}, "own", "Europe/Riga", "mdy")
    desk.remember(desk.look(path, "leads.csv", "leads", ""), chosen)
    (kept,) = desk.remembered.iterdir()
    opened = file_delivery(
        path, kind=Kind.LEADS, mappings_folder=desk.mappings, remembered=desk.remembered
    ).open()
    assert (opened.source, opened.mapping) == ("own", kept.stem)
    (batch,) = opened.batches
    assert batch.frame["created_at"].to_list() == [1_770_105_600]  # 3 February, 08:00 UTC
    assert find_mapping(kept.stem, desk.mappings, desk.remembered).timezone == "Europe/Riga"


def test_the_latest_correction_counts(tmp_path: Path):
    header = ("A", "B")
    for age, source in ((9, "first"), (5, "second")):
        mapping = VendorMapping(
            name_for(source, Kind.LEADS, header), source, None, None,
            {Kind.LEADS: KindMapping({"source_id": Rule(("A",))})},
        )  # fmt: skip
        remember(mapping, tmp_path)
        os.utime(tmp_path / f"{mapping.name}.toml", (1_000 - age, 1_000 - age))
    found = recall(header, Kind.LEADS, tmp_path)
    assert found is not None
    assert found.vendor == "second"


def test_a_column_that_was_emptied_loses_its_values_and_fixed_text(tmp_path: Path):
    look = files(tmp_path).look(
        brought(tmp_path, "Record ID,Lead Status,Create Date,Deal\n1,a,2026-01-01,\n"), "x", "", ""
    )
    assert look.mapping.name == "hubspot"
    mapping = chosen_mapping(look, Chosen({"status": "", "campaign": "Deal"}))
    known = mapping.kinds[Kind.LEADS]
    assert "status" not in known.columns
    assert known.columns["campaign"] == Rule(("Deal",))
    assert known.columns["source_id"] == look.rules["source_id"]


def test_nothing_chosen_is_the_detected_mapping_itself_and_is_not_kept(tmp_path: Path):
    desk = files(tmp_path)
    look = desk.look(brought(tmp_path), "x", "leads", "")
    assert chosen_mapping(look, Chosen()) is look.mapping
    desk.remember(look, Chosen())
    assert not desk.remembered.exists()
