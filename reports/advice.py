"""Up to five lines that say what to do, computed from the data, the most urgent first.

Each audience reads the lines that it can act on first: sales its queue, marketing its cells.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reports import links
from reports.digest import Audience
from reports.facts import (
    Verdict,
    all_kept,
    behind,
    latest,
    needed_a_day,
    outlook_of,
    this_week,
    verdict,
    volume,
)
from reports.numbers import clean, count, leads, month_name
from reports.outlook import finding
from reports.promises import (
    decided_sentence,
    missed_by,
    missed_since,
    not_measured,
    sentence,
    where_it_slips,
)
from reports.remedies import a_lead, debt_sentence, week_sentence

if TYPE_CHECKING:
    from reports.digest import CellProgress, DepthProgress, Digest, PromiseProgress
    from reports.facts import Volume

MOST_LINES = 5
_MOST_CELLS = 2
_MANY_REJECTED = 3
_ONE_IN = 10


@dataclass(frozen=True)
class Advice:
    """One line.

    Attributes:
        url: Where to act on it; None: nothing to open.
    """

    text: str
    url: str | None = None
    is_praise: bool = False


def lines(digest: Digest) -> tuple[Advice, ...]:
    """Return one to five lines; a good week is said, too."""
    first, second = _for_sales(digest), _for_marketing(digest)
    if digest.audience is Audience.MARKETING:
        first, second = second, first
    # Two sides, one agreement: each reads at least two lines of the other.
    found = [
        *first[: MOST_LINES - min(len(second), 2)],
        *second,
        *_unknown(digest),
        *_breached(digest),
    ]
    return tuple(found[:MOST_LINES]) if found else (_good_news(digest),)


def _for_sales(digest: Digest) -> list[Advice]:
    found = [_waiting(digest)] if digest.waiting else []
    found += [_missed(digest, p) for p in digest.promises if verdict(p) is Verdict.MISSED]
    found += [_decided(digest, p) for p in digest.promises if missed_since(p)]
    found += _owed_by(digest, of_sales=True)
    found += [one for depth in digest.depths for one in _shallow(digest, depth)]
    return found + [_open(digest, p) for p in digest.promises if verdict(p) is Verdict.OPEN]


def _for_marketing(digest: Digest) -> list[Advice]:
    late = behind(digest)
    found = [_behind(digest, cell, plan) for cell, plan in late[:_MOST_CELLS]]
    if rest := late[_MOST_CELLS:]:
        found.append(_rest_behind(digest, rest))
    # The worst cell, then what is owed: with two sides each has room for two lines.
    return [*found[:1], *_owed_by(digest, of_sales=False), *found[1:], *_rejected(digest)]


def _shallow(digest: Digest, depth: DepthProgress) -> list[Advice]:
    """Return what to do about attempts; where the promise itself is missed, that line says it."""
    week = depth.weeks[-1] if depth.weeks else None
    if week is None or not week.short:
        return []
    some = f"{leads(week.short)} of {count(week.leads)} got fewer"
    text = f"{clean(depth.by)} made {a_lead(week)} promised attempts a lead: {some}."
    return [Advice(text, f"{digest.base_url}/exceptions")]


def _owed_by(digest: Digest, *, of_sales: bool) -> list[Advice]:
    """Return what one side still owes; a party without promises of time is Marketing's side."""
    sales = {promise.by for promise in digest.promises}
    return [
        Advice(debt_sentence(debt), links.statement(digest, debt.month, debt.party))
        for debt in digest.owed
        if debt.is_open and (debt.by in sales) is of_sales
    ]


def _breached(digest: Digest) -> list[Advice]:
    said = week_sentence(digest)
    return [Advice(said, links.breaches(digest))] if said else []


def _waiting(digest: Digest) -> Advice:
    some = f"{leads(digest.waiting)} {'is' if digest.waiting == 1 else 'are'}"
    which = "its" if digest.waiting == 1 else "their"
    return Advice(f"{some} waiting past {which} due time: open the queue.", links.queue(digest))


def _missed(digest: Digest, promise: PromiseProgress) -> Advice:
    week = latest(promise)
    if week is None or promise.promised_rate is None:
        raise AssertionError("a promise is missed only where something was due and promised")
    short = count(missed_by(week, promise.promised_rate))
    text = f"{_capital(sentence(promise))}: {short} more would have kept it."
    return Advice(f"{text} {where_it_slips(promise)}".rstrip(), links.week(digest))


def _decided(digest: Digest, promise: PromiseProgress) -> Advice:
    return Advice(f"{_capital(decided_sentence(promise))}.", links.week_before(digest))


def _open(digest: Digest, promise: PromiseProgress) -> Advice:
    return Advice(f"{_capital(sentence(promise))}.", links.queue(digest))


def _behind(digest: Digest, cell: CellProgress, plan: Volume) -> Advice:
    name, url = cell_name(cell), links.month(digest, cell)
    if not plan.left_days:
        month = month_name(digest.month)
        return Advice(
            f"{name} ended {month} {leads(plan.missing)} short of {count(plan.target)}.", url
        )
    outlook = outlook_of(digest, [cell])
    if outlook is not None and outlook.is_open:
        short = count(plan.behind)
        return Advice(f"{name} is {short} short; at this pace {finding(outlook)}.", url)
    needed = f"{count(needed_a_day(plan, outlook) or 0)} on an average working day needed"
    days = f"{count(plan.left_days)} working days left"
    left = "on the last working day" if plan.left_days == 1 else f"in the {days}"
    return Advice(f"{name} is {leads(plan.behind)} behind plan; {needed} {left}.", url)


def _rest_behind(digest: Digest, rest: list[tuple[CellProgress, Volume]]) -> Advice:
    together = leads(sum(plan.behind for _, plan in rest))
    over = not any(plan.left_days for _, plan in rest)
    state = "ended short of target" if over else "are behind plan"
    if len(rest) == 1:
        cell, plan = rest[0]
        return _behind(digest, cell, plan)
    text = f"{count(len(rest))} more segments and tiers {state}, {together} together."
    return Advice(text, links.month(digest))


def _rejected(digest: Digest) -> list[Advice]:
    week = this_week(digest)
    if week is None or week.rejected < _MANY_REJECTED or week.rejected * _ONE_IN < week.delivered:
        return []
    text = f"{count(week.rejected)} of {leads(week.delivered)} of the week were rejected"
    return [Advice(f"{text}: go through the reasons together.", links.week(digest))]


def _unknown(digest: Digest) -> list[Advice]:
    gaps = [Advice(f"Data gap: {clean(gap).rstrip('.')}.") for gap in digest.gaps]
    unmeasured = [
        Advice(f"{clean(promise.title)}: {not_measured(promise)}. Import or record them.")
        for promise in digest.promises
        if promise.judged_until is None
    ]
    return unmeasured + gaps


def _praise(text: str, url: str) -> Advice:
    return Advice(text, url, is_praise=True)


def _good_news(digest: Digest) -> Advice:
    if all_kept(digest):
        return _praise("Every promise was kept this week. Nice!", links.week(digest))
    week = this_week(digest)
    if week is None or not week.delivered:
        return _praise("A quiet week: nothing came in, nothing was missed.", links.week(digest))
    if volume(digest.cells):
        return _praise("Every segment and tier with a target is on plan.", links.month(digest))
    return _praise("Nothing is behind, as far as known.", links.week(digest))


def cell_name(cell: CellProgress) -> str:
    """Return `Enterprise / Decision makers`."""
    return f"{clean(cell.segment_title)} / {clean(cell.tier_title)}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
