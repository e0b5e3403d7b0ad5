"""Breaches in words."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from reports.numbers import count, day, leads, month_name
from smarketing.domain.breaches import REASONS, Act, Kind, Reason, Standing
from smarketing.domain.calendar import seconds
from smarketing.domain.metrics import Metric
from smarketing.domain.targets import next_month
from smarketing.web.words import duration, plain

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from smarketing.domain.breaches import Breach
    from smarketing.services.breaches.listed import Line, Listed
    from smarketing.services.breaches.speaking import Place
    from smarketing.services.leads.explain import Explained

KINDS: Final[Mapping[Kind, str]] = {
    Kind.MISSING: "Missing",
    Kind.LATE: "Late",
    Kind.WRONG: "Wrong",
}
STANDINGS: Final[Mapping[Standing, str]] = {
    Standing.COUNTS: "Counts",
    Standing.DISPUTED: "Disputed",
    Standing.EXCUSED: "Excused",
    Standing.DROPPED: "Dropped",
    Standing.WITHDRAWN: "Withdrawn",
}
ACTS: Final[Mapping[Act, str]] = {
    Act.DISPUTED: "Dispute it",
    Act.UPHELD: "Uphold it",
    Act.DROPPED: "Drop it",
    Act.EXCUSED: "Excuse it",
    Act.WAIVED: "Waive it",
    Act.REINSTATED: "Let it count again",
}
DID: Final[Mapping[Act, str]] = {
    Act.DISPUTED: "Disputed",
    Act.UPHELD: "Upheld",
    Act.DROPPED: "Dropped",
    Act.EXCUSED: "Excused",
    Act.WAIVED: "Waived",
    Act.REINSTATED: "Counts again",
}
_SHORT: Final[Mapping[Reason, str]] = {
    Reason.BEHIND_PACE: "behind the pace",
    Reason.UNEVEN: "off the pace",
    Reason.TOO_MANY_REJECTED: "below the promised share",
}


def headline(listed: Listed, days: tuple[date, date]) -> str:
    """Return what the page says first."""
    span = span_words(days)
    if not listed.total:
        if listed.in_all:
            return f"Nothing of this kind in {span}, {count(listed.in_all)} in all."
        return f"Nothing was broken in {span}, as far as is known."
    told = [f"{who}: {_kinds(listed, who)}" for who in dict.fromkeys(k[0] for k in listed.kinds)]
    counted = f" What counts: {'; '.join(told)}." if told else " None of them counts."
    breaches = "1 breach" if listed.total == 1 else f"{count(listed.total)} breaches"
    return f"{breaches} in {span}.{counted}"


def span_words(days: tuple[date, date]) -> str:
    """Return a month by its name, other days by the first and the last one."""
    first, after = days
    if first.day == 1 and after == next_month(first):
        return month_name(first)
    return f"{day(first)} to {day(after - timedelta(days=1))}"


def about(line: Line) -> str:
    """Return what a breach is about that is no lead's: `Enterprise, Managers`, `week 2026-W47`."""
    occasion = line.breach.subject.occasion.partition("@")[0]
    month, _, cell = occasion.partition("/")
    if line.place.commitment.source is not None:
        return f"source {month}"
    if not cell:
        return f"week {month}" if "W" in month else ""
    agreement = line.place.agreement
    segment, _, tier = cell.partition("/")
    titles = {rule.name: rule.title for rule in (*agreement.segments, *agreement.tiers)}
    named = [titles.get(name, plain(name)) for name in (segment, tier) if name != "all"]
    return ", ".join(named) or "all leads"


def why(breach: Breach, place: Place) -> str:
    """Return why it is a breach, as a part of a sentence.

    Attempts are given up when their agreed time is over; where none is agreed, nobody gave them
    up: their month only ended.
    """
    if breach.reason is not Reason.TOO_FEW_ATTEMPTS or place.commitment.give_up is not None:
        return REASONS[breach.reason]
    ended, over_at = seconds(breach.at) + breach.wall_s, place.version.over_at
    if breach.wall_s and (over_at is None or ended < over_at):
        return "the promised attempts were not made by the end of its month"
    return "fewer attempts were made than promised"


def is_about(line: Line, clock: Explained) -> bool:
    """Return whether a breach of a lead is one of a clock of it."""
    version, name = line.place.version.number, line.place.commitment.name
    owed = (version, name, line.breach.subject.cycle)
    return owed == (clock.version, clock.commitment, clock.cycle)


def late_words(line: Line) -> str:
    """Return how late it was, in working time; empty where that does not say anything."""
    if line.breach.reason is Reason.STILL_OPEN or not line.breach.late_s:
        return ""
    return f"{duration(timedelta(seconds=line.breach.late_s))} late"


def short_of(line: Line) -> str:
    """Return what is short: `12 leads short`, `4,500.00 EUR short`; empty for a clock."""
    quantity = line.breach.quantity
    if not quantity:
        return ""
    how = _SHORT.get(line.breach.reason, "short")
    if line.place.commitment.metric is Metric.LEAD_VALUE_DELIVERED:
        return f"{quantity:,.2f} {line.place.agreement.currency} {how}"
    if quantity == quantity.to_integral_value():
        return f"{leads(int(quantity))} {how}"
    return f"{quantity:,.2f} leads {how}"


def _kinds(listed: Listed, who: str) -> str:
    told = [(kind, number) for by, kind, number in listed.kinds if by == who]
    return ", ".join(f"{count(number)} {kind}" for kind, number in told)
