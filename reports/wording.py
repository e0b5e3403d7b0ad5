"""The sentences on top of a report: subject, preheader, headline.

The subject carries the result, the preheader the one thing to do, the headline both sides.
Every audience reads the same numbers; sales reads its own promise first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports import advice
from reports.digest import Audience
from reports.facts import (
    Verdict,
    behind,
    breaches_in,
    counted_in_month,
    latest,
    this_week,
    verdict,
    volume,
    week_before,
    with_target,
)
from reports.numbers import count, leads, month_name, week_number
from reports.promises import act, main_promise, sentence, share

if TYPE_CHECKING:
    from reports.digest import Digest
    from reports.facts import Volume

_LONGEST = 70


def subject(digest: Digest) -> str:
    """Return the result of the week in at most about 70 characters."""
    parts = [_subject_of_volume(digest), _subject_of_broken(digest)]
    if digest.audience is Audience.SALES:
        parts.reverse()
    said = ", ".join(part for part in parts if part)
    whole = f"{week_number(digest.week)}: {said}"
    return whole if len(whole) <= _LONGEST else whole.replace(" in time", "")


def preheader(digest: Digest) -> str:
    """Return the one thing to do, which mail programs show beside the subject."""
    return advice.lines(digest)[0].text


def headline(digest: Digest) -> str:
    """Return what the week came to, in one or two sentences."""
    parts = [_volume_sentence(digest)]
    promise = main_promise(digest)
    if promise is not None:
        parts.append(sentence(promise))
    if digest.audience is Audience.SALES:
        parts.reverse()
    return " ".join(f"{part[0].upper()}{part[1:]}." for part in parts)


def _subject_of_volume(digest: Digest) -> str:
    plan = volume(digest.cells)
    if plan is None:
        week = this_week(digest)
        return leads(week.counted if week else 0)
    asked = plan.expected if plan.left_days else plan.target
    when = " expected" if plan.left_days else f" in {month_name(digest.month)}"
    late = len(behind(digest))
    short = f", {count(late)} {'target' if late == 1 else 'targets'} {_late(plan)}" if late else ""
    return f"{count(plan.counted)} of {leads(asked)}{'' if short else when}{short}"


def _late(plan: Volume) -> str:
    return "behind" if plan.left_days else "missed"


def _subject_of_broken(digest: Digest) -> str:
    """Return how many breaches there were; where they were not read, how the promise was kept."""
    found = breaches_in(digest, digest.week)
    if found is None:
        return _subject_of_promise(digest)
    return f"{count(found)} SLA {'breach' if found == 1 else 'breaches'}" if found else "no breach"


def _subject_of_promise(digest: Digest) -> str:
    promise = main_promise(digest)
    if promise is None or verdict(promise) is Verdict.UNMEASURED:
        return f"{count(digest.waiting)} waiting" if digest.waiting else ""
    week = latest(promise)
    if week is None or not week.total:
        return "nothing was due"
    said = share(promise, week)
    # The percentage alone where there is one: the counts stand below.
    said = said.partition("(")[2].rstrip(")").replace(" to ", "-") or said
    return f"{said} {act(promise).done} in time"


def _volume_sentence(digest: Digest) -> str:
    plan = volume(digest.cells)
    if plan is None:
        return _week_sentence(digest)
    month, late = month_name(digest.month), behind(digest)
    if late:
        said = _cells_behind(digest, month, plan)
    elif plan.counted >= plan.target:
        said = f"{month} has reached its target: {count(plan.counted)} of {leads(plan.target)}"
    else:
        said = _plan_so_far(month, plan)
    return said


def _plan_so_far(month: str, plan: Volume) -> str:
    if not plan.expected:
        return f"{month} has just begun: {leads(plan.counted)} of {count(plan.target)}"
    return f"{month} is on plan: {leads(plan.counted)}, {count(plan.expected)} expected by now"


def _cells_behind(digest: Digest, month: str, plan: Volume) -> str:
    """Return how many cells are behind: each is promised, and no surplus of another makes up."""
    late, promised = behind(digest), with_target(digest)
    short = leads(sum(one.behind for _, one in late))
    asked = plan.expected if plan.left_days else plan.target
    done = f"{count(plan.counted)} of {leads(asked)}{' expected by now' if plan.left_days else ''}"
    if promised == 1:
        state = f"is {short} behind plan" if plan.left_days else f"ended {short} short"
        return f"{month} {state}: {done}"
    cells = f"{count(len(late))} of {count(promised)} segments and tiers"
    be = "is" if len(late) == 1 else "are"
    state = f"{be} {short} behind plan" if plan.left_days else f"ended {short} short"
    return f"{month}: {cells} {state}; in all {done}"


def _week_sentence(digest: Digest) -> str:
    week, before = this_week(digest), week_before(digest)
    if week is None or not week.delivered:
        return "a quiet week: no lead was handed off"
    compared = f", {count(before.counted)} the week before" if before else ""
    month = f"{count(counted_in_month(digest))} in {month_name(digest.month)} so far"
    return f"{leads(week.counted)} counted this week{compared}; {month}, no target agreed"
