"""The words of what was broken in the week, and of what is owed for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.facts import breaches_in
from reports.numbers import clean, count, month_name, signed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reports.digest import BreachWeek, Debt, DepthWeek, Digest

_KINDS = ("missing", "late", "wrong")


def of_week(digest: Digest) -> tuple[BreachWeek, ...]:
    """Return the breaches of the digest's week, a row a party."""
    return tuple(one for one in digest.breaches if one.week == digest.week)


def breaches(number: int) -> str:
    """Return `1 breach` or `7 breaches`."""
    return "1 breach" if number == 1 else f"{count(number)} breaches"


def kinds(rows: Iterable[BreachWeek]) -> str:
    """Return `30 late, 12 wrong`; kinds that did not occur are left out."""
    shown = list(rows)
    sums = [(kind, sum(getattr(row, kind) for row in shown)) for kind in _KINDS]
    return ", ".join(f"{count(number)} {kind}" for kind, number in sums if number)


def change(digest: Digest) -> str:
    """Return `+5 on the week before (37)`; empty where no week was before."""
    now = breaches_in(digest, digest.week)
    before = breaches_in(digest, digest.weeks[-2].week) if len(digest.weeks) > 1 else None
    if now is None or before is None:
        return ""
    return f"{signed(now - before)} on the week before ({count(before)})"


def week_sentence(digest: Digest) -> str:
    """Return the breaches of the week by party and kind in a sentence; empty without any."""
    rows = [row for row in of_week(digest) if row.total]
    if not rows:
        return ""
    said = "; ".join(f"{clean(row.by)} {kinds([row])}" for row in rows)
    total, compared = breaches(sum(row.total for row in rows)), change(digest)
    than = f", {compared.replace(' (', ', ').rstrip(')')}" if compared else ""
    return f"{total} began this week{than}: {said}."


def debt_sentence(debt: Debt) -> str:
    """Return `Marketing owes Sales 12 leads for October (Leads a month): accepted.`."""
    owes = f"{clean(debt.by)} owes {clean(debt.to)} {clean(debt.what)}"
    return f"{owes} for {month_name(debt.month)} ({clean(debt.promise)}): {clean(debt.state)}."


def statement_sentence(digest: Digest) -> str:
    """Return what the statement of the last month comes to; empty where it was not read."""
    if digest.owed_month is None:
        return ""
    if not digest.owed:
        return f"Nothing is owed for {month_name(digest.owed_month)}."
    return " ".join(map(debt_sentence, digest.owed))


def a_lead(week: DepthWeek) -> str:
    """Return the attempts made a lead, of those promised: `2.4 of 3`."""
    # Downwards, so that what is short never reads as whole.
    made, promised = (total * 10 // week.leads / 10 for total in (week.made, week.promised))
    return f"{made:.1f} of {promised:g}"
