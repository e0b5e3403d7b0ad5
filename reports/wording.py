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
    counted_in_month,
    latest,
    this_week,
    verdict,
    volume,
    week_before,
)
from reports.numbers import count, leads, month_name, week_number
from reports.promises import act, main_promise, sentence, share

if TYPE_CHECKING:
    from reports.digest import Digest
    from reports.facts import Volume


def subject(digest: Digest) -> str:
    """Return the result of the week in at most about 70 characters."""
    parts = [_subject_of_volume(digest), _subject_of_promise(digest)]
    if digest.audience is Audience.SALES:
        parts.reverse()
    said = ", ".join(part for part in parts if part)
    return f"{week_number(digest.week)}: {said}"


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
    if not plan.left_days:
        return f"{count(plan.counted)} of {leads(plan.target)} in {month_name(digest.month)}"
    return f"{count(plan.counted)} of {leads(plan.expected)} expected"


def _subject_of_promise(digest: Digest) -> str:
    promise = main_promise(digest)
    if promise is None or verdict(promise) is Verdict.UNMEASURED:
        return f"{count(digest.waiting)} waiting" if digest.waiting else ""
    week = latest(promise)
    if week is None or not week.due:
        return "nothing was due"
    said = share(promise, week)
    # The percentage alone where there is one: the counts stand below.
    said = said.partition("(")[2].rstrip(")") or said
    return f"{said} {act(promise).done} in time"


def _volume_sentence(digest: Digest) -> str:
    plan = volume(digest.cells)
    if plan is None:
        return _week_sentence(digest)
    month = month_name(digest.month)
    if plan.counted >= plan.target:
        said = f"{month} has reached its target: {count(plan.counted)} of {leads(plan.target)}"
    elif not plan.left_days:
        done = f"{count(plan.counted)} of {count(plan.target)}"
        said = f"{month} ended {leads(plan.missing)} short: {done}"
    else:
        said = _plan_so_far(month, plan)
    return said + _cells_behind(digest, plan)


def _plan_so_far(month: str, plan: Volume) -> str:
    if not plan.expected:
        return f"{month} has just begun: {leads(plan.counted)} of {count(plan.target)}"
    state = f"{leads(plan.behind)} behind plan" if plan.behind else "on plan"
    return f"{month} is {state}: {leads(plan.counted)}, {count(plan.expected)} expected by now"


def _cells_behind(digest: Digest, plan: Volume) -> str:
    """Return how many cells are behind where the sum looks well: a surplus hides a shortfall."""
    if plan.behind or not (late := behind(digest)):
        return ""
    cells = f"{count(len(late))} of {count(len(digest.cells))} segments and tiers"
    return f", but {cells} {'is' if len(late) == 1 else 'are'} behind"


def _week_sentence(digest: Digest) -> str:
    week, before = this_week(digest), week_before(digest)
    if week is None or not week.delivered:
        return "a quiet week: no lead was handed off"
    compared = f", {count(before.counted)} the week before" if before else ""
    month = f"{count(counted_in_month(digest))} in {month_name(digest.month)} so far"
    return f"{leads(week.counted)} counted this week{compared}; {month}, no target agreed"
