from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.amounts import amounts, counts


def amount(text):
    return amounts(pl.Series([text], dtype=pl.String))[0]


def count(text):
    return counts(pl.Series([text], dtype=pl.String))[0]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1234567.5", "1234567.5"),
        ("0", "0"),
        ("-0.5", "-0.5"),
        ("$22,700.00", "22700"),
        ("$342.09K", "342090"),
        ("1.5M", "1500000"),
        ("1.234,56", "1234.56"),
        ("1.234.567", "1234567"),
        ("200.000.000", "200000000"),
        ("1,234", "1234"),
        ("1.234", "1.234"),
        ("12,5", "12.5"),
        ("1 234,5", "1234.5"),
        ("1\u00a0234,50\u00a0€", "1234.5"),
        ("1'200.00", "1200"),
        ("R$ 1.000,00", "1000"),
        ("USD 1,000", "1000"),
        ("(12.50)", "-12.5"),
        ("-$12.50", "-12.5"),
        ("12-", "-12"),
        (".5", "0.5"),
        ("33.333333", "33.3333"),
        ("0.00005", "0"),
        ("0.00015", "0.0002"),
    ],
)
def test_amounts_are_exact_ten_thousandths(text, value):
    assert amount(text) == int(Decimal(value) * 10_000)


@pytest.mark.parametrize(
    "text", ["abc", "1,23,4", "1e5", "(5", "--5", "12 apples", "1.2.3,4,5", "9" * 20, "NaN", "$"]
)
def test_what_is_no_amount_is_null(text):
    assert amount(text) is None


@given(st.decimals(-(10**12), 10**12, places=4))
def test_every_amount_is_read_back(value):
    assert amount(f"{value:f}") == int(value * 10_000)
    assert amount(f"{value:,.4f}") == int(value * 10_000)


@given(st.decimals(-(10**12), 10**12, places=2))
def test_european_amounts_are_read_back(value):
    text = f"{value:,.2f}".translate(str.maketrans(",.", ".,"))
    assert amount(f"{text} €") == int(value * 10_000)


@pytest.mark.parametrize(
    ("text", "value"),
    [("1200", 1200), ("1,200", 1200), ("1.200", 1200), ("1 200", 1200), ("250.0", 250), ("0", 0)],
)
def test_counts_are_whole_numbers(text, value):
    assert count(text) == value


@pytest.mark.parametrize("text", ["11-50", "1.5", "10000+", "many", "-3", "1,2"])
def test_what_is_no_count_is_null(text):
    assert count(text) is None


def test_null_stays_null():
    assert amount(None) is None
    assert count(None) is None
