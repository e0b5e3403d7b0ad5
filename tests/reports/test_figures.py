from __future__ import annotations

from dataclasses import replace

import pytest

from reports.digest import Audience
from reports.figures import key_figures
from tests.reports import digests


def shown(digest):
    return {
        figure.label: (figure.value, figure.unit, *figure.notes) for figure in key_figures(digest)
    }


def test_four_figures_come_with_their_change():
    assert shown(digests.digest()) == {
        "Leads this week": (
            "123",
            "counted",
            "+10 on the week before (113)",
            "126 delivered, 3 rejected",
        ),
        "March so far": ("150", "of 134 expected", "8 behind in 2 of 5 targets", "target 420"),
        "Acknowledged in time": (
            "41 of 50",
            "(82 %)",
            "promised 90 %",
            "week before 49 of 49 (100 %)",
        ),
        "SLA breaches": ("-", "", "none are recorded yet"),
    }


@pytest.mark.parametrize(
    ("audience", "first"),
    [
        pytest.param(Audience.MARKETING, "March so far", id="marketing"),
        pytest.param(Audience.SALES, "Waiting past due", id="sales"),
        pytest.param(Audience.BOTH, "Leads this week", id="both"),
    ],
)
def test_what_an_audience_answers_for_comes_first(audience, first):
    assert key_figures(digests.digest(audience=audience))[0].label == first


def test_an_open_week_stands_beside_the_week_before_as_it_is_and_as_it_was_then():
    assert shown(digests.open_week())["Acknowledged in time"] == (
        "42 of 92",
        "so far (46 to 99 %)",
        "promised 90 %, 49 still open",
        "week before 53 of 91 (58 %); at its end 40 of 91",
    )


def test_what_is_not_measured_is_no_zero():
    figures = shown(replace(digests.unmeasured(), audience=Audience.SALES))
    assert figures["Acknowledged in time"] == (
        "-",
        "",
        "not measured: no source supplies acknowledgements",
    )
    assert figures["Waiting past due"] == ("-", "", "not measured")


def test_a_first_week_has_nothing_to_compare_with():
    figures = shown(digests.nothing_at_all())
    assert figures["Leads this week"] == (
        "0",
        "counted",
        "no week before",
        "0 delivered, 0 rejected",
    )
    assert figures["March so far"] == ("0", "counted", "no target agreed")


def test_a_month_that_is_over_is_compared_with_its_target():
    assert shown(digests.month_end())["March"] == ("300", "of 420", "120 short in 5 of 5 targets")


def test_few_due_are_counts_without_a_percentage():
    digest = digests.digest(promises=(digests.promise(met=2, due=5),))
    assert shown(digest)["Acknowledged in time"][:2] == ("2 of 5", "")


def test_without_promises_nobody_is_said_to_wait():
    figures = shown(digests.digest(promises=(), waiting=0, audience=Audience.SALES))
    assert figures["In time"] == ("-", "", "no promise of time agreed")
    assert figures["Waiting past due"] == ("-", "", "no promise of time agreed")


def test_a_week_with_nothing_due_still_shows_the_week_before():
    figures = shown(digests.digest(promises=(digests.promise(met=0, due=0),)))
    assert figures["Acknowledged in time"] == (
        "-",
        "",
        "nothing was due",
        "week before 49 of 49 (100 %)",
    )


def test_breaches_are_counted_by_kind_with_their_change():
    assert shown(digests.full_week())["SLA breaches"] == (
        "15",
        "this week",
        "3 missing, 9 late, 3 wrong",
        "+7 on the week before (8)",
    )


def test_the_month_names_the_target_that_is_the_least_likely():
    week = digests.full_week()
    first, *_ = week.cells
    key = (first.segment, first.tier)
    outlooks = {**week.outlooks, key: replace(week.outlooks[key], chance=0.12)}
    notes = shown(replace(week, outlooks=outlooks))["March so far"]
    assert notes[-1] == "Enterprise / Decision makers: 12 % to reach 57"
