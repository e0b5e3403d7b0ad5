from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from smarketing.domain.agreement import Commitment
from smarketing.domain.levels import CellLevel, Level
from smarketing.domain.metrics import Metric


def level(
    numerator: int | Fraction,
    denominator: int,
    *,
    metric: Metric = Metric.ACKNOWLEDGED_WITHIN,
    rate: Fraction | None = Fraction(9, 10),
    band: Fraction | None = None,
    is_over: bool = True,
    cells: tuple[CellLevel, ...] = (),
) -> Level:
    promise = Commitment(
        name="promise", title="Promise", metric=metric, by="sales", to="marketing",
        calendar="office", period="month", promised_rate=rate, at_risk=(),
        recorded_in=frozenset(), terms=(), band=band,
    )  # fmt: skip
    return Level(
        "test", 1, promise, date(2026, 3, 1), date(2026, 4, 1), is_over,
        Fraction(numerator), Fraction(denominator), cells=cells,
    )  # fmt: skip


def cell(counted: int, target: int) -> CellLevel:
    return CellLevel("enterprise", "manager", Fraction(counted), Fraction(target))


@pytest.mark.parametrize(
    ("kept", "due", "met"),
    [(9, 10, True), (8_996, 10_000, False), (9_000, 10_000, True), (0, 0, None)],
    ids=["just met", "90.0 % when printed", "exactly", "nothing was due"],
)
def test_a_rate_is_compared_exactly(kept: int, due: int, met: bool | None) -> None:  # noqa: FBT001
    assert level(kept, due).met is met


def test_a_rate_is_judged_before_its_month_is_over() -> None:
    assert level(1, 2, is_over=False).met is False


def volume(*cells: CellLevel, is_over: bool = True) -> Level:
    counted, target = (sum(getattr(c, name) for c in cells) for name in ("counted", "target"))
    found = level(counted, int(target), metric=Metric.LEADS_DELIVERED, rate=None, is_over=is_over)
    return replace(found, cells=cells)


def test_a_volume_is_met_when_every_cell_is() -> None:
    assert volume(cell(10, 10), cell(3, 2)).met is True
    assert volume(cell(20, 10), cell(1, 2)).met is False


def test_a_volume_is_not_judged_before_its_month_is_over() -> None:
    assert volume(cell(20, 10), is_over=False).met is None


def test_a_volume_without_a_target_is_not_judged() -> None:
    assert volume().met is None


def evenness(strays: Fraction, *, is_over: bool) -> bool | None:
    return level(
        strays, 10, metric=Metric.EVENNESS_OF_DELIVERY, rate=None, band=Fraction(1, 5),
        is_over=is_over,
    ).met  # fmt: skip


def test_evenness_may_be_broken_before_its_month_is_over_but_not_kept() -> None:
    assert evenness(Fraction(21, 10), is_over=False) is False
    assert evenness(Fraction(2), is_over=False) is None
    assert evenness(Fraction(2), is_over=True) is True


def test_chance_alone_softens_the_sentence_and_not_the_verdict() -> None:
    few = level(8, 10)
    assert few.met is False
    assert few.is_too_few_to_judge
    assert few.interval == pytest.approx((0.490162, 0.943318), abs=1e-6)
    assert not level(800, 1_000).is_too_few_to_judge


def test_a_volume_has_no_interval() -> None:
    assert volume(cell(1, 2)).interval is None
    assert not volume(cell(1, 2)).is_too_few_to_judge
