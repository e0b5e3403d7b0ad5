"""The words of one promise of time: who, did what, how often, against what."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from reports.facts import (
    FEWEST_FOR_A_SHARE,
    Verdict,
    decided_since,
    latest,
    more_needed,
    verdict_of,
)
from reports.numbers import WEEKDAYS, clean, count, leads, percent, rate, week_number
from smarketing.domain.metrics import CATALOGUE

if TYPE_CHECKING:
    from fractions import Fraction

    from reports.digest import Digest, PromiseProgress, PromiseWeek


class Act(NamedTuple):
    """The act that keeps a promise.

    Attributes:
        done: As in "41 leads acknowledged".
        noun: As in "no source supplies acknowledgements".
    """

    done: str
    noun: str


def act(promise: PromiseProgress) -> Act:
    """Return the words for the act that stops the promise's clocks."""
    if promise.metric is None:
        return Act("answered", "answers")
    found = CATALOGUE[promise.metric]
    return Act(found.done, found.acts)


def main_promise(digest: Digest) -> PromiseProgress | None:
    """Return the promise that headline and subject speak of: the first that is measured."""
    measured = (p for p in digest.promises if p.judged_until is not None)
    return next(measured, digest.promises[0] if digest.promises else None)


def share(promise: PromiseProgress, week: PromiseWeek) -> str:
    """Return `41 of 50 (82 %)`, only the counts when they are few, or `nothing due`.

    Where some are pending it is `42 of 92 (46 to 99 %)`: of all, and where it may end.
    """
    if not week.total:
        return "nothing due"
    counts = f"{count(week.met)} of {count(week.total)}"
    if week.total < FEWEST_FOR_A_SHARE:
        return counts
    return f"{counts} ({share_range(promise, week)})"


def share_range(promise: PromiseProgress, week: PromiseWeek) -> str:
    """Return `82 %`, or `46 to 99 %` where what is pending may still move it."""
    least, most = (
        percent(met, week.total, promise.promised_rate)
        for met in (week.met, week.met + week.pending)
    )
    return most if least == most else f"{least.removesuffix(' %')} to {most}"


def not_measured(promise: PromiseProgress) -> str:
    """Return why a promise is not judged."""
    return f"not measured: no source supplies {act(promise).noun}"


def outcome(promise: PromiseProgress) -> str:
    """Return the verdict of the week in a few words, for a table or beside a figure."""
    week = latest(promise)
    if promise.judged_until is None or week is None:
        return "not measured"
    return outcome_of(promise, week)


def outcome_of(promise: PromiseProgress, week: PromiseWeek) -> str:
    """Return the verdict of any week of a promise that is measured, in a few words."""
    says, promised = verdict_of(week, promise.promised_rate), promise.promised_rate
    if says is Verdict.NOTHING_DUE:
        return "nothing due"
    if says is Verdict.OPEN:
        few = week.total < FEWEST_FOR_A_SHARE
        return "still open" if few else f"open: {share_range(promise, week)}"
    if promised is None:
        return "no share promised"
    if says is Verdict.TOO_FEW:
        return "all in time" if week.met == week.total else "too few to judge"
    return "kept" if says is Verdict.KEPT else f"missed by {count(missed_by(week, promised))}"


def missed_by(week: PromiseWeek, promised: Fraction) -> int:
    """Return how many were missed too many, should all that are pending be met."""
    return max(more_needed(week, promised) - week.pending, 0)


def sentence(promise: PromiseProgress) -> str:
    """Return what became of a promise in the week, as one clause without a full stop."""
    week = latest(promise)
    if promise.judged_until is None or week is None:
        return f"{act(promise).noun} are not measured: no source supplies them"
    if not week.total:
        return f"no lead had to be {act(promise).done} by {clean(promise.by)} this week"
    return _sentence_of(promise, week)


def decided_sentence(promise: PromiseProgress) -> str:
    """Return what became of the week before, which its own report left open; empty: it did not."""
    week = decided_since(promise)
    if week is None:
        return ""
    said = f"{week_number(week.week)} was still open a week ago and is decided now"
    return f"{said}: {_sentence_of(promise, week)}"


def missed_since(promise: PromiseProgress) -> bool:
    """Return whether the week before, which its own report left open, turned out missed."""
    week = decided_since(promise)
    return week is not None and verdict_of(week, promise.promised_rate) is Verdict.MISSED


def _sentence_of(promise: PromiseProgress, week: PromiseWeek) -> str:
    """Return what became of a promise in a week of which something is or comes due."""
    says, promised = verdict_of(week, promise.promised_rate), promise.promised_rate
    said = f"{clean(promise.by)} {act(promise).done} {_in_time(promise, week)}"
    if promised is None:
        return said
    match says:
        case Verdict.TOO_FEW if week.met < week.total:
            return f"{said}, too few to judge against {rate(promised)}"
        case Verdict.OPEN:
            return f"{said}, {_open(week, promised)}"
        case Verdict.KEPT:
            return f"{said}, as promised ({rate(promised)})"
        case Verdict.MISSED:
            return f"{said}, not the promised {rate(promised)}"
        case _:
            return said


def _in_time(promise: PromiseProgress, week: PromiseWeek) -> str:
    if not week.pending:
        return f"{share(promise, week)} in time"
    return f"{count(week.met)} of {count(week.total)} in time so far"


def _open(week: PromiseWeek, promised: Fraction) -> str:
    """Return how many are pending, and how many of them the promise needs."""
    needed = f"the promised {rate(promised)} needs {count(more_needed(week, promised))} of them"
    return f"{count(week.pending)} still open: {needed}"


def where_it_slips(promise: PromiseProgress) -> str:
    """Return the hour of the week with the most misses in a sentence; empty: none stands out."""
    if promise.busiest_miss is None:
        return ""
    weekday, hour, missed = promise.busiest_miss
    span = f"{WEEKDAYS[weekday]} {hour}-{hour + 1} h"
    return f"It slips most on {span} hand-offs ({leads(missed)} in four weeks)."
