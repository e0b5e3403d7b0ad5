"""The lines of a progress page: figures as the weekly report judges them, ready to print.

Nothing is decided here: verdicts come from `reports.facts`, on exact fractions.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from reports.charts.burnup import no_outlook
from reports.facts import needed_a_day, volume
from reports.numbers import count, leads, month_name, percent
from reports.outlook import finding, range_of, sentence

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from reports.charts.burnup import OutlookOf
    from reports.digest import CellProgress
    from reports.facts import Volume
    from reports.outlook import Outlook
    from smarketing.services.progress.progress import ProgressRow
    from smarketing.web.asked import Asked
    from smarketing.web.parts import MonthOverview


@dataclass(frozen=True)
class Standing:
    """Where a number stands against its target.

    Attributes:
        state: reached, plan, behind or none: the colour.
        shape: One character that says the same without colour.
    """

    state: str
    shape: str
    words: str


@dataclass(frozen=True)
class MonthLine:
    """One segment and tier in a month; without a target, the figures about it are None.

    Attributes:
        attainment: Counted of the whole month's target, in percent.
        needed: Leads each working day that is left; None also where none is left.
        likely: What is to be expected of the target, in words; None: no forecast is shown.
        ends_at: Where 80 % of such months end; None where nothing can be said.
    """

    segment: str
    tier: str
    segment_title: str
    tier_title: str
    counted: int
    rejected: int
    plan: Volume | None
    attainment: str | None
    needed: int | None
    standing: Standing
    likely: str | None = None
    ends_at: str | None = None


@dataclass(frozen=True)
class SpanLine:
    """One segment and tier in a span of days; shares are "7 of 9", None where nothing was due.

    Attributes:
        segment: Name; None: blank. tier: the same.
        late: Acknowledgements of those due that were not in time; attempt_late: first attempts.
    """

    segment: str | None
    tier: str | None
    segment_title: str
    tier_title: str
    counted: int
    rejected: int
    target: str | None
    attainment: str | None
    acknowledged: str | None
    late: int
    attempted: str | None
    attempt_late: int
    customers: int


def cells_of(overview: MonthOverview, asked: Asked) -> list[CellProgress]:
    """Return the cells that are asked for."""
    return [cell for cell in overview.cells if asked.has(cell.segment, cell.tier)]


def month_lines(
    cells: Iterable[CellProgress], outlook_of: OutlookOf = no_outlook, *, has_begun: bool = True
) -> list[MonthLine]:
    """Return a line a cell, those with a target first, in their order."""
    ordered = sorted(cells, key=lambda cell: cell.target is None)
    return [_month_line(cell, outlook_of((cell,)), has_begun=has_begun) for cell in ordered]


def headline(
    cells: Iterable[CellProgress],
    month: date,
    outlook: Outlook | None = None,
    *,
    has_begun: bool = True,
) -> str:
    """Return where the month stands, and where it may end; a surplus hides no shortfall."""
    if not has_begun:
        return _to_come(cells, month)
    said = [_standing(cells, month), sentence(outlook) if outlook else ""]
    return " ".join(filter(None, said))


def _to_come(cells: Iterable[CellProgress], month: date) -> str:
    plan, name = volume(cells), f"{month_name(month)} {month.year}"
    promised = "no target was agreed" if plan is None else f"its target is {leads(plan.target)}"
    return f"{name} has not begun: {promised}."


def _standing(cells: Iterable[CellProgress], month: date) -> str:
    cells = list(cells)
    late = sum(1 for cell in cells if (one := volume([cell])) and one.behind)
    plan, name = volume(cells), month_name(month)
    if plan is None:
        return f"{leads(sum(cell.counted for cell in cells))} in {name}; no target was agreed."
    done = f"{count(plan.counted)} of {leads(plan.target)}"
    if plan.counted >= plan.target:
        return _in_sum(cells, name, done, late)
    if not plan.left_days:
        return f"{name} ended {leads(plan.missing)} short: {done}."
    state = f"{leads(plan.behind)} behind plan" if plan.behind else "on plan"
    return f"{name} is {state}: {done}, {count(plan.expected)} expected by now{_but(late, plan)}."


def _in_sum(cells: Iterable[CellProgress], name: str, done: str, late: int) -> str:
    """Return where a month stands whose sum is reached: its target is when every line is."""
    lines = [one for cell in cells if (one := volume([cell]))]
    short = sum(1 for one in lines if one.missing)
    if not short:
        return f"{name} has reached its target: {done}."
    if not any(one.left_days for one in lines):
        told = f"{count(short)} of {count(len(lines))} lines ended short"
        return f"{name} did not reach its target: {told}, though {done} came in all."
    told = f"{count(short)} of {count(len(lines))} lines {'has' if short == 1 else 'have'} not"
    behind = f", and {count(late)} {'is' if late == 1 else 'are'} behind" if late else ""
    return f"{name} has {done} in all, but {told} reached theirs yet{behind}."


def _but(late: int, plan: Volume) -> str:
    """Return how many lines are behind where the sum is not."""
    if plan.behind or not late:
        return ""
    return f", but {'one line is' if late == 1 else f'{count(late)} lines are'} behind"


def standing(plan: Volume | None) -> Standing:
    """Return where a number stands against its target; None: there is none."""
    if plan is None:
        return Standing("none", "–", "no target")
    if plan.counted >= plan.target:
        return Standing("reached", "✔", "reached")
    if plan.behind:
        return Standing("behind", "▲", f"{count(plan.behind)} behind")
    return Standing("plan", "●", "on plan")


def span_lines(
    rows: Iterable[ProgressRow], asked: Asked, overviews: Iterable[MonthOverview]
) -> list[SpanLine]:
    """Return a line a group; titles come from the overviews."""
    segments, tiers = _titles(overviews)
    return [
        _span_line(row, segments, tiers)
        for row in rows
        if asked.has(row.keys["segment"], row.keys["tier"])
    ]


def asked_titles(asked: Asked, overviews: Iterable[MonthOverview]) -> list[str]:
    """Return the titles of the agreement, segment and tier that alone are asked for, if any."""
    overviews = list(overviews)
    agreements = [
        one.title for one in overviews if one.agreement and one.agreement == asked.agreement
    ]
    chosen = zip(_titles(overviews), (asked.segment, asked.tier), strict=True)
    return agreements + [_title(titles, name) for titles, name in chosen if name]


def _titles(overviews: Iterable[MonthOverview]) -> tuple[dict[str, str], dict[str, str]]:
    """Return the titles of segments and of tiers, by name."""
    cells = [cell for overview in overviews for cell in overview.cells]
    segments = {cell.segment: cell.segment_title for cell in cells}
    return segments, {cell.tier: cell.tier_title for cell in cells}


def _month_line(cell: CellProgress, outlook: Outlook | None, *, has_begun: bool) -> MonthLine:
    plan = volume([cell])
    to_come = Standing("none", "–", "not begun")
    return MonthLine(
        segment=cell.segment,
        tier=cell.tier,
        segment_title=cell.segment_title,
        tier_title=cell.tier_title,
        counted=cell.counted,
        rejected=cell.rejected,
        plan=plan,
        attainment=percent(plan.counted, plan.target) if plan and plan.target else None,
        needed=needed_a_day(plan, outlook) if plan else None,
        standing=standing(plan) if has_begun or plan is None else to_come,
        likely=finding(outlook) if outlook else None,
        ends_at=range_of(outlook) if outlook else None,
    )


def _span_line(row: ProgressRow, segments: dict[str, str], tiers: dict[str, str]) -> SpanLine:
    return SpanLine(
        segment=row.keys["segment"],
        tier=row.keys["tier"],
        segment_title=_title(segments, row.keys["segment"]),
        tier_title=_title(tiers, row.keys["tier"]),
        counted=row.counted,
        rejected=row.rejected,
        target=None if row.target is None else f"{float(round(row.target, 1)):,.10g}",
        attainment=_attained(row),
        acknowledged=_share(row.acknowledged_in_time, row.acknowledged_due),
        late=row.acknowledged_due - row.acknowledged_in_time,
        attempted=_share(row.attempted_in_time, row.attempted_due),
        attempt_late=row.attempted_due - row.attempted_in_time,
        customers=row.customers,
    )


def _attained(row: ProgressRow) -> str | None:
    if row.attainment is None:
        return None
    exact = Fraction(row.attainment)
    return percent(exact.numerator, exact.denominator)


def _share(kept: int, due: int) -> str | None:
    return f"{count(kept)} of {count(due)} ({percent(kept, due)})" if due else None


def _title(titles: dict[str, str], name: str | None) -> str:
    return titles.get(name or "", (name or "Without").replace("_", " ").capitalize())
