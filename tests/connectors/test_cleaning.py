from __future__ import annotations

import json

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.cleaning import cleaned, extra_of

CELLS = st.none() | st.text(st.characters(codec="utf-8"), min_size=1, max_size=8)
KEYS = ["^a.*$", 'b "quoted"', "c\\d", "*", "naïve"]


@pytest.mark.parametrize("blank", ["", "  ", "NaN", "null", "NULL", "None", "-", "--", "Select"])
def test_the_spellings_of_nothing_are_null(blank):
    assert cleaned(pl.DataFrame({"a": [blank, "x"]}))["a"].to_list() == [None, "x"]


@pytest.mark.parametrize("value", ["unknown", "0", "false", "NA", "Nan Li", "Other"])
def test_what_looks_like_nothing_but_is_a_value_is_kept(value):
    assert cleaned(pl.DataFrame({"a": [f" {value}\t"]}))["a"].to_list() == [value]


@given(st.lists(st.tuples(*[CELLS] * len(KEYS)), min_size=1, max_size=6))
def test_extra_is_the_json_of_what_is_not_blank(rows):
    columns = [pl.Series(column, dtype=pl.String) for column in zip(*rows, strict=True)]
    expected = [{k: v for k, v in zip(KEYS, row, strict=True) if v is not None} for row in rows]
    found = extra_of(list(zip(KEYS, columns, strict=True)), len(rows)).to_list()
    assert [json.loads(text) if text else {} for text in found] == expected
    assert all(text is None for text, one in zip(found, expected, strict=True) if not one)


def test_no_unmapped_column_is_no_extra():
    assert extra_of([], 1).to_list() == [None]
