from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from reports import facts
from reports.digest import PromiseWeek
from reports.facts import Verdict
from tests.reports import digests


def test_expected_leads_are_rounded_up_so_that_the_print_agrees_with_the_verdict():
    one = replace(digests.cell("A", "B", 100, 30), expected=Fraction(301, 10))
    plan = facts.volume([one])
    assert (plan.expected, plan.behind) == (31, 1)
    assert facts.volume([replace(one, expected=Fraction(30))]).behind == 0


def test_parts_of_leads_are_summed_before_they_are_rounded():
    cells = [replace(digests.cell("A", "B", 9, 1), expected=Fraction(1, 3)) for _ in range(3)]
    assert facts.volume(cells).expected == 1


def test_cells_without_a_target_do_not_make_up_for_those_with_one():
    cells = [digests.cell("A", "B", 100, 10), digests.cell("C", "D", None, 500)]
    assert facts.volume(cells).counted == 10
    assert facts.volume(cells[1:]) is None


def test_what_is_needed_a_day_reaches_the_target():
    plan = facts.Volume(counted=30, target=57, expected=42, left_days=9)
    assert (plan.behind, plan.missing, plan.needed_a_day) == (12, 27, 3)
    assert replace(plan, left_days=0).needed_a_day is None


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        pytest.param({"met": 8_996, "due": 10_000}, Verdict.MISSED, id="89.96 % misses 90 %"),
        pytest.param({"met": 9_000, "due": 10_000}, Verdict.KEPT, id="90 % keeps 90 %"),
        pytest.param({"met": 4, "due": 9}, Verdict.TOO_FEW, id="nine are too few"),
        pytest.param({"met": 9, "due": 10}, Verdict.KEPT, id="ten are enough"),
        pytest.param({"met": 0, "due": 0}, Verdict.NOTHING_DUE, id="nothing due"),
        pytest.param({"promised_rate": None}, Verdict.NO_SHARE, id="no share promised"),
        pytest.param({"judged_until": None}, Verdict.UNMEASURED, id="not measured"),
        pytest.param({"weeks": ()}, Verdict.NOTHING_DUE, id="no weeks"),
        pytest.param(
            {"met": 20, "due": 20, "pending": 180}, Verdict.OPEN, id="what is pending decides"
        ),
        pytest.param(
            {"met": 180, "due": 180, "pending": 20}, Verdict.KEPT, id="kept should all be missed"
        ),
        pytest.param(
            {"met": 179, "due": 180, "pending": 20}, Verdict.OPEN, id="open by one that is missed"
        ),
        pytest.param(
            {"met": 100, "due": 121, "pending": 79}, Verdict.MISSED, id="missed should all be met"
        ),
        pytest.param(
            {"met": 100, "due": 120, "pending": 80}, Verdict.OPEN, id="open by one that is met"
        ),
        pytest.param({"met": 0, "due": 0, "pending": 3}, Verdict.OPEN, id="nothing due yet"),
        pytest.param({"met": 5, "due": 5, "pending": 2}, Verdict.TOO_FEW, id="few, some pending"),
    ],
)
def test_a_verdict_compares_exact_counts(changes, verdict):
    assert facts.verdict(digests.promise(**changes)) is verdict


def test_how_many_more_would_have_kept_a_promise():
    week = PromiseWeek("2018-W10", met=8_996, late=1_004, overdue=0, pending=0)
    assert facts.more_needed(week, Fraction(9, 10)) == 4


def test_everything_is_kept_only_where_something_was_due():
    assert facts.all_kept(digests.quiet_week())
    assert not facts.all_kept(digests.nothing_at_all())
    assert not facts.all_kept(digests.unmeasured())
    assert not facts.all_kept(digests.digest())


@pytest.mark.parametrize("pending", [180, 1])
def test_what_is_open_is_not_kept(pending):
    some = digests.promise(met=20 if pending > 1 else 5, due=20 if pending > 1 else 5)
    last = replace(some.weeks[-1], pending=pending)
    week = replace(digests.quiet_week(), promises=(replace(some, weeks=(*some.weeks[:-1], last)),))
    assert not facts.all_kept(week)


def test_a_week_is_decided_since_only_where_its_own_report_left_it_open():
    (promise,) = digests.open_week().promises
    before = promise.weeks[-2]
    assert facts.decided_since(promise) == before

    def told(**changes):
        last = replace(before, **changes)
        return replace(promise, weeks=(*promise.weeks[:-2], last, promise.weeks[-1]))

    decided_then = replace(before, at_end=None)
    for unlike in ({"at_end": None}, {"at_end": decided_then}, {"pending": 900}):
        assert facts.decided_since(told(**unlike)) is None


def test_the_last_day_is_the_one_before_a_midnight():
    assert facts.last_day(digests.AS_OF, digests.ZONE) == date(2018, 3, 11)
