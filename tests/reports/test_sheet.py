from __future__ import annotations

import csv
import io
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.sheet import csv_lines, harmless

# The reader of a spreadsheet knows no zero character and no half of a pair.
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
BEGINNINGS = st.sampled_from([*"=+-@\t\r\n＝＋－＠", " =", "\u3000＝", "'", "", "\u00a0-"])
CELLS = st.builds(str.__add__, BEGINNINGS, TEXTS)
FORMULAS = tuple("=+-@\t\r\n＝＋－＠")


def read(rows: list[list[str]]) -> list[list[str]]:
    text = "".join(csv_lines(("one", "two"), rows))
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


@given(rows=st.lists(st.lists(CELLS, min_size=2, max_size=2)))
def test_no_cell_begins_like_a_formula_and_nothing_else_is_changed(rows):
    header, *told = read(rows)
    assert header == ["one", "two"]
    assert len(told) == len(rows)
    for was, now in zip(chain(*rows), chain(*told), strict=True):
        is_formula = was.lstrip(" \u00a0\u3000").startswith(FORMULAS)
        assert now == (f"'{was}" if is_formula else was)
        assert not now.lstrip(" \u00a0\u3000").startswith(FORMULAS)


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ('=HYPERLINK("http://evil.example")', '\'=HYPERLINK("http://evil.example")'),
        ("+49 30 1234", "'+49 30 1234"),
        ("＝1+1", "'＝1+1"),
        (" @SUM(A1)", "' @SUM(A1)"),
        ("Ada = Love", "Ada = Love"),
        (-5, -5),
        (None, None),
    ],
)
def test_a_text_that_begins_like_a_formula_gets_an_apostrophe(cell, written):
    assert harmless(cell) == written


def test_numbers_are_numbers_and_what_is_missing_is_blank():
    assert "".join(csv_lines(("a", "b"), [(-5, None)])) == "\ufeffa,b\r\n-5,\r\n"
