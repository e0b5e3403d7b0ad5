from __future__ import annotations

from dataclasses import replace

import pytest

from reports import wording
from reports.digest import Audience
from tests.reports import digests

SUBJECTS = [
    pytest.param(
        digests.digest,
        "W10: 150 of 134 leads, 2 targets behind, 82 % acknowledged in time",
        id="normal",
    ),
    pytest.param(
        lambda: digests.digest(audience=Audience.SALES),
        "W10: 82 % acknowledged in time, 150 of 134 leads, 2 targets behind",
        id="sales reads its promise first",
    ),
    pytest.param(
        digests.no_targets, "W10: 123 leads, 82 % acknowledged in time", id="without a target"
    ),
    pytest.param(
        digests.unmeasured, "W10: 150 of 134 leads, 2 targets behind", id="nothing measured"
    ),
    pytest.param(digests.nothing_at_all, "W10: 0 leads", id="nothing at all"),
    pytest.param(
        digests.month_end,
        "W13: 300 of 420 leads, 5 targets missed, 82 % acknowledged in time",
        id="the month is over",
    ),
    pytest.param(
        lambda: digests.digest(promises=(digests.promise(met=2, due=5),)),
        "W10: 150 of 134 leads, 2 targets behind, 2 of 5 acknowledged in time",
        id="few due: counts, no percentage",
    ),
    pytest.param(
        digests.full_week, "W10: 150 of 134 leads, 2 targets behind, 15 SLA breaches", id="breaches"
    ),
    pytest.param(
        lambda: digests.full_week(audience=Audience.SALES),
        "W10: 15 SLA breaches, 150 of 134 leads, 2 targets behind",
        id="breaches, to sales",
    ),
    pytest.param(
        lambda: replace(
            digests.quiet_week(), breaches=digests.breaches(marketing=(0, 0, 0), sales=(0, 0, 0))
        ),
        "W10: 209 of 134 leads expected, no breach",
        id="nothing broken",
    ),
    pytest.param(
        digests.open_week, "W10: 209 of 134 leads expected, 46-99 % acknowledged in time", id="open"
    ),
    pytest.param(
        lambda: digests.digest(promises=(digests.promise(met=0, due=0),)),
        "W10: 150 of 134 leads, 2 targets behind, nothing was due",
        id="nothing due",
    ),
]


@pytest.mark.parametrize(("make", "subject"), SUBJECTS)
def test_the_subject_carries_the_result(make, subject):
    assert wording.subject(make()) == subject


@pytest.mark.parametrize("name", sorted(digests.ALL))
def test_a_subject_is_short_and_one_line(name):
    subject = wording.subject(digests.ALL[name]())
    assert len(subject) <= 70
    assert "\n" not in subject


HEADLINES = [
    pytest.param(
        digests.quiet_week,
        "March is on plan: 209 leads, 134 expected by now. "
        "Sales acknowledged 50 of 50 (100 %) in time, as promised (90 %).",
        id="all kept",
    ),
    pytest.param(
        digests.month_change,
        "February: 5 of 5 segments and tiers are 16 leads behind plan; in all 28 of 42 leads "
        "expected by now. "
        "Sales acknowledged 41 of 50 (82 %) in time, not the promised 90 %.",
        id="behind",
    ),
    pytest.param(
        lambda: digests.digest(promises=()),
        "March: 2 of 5 segments and tiers are 8 leads behind plan; in all 150 of 134 leads "
        "expected by now.",
        id="a surplus hides no shortfall",
    ),
    pytest.param(
        lambda: digests.digest(cells=(), promises=(digests.promise(met=2, due=5),)),
        "123 leads counted this week, 113 the week before; 0 in March so far, no target agreed. "
        "Sales acknowledged 2 of 5 in time, too few to judge against 90 %.",
        id="too few",
    ),
    pytest.param(
        lambda: digests.digest(cells=(), weeks=(), promises=(digests.promise(met=0, due=0),)),
        "A quiet week: no lead was handed off. No lead had to be acknowledged by Sales this week.",
        id="nothing due",
    ),
]


@pytest.mark.parametrize(("make", "headline"), HEADLINES)
def test_the_headline_says_what_the_week_came_to(make, headline):
    assert wording.headline(make()) == headline


def test_a_month_that_begins_after_the_week_has_just_begun():
    one = digests.cell("A", "B", 100, 2)
    begun = replace(one, expected=one.expected * 0, left_days=22)
    headline = wording.headline(digests.digest(cells=(begun,), promises=()))
    assert headline == "March has just begun: 2 leads of 100."


def test_a_target_that_is_reached_is_said():
    headline = wording.headline(
        digests.digest(cells=(digests.cell("A", "B", 50, 51),), promises=())
    )
    assert headline == "March has reached its target: 51 of 50 leads."


def test_the_preheader_is_the_first_thing_to_do():
    shown = {
        audience: wording.preheader(digests.digest(audience=audience)) for audience in Audience
    }
    waiting = "5 leads are waiting past their due time: open the queue."
    assert shown[Audience.SALES] == shown[Audience.BOTH] == waiting
    assert shown[Audience.MARKETING].startswith("Enterprise / Decision makers is 7 leads behind")
