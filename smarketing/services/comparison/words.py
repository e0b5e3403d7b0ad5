"""What may honestly be said of a comparison: by page and command the same."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from reports.numbers import count, percent
from smarketing.domain.comparison import ALARM, funnel_limits
from smarketing.services.comparison.comparison import FEWEST

if TYPE_CHECKING:
    from smarketing.domain.comparison import Group
    from smarketing.services.comparison.comparison import Comparison


def headline(found: Comparison) -> str:
    """Return what may honestly be said."""
    if found.pooled is None:
        return "Nothing was due in these days, so there is nothing to compare."
    if found.is_too_few:
        return f"Too few to judge: fewer than two groups have {FEWEST} or more."
    if found.outside:
        return f"More than chance explains: {'; '.join(_outside(g, found) for g in found.outside)}."
    pair = found.pair
    if pair is not None:
        between = f"{_points(pair.points)}, and {_points(pair.low)} to {_points(pair.high)} fit"
        return f"No evidence of a difference yet: {between} what was counted."
    return (
        f"No evidence of a difference yet: all {count(len(found.groups))} lie where chance alone "
        f"puts groups that are as good as {centre_of(found)}."
    )


def name_of(group: Group) -> str:
    """Return what a group is called."""
    named = group.name or "Nobody named"
    return f"{named} (external)" if group.is_external else named


def rate_of(group: Group) -> str:
    """Return `41 of 50 (82 %)`, or that nothing was due."""
    if not group.due:
        return "nothing due"
    return f"{count(group.kept)} of {count(group.due)} ({percent(group.kept, group.due)})"


def verdict_of(group: Group, found: Comparison) -> str:
    """Return where a group lies."""
    if group.due < FEWEST:
        return "too few to judge"
    return "outside of chance" if group in found.outside else "within chance"


def centre_of(found: Comparison) -> str:
    """Return what the groups are held against, as `promised (90 %)`."""
    centre = found.centre or Fraction(0)
    what = "promised" if found.promised is not None else "all together"
    return f"{what} ({percent(centre.numerator, centre.denominator)})"


def _outside(group: Group, found: Comparison) -> str:
    low, high = funnel_limits(group.due, float(found.centre or 0), ALARM)
    share = f"{count(group.kept)} of {count(group.due)} ({100 * group.kept / group.due:.1f} %)"
    return (
        f"{name_of(group)} has {share}, where chance alone gives "
        f"{100 * low:.1f} to {100 * high:.1f} %"
    )


def _points(share: float) -> str:
    points = round(100 * share, 1)
    return f"{points:+.1f} points"
