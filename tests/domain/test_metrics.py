from __future__ import annotations

import pytest

from smarketing.domain.agreement import Side
from smarketing.domain.facts import COUNTS
from smarketing.domain.metrics import CATALOGUE, CLOCKED, Measure, Metric


def test_every_metric_is_in_the_catalogue() -> None:
    assert set(CATALOGUE) == set(Metric)


def test_sales_owes_the_clocks_and_marketing_the_leads() -> None:
    assert all(CATALOGUE[metric].sides == {Side.SALES} for metric in CLOCKED)
    volumes = [d for d in CATALOGUE.values() if d.is_volume]
    assert volumes
    assert all(d.sides == {Side.MARKETING} for d in volumes)


@pytest.mark.parametrize("metric", Metric, ids=str)
def test_a_metric_says_what_is_counted_and_compared(metric: Metric) -> None:
    found = CATALOGUE[metric]
    assert found.numerator
    assert found.denominator
    assert found.unit


@pytest.mark.parametrize("metric", CLOCKED, ids=str)
def test_a_clock_has_an_act_that_stops_it_and_words_for_it(metric: Metric) -> None:
    found = CATALOGUE[metric]
    assert found.allowance is not None
    assert found.stopped_by
    assert found.told_by
    assert all((found.does, found.done, found.acts))


def test_only_clocks_are_stopped() -> None:
    others = [d for d in CATALOGUE.values() if d.measure is not Measure.CLOCK]
    assert not any(d.stopped_by or d.voided_by or d.figures for d in others)


def test_every_figure_of_a_metric_is_a_figure_of_the_facts() -> None:
    named = {
        f"{found.figures}_{verdict}"
        for found in CATALOGUE.values()
        if found.figures
        for verdict in ("met", "late", "overdue")
    }
    assert named <= set(COUNTS)
