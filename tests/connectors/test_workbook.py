from __future__ import annotations

import datetime as dt

import openpyxl
import pytest

from connectors.protocol import ConnectorError

MAPPING = """
timezone = "Europe/Berlin"
[leads.columns]
source_id = "ID"
created_at = "Created"
amount = "Value"
company = "Company"
"""


@pytest.fixture
def workbook(tmp_path):
    def to_file(sheets, name="leads.xlsx"):
        book = openpyxl.Workbook()
        book.remove(book.active)
        for title, rows in sheets.items():
            sheet = book.create_sheet(title)
            for row in rows:
                sheet.append(row)
        path = tmp_path / name
        book.save(path)
        return path

    return to_file


NOON = dt.datetime(2024, 1, 1, 12, tzinfo=dt.UTC).replace(tzinfo=None)
HEADER = ["ID", "Created", "Value", "Company", "Flag", "Share"]


def test_cells_become_the_texts_of_a_csv(workbook, read):
    path = workbook(
        {
            "Leads": [
                HEADER,
                [123.0, NOON, 12.5, "Acme", True, 0.25],
                ["x-1", NOON.date(), "1.000,50 €", None, False, 1e-7],
                [7, 45292.5, 1234567, " ", None, 3],
            ]
        }
    )
    result = read(path, MAPPING)
    noon = int(dt.datetime(2024, 1, 1, 11, tzinfo=dt.UTC).timestamp())
    assert result.frame.select("source_id", "created_at", "amount", "company", "extra").rows() == [
        ("123", noon, 125_000, "Acme", '{"Flag":"true","Share":"0.25"}'),
        ("x-1", noon - 43_200, 10_005_000, None, '{"Flag":"false","Share":"0.0000001"}'),
        ("7", noon, 12_345_670_000, None, '{"Share":"3"}'),
    ]


def test_titles_blank_rows_and_blank_columns_are_passed_over(workbook, read):
    rows = [["All leads"], [], HEADER[:2], ["1", NOON], [None, None], ["2", NOON], ["", " "]]
    result = read(workbook({"Empty": [], "Leads": rows}), MAPPING)
    assert (result.read, result.problems) == (2, [])
    assert result.frame["extra"].null_count() == 2


def test_a_sheet_is_chosen_by_its_name(workbook, read):
    path = workbook({"A": [["ID"], ["1"]], "B": [HEADER[:2], ["2", NOON]]})
    assert read(path, MAPPING, sheet="B").frame["source_id"].to_list() == ["2"]
    with pytest.raises(ConnectorError, match=r"no sheet 'C'; it has 'A', 'B'"):
        read(path, MAPPING, sheet="C")


def test_a_workbook_by_the_name_of_csv_is_a_workbook(workbook, read):
    path = workbook({"Leads": [HEADER[:2], ["1", NOON]]}, "leads.csv")
    assert read(path, MAPPING).read == 1


def test_a_csv_by_the_name_of_xlsx_is_a_csv(write, read):
    assert read(write("ID,Created\n1,2024-01-01\n", "leads.xlsx"), MAPPING).read == 1


def test_a_workbook_without_data_is_one_sentence(workbook, read):
    with pytest.raises(ConnectorError, match="no sheet with data"):
        read(workbook({"Leads": []}), MAPPING)


def test_a_stray_cell_far_away_does_not_end_the_process(workbook, read, tmp_path):
    book = openpyxl.load_workbook(workbook({"Leads": [HEADER[:2], ["1", NOON]]}))
    book.active.cell(1_048_576, 16_384).value = "stray"
    book.save(tmp_path / "far.xlsx")
    with pytest.raises(ConnectorError, match="stray cell"):
        read(tmp_path / "far.xlsx", MAPPING)


def test_many_rows_come_in_several_batches(workbook, read):
    rows = [[str(number), NOON] for number in range(20_500)]
    result = read(workbook({"Leads": [HEADER[:2], *rows]}), MAPPING)
    assert [batch.read for batch in result.batches] == [20_000, 500]
    assert result.frame["row"].to_list() == list(range(1, 20_501))
