from __future__ import annotations

import pytest

from connectors.layout import column_names, header_at, layout_of
from connectors.protocol import ConnectorError


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        pytest.param("a,b,c\n1,2,3\n", ",", id="comma"),
        pytest.param("a;b;c\n1,5;2,5;3,5\n1,5;2,5;3,5\n", ";", id="semicolon with decimal commas"),
        pytest.param("a\tb\n1,2\t3\n", "\t", id="tab"),
        pytest.param("a|b\n1|2\n", "|", id="pipe"),
        pytest.param('a,b\n"x;y;z",2\n"x;y;z",3\n', ",", id="the other one is in quotes"),
        pytest.param('a;b\n"1,2,3";2\n"x";3\n', ";", id="commas in quotes"),
    ],
)
def test_the_delimiter_is_the_one_that_cuts_evenly(text, delimiter):
    assert layout_of(text.encode(), "x").delimiter == delimiter


def test_a_file_of_one_column_has_one_column():
    assert layout_of(b"email\na@example.com\nb@example.com\n", "x").header == ("email",)


@pytest.mark.parametrize(
    ("text", "header"),
    [
        pytest.param("\n\n\na,b,c\n1,2,3\n", ("a", "b", "c"), id="blank lines"),
        pytest.param("Report: leads\n\na,b,c\n1,2,3\n", ("a", "b", "c"), id="title"),
        pytest.param("Report: leads,,,\na,b,c,d\n1,2,3,4\n", ("a", "b", "c", "d"), id="padded"),
        pytest.param("# comment\na;b;c\n1;2;3\n", ("a", "b", "c"), id="comment"),
        pytest.param("a,,c\n1,2,3\n", ("a", "column 2", "c"), id="a blank header"),
        pytest.param('"a\nx",b\n1,2\n', ("a x", "b"), id="a line break in a header"),
        pytest.param("\ufeffa,b\n1,2\n".encode()[3:].decode(), ("a", "b"), id="no mark"),
        pytest.param("Straße,b\n1,2\n", ("Straße", "b"), id="letters beyond ASCII"),
    ],
)
def test_the_header_is_the_first_line_that_is_filled(text, header):
    found = layout_of(text.encode(), "x")
    assert found.header == header


def test_the_records_start_after_the_header():
    text = 'Título\r\n"a\r\né",b\r\n1,2\r\n'
    assert text.encode()[layout_of(text.encode(), "x").start :] == b"1,2\r\n"


def test_old_mac_line_ends_are_line_ends():
    assert layout_of(b"a,b\r1,2\r", "x").header == ("a", "b")


def test_names_are_told_apart():
    assert column_names(["id", "id", " id ", "", "id (2)"]) == (
        "id",
        "id (2)",
        "id (3)",
        "column 4",
        "id (2) (2)",
    )


def test_a_file_of_blank_lines_has_no_header():
    with pytest.raises(ConnectorError, match="no header row"):
        layout_of(b"\n\n \n", "x")
    assert header_at([[], [""]]) is None


def test_a_field_without_end_does_not_stop_the_search():
    assert layout_of(b'a,b\n1,"' + b"x" * 200_000, "x").header == ("a", "b")
