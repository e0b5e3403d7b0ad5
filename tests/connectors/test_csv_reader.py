from __future__ import annotations

import csv
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.csv_reader import open_csv
from connectors.protocol import ConnectorError

CELLS = st.text(st.sampled_from('ab \n\r",;ü€\t'), max_size=6)
TABLES = st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=12)


def rows_of(path, block_bytes=1 << 16):
    header, chunks = open_csv(path, path.name, block_bytes)
    rows = [row for chunk in chunks for row in chunk.frame.iter_rows()]
    return header, [tuple(cell or "" for cell in row) for row in rows]


def faults_of(path):
    return [fault for chunk in open_csv(path, "x")[1] for fault in chunk.faults.items()]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_ends_a_line(write, end):
    path = write(end.join(["a,b", "1,x", '"2","y"', "3,z"]))
    assert rows_of(path) == (("a", "b"), [("1", "x"), ("2", "y"), ("3", "z")])


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_line_breaks_and_doubled_quotes_stay_in_their_cell(write, end):
    path = write(f'a,b{end}1,"x{end}""y"", z"{end}2,"\r"{end}')
    assert rows_of(path)[1] == [("1", f'x{end}"y", z'), ("2", "\r")]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    table=TABLES,
    block=st.sampled_from([1, 3, 16, 1 << 16]),
    # With LF alone the csv module leaves a bare CR unquoted, which nobody can read back.
    style=st.sampled_from(
        [("\n", csv.QUOTE_ALL), ("\r\n", csv.QUOTE_ALL), ("\r\n", csv.QUOTE_MINIMAL)]
    ),
    delimiter=st.sampled_from(",;\t|"),
)
def test_what_the_csv_module_wrote_is_read_back(write, table, block, style, delimiter):
    out = io.StringIO()
    ending, quoting = style
    writer = csv.writer(out, delimiter=delimiter, lineterminator=ending, quoting=quoting)
    header = ("one", "two", "three")
    # Records enough for the delimiter to be beyond doubt.
    plain = [("p", "q", "r")] * 60
    writer.writerows([header, *plain, *table])
    found = rows_of(write(out.getvalue()), block)
    # The forgiving reader skips spaces after a delimiter; all text is stripped later on.
    stripped = [tuple(cell.lstrip(" ") for cell in row) for row in found[1]]
    assert found[0] == header
    assert stripped == [tuple(cell.lstrip(" ") for cell in row) for row in [*plain, *table]]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(raw=st.binary(max_size=300), block=st.sampled_from([5, 64, 1 << 16]))
def test_bytes_of_any_kind_end_in_rows_as_wide_as_the_header(write, raw, block):
    path = write(b"a,b,c\n" + raw)
    header, rows = rows_of(path, block)
    assert all(len(row) == len(header) for row in rows)


@pytest.mark.parametrize("block", [16, 1 << 16])
def test_a_stray_quotation_mark_does_not_disturb_its_neighbours(write, block):
    path = write('a,b\n1,6" pipe\n2,"x, y"\n3,z\n' + "4,w\n" * 20)
    rows = rows_of(path, block)[1]
    assert rows[:4] == [("1", '6" pipe'), ("2", "x, y"), ("3", "z"), ("4", "w")]
    assert len(rows) == 23


def test_quotes_after_a_space_are_quotes(write):
    assert rows_of(write('a, b\n1, "x, y"\n'))[1] == [("1", "x, y")]


def test_a_short_record_is_filled_up(write):
    assert rows_of(write("a,b,c\n1,2,3\n4\n"))[1] == [("1", "2", "3"), ("4", "", "")]


def test_a_record_with_too_many_fields_is_a_fault_and_loses_nothing(write):
    path = write("a,b\n1,2\n3,4,5\n6,7,\n")
    assert rows_of(path)[1] == [("1", "2"), ("3", "4,5"), ("6", "7")]
    ((place, fault),) = faults_of(path)
    assert (place, fault.found) == (1, "5")
    assert "3 fields, the header 2" in fault.reason


def test_a_quotation_mark_that_is_never_closed_is_a_fault(write):
    ((place, fault),) = faults_of(write('a,b\n1,2\n3,"x\n4,5\n'))
    assert place == 1
    assert "never closed" in fault.reason


def test_a_text_beyond_measure_is_one_sentence(write):
    path = write('a,b\n1,2\n3,"' + "x" * 200_000)
    with pytest.raises(ConnectorError, match=r"leads.csv has a text without end .*close"):
        rows_of(path)


def test_invalid_bytes_anywhere_are_read_as_windows_1252(write):
    path = write(b"a,b\n" + b"1,x\n" * 50 + "2,Müller\n".encode("cp1252"))
    assert rows_of(path, 32)[1][-1] == ("2", "Müller")
