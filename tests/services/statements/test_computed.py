from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from smarketing.domain.agreement import Commitment
from smarketing.domain.breaches import Kind
from smarketing.domain.levels import CellLevel, Level
from smarketing.domain.metrics import Metric
from smarketing.domain.remedies import Band, Fee, Points, Remedy, RemedyKind
from smarketing.services.statements.accounts import Breaches
from smarketing.services.statements.computed import computed
from smarketing.services.statements.words import verdict_words

FEE = Fee(Fraction(100_000), Fraction(1, 10))
CREDIT = Remedy("credit", "Credit", RemedyKind.CREDIT, "promise", "credit")
NONE = Breaches()


def level(kept: int, due: int, metric: Metric = Metric.ACCEPTANCE_RATE) -> Level:
    promise = Commitment(
        name="promise", title="Promise", metric=metric, by="agency", to="sales", calendar="office",
        period="month", promised_rate=Fraction(98, 100), at_risk=(), recorded_in=frozenset(),
        terms=(),
    )  # fmt: skip
    days = date(2026, 3, 1), date(2026, 4, 1)
    return Level("test", 1, promise, *days, True, Fraction(kept), Fraction(due))


def value(*cells: tuple[str | None, int, int]) -> Level:
    found = level(0, 1, Metric.LEAD_VALUE_DELIVERED)
    return replace(
        found,
        cells=tuple(CellLevel(s, s, Fraction(done), Fraction(target)) for s, done, target in cells),
    )


def test_a_broken_promise_without_a_schedule_gives_all_of_the_credit() -> None:
    given = computed(CREDIT, level(1, 2), NONE, FEE, "EUR")
    assert given.amount == 10_000
    assert given.told == "Not met: 100 % of 100,000 EUR x 10 % = 10,000 EUR is 10,000 EUR."
    assert computed(CREDIT, level(1, 1), NONE, FEE, "EUR").amount == 0
    assert computed(CREDIT, level(0, 0), NONE, FEE, "EUR").told == (
        "Nothing can be judged: no credit."
    )  # fmt: skip


def test_d4_the_gap_in_points_is_the_per_cent_of_the_credit() -> None:
    given = computed(replace(CREDIT, by_gap=True), level(75, 100), NONE, FEE, "EUR")
    assert given.amount == 2_300
    assert given.told.startswith("23 points below 98 %: 23 % of")


@pytest.mark.parametrize(("late", "amount"), [(4, 0), (5, 0), (10, 200), (30, 1_000)])
def test_d5_points_of_breaches_give_a_credit_whatever_the_level(late: int, amount: int) -> None:
    steps = tuple(
        (least, Fraction(share, 100)) for least, share in ((5, 0), (10, 2), (15, 4), (30, 10))
    )
    remedy = replace(CREDIT, points=Points({Kind.LATE: 1}, steps))
    breaches = Breaches({Kind.LATE: late, Kind.WRONG: 50})
    given = computed(remedy, level(1, 1), breaches, FEE, "EUR")
    assert given.amount == amount
    assert given.told.startswith(f"{late} points")


def test_8996_of_10000_is_below_a_band_that_ends_at_90_per_cent() -> None:
    remedy = replace(CREDIT, schedule=(Band(Fraction(9, 10), Fraction(1, 4)),))
    assert computed(remedy, level(8_996, 10_000), NONE, FEE, "EUR").amount == 2_500
    assert computed(remedy, level(9_000, 10_000), NONE, FEE, "EUR").amount == 0


MAKE_GOOD = replace(
    CREDIT, kind=RemedyKind.MAKE_GOOD, band=Fraction(1, 10), cap=Fraction(1, 4)
)  # fmt: skip


def test_g1_lead_value_is_made_good_cell_by_cell() -> None:
    short = value(("a", 89_999, 100_000), ("b", 200_000, 100_000), ("c", 0, 1_000))
    given = computed(MAKE_GOOD, short, NONE, None, "EUR")
    assert given.amount == 1 + 250
    assert "c / c: 1,000 EUR short of 1,000 EUR, less the band of 10 %, at most 25 %: 250 EUR" in (
        given.told
    )


def test_a_promise_about_all_leads_is_not_owed_twice() -> None:
    both = value((None, 80_000, 100_000), ("a", 20_000, 30_000))
    assert computed(MAKE_GOOD, both, NONE, None, "EUR").amount == 10_000


def test_what_is_rounded_down_or_within_the_band_is_said() -> None:
    missing = replace(level(0, 1, Metric.LEADS_DELIVERED), cells=value(
        ("a", 30, 42), ("b", 30, 42), ("c", 39, 42), ("d", 50, 42)
    ).cells)  # fmt: skip
    given = computed(MAKE_GOOD, missing, NONE, None, "EUR")
    assert given.amount == 15
    assert given.told == (
        "a / a: 12 leads short of 42 leads, less the band of 10 %: 7.80 leads; "
        "b / b: 12 leads short of 42 leads, less the band of 10 %: 7.80 leads; "
        "c / c: 3 leads short of 42 leads, within the band of 10 %: 0. "
        "Together 15 leads, rounded down to whole ones."
    )


def test_what_is_not_judged_owes_no_make_good_and_its_verdict_says_so() -> None:
    unknown = replace(value(("a", 0, 100)), is_known=False)
    assert computed(MAKE_GOOD, unknown, NONE, None, "EUR") == (
        0, "Nothing can be judged: nothing is owed."
    )  # fmt: skip
    assert verdict_words(unknown) == "Not judged: nothing is known"
    assert verdict_words(replace(unknown, cells=(), denominator=Fraction(0))) == "Nothing was due"


def test_a_make_good_is_not_computed_before_its_month_is_over() -> None:
    going_on = replace(value(("a", 0, 100)), is_over=False)
    assert computed(MAKE_GOOD, going_on, NONE, None, "EUR").amount == 0
