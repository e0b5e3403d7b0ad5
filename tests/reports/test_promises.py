from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest

from reports import promises
from smarketing.domain.metrics import Metric
from tests.reports import digests


@pytest.mark.parametrize(
    ("changes", "outcome", "sentence"),
    [
        pytest.param(
            {"met": 45},
            "kept",
            "Sales acknowledged 45 of 50 (90 %) in time, as promised (90 %)",
            id="kept",
        ),
        pytest.param(
            {"met": 8_996, "due": 10_000},
            "missed by 4",
            "Sales acknowledged 8,996 of 10,000 (90.0 %) in time, not the promised 90 %",
            id="missed by a hair",
        ),
        pytest.param(
            {"met": 42, "due": 43, "pending": 49},
            "open: 46 to 99 %",
            "Sales acknowledged 42 of 92 in time so far, 49 still open: the promised 90 % needs 41 "
            "of them",
            id="open",
        ),
        pytest.param(
            {"met": 95, "due": 95, "pending": 5},
            "kept",
            "Sales acknowledged 95 of 100 in time so far, as promised (90 %)",
            id="kept, whatever is pending",
        ),
        pytest.param(
            {"met": 10, "due": 60, "pending": 5},
            "missed by 44",
            "Sales acknowledged 10 of 65 in time so far, not the promised 90 %",
            id="missed, whatever is pending",
        ),
        pytest.param(
            {"met": 5, "due": 5}, "all in time", "Sales acknowledged 5 of 5 in time", id="all"
        ),
        pytest.param(
            {"met": 4, "due": 5},
            "too few to judge",
            "Sales acknowledged 4 of 5 in time, too few to judge against 90 %",
            id="some of few",
        ),
        pytest.param(
            {"promised_rate": None},
            "no share promised",
            "Sales acknowledged 41 of 50 (82 %) in time",
            id="no share",
        ),
        pytest.param(
            {"met": 0, "due": 0},
            "nothing due",
            "no lead had to be acknowledged by Sales this week",
            id="nothing due",
        ),
        pytest.param(
            {"judged_until": None},
            "not measured",
            "acknowledgements are not measured: no source supplies them",
            id="not measured",
        ),
    ],
)
def test_a_promise_is_told_in_words(changes, outcome, sentence):
    promise = digests.promise(**changes)
    assert (promises.outcome(promise), promises.sentence(promise)) == (outcome, sentence)


@pytest.mark.parametrize(
    ("met", "became"),
    [(53, "53 of 91 (58 %) in time, not the promised 90 %"),
     (83, "83 of 91 (91 %) in time, as promised (90 %)")],
)  # fmt: skip
def test_it_is_said_what_became_of_a_week_that_its_own_report_left_open(met, became):
    (promise,) = digests.open_week().promises
    before = replace(promise.weeks[-2], met=met, late=91 - met, overdue=0)
    told = replace(promise, weeks=(*promise.weeks[:-2], before, promise.weeks[-1]))
    assert promises.decided_sentence(told) == (
        f"W09 was still open a week ago and is decided now: Sales acknowledged {became}"
    )
    assert promises.decided_sentence(digests.promise()) == ""


def test_the_metric_chooses_the_verb():
    attempt = digests.promise(metric=Metric.FIRST_ATTEMPT_WITHIN)
    assert promises.sentence(attempt).startswith("Sales attempted 41 of 50")
    assert promises.sentence(digests.promise(metric=None)).startswith("Sales answered 41 of 50")


def test_the_first_measured_promise_speaks_for_all():
    unmeasured = digests.promise("first", judged_until=None)
    second = digests.promise("second")
    assert promises.main_promise(digests.digest(promises=(unmeasured, second))) is second


def test_only_rendering_imports_matplotlib():
    code = "import sys, reports.digest, reports.mail; print('matplotlib' in sys.modules)"
    done = subprocess.run(  # noqa: S603 (our own interpreter and a constant)
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"
