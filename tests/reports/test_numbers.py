from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports import numbers


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [
        pytest.param(41, 50, "82 %", id="whole percent"),
        pytest.param(8_996, 10_000, "90.0 %", id="nearly the promise"),
        pytest.param(9_000, 10_000, "90 %", id="exactly the promise"),
        pytest.param(9_004, 10_000, "90.0 %", id="just above the promise"),
        pytest.param(999, 1_000, "99.9 %", id="nearly all"),
        pytest.param(9_999, 10_000, "99.99 %", id="very nearly all"),
        pytest.param(1, 1_000, "0.1 %", id="nearly none"),
        pytest.param(0, 7, "0 %", id="none"),
        pytest.param(7, 7, "100 %", id="all"),
        pytest.param(1, 8, "13 %", id="halves are rounded up"),
    ],
)
def test_a_percentage_is_as_exact_as_it_must_be(part, whole, shown):
    assert numbers.percent(part, whole, Fraction(9, 10)) == shown


def test_a_promise_in_tenths_is_not_printed_for_a_share_that_misses_it():
    assert numbers.percent(99_519, 100_000, Fraction(995, 1000)) == "99.52 %"


@given(st.integers(1, 5_000), st.data(), st.integers(1, 1000))
def test_a_share_prints_as_its_promise_only_where_it_is_the_promise(whole, data, promised):
    part = data.draw(st.integers(0, whole))
    share, promise = Fraction(part, whole), Fraction(promised, 1000)
    shown = numbers.percent(part, whole, promise)
    assert (shown == numbers.rate(promise)) <= (share == promise)
    assert (shown == "100 %") == (part == whole)
    assert (shown == "0 %") == (part == 0)
    assert abs(Fraction(shown.removesuffix(" %")) - share * 100) <= Fraction(1, 2)


def test_a_title_becomes_one_line_without_control_characters():
    assert numbers.clean("A\r\nBcc: all@example.com\x00\x1f\t B\u2028C\ufeff") == (
        "A Bcc: all@example.com B C"
    )


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        pytest.param(9_999, "9,999", id="in full"),
        pytest.param(12_345, "12.3k", id="thousands"),
        pytest.param(1_234_567, "1.23M", id="millions"),
        pytest.param(987_654_321, "988M", id="hundreds of millions"),
    ],
)
def test_a_number_in_a_chart_is_short(number, shown):
    assert numbers.compact(number) == shown


@pytest.mark.parametrize(
    ("number", "shown"),
    [(0, "0"), (999, "999"), (1_000, "1k"), (1_234, "1.2k"), (9_999, "10k"), (12_345, "12k")],
)
def test_a_number_in_a_narrow_column_is_shorter_still(number, shown):
    assert numbers.terse(number) == shown


def test_days_and_instants_are_written_in_english_and_in_the_zone():
    assert numbers.day(date(2018, 3, 5)) == "5 March 2018"
    assert numbers.short_day(date(2018, 3, 5)) == "5 Mar"
    assert numbers.instant(datetime(2018, 3, 11, 22, tzinfo=UTC), "Europe/Riga") == (
        "12 March 2018, 00:00"
    )
    assert numbers.week_number("2018-W10") == "W10"


def test_counts_and_money_have_separators():
    assert numbers.leads(1) == "1 lead"
    assert numbers.leads(1_200) == "1,200 leads"
    assert numbers.signed(0) == "0"
    assert numbers.signed(-1_200) == "-1,200"
    assert numbers.money(Decimal("50737.50")) == "50,738"
