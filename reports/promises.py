"""The words of one promise of time: who, did what, how often, against what."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from reports.facts import FEWEST_FOR_A_SHARE, Verdict, latest, more_needed, verdict
from reports.numbers import WEEKDAYS, clean, count, leads, percent, rate
from smarketing.domain.metrics import CATALOGUE

if TYPE_CHECKING:
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
    """Return `41 of 50 (82 %)`, only the counts when they are few, or `nothing due`."""
    if not week.due:
        return "nothing due"
    counts = f"{count(week.met)} of {count(week.due)}"
    if week.due < FEWEST_FOR_A_SHARE:
        return counts
    return f"{counts} ({percent(week.met, week.due, promise.promised_rate)})"


def not_measured(promise: PromiseProgress) -> str:
    """Return why a promise is not judged."""
    return f"not measured: no source supplies {act(promise).noun}"


def outcome(promise: PromiseProgress) -> str:
    """Return the verdict of the week in a few words, for a table or beside a figure."""
    week, says, promised = latest(promise), verdict(promise), promise.promised_rate
    if says is Verdict.UNMEASURED or week is None:
        return "not measured"
    if says is Verdict.NOTHING_DUE:
        return "nothing due"
    if promised is None:
        return "no share promised"
    if says is Verdict.TOO_FEW:
        return "all in time" if week.met == week.due else "too few to judge"
    return "kept" if says is Verdict.KEPT else f"missed by {count(more_needed(week, promised))}"


def sentence(promise: PromiseProgress) -> str:
    """Return what became of a promise in the week, as one clause without a full stop."""
    week, says, party = latest(promise), verdict(promise), clean(promise.by)
    if says is Verdict.UNMEASURED or week is None:
        return f"{act(promise).noun} are not measured: no source supplies them"
    if says is Verdict.NOTHING_DUE:
        return f"no lead had to be {act(promise).done} by {party} this week"
    said = f"{party} {act(promise).done} {share(promise, week)} in time"
    if promise.promised_rate is None:
        return said
    promised = rate(promise.promised_rate)
    if says is Verdict.TOO_FEW:
        return said if week.met == week.due else f"{said}, too few to judge against {promised}"
    if says is Verdict.KEPT:
        return f"{said}, as promised ({promised})"
    return f"{said}, not the promised {promised}"


def where_it_slips(promise: PromiseProgress) -> str:
    """Return the hour of the week with the most misses in a sentence; empty: none stands out."""
    if promise.busiest_miss is None:
        return ""
    weekday, hour, missed = promise.busiest_miss
    span = f"{WEEKDAYS[weekday]} {hour}-{hour + 1} h"
    return f"It slips most on {span} hand-offs ({leads(missed)} in four weeks)."
