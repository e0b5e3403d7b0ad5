"""The four figures on top of a report, each with its change against the week before."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from reports import links
from reports.advice import cell_name
from reports.digest import Audience
from reports.facts import (
    Verdict,
    behind,
    breaches_in,
    counted_in_month,
    is_waiting_known,
    latest,
    least_likely,
    this_week,
    verdict,
    volume,
    week_before,
    with_target,
)
from reports.numbers import count, month_name, rate, signed
from reports.outlook import short
from reports.promises import act, main_promise, not_measured, share
from reports.remedies import change, kinds, of_week

if TYPE_CHECKING:
    from collections.abc import Callable
    from fractions import Fraction

    from reports.digest import Digest, PromiseProgress, PromiseWeek


class Tone:
    """How a figure is coloured; its note says the same in words."""

    PLAIN = "plain"
    BEHIND = "behind"


@dataclass(frozen=True)
class Figure:
    """One number, what it is, and what to compare it with.

    Attributes:
        value: The number, large.
        unit: What follows it, small; may be empty.
        notes: One or two short lines below.
        tone: A `Tone`; never the only bearer of the verdict.
    """

    label: str
    value: str
    unit: str
    notes: tuple[str, ...]
    url: str
    tone: str = Tone.PLAIN


def key_figures(digest: Digest) -> tuple[Figure, ...]:
    """Return four figures; what the audience answers for comes first."""
    return tuple(draw(digest) for draw in _ORDER[digest.audience])


def _week(digest: Digest) -> Figure:
    week, before = this_week(digest), week_before(digest)
    counted = week.counted if week else 0
    sums = f"{count(week.delivered)} delivered, {count(week.rejected)} rejected" if week else ""
    notes = _changed(counted, before.counted if before else None)
    return Figure("Leads this week", count(counted), "counted", (notes, sums), links.week(digest))


def _month(digest: Digest) -> Figure:
    month, plan = month_name(digest.month), volume(digest.cells)
    label, url = f"{month} so far", links.month(digest)
    if plan is None:
        value = count(counted_in_month(digest))
        return Figure(label, value, "counted", ("no target agreed",), url)
    late = behind(digest)
    tone = Tone.BEHIND if late else Tone.PLAIN
    gap = f"{count(sum(one.behind for _, one in late))} {'behind' if plan.left_days else 'short'}"
    where = f"{gap} in {count(len(late))} of {count(with_target(digest))} targets"
    if not plan.left_days:
        state = where if late else "target reached"
        return Figure(month, count(plan.counted), f"of {count(plan.target)}", (state,), url, tone)
    notes = (where if late else "on plan", _likelihood(digest) or f"target {count(plan.target)}")
    unit = f"of {count(plan.expected)} expected"
    return Figure(label, count(plan.counted), unit, notes, url, tone)


def _likelihood(digest: Digest) -> str:
    """Return the chance of the target that is the least likely; empty: nothing is forecast."""
    found = least_likely(digest)
    if found is None:
        return ""
    cell, outlook = found
    return f"{cell_name(cell)}: {short(outlook)}"


def _breaches(digest: Digest) -> Figure:
    found = breaches_in(digest, digest.week)
    if found is None:
        return Figure("SLA breaches", "-", "", ("none are recorded yet",), links.breaches(digest))
    notes = (kinds(of_week(digest)) or "none. Nice!", change(digest))
    tone = Tone.BEHIND if found else Tone.PLAIN
    return Figure("SLA breaches", count(found), "this week", notes, links.breaches(digest), tone)


def _promise(digest: Digest) -> Figure:
    promise, url = main_promise(digest), links.week(digest)
    if promise is None:
        return Figure("In time", "-", "", ("no promise of time agreed",), url)
    label = f"{act(promise).done.capitalize()} in time"
    week, says = latest(promise), verdict(promise)
    if says is Verdict.UNMEASURED or week is None:
        return Figure(label, "-", "", (not_measured(promise),), url)
    if not week.total:
        return Figure(label, "-", "", ("nothing was due", *_share_before(promise)), url)
    value = f"{count(week.met)} of {count(week.total)}"
    unit = share(promise, week).removeprefix(value).strip()
    if week.pending:
        unit = f"so far {unit}".strip()
    promised = promise.promised_rate
    against = (_against(week, promised),) if promised is not None else ()
    tone = Tone.BEHIND if says is Verdict.MISSED else Tone.PLAIN
    return Figure(label, value, unit, against + _share_before(promise), url, tone)


def _against(week: PromiseWeek, promised: Fraction) -> str:
    said = f"promised {rate(promised)}"
    return f"{said}, {count(week.pending)} still open" if week.pending else said


def _waiting(digest: Digest) -> Figure:
    if not is_waiting_known(digest):
        note = "not measured" if digest.promises else "no promise of time agreed"
        return Figure("Waiting past due", "-", "", (note,), links.queue(digest))
    tone = Tone.BEHIND if digest.waiting else Tone.PLAIN
    note = "open the queue" if digest.waiting else "nobody waits. Nice!"
    url = links.queue(digest)
    return Figure("Waiting past due", count(digest.waiting), "now", (note,), url, tone)


def _changed(now: int, before: int | None) -> str:
    if before is None:
        return "no week before"
    return f"{signed(now - before)} on the week before ({count(before)})"


def _share_before(promise: PromiseProgress) -> tuple[str, ...]:
    """Return how the week before stands now, and how it stood at its end where this one is open."""
    if len(promise.weeks) < len(("before", "now")):
        return ()
    before = promise.weeks[-2]
    said = f"week before {share(promise, before)}"
    then = before.at_end
    if not promise.weeks[-1].pending or then is None or then == replace(before, at_end=None):
        return (said,)
    return (f"{said}; at its end {count(then.met)} of {count(then.total)}",)


_ORDER: dict[Audience, tuple[Callable[[Digest], Figure], ...]] = {
    Audience.MARKETING: (_month, _week, _promise, _breaches),
    Audience.SALES: (_waiting, _promise, _breaches, _month),
    Audience.BOTH: (_week, _month, _promise, _breaches),
}
