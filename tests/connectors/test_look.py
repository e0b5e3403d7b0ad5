from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from connectors.look import look_at
from connectors.protocol import ConnectorError, Kind

if TYPE_CHECKING:
    from pathlib import Path


def look(path: Path, content: str | bytes, kind: Kind | None = None, most: int = 100):
    raw = content.encode() if isinstance(content, str) else content
    file = path / "file.csv"
    file.write_bytes(raw)
    return look_at(file, "file.csv", kind=kind, sheet=None, remembered=None, most=most)


def test_the_shape_of_a_text_file_is_told(tmp_path: Path):
    text = "Umsätze,2026,,\n\nLead ID;Betrag;Größe;Firma\n1;2;3;Müller\n".encode("cp1252")
    shape = look(tmp_path, text).shape
    assert (shape.encoding, shape.delimiter, shape.header_row) == ("windows-1252", ";", 3)
    assert look(tmp_path, "id,created\n1,2026-01-01\n".encode("utf-16")).shape.encoding == (
        "utf-16-le"
    )


def test_a_character_cut_by_the_end_of_a_block_is_no_other_encoding(tmp_path: Path):
    line = "1,2026-01-01,ä\n".encode()
    assert look(tmp_path, b"id,created,note\n" + line * 330_000, most=1).shape.encoding == "utf-8"


def test_what_the_headers_fit_best_is_found_out_or_told(tmp_path: Path):
    deals = "Record ID,Deal Name,Deal Stage,Amount,Close Date,Associated Contact IDs\n1,a,b,3,,7\n"
    found = look(tmp_path, deals)
    assert (found.kind, found.mapping.name) == (Kind.DEALS, "hubspot")
    assert look(tmp_path, deals, Kind.LEADS).kind is Kind.LEADS


def test_samples_are_different_values_and_blanks_are_none(tmp_path: Path):
    rows = "".join(f"{n},,{n % 2},{'x' * 99}\n" for n in range(9))
    found = look(tmp_path, f"id,created,odd,long\n{rows}")
    assert found.samples["id"] == ("0", "1", "2")
    assert found.samples["created"] == ()
    assert found.samples["odd"] == ("0", "1")
    assert found.samples["long"] == ("x" * 60,)


def test_records_are_counted_no_further_than_asked_and_blank_lines_not_at_all(tmp_path: Path):
    assert look(tmp_path, "id,created\n1,a\n\n,\n2,b\n").records == 2
    assert look(tmp_path, "id,created\n" + "1,a\n" * 50, most=10).records == 11


def test_what_we_wrote_beside_rejected_rows_is_no_column_of_the_file(tmp_path: Path):
    found = look(tmp_path, "id,created,problem_column,problem_row\n1,2026-01-01,created,7\n")
    assert found.header == ("id", "created")


def test_the_order_of_dates_is_as_the_values_show(tmp_path: Path):
    assert look(tmp_path, "id,created\n1,13.01.2026\n").date_order == "dmy"
    assert look(tmp_path, "id,created\n1,2026-01-01\n").date_order == "ymd"


def test_a_header_without_records_is_refused(tmp_path: Path):
    with pytest.raises(ConnectorError, match="no record below it"):
        look(tmp_path, "id,created\n")
